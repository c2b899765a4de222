import type { RefusalCode } from '../dialect/index.ts'
import type { CharacterState } from '../store/index.ts'
import type { Possession } from '../world/index.ts'

/** Somebody who said hello and wants to come in. */
export interface Asked {
  /** The name to play under. It claims nothing. */
  readonly name: string
  /** The login token of an account; empty for a guest. */
  readonly login: string
  /** The id of the account's character; empty for whichever there is. */
  readonly character: string
  readonly address: string
}

/** Something asked of the account room before hello. */
export interface PageAsked {
  readonly page: string
  readonly login: string
  /** JSON, of at most 3,072 bytes. */
  readonly body: string
  readonly address: string
}

/** Whose the player is, as the account was when it was asked. */
export interface AdmittedAccount {
  readonly id: string
  readonly role: 'player' | 'staff' | 'owner'
  readonly isGuest: boolean
}

/** A character that comes in, as it was kept, and the lease that it is held by. */
export interface AdmittedCharacter extends CharacterState {
  readonly id: string
  readonly name: string
  readonly epoch: number
  readonly items: readonly Possession[]
}

/** Why somebody is not let in, or not any longer. */
export interface Denial {
  readonly code: RefusalCode
  readonly reason: string
  readonly until?: number | undefined
  /** With code `content`: the version that is wanted. */
  readonly content?: string | undefined
}

/** A character goes to whoever comes in with its account last. */
export const TAKEN_OVER = {
  code: 'taken-over',
  reason: 'You came into the world from elsewhere.',
} as const satisfies Denial

export type Decision =
  | { readonly is: 'guest'; readonly name: string }
  /** The character of this id is in this world already: whoever asks has it from now on. */
  | { readonly is: 'goes-on'; readonly character: string; readonly account: AdmittedAccount }
  /** The character comes in; it is not in this world. */
  | {
      readonly is: 'admitted'
      readonly name: string
      readonly account: AdmittedAccount
      readonly character: AdmittedCharacter
    }
  | ({ readonly is: 'refused' } & Denial)

/**
 * Decides who comes in. The gateway asks and goes on; the decision comes when it comes: at once in a lab, after a
 * look into the store on a server.
 *
 *     hello --ask--> decide(...) --> in ... --left--> gone
 *                        '--withdrawn (the link was gone when the decision came, or the world did not take it)
 */
export interface Admission {
  /** @param decide  called once, now or later */
  ask(asked: Asked, decide: (decision: Decision) => void): void
  /** @param answer  called once, now or later, with JSON */
  page(asked: PageAsked, answer: (body: string) => void): void
  /** A character's session is over. */
  left(id: string): void
  /** It was admitted and never came in. */
  withdrawn(character: { readonly id: string; readonly epoch: number }): void
}
