import { cutMap, type MapPieces, piecesOf, type WorldMap } from '../geometry/index.ts'

/** The versions of a world's map whose pieces are kept: a client still fetching an older one can finish. */
const VERSIONS = 2

/**
 * Keeps the pieces of all maps by hash: clients fetch those they lack. Maps are cut when first asked for. Worlds of one
 * map share its pieces, until one of them gets a map of its own.
 */
export class MapShelf {
  readonly #cut = new WeakMap<WorldMap, MapPieces>()
  /** The versions of each world's map, the newest first. */
  readonly #versions = new Map<object, readonly MapPieces[]>()
  #pieces: ReadonlyMap<string, Uint8Array> | undefined = new Map()

  /** Returns the hash of a world's map, and makes its pieces available under theirs. */
  hashOf(world: object, map: WorldMap): string {
    let cut = this.#cut.get(map)
    if (!cut) {
      cut = cutMap(map)
      this.#cut.set(map, cut)
    }
    const known = this.#versions.get(world) ?? []
    if (known[0] === cut) return cut.hash
    this.#versions.set(world, [cut, ...known.filter((one) => one !== cut)].slice(0, VERSIONS))
    this.#pieces = undefined
    return cut.hash
  }

  /** Lets go of the maps of a world that is closed. */
  release(world: object): void {
    if (this.#versions.delete(world)) this.#pieces = undefined
  }

  /** Returns the index of this hash, and all the pieces it names. */
  piecesOf(hash: string): readonly Uint8Array[] {
    for (const versions of this.#versions.values())
      for (const cut of versions) if (cut.hash === hash) return [...cut.files.values()]
    return []
  }

  /** Returns a piece or an index by its 16 hexadecimal digits. */
  find(hash: string): Uint8Array | undefined {
    this.#pieces ??= new Map(
      [...new Set([...this.#versions.values()].flat())].flatMap((cut) => [...piecesOf(cut)]),
    )
    return this.#pieces.get(hash)
  }
}
