import { after, earlier, FOREVER, type Instant, instant, milliseconds } from '../core/index.ts'

/** After how long a silence of the server another way is tried, in milliseconds. */
export const SILENCE_MS = milliseconds(200)
/** The interval between two asks over the newest way, and between two ways that are opened. */
const ASK_MS = milliseconds(50)
const OPEN_MS = milliseconds(400)
/** The most ways that are open besides the one in use. */
const FRESH_MAX = 4
/** How long ways are kept that were tried and not needed, in milliseconds: the server may just be moving. */
const KEEP_MS = milliseconds(2000)

/** A way from a client to its server: a socket of the client's, by number, from 0. */
export type WayNumber = number

interface Fresh {
  readonly way: WayNumber
  /** What the server wants to see from there before it moves. */
  token: Uint8Array | undefined
}

/**
 * Decides over which of its sockets a connected client speaks: after a silence others are opened and tried, and the
 * one over which the server speaks again is the one in use.
 */
export class Ways {
  /** The way in use. */
  current: WayNumber = 0
  #last: WayNumber = 0
  #fresh: Fresh[] = []
  #openedAt = instant(Number.NEGATIVE_INFINITY)
  #askedAt = instant(Number.NEGATIVE_INFINITY)

  /** The ways that are tried, oldest first, each with what the server wants to see. */
  get fresh(): readonly Fresh[] {
    return this.#fresh
  }

  /** Begins anew, with the way that is there. @returns the ways to close */
  restart(): WayNumber[] {
    const closed = this.#fresh.map(({ way }) => way)
    this.#fresh = []
    this.#openedAt = instant(Number.NEGATIVE_INFINITY)
    this.#askedAt = instant(Number.NEGATIVE_INFINITY)
    return closed
  }

  /** Returns a way to open now, and one to close for it, while the server is silent; nothing when it is not time. */
  open(now: Instant): { readonly opened: WayNumber; readonly closed: WayNumber | undefined } | undefined {
    if (now < after(this.#openedAt, OPEN_MS)) return undefined
    this.#openedAt = now
    this.#askedAt = instant(Number.NEGATIVE_INFINITY)
    const closed = this.#fresh.length === FRESH_MAX ? this.#fresh.shift()?.way : undefined
    const opened = ++this.#last
    this.#fresh.push({ way: opened, token: undefined })
    return { opened, closed }
  }

  /** Returns whether it is time to ask, or answer, over the ways that are tried. */
  ask(now: Instant): boolean {
    if (this.#fresh.length === 0 || now < after(this.#askedAt, ASK_MS)) return false
    this.#askedAt = now
    return true
  }

  /** Notes what the server wants to see from a way. @returns false for one that is not tried */
  challenged(way: WayNumber, token: Uint8Array): boolean {
    const fresh = this.#fresh.find((one) => one.way === way)
    if (fresh) fresh.token = token
    return fresh !== undefined
  }

  /** Notes that the server spoke over a way. @returns the ways to close */
  heard(way: WayNumber): WayNumber[] {
    if (way === this.current || !this.#fresh.some((one) => one.way === way)) return []
    const closed = [this.current, ...this.#fresh.map((one) => one.way)].filter((one) => one !== way)
    this.current = way
    this.#fresh = []
    return closed
  }

  /** Gives up ways that nobody needed. @returns the ways to close */
  tidy(now: Instant): WayNumber[] {
    if (this.#fresh.length === 0 || now < after(this.#openedAt, KEEP_MS)) return []
    return this.restart()
  }

  /** When something is to be done. @param silentAt  from when on the server counts as silent */
  wakeAt(silentAt: Instant): Instant {
    const isTrying = this.#fresh.length > 0
    const next = isTrying
      ? earlier(after(this.#askedAt, ASK_MS), after(this.#openedAt, OPEN_MS))
      : after(this.#openedAt, OPEN_MS)
    return earlier(instant(Math.max(silentAt, next)), isTrying ? after(this.#openedAt, KEEP_MS) : FOREVER)
  }
}
