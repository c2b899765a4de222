/**
 * store: what logins, checkpoints and trades cost, beside the same statements given to the database with nothing
 * around them.
 *
 *     "logins"        find an account by its name and record the login: two requests, 64 players at once
 *     "checkpoint"    10,000 characters with 200 bytes of state each, in batches of 1,000
 *     "trades"        an item from one character to another, remembered by its id; 64 players at once
 *     "bare"          the same statements, prepared, by one who has no contract to keep: SQLite in this thread, a
 *                     transaction for each 64; PostgreSQL by another client, `postgres`, over ten connections
 *     "tick"          a tick that reads 1,000 moving characters at 20 a second while they are all saved every
 *                     second, against the same tick when nothing is saved
 *
 * Times are wall clock: a commit waits for the disk, which no processor sees. SQLite waits as it does by default
 * (synchronous=FULL), PostgreSQL too (fsync=on).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import postgres from 'postgres'
import { Checkpointing, openPostgresStore, openSqliteStore } from '../src/store/index.node.ts'
import type { ItemChange, Store } from '../src/store/index.ts'
import { postgresMissing, startPostgres } from '../test/outside/postgres-server.node.ts'
import type { Row } from './row.ts'

const PLAYERS = 64
const STATE = new Uint8Array(200).fill(7)

interface Size {
  readonly characters: number
  readonly requests: number
  readonly ticks: number
  readonly rounds: number
}

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const size = quick
    ? { characters: 1000, requests: 256, ticks: 30, rounds: 1 }
    : { characters: 10_000, requests: 6400, ticks: 600, rounds: 3 }
  const folder = mkdtempSync(join(tmpdir(), 'shardless-bench-'))
  try {
    const rows = await sqliteRows(join(folder, 'world.db'), size)
    if (postgresMissing() === undefined) rows.push(...(await postgresRows(size)))
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const row = (name: string, metric: string, value: number, unit: string): Row => ({
  bench: 'store',
  case: name,
  metric,
  value,
  unit,
})

/** The statements of one login, one checkpoint and one trade, each with its values. */
type Statements = readonly (readonly [text: string, ...values: unknown[]])[]

/** A database with nothing around it: does lots of statements, each lot in one transaction. */
interface Bare {
  run(lots: readonly Statements[]): Promise<void>
}

async function sqliteRows(path: string, size: Size): Promise<Row[]> {
  const store = await openSqliteStore(path)
  await populate(store, size)
  const database = new DatabaseSync(path, { timeout: 10_000 })
  database.exec('PRAGMA synchronous = FULL')
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const bare: Bare = {
    async run(lots) {
      // As many share a commit as players ask at once.
      for (let from = 0; from < lots.length; from += PLAYERS) {
        database.exec('BEGIN IMMEDIATE')
        for (const lot of lots.slice(from, from + PLAYERS)) {
          for (const [text, ...values] of lot) {
            let statement = statements.get(text)
            if (statement === undefined) {
              statement = database.prepare(text.replace(/\$(\d+)/g, '?$1').replace(' FOR UPDATE', ''))
              statements.set(text, statement)
            }
            statement.all(...(values as never[]))
          }
        }
        database.exec('COMMIT')
      }
    },
  }
  const rows = await compare('SQLite', store, bare, size)
  rows.push(...(await tickRows('SQLite', store, size)))
  database.close()
  await store.close()
  return rows
}

async function postgresRows(size: Size): Promise<Row[]> {
  const server = await startPostgres({ isDurable: true })
  try {
    const store = await openPostgresStore(server.url)
    await populate(store, size)
    const sql = postgres(server.url, {
      max: 10,
      onnotice: () => {},
      connection: { search_path: 'shardless' },
    })
    const bare: Bare = {
      async run(lots) {
        await inTurns(lots.length, PLAYERS, (at) =>
          sql.begin((transaction) =>
            Promise.all(
              lots[at].map(([text, ...values]) =>
                transaction.unsafe(text, values as never[], { prepare: true }),
              ),
            ),
          ),
        )
      },
    }
    const rows = await compare('PostgreSQL', store, bare, size)
    rows.push(...(await tickRows('PostgreSQL', store, size)))
    await sql.end()
    await store.close()
    return rows
  } finally {
    await server.stop()
  }
}

