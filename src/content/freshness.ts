import { FOREVER, type Instant, instant } from '../core/index.ts'

/** What a page remembers across its own reloads: for which versions it did, oldest first. */
export type Reloads = readonly string[]

export interface FreshnessOptions {
  /** What was remembered before this load. */
  readonly before: Reloads
  /** Milliseconds between two looks at the server's version; 60,000 when left out. */
  readonly lookMs?: number
  /** Milliseconds between two looks at whether the moment is quiet; 1000 when left out. */
  readonly quietMs?: number
}

export type FreshnessOutput =
  /** Ask the server for its version, and tell it with `receive`. */
  | { readonly do: 'look' }
  /** Ask the game whether the moment is quiet, and answer with `quiet`. */
  | { readonly do: 'ask whether quiet' }
  /** Remember this, then load the page again. */
  | { readonly do: 'reload'; readonly remember: Reloads }

/** Reloads for one and the same version. A third would be a loop: some cache keeps giving out the old page. */
const RELOADS_MAX = 2
/** Reloads remembered, so that two servers with different content cannot make a page go to and fro for ever. */
const REMEMBERED_MAX = 32

/**
 * Whether a page is the newest, and when it should load itself again: when the server has another version than when the
 * page was loaded, at a moment the game calls quiet, at most twice for one version [U23].
 */
export class Freshness {
  readonly #before: Reloads
  readonly #lookMs: number
  readonly #quietMs: number
  #own: string | undefined
  #newer: string | undefined
  #isOver = false
  #lookAt: Instant
  #quietAt: Instant = FOREVER

  constructor({ before, lookMs = 60_000, quietMs = 1000 }: FreshnessOptions, now: Instant) {
    this.#before = before
    this.#lookMs = lookMs
    this.#quietMs = quietMs
    this.#lookAt = now
  }

  /** Whether the server has a newer client than this page. */
  get isStale(): boolean {
    return this.#newer !== undefined
  }

  /** The version that the page takes for its own; undefined before the first look. */
  get own(): string | undefined {
    return this.#own
  }

  get wakeAt(): Instant {
    if (this.#isOver) return FOREVER
    return this.#quietAt < this.#lookAt ? this.#quietAt : this.#lookAt
  }

  /** The server's version, looked up or told with any reply. The first is the page's own. */
  receive(version: string, now: Instant): void {
    this.#own ??= version
    const isNewer = version !== this.#own
    this.#newer = isNewer ? version : undefined
    if (!isNewer || this.#timesFor(version) >= RELOADS_MAX) this.#quietAt = FOREVER
    else if (this.#quietAt === FOREVER) this.#quietAt = now
  }

  /** Someone who knows says that there is a newer client: look now. */
  flagged(now: Instant): void {
    if (now < this.#lookAt) this.#lookAt = now
  }

  /** The moment is quiet. */
  quiet(): FreshnessOutput | undefined {
    const version = this.#newer
    if (version === undefined || this.#isOver) return undefined
    this.#isOver = true
    return { do: 'reload', remember: [...this.#before, version].slice(-REMEMBERED_MAX) }
  }

  poll(now: Instant): FreshnessOutput | undefined {
    if (this.#isOver) return undefined
    if (now >= this.#lookAt) {
      this.#lookAt = instant(now + this.#lookMs)
      return { do: 'look' }
    }
    if (now < this.#quietAt) return undefined
    this.#quietAt = instant(now + this.#quietMs)
    return { do: 'ask whether quiet' }
  }

  #timesFor(version: string): number {
    return this.#before.filter((one) => one === version).length
  }
}
