/**
 * Loads a store until it is killed, as a process of its own: `load.suite.ts FILE SEED TURN,TURN,...`, where each
 * client continues from its turn. It writes "CLIENT TURN" on standard output for each turn that the store
 * confirmed.
 */
import { writeSync } from 'node:fs'
import { openSqliteStore } from './index.node.ts'
import { prepare, takeTurn } from './turns.suite.ts'

const [file, seed, turns] = process.argv.slice(2)
const store = await openSqliteStore(file)
await prepare(store)
await Promise.all(
  turns.split(',').map(async (first, client) => {
    for (let turn = Number(first); ; turn++) {
      await takeTurn(store, Number(seed), client, turn)
      writeSync(1, `${client} ${turn}\n`)
    }
  }),
)
