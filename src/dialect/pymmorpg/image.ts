import {
  type ContentAsk,
  type ContentFile,
  manifestFiles,
  PIECE_BYTES_MAX,
  readAnswer,
  writeAsk,
} from '../../content/index.ts'
import type { Instant } from '../../core/index.ts'
import { PickleTuple, type PickleValue, PickleWriter } from '../../pickle/index.ts'

/** How many pieces are on their way at a time. */
const ASKS_MAX = 8
/** How long nothing may come before what is missing is asked for again, and before another may try, in ms. */
const PATIENCE_MS = 2000
const GIVE_UP_MS = 10_000

/**
 * The directory image of the client content, pickled once for each version and kept for all who upgrade. One peer at
 * a time fetches it, over its own connection, from the content that its gateway serves.
 */
export class ImageShelf {
  readonly bytesMax: number
  #kept: { readonly version: string; readonly image: Uint8Array } | undefined
  #fetching: ImageFetch | undefined

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  /** Returns the pickled image of a version, a list of (name, bytes) and (name, [...]); undefined if it is not here. */
  image(version: string): Uint8Array | undefined {
    return this.#kept?.version === version ? this.#kept.image : undefined
  }

  /** Begins to fetch, unless somebody else does. */
  begin(version: string, ask: (bytes: Uint8Array) => void, now: Instant): ImageFetch | undefined {
    const busy = this.#fetching
    if (busy && busy.version === version && !busy.isGivenUp(now)) return undefined
    this.#fetching = new ImageFetch(version, { bytesMax: this.bytesMax, ask, now })
    return this.#fetching
  }

  keep(version: string, files: ReadonlyMap<string, Uint8Array>): void {
    const writer = new PickleWriter()
    writer.value(directoryOf(files))
    this.#kept = { version, image: writer.finish() }
    this.#fetching = undefined
  }

  /** Ends a fetch that came to nothing. */
  drop(fetch: ImageFetch): void {
    if (this.#fetching === fetch) this.#fetching = undefined
  }
}

/** `gone`: the server has other content by now. `failed`: it is larger than an image may be. */
type FetchState = 'fetching' | 'done' | 'gone' | 'failed'

/** Fetches the files of a version, in order. */
export class ImageFetch {
  readonly version: string
  readonly #bytesMax: number
  readonly #ask: (bytes: Uint8Array) => void
  readonly #whole = new Map<string, Uint8Array>()
  #files: readonly ContentFile[] | undefined
  /** What is being fetched: its hash, how large it is once that is known, and how much of it is here. */
  #hash: string
  #bytes: Uint8Array | undefined
  #received = 0
  #asked = 0
  #heardAt: Instant
  #startedAt: Instant
  #state: FetchState = 'fetching'

  constructor(
    version: string,
    { bytesMax, ask, now }: { bytesMax: number; ask: (bytes: Uint8Array) => void; now: Instant },
  ) {
    this.version = version
    this.#bytesMax = bytesMax
    this.#ask = ask
    this.#hash = version
    this.#heardAt = now
    this.#startedAt = now
    this.#more()
  }

  get state(): FetchState {
    return this.#state
  }

  isGivenUp(now: Instant): boolean {
    return this.#state !== 'fetching' || now - this.#startedAt > GIVE_UP_MS
  }

  /** The files by path, once it is done. */
  get files(): ReadonlyMap<string, Uint8Array> {
    const files = new Map<string, Uint8Array>()
    for (const { path, sha256 } of this.#files ?? []) files.set(path, this.#whole.get(sha256)!)
    return files
  }

  receive(bytes: Uint8Array, now: Instant): void {
    const answer = readAnswer(bytes)
    if (this.#state !== 'fetching' || answer?.sha256 !== this.#hash) return
    if (answer.is === 'gone' || answer.total > this.#bytesMax) {
      this.#state = answer.is === 'gone' ? 'gone' : 'failed'
      return
    }
    if (answer.offset !== this.#received) return
    this.#heardAt = now
    this.#startedAt = now
    this.#bytes ??= new Uint8Array(answer.total)
    this.#bytes.set(answer.bytes, this.#received)
    this.#received += answer.bytes.length
    if (this.#received === this.#bytes.length) this.#next(this.#bytes)
    this.#more()
  }

  /** Asks again for what has not come in time. */
  advance(now: Instant): void {
    if (this.#state !== 'fetching' || now - this.#heardAt < PATIENCE_MS) return
    this.#heardAt = now
    this.#asked = this.#received
    this.#more()
  }

  #next(whole: Uint8Array): void {
    if (this.#files === undefined) {
      this.#files = manifestFiles(whole)
      const total = this.#files?.reduce((sum, { size }) => sum + size, 0) ?? Number.POSITIVE_INFINITY
      if (total > this.#bytesMax) {
        this.#state = 'failed'
        return
      }
    } else this.#whole.set(this.#hash, whole)
    const missing = this.#files?.find(({ sha256, size }) => {
      if (size === 0) this.#whole.set(sha256, new Uint8Array(0))
      return !this.#whole.has(sha256)
    })
    if (missing === undefined) this.#state = 'done'
    else {
      this.#hash = missing.sha256
      this.#bytes = new Uint8Array(missing.size)
      this.#received = 0
      this.#asked = 0
    }
  }

  #more(): void {
    // How long the first file is, its first piece tells.
    const end = this.#bytes?.length ?? 1
    const last = this.#received + ASKS_MAX * PIECE_BYTES_MAX
    while (this.#state === 'fetching' && this.#asked < Math.min(end, last)) {
      const length = Math.min(PIECE_BYTES_MAX, this.#bytes ? end - this.#asked : PIECE_BYTES_MAX)
      const ask: ContentAsk = { sha256: this.#hash, offset: this.#asked, length }
      this.#asked += length
      this.#ask(writeAsk(ask))
    }
  }
}

type Tree = Map<string, Uint8Array | Tree>

/** Makes a list of (name, bytes) and (name, [...]) from files by path. */
function directoryOf(files: ReadonlyMap<string, Uint8Array>): PickleValue {
  const root: Tree = new Map()
  for (const [path, bytes] of files) {
    const names = path.split('/')
    const name = names.pop()!
    let folder = root
    for (const part of names) {
      const known = folder.get(part)
      const next: Tree = known instanceof Map ? known : new Map()
      folder.set(part, next)
      folder = next
    }
    folder.set(name, bytes)
  }
  return listOf(root)
}

function listOf(tree: Tree): PickleValue {
  return Array.from(tree, ([name, one]) => new PickleTuple([name, one instanceof Map ? listOf(one) : one]))
}
