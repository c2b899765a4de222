import type { Connection } from './connection.ts'
import type { HeldCharacter, Session } from './session.ts'

/** Somebody of whom the region is asked to let them in. */
export interface Entrance {
  readonly connection: Connection<Session>
  readonly character: HeldCharacter | undefined
  /** Whether the answer did not come at once: then whoever waits for it is told when it comes. */
  isLate: boolean
}

/** A character on its way in or out, and who waits for that to be over. */
interface Passage {
  readonly over: Promise<void>
  readonly end: () => void
}

/** Who is on the way into the world or out of it: between a gateway's word and the region's answer. */
export class Entrances {
  readonly #in = new Map<number, Entrance>()
  readonly #passages = new Map<string, Passage>()
  /** By session: the character that leaves. */
  readonly #out = new Map<number, string>()

  /** How many are on their way in. */
  get size(): number {
    return this.#in.size
  }

  get all(): Iterable<Entrance> {
    return this.#in.values()
  }

  /** Somebody is on the way in. */
  begin(session: number, entrance: Entrance): void {
    this.#in.set(session, entrance)
    if (entrance.character) this.#pass(entrance.character.characterId)
  }

  /** The region has answered. @returns who it was about */
  take(session: number): Entrance | undefined {
    const entrance = this.#in.get(session)
    this.#in.delete(session)
    return entrance
  }

  /** A kept character is in, or has been refused. */
  arrived({ characterId }: HeldCharacter): void {
    this.#end(characterId)
  }

  /** A kept character is on the way out, until the region says that it is saved. */
  leave(session: number, { characterId }: HeldCharacter): void {
    this.#out.set(session, characterId)
    this.#pass(characterId)
  }

  /** Everything of a session is saved. */
  gone(session: number): void {
    const characterId = this.#out.get(session)
    this.#out.delete(session)
    if (characterId !== undefined) this.#end(characterId)
  }

  /**
   * Resolves when a character is in the world for sure, or out of it; undefined for one that is neither coming nor
   * going.
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
