import type { AccountRefusal } from './speaker.ts'

/** What a page of accounts has answered, as far as a login or a registration is concerned. */
export type LoginAnswer =
  | { readonly is: 'done'; readonly token: string }
  | {
      readonly is: 'refused'
      readonly code: AccountRefusal
      readonly reason: string
      readonly waitSeconds?: number | undefined
      readonly until?: number | undefined
    }

/** @param body  JSON of this very server's, as it goes to native clients */
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
