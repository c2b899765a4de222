import { type ContentAnswer, type ContentAsk, PIECE_BYTES_MAX } from '../../content/index.ts'
import { concat, type Instant } from '../../core/index.ts'
import { mapDigest } from '../../dialect/native/index.ts'

/** How many pieces are asked for at a time; and how many more may wait for their turn. */
const AHEAD = 8
const WAITING_MAX = 4200
/** How long an ask goes unanswered before it is made again, in milliseconds; and how many times. */
const AGAIN_MS = 2000
const TRIES_MAX = 6
/** The largest piece, in bytes. */
const BYTES_MAX = 64 * 1024 * 1024

interface Fetch {
  readonly sha256: string
  readonly parts: Uint8Array[]
  got: number
  askedAt: Instant | undefined
  tries: number
  readonly resolve: (bytes: Uint8Array) => void
  readonly reject: (error: Error) => void
}

/**
 * Fetches pieces of maps over the player's own connection [N34], over any link: in the order they were asked for,
 * repeating asks without an answer. It waits while the connection is lost.
 *
 *     fetch(hash) -> poll, ask -> receive(part) -> ask for the next ... -> the whole
 */
export class MapAsks {
  readonly #ask: (ask: ContentAsk) => void
  #heardAt = -Infinity
  readonly #fetches = new Map<string, Fetch & { readonly promise: Promise<Uint8Array> }>()

  /** @param ask  sends an ask to the server, or drops it when there is no room: it is made again */
  constructor(ask: (ask: ContentAsk) => void) {
    this.#ask = ask
  }

  /**
   * @param hash  16 hexadecimal digits. @returns the bytes of that piece; rejects with a sentence when it cannot be had
   */
  fetch(hash: string): Promise<Uint8Array> {
    const sha256 = mapDigest(hash)
    const known = this.#fetches.get(sha256)
    if (known) return known.promise
    if (this.#fetches.size >= WAITING_MAX) return Promise.reject(new Error('too many pieces are asked for.'))
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const fetch = { sha256, parts: [], got: 0, askedAt: undefined, tries: 0, promise, resolve, reject }
    this.#fetches.set(sha256, fetch)
    return promise
  }

  /** Sends the asks that are due. */
  poll(now: Instant): void {
    let ahead = 0
    for (const fetch of this.#fetches.values()) {
      if (ahead++ === AHEAD) return
      if (fetch.askedAt !== undefined && now - Math.max(fetch.askedAt, this.#heardAt) < AGAIN_MS) continue
      if (fetch.tries++ === TRIES_MAX) this.#end(fetch, 'the server does not answer.')
      else this.#askFor(fetch, now)
    }
  }

  /** Takes an answer. @returns whether it answers what was asked here */
  receive(answer: ContentAnswer, now: Instant): boolean {
    const fetch = this.#fetches.get(answer.sha256)
    if (!fetch) return false
    this.#heardAt = now
    if (answer.is === 'gone') this.#end(fetch, 'the server has it no more.')
    else if (answer.total > BYTES_MAX) this.#end(fetch, 'it is too large.')
    else if (answer.offset === fetch.got) {
      // The bytes belong to the link: copy what outlives this call.
      fetch.parts.push(answer.bytes.slice())
      fetch.got += answer.bytes.length
      fetch.tries = 0
      if (fetch.got < answer.total) this.#askFor(fetch, now)
      else {
        this.#fetches.delete(fetch.sha256)
        fetch.resolve(concat(fetch.parts))
        this.poll(now)
      }
    }
    return true
  }

  /** Asks again, over a new connection, for what was asked over the one before. */
  restart(): void {
    for (const fetch of this.#fetches.values()) {
      fetch.askedAt = undefined
      fetch.tries = 0
    }
  }

  /** Rejects every fetch with `reason`: no answer will come any more. */
  forget(reason: string): void {
    for (const fetch of [...this.#fetches.values()]) this.#end(fetch, reason)
  }

  #askFor(fetch: Fetch, now: Instant): void {
    fetch.askedAt = now
    this.#ask({ sha256: fetch.sha256, offset: fetch.got, length: PIECE_BYTES_MAX })
  }

  #end({ sha256, reject }: Fetch, reason: string): void {
    this.#fetches.delete(sha256)
    reject(new Error(`a piece of the map could not be fetched: ${reason}`))
  }
}
