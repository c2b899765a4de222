import { BoundedQueue, Counters, FOREVER, type Instant, instant, type Machine } from '../core/index.ts'
import type { ContentAnswer, ContentAsk } from './message.ts'
import { contentMetrics } from './metrics.ts'

/** Bytes that are found by their hash: a manifest's, a file's. */
export interface ContentIndex {
  /** Returns how many bytes have this SHA-256; undefined when none do. */
  sizeOf(sha256: string): number | undefined
}

export interface ServingOptions {
  readonly index: ContentIndex
  /** Bytes a second to one client; 1,000,000 when left out. */
  readonly bytesPerSecond?: number
  /** Counts for several clients together; for this one alone when left out. */
  readonly dropped?: Counters<(typeof contentMetrics.dropped.values)[number]>
  /** The most asks that wait for their turn; 32 when left out. More are dropped, and asked for again. */
  readonly asksMax?: number
}

/** How much unused time, in ms, a rare poll may make up for at once. */
const CATCH_UP_MS = 50

export type ServingOutput =
  /** Read these bytes and send them as a piece of so many in `total`. */
  | { readonly do: 'read'; readonly ask: ContentAsk; readonly total: number }
  | { readonly do: 'send'; readonly answer: ContentAnswer }

/**
 * The server's half of an upgrade, for one client: answers its asks in order, up to so many bytes a second [U12].
 * It owns no socket and no file: it says what is to be read, and whoever reads it sends it.
 */
export class ContentServing implements Machine<ContentAsk, ServingOutput> {
  readonly dropped: Counters<(typeof contentMetrics.dropped.values)[number]>
  readonly #index: ContentIndex
  readonly #perMs: number
  readonly #queue: BoundedQueue<ContentAsk>
  #freeAt: Instant

  constructor(options: ServingOptions, now: Instant) {
    const { index, bytesPerSecond = 1_000_000, asksMax = 32, dropped } = options
    this.dropped = dropped ?? new Counters(...contentMetrics.dropped.values)
    this.#index = index
    this.#perMs = bytesPerSecond / 1000
    this.#queue = new BoundedQueue(asksMax)
    this.#freeAt = now
  }

  receive(ask: ContentAsk): void {
    if (!this.#queue.push(ask)) this.dropped.count('too-many')
  }

  /** Asks that wait for their turn. */
  get waiting(): number {
    return this.#queue.length
  }

  poll(now: Instant): ServingOutput | undefined {
    if (now < this.#freeAt) return undefined
    for (let ask = this.#queue.shift(); ask; ask = this.#queue.shift()) {
      const { sha256, offset } = ask
      const total = this.#index.sizeOf(sha256)
      if (total === undefined) return { do: 'send', answer: { is: 'gone', sha256 } }
      const length = Math.min(ask.length, total - offset)
      if (length > 0) {
        this.#freeAt = instant(Math.max(this.#freeAt, now - CATCH_UP_MS) + length / this.#perMs)
        return { do: 'read', ask: { sha256, offset, length }, total }
      }
      this.dropped.count('out-of-range')
    }
    return undefined
  }

  get wakeAt(): Instant {
    return this.#queue.length > 0 ? this.#freeAt : FOREVER
  }
}