/** Runs the store and the bare database in turns, so that both have the same weather on this machine. */
async function compare(engine: string, store: Store, bare: Bare, size: Size): Promise<Row[]> {
  const rows: Row[] = []
  let epoch = 0
  const tell = async (
    name: string,
    count: number,
    ours: () => Promise<void>,
    theirs: readonly Statements[],
  ) => {
    const own: number[] = []
    const other: number[] = []
    for (let round = 0; round < size.rounds; round++) {
      other.push(await secondsOf(() => bare.run(theirs)))
      own.push(await secondsOf(ours))
    }
    const [ownBest, otherBest] = [Math.min(...own), Math.min(...other)]
    if (name === 'checkpoint')
      rows.push(row(`${engine}: ${name} of ${count.toLocaleString('en-US')}`, 'time', ownBest * 1000, 'ms'))
    else rows.push(row(`${engine}: ${name}`, 'rate', count / ownBest, 'per second'))
    const label = rows[rows.length - 1].case
    rows.push(row(label, 'time of the bare database over ours', otherBest / ownBest, 'ratio'))
  }

  const { requests, characters } = size
  const indexes = Array.from({ length: requests }, (_, at) => at)
  await tell(
    'logins',
    requests,
    () =>
      inTurns(requests, PLAYERS, async (at) => {
        const account = await store.accounts.findByKey(`key-${at % characters}`)
        await store.accounts.recordLogin({ id: account!.id, at })
      }),
    indexes.map((at) => [
      ['SELECT * FROM accounts WHERE name_key = $1', `key-${at % characters}`],
      ['UPDATE accounts SET last_login_at = $2 WHERE id = $1 RETURNING *', `a-${at % characters}`, at],
    ]),
  )

  const batches = Array.from({ length: characters / 1000 }, (_, batch) =>
    Array.from({ length: 1000 }, (_, at) => `c-${batch * 1000 + at}`),
  )
  const save =
    'UPDATE characters SET map = $3, position = $4, state = $5, saved_at = $6 ' +
    'WHERE id = $1 AND epoch = $2 AND server IS NOT NULL RETURNING id'
  await tell(
    'checkpoint',
    characters,
    async () => {
      epoch++
      for (const batch of batches) {
        const checkpoints = batch.map((id) => ({
          id,
          epoch: 1,
          map: 'meadow',
          position: [epoch, 2],
          state: STATE,
          at: epoch,
        }))
        const { stale } = await store.characters.checkpoint(checkpoints)
        if (stale.length > 0) throw new Error('A checkpoint was not saved.')
      }
    },
    batches.map((batch) => batch.map((id) => [save, id, 1, 'meadow', '[1,2]', STATE, 1] as const)),
  )

  let round = 0
  const holder = (at: number, turn: number): { character: string } => ({
    character: `c-${(at + (turn % 2)) % characters}`,
  })
  await tell(
    'trades',
    requests,
    async () => {
      const turn = round++
      await inTurns(requests, PLAYERS, async (at) => {
        const changes: ItemChange[] = [
          { do: 'move', id: `i-${at}`, from: holder(at, turn), to: holder(at, turn + 1) },
        ]
        const { is } = await store.items.apply({ id: `${turn}-${at}`, at, changes })
        if (is !== 'done') throw new Error(`A trade was ${is}.`)
      })
    },
    // The receiver's row and the item's are read and locked, and the operation is remembered: as the store does it.
    indexes.map((at) => [
      [
        'INSERT INTO operations (id, fingerprint, refusal, refused_change, at) VALUES ($1, $2, NULL, NULL, $3) ' +
          'ON CONFLICT DO NOTHING RETURNING id',
        `bare-${at}`,
        '0123456789abcdef',
        at,
      ],
      ['SELECT id, server, epoch FROM characters WHERE id = $1 FOR UPDATE', holder(at, 1).character],
      ['SELECT * FROM items WHERE id = $1 FOR UPDATE', `j-${at}`],
      [
        'UPDATE items SET kind = $2, quantity = $3, data = $4, holder = $5 WHERE id = $1',
        `j-${at}`,
        'lantern',
        1,
        STATE.subarray(0, 8),
        `c:${holder(at, 1).character}`,
      ],
    ]),
  )
  return rows
}

