import type { AccountRefusal } from './speaker.ts'

/** The answer of an account page to a login or a registration. */
export type LoginAnswer =
  | { readonly is: 'done'; readonly token: string }
  | {
      readonly is: 'refused'
      readonly code: AccountRefusal
      readonly reason: string
      readonly waitSeconds?: number | undefined
      readonly until?: number | undefined
    }

/** @param body  this server's own JSON, as native clients get it */
export function readLoginAnswer(body: string): LoginAnswer {
  const answer = JSON.parse(body) as {
    readonly is: string
    readonly token?: string
    readonly code?: AccountRefusal
    readonly reason?: string
    readonly waitSeconds?: number
    readonly until?: number
  }
  if (answer.is === 'done' && answer.token !== undefined) return { is: 'done', token: answer.token }
  const { code = 'busy', reason = 'The server could not do that.', waitSeconds, until } = answer
  return { is: 'refused', code, reason, waitSeconds, until }
}
