import type { Whereabouts } from '../../dialect/native/index.ts'
import { cutMap, type WorldMap } from '../../geometry/index.ts'
import type { GameCode } from '../../world/index.ts'

/** The world that a player is in, and its map where that is at hand. */
export interface MapInfo {
  /** The map's name. */
  readonly name: string
  /** The world's id: many may be played on one map at a time. */
  readonly instance: number
  /** The width, in metres. */
  readonly width: number
  readonly height: number
  readonly ticksPerSecond: number
  /** The hash of the map's content, 16 hexadecimal digits: `cutMap(map).hash`. */
  readonly hash: string
  /** The map, once the right one is at hand: see `ClientOptions.map`. */
  readonly ground: WorldMap | undefined
}

/**
 * A map, or a function that gets maps: called for each map that the player comes to, and again when one has changed.
 */
export type MapSource =
  | WorldMap
  | ((name: string, hash: string, fetchPiece: FetchPiece) => WorldMap | Promise<WorldMap> | undefined)

/** Fetches a piece of a map, or its index, by its hash over the player's own connection; rejects with a sentence. */
export type FetchPiece = (hash: string) => Promise<Uint8Array>

export interface GroundParts {
  /** Contains what a map function throws. */
  readonly code: GameCode
  readonly fetchPiece: FetchPiece
  /** Called when the map has changed, is at hand, or cannot be had. */
  readonly changed: () => void
}

/**
 * Gets the map to predict the player's character on: only the very one that the server has.
 *
 *     come(where) -> at hand, the right one -> changed
 *                    on its way             -> changed, later
 *                    none, or another one   -> trouble says so
 */
export class Ground {
  readonly #source: MapSource | undefined
  readonly #parts: GroundParts
  readonly #hashes = new WeakMap<WorldMap, string>()
  #where: Whereabouts | undefined
  #map: WorldMap | undefined
  #trouble: string | undefined = 'The server has not said yet which map it is.'

  constructor(source: MapSource | undefined, parts: GroundParts) {
    this.#source = source
    this.#parts = parts
  }

  /** Whether the options name a source of maps. */
  get isWanted(): boolean {
    return this.#source !== undefined
  }

  get map(): WorldMap | undefined {
    return this.#map
  }

  /** The reason why there is no map, in a sentence; undefined where there is one. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  get info(): MapInfo | undefined {
    if (!this.#where) return undefined
    const { map: name, ...rest } = this.#where
    return { name, ...rest, ground: this.#map }
  }

  /** Changes to the map that the server names. */
  come(where: Whereabouts): void {
    const isSame = this.#where?.map === where.map && this.#where.hash === where.hash
    this.#where = where
    if (isSame && this.#map) {
      this.#parts.changed()
      return
    }
    this.#map = undefined
    const source = this.#source
    const found = this.#ask(source, where)
    if (found instanceof Error) this.#trouble = `The map ${where.map} could not be had: ${found.message}`
    else if (found === undefined) this.#trouble = `No map was given for ${where.map}.`
    else if (typeof found === 'object' && found !== null && 'then' in found) {
      this.#trouble = `The map ${where.map} is on its way.`
      found.then(
        (map) => {
          if (this.#where !== where) return
          this.#take(map, where)
          this.#parts.changed()
        },
        (error) => {
          if (this.#where !== where) return
          this.#trouble = `The map ${where.map} could not be had: ${sentenceOf(error)}`
          this.#parts.changed()
        },
      )
    } else this.#take(found, where)
    this.#parts.changed()
  }

  /** Returns what the source gives; an error where it threw. */
  #ask(source: MapSource | undefined, where: Whereabouts): WorldMap | Promise<WorldMap> | undefined | Error {
    if (typeof source !== 'function') return source
    try {
      return source(where.map, where.hash, this.#parts.fetchPiece)
    } catch (error) {
      this.#parts.code.failed('map', where.map, error)
      return error instanceof Error ? error : new Error(sentenceOf(error))
    }
  }

  #take(map: WorldMap, where: Whereabouts): void {
    let hash: string
    try {
      hash = this.#hashes.get(map) ?? cutMap(map).hash
    } catch (error) {
      this.#parts.code.failed('map', where.map, error)
      this.#trouble = `What was given for the map ${where.map} is no map: ${sentenceOf(error)}`
      return
    }
    this.#hashes.set(map, hash)
    const isRight = hash === where.hash
    this.#map = isRight ? map : undefined
    this.#trouble = isRight
      ? undefined
      : `The map given for ${where.map} is another one (${hash}) than the server's (${where.hash}).`
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
