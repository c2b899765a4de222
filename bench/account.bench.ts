/**
 * Accounts: what a login costs beside the Argon2id in it, computed with the same parameters by node:crypto alone;
 * and what is checked without one: a token, a name. Time is the process's CPU time, all threads. A ratio is ours
 * over the bare hash: 1 says that nothing but the hash costs anything.
 */
import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { DEFAULT_COST, openAccounts, readName } from '../src/account/index.node.ts'
import { createMemoryStore } from '../src/store/index.ts'
import type { Row } from './row.ts'

const hash = promisify(argon2)
const NAMES = ['Ada Lovelace', 'Жанна', '山田太郎', "O'Neill", 'Αθηνά', 'x_1-2.b']

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const store = createMemoryStore()
  const { accounts } = openAccounts({ store, audience: 'bench' })
  const ada = { name: 'Ada', password: 'correct horse', address: '203.0.113.1' }
  const registered = await accounts.register(ada, 0)
  const token = registered.is === 'done' ? registered.token : ''
  const { memory, passes, lanes: parallelism } = DEFAULT_COST
  const bare = { message: ada.password, nonce: randomBytes(16), parallelism, tagLength: 32, memory, passes }
  const best = { bare: Infinity, login: Infinity }
  // In turns, so that a noisy moment is nobody's.
  for (let round = 0; round < (quick ? 4 : 20); round++) {
    best.bare = Math.min(best.bare, await microseconds(4, () => hash('argon2id', bare)))
    best.login = Math.min(best.login, await microseconds(4, () => accounts.login(ada, 0)))
  }
  const times = quick ? 2000 : 20_000
  let at = 0
  const check = await microseconds(times, () => accounts.check(token, 0))
  const name = await microseconds(times, () => readName(NAMES[at++ % NAMES.length]))
  const row = (what: string, metric: string, value: number, unit: string): Row => ({
    bench: 'account',
    case: what,
    metric,
    value,
    unit,
  })
  return [
    row('login', 'CPU time', best.login / 1000, 'ms'),
    row('login', 'bare Argon2id', best.bare / 1000, 'ms'),
    row('login', 'over bare Argon2id', best.login / best.bare, 'ratio'),
    row('login', 'on one core', 1e6 / best.login, 'per second'),
    row('token', 'check, account looked up', check, 'us'),
    row('name', 'read', name, 'us'),
  ]
}

/** Returns the CPU time of one call, on average over `times` of them. */
async function microseconds(times: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / times
}
