import type { EpochMs } from '../store/index.ts'

/** Why a request was refused. Stable: clients act on it. The sentence beside it is for people. */
export const refusedCodes = [
  /** The name is malformed, or too like another's. */
  'name',
  'name-taken',
  /** The password is too short, too long, or too common. */
  'password',
  /** No account of that name has that password. Which of the two is wrong is not told. */
  'wrong',
  /** Too many tries: `waitSeconds`. */
  'wait',
  /** Too much to do just now: `waitSeconds`. */
  'busy',
  /** Banned until `until`, or for good. */
  'banned',
  /** The token is malformed, expired or ended: log in again. */
  'token',
  'forbidden',
  'no-such-account',
  'no-such-character',
  'too-many-characters',
  /** The character is in the world. */
  'in-world',
  /** The server takes no guests, or no new accounts. */
  'closed',
  /** The page that asks has an origin that is not allowed. */
  'origin',
  /** The request is malformed. */
  'form',
] as const
export type RefusedCode = (typeof refusedCodes)[number]

export interface RefusedAnswer {
  readonly is: 'refused'
  readonly code: RefusedCode
  readonly reason: string
  /** In how many seconds to ask again. */
  readonly waitSeconds?: number
  /** When a ban ends; undefined for good. */
  readonly until?: EpochMs | undefined
}

/** What was asked for, or why it was refused. */
export type AccountAnswer<Result extends object> = ({ readonly is: 'done' } & Result) | RefusedAnswer

export function refusedAnswer(code: RefusedCode, reason: string): RefusedAnswer {
  return { is: 'refused', code, reason }
}

export function waitFor(waitMs: number): RefusedAnswer {
  const waitSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  return {
    is: 'refused',
    code: 'wait',
    reason: `Too many tries; wait ${waitSeconds} ${waitSeconds === 1 ? 'second' : 'seconds'}.`,
    waitSeconds,
  }
}

export const BUSY: RefusedAnswer = {
  is: 'refused',
  code: 'busy',
  reason: 'The server has too many logins to check just now; try again in a moment.',
  waitSeconds: 1,
}
export const WRONG = refusedAnswer('wrong', 'No account of that name has that password.')
export const NAME_TAKEN = refusedAnswer('name-taken', 'Somebody has that name, or one that looks like it.')
export const NAME_RESERVED = refusedAnswer(
  'name',
  'That name is kept for those who run the server; choose another.',
)
export const NO_TOKEN = refusedAnswer('token', 'You are not logged in any more; log in again.')
export const NO_ACCOUNT = refusedAnswer('no-such-account', 'There is no account of that name.')
export const NO_CHARACTER = refusedAnswer('no-such-character', 'You have no such character.')
