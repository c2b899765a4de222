/**
 * A real server process is killed with SIGKILL in the midst of trade, again and again: nothing confirmed is missing
 * or doubled.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountsAt, type Client, connect } from 'shardless/client'
import { Random } from 'shardless/core'
import { openStore } from 'shardless/store/node'
import type { hut } from './hut.node.ts'
import { hut as game } from './hut.node.ts'
import { begin, type HutProcess, stop } from './hut-process.node.ts'

const PORT = 24_316
const ROUNDS = 4
const TRADERS = ['Ada', 'Ben', 'Cleo']

/** What one trader knows: each lantern asked for, and whether the server has said that it is there. */
interface Trader {
  readonly name: string
  readonly token: string
  readonly asked: Map<string, 'asked' | 'confirmed'>
  client: Client<typeof hut>
}

test('[N50] who is told that a lantern is theirs has it, once, however often the server is killed', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = new Random(seed)
  let server = await begin(t, PORT)
  const traders: Trader[] = []
  for (const name of TRADERS) {
    const { token } = await accountsAt(server.url).register(name, 'correct horse battery')
    traders.push({ name, token, asked: new Map(), client: await enter(server, name, token) })
  }
  t.after(() => {
    for (const { client } of traders) client.close()
  })
  for (let round = 0; round < ROUNDS; round++) {
    const confirmedMin = 3 + random.integer(0, 20)
    const trades = traders.map((trader) => trade(trader, `${round}`))
    await until(() => sum(traders, 'confirmed') >= (round + 1) * 5 + confirmedMin)
    await stop(server, 'SIGKILL')
    for (const { client } of traders) client.close()
    await Promise.all(trades)
    server = await begin(t, PORT, { file: server.file })
    for (const trader of traders) {
      trader.client = await enter(server, trader.name, trader.token)
      // What was asked for and not confirmed may have happened: asked for again it is there, and once.
      for (const [id, state] of trader.asked)
        if (state === 'asked') {
          await trader.client.ask('take', { id })
          trader.asked.set(id, 'confirmed')
        }
      const { lanterns } = await trader.client.ask('count', {})
      assert.equal(lanterns, trader.asked.size, `${trader.name} in round ${round}, seed ${seed}`)
    }
  }
  for (const { client } of traders) client.close()
  assert.equal(await stop(server, 'SIGTERM'), 0)
  const store = await openStore(server.file)
  t.after(() => store.close())
  for (const { name, asked } of traders) {
    const account = await store.accounts.findByKey(name.toLowerCase())
    assert.ok(account, name)
    const [character, ...more] = await store.characters.list(account.id)
    assert.deepEqual([more, character.lease], [[], undefined])
    const items = await store.items.list({ character: character.id })
    assert.deepEqual(
      items.map(({ id }) => id.slice(character.id.length + 1)).sort(),
      [...asked.keys()].sort(),
    )
  }
})

/** Asks for one lantern after the other, several at a time, until the connection is gone. */
async function trade({ client, asked }: Trader, round: string): Promise<void> {
  const one = async (lane: number): Promise<void> => {
    for (let i = 0; client.status === 'open'; i++) {
      const id = `${round}.${lane}.${i}`
      asked.set(id, 'asked')
      try {
        await client.ask('take', { id })
        asked.set(id, 'confirmed')
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
  await Promise.all([0, 1, 2].map(one))
}

function enter({ url }: HutProcess, name: string, token: string): Promise<Client<typeof hut>> {
  return connect(game, url, { name, token, reconnects: false })
}

function sum(traders: readonly Trader[], state: string): number {
  let sum = 0
  for (const { asked } of traders) for (const value of asked.values()) if (value === state) sum++
  return sum
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !isSo(); ) {
    assert.ok(performance.now() < end, String(isSo))
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
