/** A character's state as sent to its own player, so that the client can predict on from it. */
export interface OwnState {
  /** Entities spawned by the player's steps: how many ticks ago, the ordinal within that tick, and the id. */
  readonly spawned: readonly { readonly back: number; readonly ordinal: number; readonly id: number }[]
  /** The character's changing parts, encoded by the world's `exactRecord`. */
  readonly exact: Uint8Array
}

/** A topic that a player no longer follows. */
export interface Unfollowed {
  readonly key: number
  /** Whether its subject has been removed from the world. */
  readonly isGone: boolean
}

/**
 * Holds a tick's news for one player: where to look, what else to follow, and what concerns the player alone. There
 * is one for each player, refilled each tick; its contents are valid until the next.
 */
export class PlayerNews {
  readonly session: number
  /** Whether there is a place to look from: without one the last place stays in use. */
  hasPlace = false
  /** The place to look from and the view radius, in metres. */
  x = 0
  y = 0
  radius = 0
  /** The player's own character; 0 for none. */
  own = 0
  /** Topics without a place: the world, groups, restricted entities. */
  readonly follow: number[] = []
  readonly unfollow: Unfollowed[] = []
  /** The time by which the player's commands came before their tick was made, in ms; negative for late ones. */
  margin: number | undefined
  /** The exact state of the player's own character, when it must be sent. */
  ownState: OwnState | undefined

  constructor(session: number) {
    this.session = session
  }

  /** Clears what is sent only once. */
  clear(): void {
    this.follow.length = 0
    this.unfollow.length = 0
    this.margin = undefined
    this.ownState = undefined
  }
}
