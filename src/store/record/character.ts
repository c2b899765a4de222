import type { EpochMs } from './epoch.ts'

/**
 * The right to speak for a character, held by one server at a time. `epoch` grows with each change of hands, so
 * what an earlier holder still sends is known by its epoch and refused.
 */
export interface Lease {
  readonly server: string
  readonly epoch: number
}

/** Where a character stands and what it is, as of one moment. */
export interface CharacterState {
  /** The map's name, at most 64 UTF-16 units; empty before it first entered the world. */
  readonly map: string
  /** In the game's own order and units: at most 8 finite numbers. */
  readonly position: readonly number[]
  /**
   * Attributes and whatever else the game keeps, opaque here; at most 65,536 bytes. The character's items are in
   * `items`.
   */
  readonly state: Uint8Array
}

export interface Character extends CharacterState {
  /** Made by the caller, as an account's. */
  readonly id: string
  readonly accountId: string
  readonly name: string
  /** In canonical form; no two characters have the same. A game where names may repeat gives the id. */
  readonly nameKey: string
  readonly createdAt: EpochMs
  /** When its state was last saved. */
  readonly savedAt: EpochMs
  /** Who speaks for the character now; undefined while it is not in the world. */
  readonly lease: Lease | undefined
}

export interface NewCharacter extends CharacterState {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly nameKey: string
  readonly at: EpochMs
  /** The most characters per account; beyond it the answer is `full`. */
  readonly perAccountMax: number
}

/** `no-account`: there is none of that id. The same request repeated is `created` again. */
export type CharacterCreation =
  | { readonly is: 'created'; readonly character: Character }
  | { readonly is: 'taken'; readonly what: 'name' | 'id' }
  | { readonly is: 'full' }
  | { readonly is: 'no-account' }

/** One character's state, saved by the holder of its lease. */
export interface Checkpoint extends CharacterState {
  readonly id: string
  readonly epoch: number
  readonly at: EpochMs
}

/**
 * A lease that ended because another server entered: tell that server's player why, and drop the character there.
 */
export interface Displaced extends Lease {
  readonly character: string
}

export interface Entry {
  readonly id: string
  /**
   * The server process that is going to hold the character: a name that no other has, new at each start; as an id.
   */
  readonly server: string
  /** Answers `held` rather than taking over. Default: take over. */
  readonly onlyIfFree?: boolean
  /** Other characters of the account may stay in the world. Default: one at a time. */
  readonly besideOthers?: boolean
}

export type Entered =
  | {
      readonly is: 'entered'
      /** The character as it is now, with its new lease. */
      readonly character: Character
      /** Leases that this entry ended: of this character, and of the account's others. */
      readonly displaced: readonly Displaced[]
    }
  | { readonly is: 'held'; readonly by: Displaced }
  | { readonly is: 'unknown' }

export interface Characters {
  create(character: NewCharacter): Promise<CharacterCreation>
  find(id: string): Promise<Character | undefined>
  findByKey(nameKey: string): Promise<Character | undefined>
  /** Lists the account's characters, oldest first. */
  list(accountId: string): Promise<readonly Character[]>
  /** Deletes a character and its items. @returns whether there was one */
  delete(id: string): Promise<boolean>

  /** Takes the character into the world: gives a lease with a new epoch. */
  enter(entry: Entry): Promise<Entered>
  /**
   * Saves up to 10,000 characters in one transaction. One whose epoch is not the lease's is left as it is.
   *
   * @returns the ids of those left as they are: their holder has lost the lease
   */
  checkpoint(checkpoints: readonly Checkpoint[]): Promise<{ readonly stale: readonly string[] }>
  /**
   * Saves a last time and gives the lease back, in one transaction. @returns false, and does nothing, when the
   * lease was another's
   */
  leave(checkpoint: Checkpoint): Promise<boolean>
  /** Gives the lease back without saving. @returns false when it was another's */
  release(lease: { readonly id: string; readonly epoch: number }): Promise<boolean>
  /** Ends every lease of a server that died. What it still sends is stale. @returns how many */
  releaseServer(server: string): Promise<number>
  /** Lists the characters that the server holds, by id. */
  heldBy(server: string): Promise<readonly Character[]>
}
