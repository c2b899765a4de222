import type { Connection } from './connection.ts'
import type { HeldCharacter, Session } from './session.ts'

/** A player the region is asked to let in. */
export interface Entrance {
  readonly connection: Connection<Session>
  readonly character: HeldCharacter | undefined
  /** How the session's tokens begin, where another gateway may claim it. */
  readonly constant: Uint8Array | undefined
  /** Whether the answer did not come at once: the one waiting for it is then notified when it comes. */
  isLate: boolean
}

/** A character on its way in or out, and the waiters for its completion. */
interface Passage {
  readonly over: Promise<void>
  readonly end: () => void
}

/** Tracks players entering or leaving the world, between the gateway's message and the region's answer. */
export class Entrances {
  readonly #in = new Map<number, Entrance>()
  readonly #passages = new Map<string, Passage>()
  /** Leaving characters, by session. */
  readonly #out = new Map<number, string>()

  /** The number of players on their way in. */
  get size(): number {
    return this.#in.size
  }

  get all(): Iterable<Entrance> {
    return this.#in.values()
  }

  /** Adds a player on the way in. */
  begin(session: number, entrance: Entrance): void {
    this.#in.set(session, entrance)
    if (entrance.character) this.#pass(entrance.character.characterId)
  }

  /** Removes an entrance that the region has answered. @returns that entrance */
  take(session: number): Entrance | undefined {
    const entrance = this.#in.get(session)
    this.#in.delete(session)
    return entrance
  }

  /** Ends the passage of a kept character that has entered or was refused. */
  arrived({ characterId }: HeldCharacter): void {
    this.#end(characterId)
  }

  /** Adds a kept character on the way out, until the region says that it is saved. */
  leave(session: number, { characterId }: HeldCharacter): void {
    this.#out.set(session, characterId)
    this.#pass(characterId)
  }

  /** Ends the passage of a session's character: everything of it is saved. */
  gone(session: number): void {
    const characterId = this.#out.get(session)
    this.#out.delete(session)
    if (characterId !== undefined) this.#end(characterId)
  }

  /**
   * Resolves when a character has surely entered or left the world; undefined for one that is doing neither.
   */
  whenSettled(characterId: string): Promise<void> | undefined {
    return this.#passages.get(characterId)?.over
  }

  #pass(characterId: string): void {
    if (this.#passages.has(characterId)) return
    const { promise: over, resolve: end } = Promise.withResolvers<void>()
    this.#passages.set(characterId, { over, end })
  }

  #end(characterId: string): void {
    const passage = this.#passages.get(characterId)
    this.#passages.delete(characterId)
    passage?.end()
  }
}
