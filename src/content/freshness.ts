import { FOREVER, type Instant, instant } from '../core/index.ts'

/** What a page remembers across its own reloads: the versions it reloaded for, oldest first. */
export type Reloads = readonly string[]

export interface FreshnessOptions {
  /** What was remembered before this load. */
  readonly before: Reloads
  /** Milliseconds between two checks of the server's version; 60,000 when left out. */
  readonly lookMs?: number
  /** Milliseconds between two checks for a quiet moment; 1000 when left out. */
  readonly quietMs?: number
}

export type FreshnessOutput =
  /** Ask the server for its version, and tell it with `receive`. */
  | { readonly do: 'look' }
  /** Ask the game whether the moment is quiet, and answer with `quiet`. */
  | { readonly do: 'ask whether quiet' }
  /** Remember this, then load the page again. */
  | { readonly do: 'reload'; readonly remember: Reloads }

/**
 * How often a page reloads for one version. A third time would be a loop: some cache keeps serving the old page.
 */
const RELOADS_MAX = 2
/**
 * How many reloads are remembered, so that two servers with different content cannot send a page to and fro for
 * ever.
 */
const REMEMBERED_MAX = 32

/**
 * Decides whether a page is the newest, and when it reloads itself: when the server's version is no longer the one
 * of the page's loading, at a moment the game calls quiet, at most twice for one version [U23].
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

  /** Takes the server's version, looked up or told with any reply. The first is the page's own. */
  receive(version: string, now: Instant): void {
    this.#own ??= version
    const isNewer = version !== this.#own
    this.#newer = isNewer ? version : undefined
    if (!isNewer || this.#timesFor(version) >= RELOADS_MAX) this.#quietAt = FOREVER
    else if (this.#quietAt === FOREVER) this.#quietAt = now
  }

  /** Notes that there is a newer client, as someone says who knows: looks now. */
  flagged(now: Instant): void {
    if (now < this.#lookAt) this.#lookAt = now
  }

  /** Notes that the moment is quiet. */
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
