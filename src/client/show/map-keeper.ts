import {
  assembleMap,
  cutMap,
  INDEX,
  missingPieces,
  pieceHash,
  readPieceNames,
  type WorldMap,
} from '../../geometry/index.ts'
import type { FetchPiece } from './ground.ts'

/** The largest number of maps kept, by name; the one unused for longest is dropped. */
const MAPS_MAX = 16
/** How many pieces are fetched at the same time. */
const FETCHES_MAX = 8

interface Kept {
  readonly hash: string
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly map: WorldMap
}

/**
 * Keeps maps as the server has them: of a changed map it fetches only the changed pieces.
 *
 *     const maps = new MapKeeper()
 *     connect(game, url, { name, map: maps.source })
 */
export class MapKeeper {
  /** The number of indexes and pieces fetched, and their bytes. */
  piecesFetched = 0
  bytesFetched = 0
  readonly #fetchPiece: FetchPiece | undefined
  readonly #kept = new Map<string, Kept>()

  /**
   * @param fetchPiece  fetches a piece; over the player's own connection when left out. It rejects with a sentence
   *   when there is none; what it gives is checked
   */
  constructor(fetchPiece?: FetchPiece) {
    this.#fetchPiece = fetchPiece
  }

  /** Adds a map that the program brought along: only the differences from it are fetched. */
  hold(name: string, map: WorldMap): void {
    const { files, hash } = cutMap(map)
    this.#keep(name, { files, hash, map })
  }

  /**
   * The source for `ClientOptions.map`. Rejects with a sentence when a piece cannot be had or is not what it should be.
   */
  readonly source = async (name: string, hash: string, fetchPiece: FetchPiece): Promise<WorldMap> => {
    const fetch = (of: string): Promise<Uint8Array> => this.#fetch(of, this.#fetchPiece ?? fetchPiece)
    const kept = this.#kept.get(name)
    if (kept?.hash === hash) return kept.map
    const index = await fetch(hash)
    const hashes = readPieceNames(index)
    const missing = missingPieces(index, kept?.files ?? new Map())
    if (!hashes) throw new Error(`the index of ${name} makes no sense.`)
    const files = new Map([...(kept?.files ?? []), [INDEX, index]])
    const fetchAll = async (): Promise<void> => {
      for (let file = missing.pop(); file !== undefined; file = missing.pop())
        files.set(file, await fetch(hashes.get(file) as string))
    }
    await Promise.all(Array.from({ length: FETCHES_MAX }, fetchAll))
    for (const file of files.keys()) if (file !== INDEX && !hashes.has(file)) files.delete(file)
    const assembled = assembleMap(files)
    if (assembled.is === 'refused') throw new Error(assembled.reason)
    this.#keep(name, { hash, files, map: assembled.map })
    return assembled.map
  }

  #keep(name: string, kept: Kept): void {
    this.#kept.delete(name)
    this.#kept.set(name, kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAPS_MAX) return
      this.#kept.delete(oldest)
    }
  }

  async #fetch(hash: string, fetchPiece: FetchPiece): Promise<Uint8Array> {
    const bytes = await fetchPiece(hash)
    this.piecesFetched++
    this.bytesFetched += bytes.length
    if (pieceHash(bytes) !== hash) throw new Error(`what came for ${hash} is not it.`)
    return bytes
  }
}