/**
 * Returns what a tick takes with 1,000 characters being saved in the background and without, in turns. "late" is
 * from when it was due till it was done, by the wall's clock, which others on this machine move as well; "thread"
 * is the processor time of the world's thread from one tick to the next, saving included.
 */
async function tickRows(engine: string, store: Store, { ticks }: Size): Promise<Row[]> {
  const bodies = Array.from({ length: 1000 }, (_, at) => ({ id: `c-${at}`, x: at, y: 0 }))
  const byId = new Map(bodies.map((body) => [body.id, body]))
  const late: Record<string, number[]> = { still: [], saving: [] }
  const thread: Record<string, number[]> = { still: [], saving: [] }
  const play = async (kind: 'still' | 'saving', count: number): Promise<void> => {
    const saver = new Checkpointing({
      store,
      everyMs: 1000,
      read: (id) => ({ map: 'meadow', position: [byId.get(id)!.x, byId.get(id)!.y], state: STATE }),
      onLost: () => {},
    })
    for (const { id } of bodies) saver.enter(id, 1)
    const start = performance.now()
    let spent = process.threadCpuUsage()
    for (let tick = 0; tick < count; tick++) {
      const due = start + tick * 50
      while (performance.now() < due) {
        await new Promise((done) => setTimeout(done, Math.max(1, due - performance.now())))
      }
      for (const body of bodies) {
        body.x = (body.x + 0.25) % 512
        for (let turn = 0; turn < 20; turn++) body.y = Math.sin(body.y + body.x)
        if (kind === 'saving') saver.change(body.id)
      }
      late[kind].push(performance.now() - due)
      const { user, system } = process.threadCpuUsage(spent)
      spent = process.threadCpuUsage()
      thread[kind].push((user + system) / 1000)
    }
    await saver.close(10_000)
  }
  for (let done = 0; done < ticks; done += 60) {
    await play('still', Math.min(60, ticks - done))
    await play('saving', Math.min(60, ticks - done))
  }
  const at = (times: number[], share: number): number => {
    times.sort((a, b) => a - b)
    return times[Math.floor(times.length * share)]
  }
  const name = `${engine}: tick while 1,000 characters are saved each second`
  return [
    row(name, 'late p50', at(late.saving, 0.5), 'ms'),
    row(name, 'late p99', at(late.saving, 0.99), 'ms'),
    row(name, 'late p99 without', at(late.still, 0.99), 'ms'),
    row(name, 'late p99 over without', at(late.saving, 0.99) / at(late.still, 0.99), 'ratio'),
    row(name, 'thread p99', at(thread.saving, 0.99), 'ms'),
    row(name, 'thread p99 without', at(thread.still, 0.99), 'ms'),
  ]
}

async function populate(store: Store, { characters, requests }: Size): Promise<void> {
  await inTurns(characters, 500, async (at) => {
    const [id, nameKey, name] = [`a-${at}`, `key-${at}`, `Name ${at}`]
    await store.accounts.create({ id, name, nameKey, passwordHash: 'x'.repeat(97), role: 'player', at: 1 })
    const state = { map: '', position: [0, 0], state: STATE }
    await store.characters.create({
      id: `c-${at}`,
      accountId: id,
      name,
      nameKey,
      ...state,
      at: 1,
      perAccountMax: 1,
    })
    await store.characters.enter({ id: `c-${at}`, server: 'bench' })
  })
  const mint = (id: string, at: number): ItemChange => ({
    do: 'mint',
    item: {
      id,
      kind: 'lantern',
      quantity: 1,
      data: STATE.subarray(0, 8),
      holder: { character: `c-${at % characters}` },
    },
  })
  await inTurns(requests, 500, (at) =>
    store.items.apply({ id: `mint-${at}`, at: 1, changes: [mint(`i-${at}`, at), mint(`j-${at}`, at)] }),
  )
}

/** Does `count` things, so many at once. */
async function inTurns(count: number, atOnce: number, work: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < count) await work(next++)
    }),
  )
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
