/** How a character is, as its own player is told of it, so that the player's client can go on from there. */
export interface OwnState {
  /** What the player's steps have put into the world: so many ticks ago, which one of that tick, under which id. */
  readonly spawned: readonly { readonly back: number; readonly ordinal: number; readonly id: number }[]
  /** The character's changing parts, encoded by the world's `exactRecord`. */
  readonly exact: Uint8Array
}

/** A topic that a player follows no longer. */
export interface Unfollowed {
  readonly key: number
  /** Whether what it was about has been removed from the world. */
  readonly isGone: boolean
}

/**
 * What a tick means for one player: where to look, what to follow besides, and what concerns the player alone.
 * There is one for each, filled anew with each tick; what it holds is good until the next.
 */
export class PlayerNews {
  readonly session: number
  /** Whether there is a place to look from: whoever has none goes on looking from the last. */
  hasPlace = false
  /** Metres. */
  x = 0
  y = 0
  radius = 0
  /** The player's own character; 0 for none. */
  own = 0
  /** Topics without a place: the world, groups, restricted entities. */
  readonly follow: number[] = []
  readonly unfollow: Unfollowed[] = []
  /** Milliseconds by which the player's commands came before their tick was made; negative for late ones. */
  margin: number | undefined
  /** Where it has to be told: how the player's own character is, exactly. */
  ownState: OwnState | undefined

  constructor(session: number) {
    this.session = session
  }

  /** Empties what is said but once. */
  clear(): void {
    this.follow.length = 0
    this.unfollow.length = 0
    this.margin = undefined
    this.ownState = undefined
  }
}
