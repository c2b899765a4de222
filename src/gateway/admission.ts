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
 * Who decides who comes in, and hears of those characters that are kept. The host asks and goes on ticking; the decision comes
 * when it comes: at once in a lab, after a look into the store on a server.
 *
 *     hello --ask--> decide(...) --entered--> changed, changed ... --left | lost--> gone
 *                        '--withdrawn (the link was gone when the decision came)
 */
export interface Admission {
  /** @param decide  called once, now or later */
  ask(asked: Asked, decide: (decision: Decision) => void): void
  /** @param answer  called once, now or later, with JSON */
  page(asked: PageAsked, answer: (body: string) => void): void
  /** The character is in the world, under this lease. */
  entered(character: { readonly id: string; readonly epoch: number; readonly accountId: string }): void
  /** It is another than it was: `Host.stateOf` says how. */
  changed(id: string): void
  /** It leaves: `Host.stateOf` says for the last time what it is. */
  left(id: string): void
  /** It goes because it is another server's: nothing of it may be saved here. */
  lost(id: string): void
  /** It was admitted and never came in. */
  withdrawn(character: { readonly id: string; readonly epoch: number }): void
}
