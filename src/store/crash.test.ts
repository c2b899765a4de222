/** Nothing confirmed is lost and nothing happens twice, wherever a crash falls. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { postgresMissing, startPostgres } from '../../test/outside/postgres-server.node.ts'
import { OutsideError, Random } from '../core/index.ts'
import { openPostgresStore, openSqliteStore } from './index.node.ts'
import { createMemoryStore, type Store } from './index.ts'
import { assertTurnsTaken, CLIENTS, prepare, takeTurn } from './turns.suite.ts'

/** Asks again until the store answers. @returns how often it did not */
async function insist(request: () => Promise<unknown>): Promise<number> {
  for (let failed = 0; ; failed++) {
    try {
      await request()
      return failed
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error
      // Somebody whose server is gone waits a moment.
      await new Promise((done) => setTimeout(done, 5))
    }
  }
}

describe('a store whose transaction is torn between any two steps', () => {
  test('has made all of it or nothing, and conserves every item (memory)', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      let patience = Number.POSITIVE_INFINITY
      const store = createMemoryStore({
        beforeStep() {
          if (patience-- === 0) throw new OutsideError('torn')
        },
      })
      await prepare(store)
      let torn = 0
      for (let turn = 0; turn < 20; turn++) {
        for (let client = 0; client < CLIENTS; client++) {
          // First it tears before the first step, then before the second, and so on until none is left to tear at.
          for (let step = 0, isTorn = true; isTorn; step++) {
            patience = step
            isTorn = await takeTurn(store, seed, client, turn).then(
              () => patience < 0,
              () => true,
            )
            if (isTorn) torn++
          }
          patience = Number.POSITIVE_INFINITY
        }
      }
      assert.ok(torn > 20 * CLIENTS)
      await assertTurnsTaken(store, seed, Array(CLIENTS).fill(20))
    }
  })

  test('has made all of it or nothing, wherever the connection is cut (PostgreSQL)', {
    skip: postgresMissing() ?? false,
  }, async () => {
    const server = await startPostgres()
    const line = await openLine(server.port)
    const address = new URL(server.url)
    address.port = String(line.port)
    try {
      const store = await openPostgresStore(address.href, { connectionsMax: 1 })
      await prepare(store)
      let cuts = 0
      for (let client = 0; client < CLIENTS; client++) {
        // Before the first packet arrives, then after it and before its answer, then before the second, and so on.
        for (let step = 0, isCut = true; isCut; step++) {
          line.cutAt(step >> 1, step % 2 === 1)
          await insist(() => takeTurn(store, 7, client, 0))
          isCut = line.wasCut()
          if (isCut) cuts++
        }
      }
      line.cutAt(Number.POSITIVE_INFINITY, false)
      assert.ok(cuts > CLIENTS * 8, `${cuts} cuts`)
      await assertTurnsTaken(store, 7, Array(CLIENTS).fill(1))
      await store.close()
    } finally {
      line.server.close()
      await server.stop()
    }
  })
})

describe('a store whose process is killed in the midst of load', () => {
  test('has everything that was confirmed, and nothing twice (SQLite)', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'shardless-crash-'))
    const file = join(folder, 'world.db')
    const seed = 11
    const random = new Random(seed)
    const program = fileURLToPath(new URL('./load.suite.ts', import.meta.url))
    /** Each client's next turn: all turns before it were confirmed. */
    const turns: number[] = Array(CLIENTS).fill(0)
    const kills = 8
    for (let killed = 0; killed < kills; killed++) {
      const child = spawn(
        process.execPath,
        [...process.execArgv, program, file, String(seed), turns.join(',')],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
          env: { ...process.env, NODE_TEST_CONTEXT: undefined },
        },
      )
      let told = ''
      // It is killed some moments after so many turns were confirmed, however long those took.
      const enough = random.integer(CLIENTS + 1, 8 * CLIENTS)
      const loaded = new Promise<void>((resolve) => {
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          told += text
          if (told.split('\n').length > enough) resolve()
        })
      })
      const closed = once(child, 'close')
      await Promise.race([loaded, closed])
      assert.equal(child.exitCode, null, 'it is alive until it is killed')
      await new Promise((done) => setTimeout(done, random.integer(0, 10)))
      child.kill('SIGKILL')
      await closed
      for (const line of told.split('\n').slice(0, -1)) {
        const [client, turn] = line.split(' ').map(Number)
        assert.equal(turn, turns[client])
        turns[client]++
      }
      // What was confirmed is there. What was asked and not answered may be, or not: asked again, it is there once.
      const store = await openSqliteStore(file)
      for (const [client, turn] of turns.entries()) {
        await takeTurn(store, seed, client, turn)
        turns[client]++
      }
      await assertTurnsTaken(store, seed, turns)
      await store.close()
    }
    const confirmed = turns.reduce((sum, count) => sum + count)
    assert.ok(confirmed > kills * CLIENTS * 2, `${confirmed} turns`)
    t.diagnostic(`${confirmed} turns over ${kills} kills`)
    rmSync(folder, { recursive: true })
  })

  test('has everything that was confirmed, and nothing twice (PostgreSQL)', {
    skip: postgresMissing() ?? false,
  }, async (t) => {
    // What a killed process wrote is the system's to keep: only a power cut needs the disk to have it.
    const server = await startPostgres()
    const store: Store = await openPostgresStore(server.url)
    const seed = 13
    const random = new Random(seed)
    try {
      await prepare(store)
      const turns: number[] = Array(CLIENTS).fill(0)
      let failed = 0
      let isOver = false
      const clients = turns.map(async (_, client) => {
        for (; !isOver; turns[client]++)
          failed += await insist(() => takeTurn(store, seed, client, turns[client]))
      })
      for (let killed = 0; killed < 2; killed++) {
        const before = Math.min(...turns)
        while (Math.min(...turns) < before + 3) await new Promise((done) => setTimeout(done, 5))
        await new Promise((done) => setTimeout(done, random.integer(0, 40)))
        await server.kill()
        await server.restart()
      }
      isOver = true
      await Promise.all(clients)
      assert.ok(failed > 0)
      await assertTurnsTaken(store, seed, turns)
      t.diagnostic(`${turns.reduce((sum, count) => sum + count)} turns, ${failed} of them asked again`)
    } finally {
      await store.close()
      await server.stop()
    }
  })
})

interface Line {
  readonly server: Server
  readonly port: number
  /** Cuts the connection at the packet of this number from now, before it is passed on or after. */
  cutAt(packet: number, isPassedOn: boolean): void
  wasCut(): boolean
}

/** Opens a line to a server, which can be cut between any two packets of the client's. */
async function openLine(to: number): Promise<Line> {
  let countdown = Number.POSITIVE_INFINITY
  let isPassedOnBefore = false
  let wasCut = false
  const server = createServer((near: Socket) => {
    const far = connect(to, '127.0.0.1')
    near.on('data', (bytes) => {
      if (countdown-- !== 0) {
        far.write(bytes)
        return
      }
      wasCut = true
      if (isPassedOnBefore) far.end(bytes)
      else far.destroy()
      near.destroy()
    })
    far.on('data', (bytes) => near.destroyed || near.write(bytes))
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one.on('error', () => {})
      one.on('close', () => (one === far ? other.destroy() : other.end()))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    port: (server.address() as { port: number }).port,
    cutAt(packet, isPassedOn) {
      countdown = packet
      isPassedOnBefore = isPassedOn
      wasCut = false
    },
    wasCut: () => wasCut,
  }
}
