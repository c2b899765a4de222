import { cutMap, type MapPieces, piecesOf, type WorldMap } from '../geometry/index.ts'

/** The versions of a map whose pieces are kept: a client still fetching an older one can finish. */
const VERSIONS = 2

/** Keeps the pieces of all maps by hash: clients fetch those they lack. Maps are cut when first asked for. */
export class MapShelf {
  readonly #cut = new WeakMap<WorldMap, MapPieces>()
  readonly #versions = new Map<string, MapPieces[]>()
  #pieces: ReadonlyMap<string, Uint8Array> = new Map()

  /** Returns the hash of a map, and makes its pieces available under theirs. */
  hashOf(name: string, map: WorldMap): string {
    const known = this.#cut.get(map)
    if (known) return known.hash
    const cut = cutMap(map)
    this.#cut.set(map, cut)
    this.#versions.set(name, [cut, ...(this.#versions.get(name) ?? [])].slice(0, VERSIONS))
    this.#pieces = new Map([...this.#versions.values()].flat().flatMap((pieces) => [...piecesOf(pieces)]))
    return cut.hash
  }

  /** Returns the index of this hash, and all the pieces it names. */
  piecesOf(hash: string): readonly Uint8Array[] {
    for (const versions of this.#versions.values())
      for (const cut of versions) if (cut.hash === hash) return [...cut.files.values()]
    return []
  }

  /** Returns a piece or an index by its 16 hexadecimal digits. */
  find(hash: string): Uint8Array | undefined {
    return this.#pieces.get(hash)
  }
}
