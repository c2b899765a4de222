import type { RefusalCode } from '../dialect/index.ts'
import type { CharacterState } from '../store/index.ts'
import type { Possession } from '../world/index.ts'

/** A client that said hello and wants to enter. */
export interface Asked {
  /** The name to play under. It proves nothing. */
  readonly name: string
  /** The login token of an account; empty for a guest. */
  readonly login: string
  /** The id of the account's character; empty for any. */
  readonly character: string
  readonly address: string
}

/** A request to the account room before hello. */
export interface PageAsked {
  readonly page: string
  readonly login: string
  /** JSON of at most 3,072 bytes. */
  readonly body: string
  readonly address: string
}

/** The player's account, as it was at admission. */
export interface AdmittedAccount {
  readonly id: string
  readonly role: 'player' | 'staff' | 'owner'
  readonly isGuest: boolean
}

/** A character that enters, as it was saved, and its lease. */
export interface AdmittedCharacter extends CharacterState {
  readonly id: string
  readonly name: string
  readonly epoch: number
  readonly items: readonly Possession[]
}

/** The reason a player is refused or expelled. */
export interface Denial {
  readonly code: RefusalCode
  readonly reason: string
  readonly until?: number | undefined
  /** With code `content`: the required version. */
  readonly content?: string | undefined
}

/** Denial for the old connection: a character goes to the latest entry under its account. */
export const TAKEN_OVER = {
  code: 'taken-over',
  reason: 'You came into the world from elsewhere.',
} as const satisfies Denial

export type Decision =
  | { readonly is: 'guest'; readonly name: string }
  /** The character of this id is already in this world: the new connection takes it over. */
  | { readonly is: 'goes-on'; readonly character: string; readonly account: AdmittedAccount }
  /** The character enters; it is not in this world yet. */
  | {
      readonly is: 'admitted'
      readonly name: string
      readonly account: AdmittedAccount
      readonly character: AdmittedCharacter
    }
  | ({ readonly is: 'refused' } & Denial)

/**
 * Decides who may enter. The gateway asks without waiting; the decision comes at once in a lab, and after a store
 * read on a server.
 *
 *     hello --ask--> decide(...) --> in ... --left--> gone
 *                        '--withdrawn (the link was gone when the decision came, or the world did not take it)
 */
export interface Admission {
  /** @param decide  called once, now or later */
  ask(asked: Asked, decide: (decision: Decision) => void): void
  /** @param answer  called once, now or later, with JSON */
  page(asked: PageAsked, answer: (body: string) => void): void
  /** Called when a character that was admitted at another gateway goes on at this one. */
  resumed(character: { readonly accountId: string; readonly characterId: string }): void
  /** Called when a character's session is over. */
  left(id: string): void
  /** Called when a character was admitted but never entered. */
  withdrawn(character: { readonly id: string; readonly epoch: number }): void
}
