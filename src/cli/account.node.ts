import {
  type AccountAnswer,
  createPasswords,
  type RoleBearer,
  randomSecret,
  Steward,
  type WorldOutcome,
} from '../account/index.node.ts'
import { OutsideError } from '../core/index.ts'
import { type Account, ROLES, type Role, type Store } from '../store/index.ts'
import { askPassword } from './ask-password.node.ts'
import type { Settings } from './options.ts'
import { storeOf } from './store.node.ts'

const operator: RoleBearer = { is: 'operator' }
const HOUR = 60 * 60_000
const PAGE = 500

/** What one command on accounts works with. */
interface Desk {
  readonly store: Store
  readonly steward: Steward
  readonly settings: Settings
}

const deeds: Readonly<Record<string, (desk: Desk, name: string, role: string | undefined) => Promise<void>>> =
  {
    list,
    async create({ steward }, name, role) {
      const asked = { name, password: await askPassword(), role: readRole(role ?? 'player') }
      settle(await steward.create(asked, Date.now()))
      console.log(`${name} is registered.`)
    },
    async ban({ steward, settings }, name) {
      const until =
        settings.hours === undefined ? undefined : Date.now() + Math.round(Number(settings.hours) * HOUR)
      const reason = String(settings.reason ?? '')
      const outcome = settle(await steward.ban(operator, { name, until, reason }, Date.now()))
      console.log(
        `${name} is banned ${until === undefined ? 'for good' : `until ${time(until)}`}.${inWorld(outcome)}`,
      )
    },
    async unban({ steward }, name) {
      settle(await steward.unban(operator, name))
      console.log(`${name} may come in again.`)
    },
    async role({ steward }, name, role) {
      if (role === undefined) throw new OutsideError(`Which role is ${name} to have? ${ROLES.join(', ')}`)
      settle(await steward.setRole(operator, { name, role: readRole(role) }))
      console.log(`${name} is ${role} now.`)
    },
    async password({ steward }, name) {
      const outcome = settle(await steward.resetPassword({ name, password: await askPassword() }))
      console.log(`${name} has a new password; every session has ended.${inWorld(outcome)}`)
    },
  }

/** `shardless account DEED [NAME] [ROLE]`: accounts of a store, also while servers use it. */
export async function runAccount(
  settings: Settings,
  deed: string,
  name?: string,
  role?: string,
): Promise<void> {
  if (!Object.hasOwn(deeds, deed))
    throw new OutsideError(
      `"${deed}" is nothing to do with accounts; it is one of ${Object.keys(deeds).join(', ')}.`,
    )
  if (name === undefined && deed !== 'list') throw new OutsideError(`Whom? shardless account ${deed} NAME`)
  if (role !== undefined) readRole(role)
  const store = await storeOf(settings, deed === 'create')
  try {
    const steward = new Steward({ store, passwords: createPasswords(), randomSecret })
    await deeds[deed]({ store, steward, settings }, name ?? '', role)
  } finally {
    await store.close()
  }
}

/** Prints every account, a line each, or those whose names begin so. */
async function list({ store }: Desk, prefix: string): Promise<void> {
  const now = Date.now()
  console.log('name                     role    since                 last login            banned')
  for (let after: string | undefined, isMore = true; isMore; ) {
    const page = await store.accounts.list({ limit: PAGE, after })
    for (const account of page.accounts)
      if (account.name.toLowerCase().startsWith(prefix.toLowerCase())) console.log(line(account, now))
    after = page.next
    isMore = after !== undefined
  }
}

function line({ id, name, role, createdAt, lastLoginAt, ban, passwordHash }: Account, now: number): string {
  const holds = ban !== undefined && (ban.until === undefined || ban.until > now)
  const banned = holds
    ? `${ban.until === undefined ? 'for good' : `until ${time(ban.until)}`}: ${ban.reason}`
    : ''
  const last = lastLoginAt === undefined ? 'never' : time(lastLoginAt)
  // A guest has no name of its own: it is banned by its id.
  const who = passwordHash === undefined ? id : name
  return `${printable(who).padEnd(24)} ${role.padEnd(7)} ${time(createdAt).padEnd(21)} ${last.padEnd(21)} ${printable(banned)}`.trimEnd()
}

/** Leaves out control characters, which a terminal obeys; names have none, reasons may. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?')
}

function time(at: number): string {
  return at > 8.64e15 ? 'the end of time' : new Date(at).toISOString().slice(0, 19).concat('Z')
}

function readRole(role: string): Role {
  const known = ROLES.find((one) => one === role)
  if (known) return known
  throw new OutsideError(`"${role}" is no role; it is one of ${ROLES.join(', ')}.`)
}

function settle<Result extends object>(answer: AccountAnswer<Result>): Result {
  if (answer.is === 'refused') throw new OutsideError(answer.reason)
  return answer as unknown as Result
}

function inWorld({ inWorld: { length } }: WorldOutcome): string {
  if (length === 0) return ''
  return ` ${length === 1 ? 'One character is' : `${length} characters are`} in the world just now.`
}
