import { cutMap, type MapPieces, piecesOf, type WorldMap } from '../geometry/index.ts'

/** Versions of a map whose pieces are kept: whoever is fetching an older one is not left without. */
const VERSIONS = 2

/** The pieces of all maps, by hash: clients fetch those that they lack. Cut when they are first asked for. */
export class MapShelf {
  readonly #cut = new WeakMap<WorldMap, MapPieces>()
  readonly #versions = new Map<string, MapPieces[]>()
  #pieces: ReadonlyMap<string, Uint8Array> = new Map()

  /** The hash of a map, and from here on its pieces are had under theirs. */
  hashOf(name: string, map: WorldMap): string {
    const known = this.#cut.get(map)
    if (known) return known.hash
    const cut = cutMap(map)
    this.#cut.set(map, cut)
    this.#versions.set(name, [cut, ...(this.#versions.get(name) ?? [])].slice(0, VERSIONS))
    this.#pieces = new Map([...this.#versions.values()].flat().flatMap((pieces) => [...piecesOf(pieces)]))
    return cut.hash
  }

  /** The index of this hash, and all that it names. */
  piecesOf(hash: string): readonly Uint8Array[] {
    for (const versions of this.#versions.values())
      for (const cut of versions) if (cut.hash === hash) return [...cut.files.values()]
    return []
  }

  /** A piece, or an index, by its 16 hexadecimal digits. */
  find(hash: string): Uint8Array | undefined {
    return this.#pieces.get(hash)
  }
}
