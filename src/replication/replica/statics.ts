import { BitReader } from '../../wire/index.ts'
import type { AnyGame, EntityId } from '../../world/index.ts'

/** The most entities whose once-told fields are remembered: several times what any author counts on. */
const STATICS_MAX = 20_000

/** The once-told fields of one entity. */
export interface Introduction {
  readonly kind: number
  readonly value: Readonly<Record<string, unknown>>
  /** As they travel. */
  readonly bytes: Uint8Array
}

/**
 * Remembers the once-told fields of entities after they leave: those used last, up to a number larger than an
 * author's memory of what it told [T14].
 */
export class Statics {
  readonly #game: AnyGame
  readonly #reader = new BitReader()
  /** The one used longest ago comes first. */
  readonly #introductions = new Map<EntityId, Introduction>()

  constructor(game: AnyGame) {
    this.#game = game
  }

  /** @returns whether the bytes are the once-told fields of such a kind */
  learn(id: EntityId, kindIndex: number, bytes: Uint8Array): boolean {
    const kind = this.#game.kinds[kindIndex]
    if (kind === undefined || id === 0) return false
    const reader = this.#reader.reset(bytes)
    const value = kind.statics.read(reader) as Record<string, unknown>
    reader.align()
    if (reader.isBroken || reader.bitsLeft > 0) return false
    this.#introductions.delete(id)
    this.#introductions.set(id, { kind: kindIndex, value, bytes: bytes.slice() })
    if (this.#introductions.size > STATICS_MAX)
      for (const oldest of this.#introductions.keys()) {
        this.#introductions.delete(oldest)
        break
      }
    return true
  }

  get(id: EntityId): Introduction | undefined {
    return this.#introductions.get(id)
  }

  /** As `get`, but it is then remembered longer. */
  use(id: EntityId): Introduction | undefined {
    const introduction = this.#introductions.get(id)
    if (introduction === undefined) return undefined
    this.#introductions.delete(id)
    this.#introductions.set(id, introduction)
    return introduction
  }

  clear(): void {
    this.#introductions.clear()
  }
}
