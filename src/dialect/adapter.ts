import type { AnyEntity, AnyGame, CommandOf, EntityId } from '../world/index.ts'

/** Somebody or something as a foreign protocol shows it. */
export interface Figure {
  /** The name that is shown, in any script; a dialect whose names are narrower makes one of it. */
  readonly name: string
  /** The number of its looks, from 0 up; a dialect has its own looks for it, over again when it has fewer. */
  readonly look?: number
}

/**
 * Says how a game is shown to players of a foreign protocol, and what its commands and requests are: what any
 * dialect needs. A game exports one, and hands it to each dialect that it wants to be played in; a dialect that needs
 * to know more asks for it in an adapter of its own, which extends this one.
 *
 *     entity --figure--> who is shown        event --heard--> what is said
 *     a key, a click --walk--> command       typed words --say--> request
 *
 * Everything here is pure and quick: `figure` is asked once for each entity that comes into sight.
 */
export interface Adapter<G extends AnyGame = AnyGame> {
  /** Returns how an entity is shown; undefined for one that is not. */
  figure(entity: AnyEntity): Figure | undefined
  /**
   * Returns the command that walks from now on.
   *
   * @param east   -1, 0 or 1, or anything between
   * @param north  the same; both 0 to stand still
   */
  walk(east: number, north: number): CommandOf<G>
  /** Returns the request that says these words to those near; undefined for words that are not said. */
  say?(words: string): { readonly request: keyof G['requests'] & string; readonly body: unknown } | undefined
  /** Returns what somebody says by an event of the game; undefined for events of other kinds. */
  heard?(event: string, body: unknown): { readonly who: EntityId; readonly words: string } | undefined
}
