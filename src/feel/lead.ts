import type { Instant } from '../core/index.ts'
import type { TickClock } from './clock.ts'

/** Milliseconds before their tick at which commands should arrive. */
const MARGIN_MS = 8
/** The share of what commands come too early that is given back with each word of it. */
const LOWER = 0.002
const FAR_LOWER = 0.2
/** How much faster or slower the player's clock may run. */
const FASTER = 0.1
const SLOWER = 0.025
/** Where it is ahead by far too much, as after a joining that took long: ticks too many, and how much slower then. */
const FAR_TICKS = 3
const FAR_SLOWER = 0.3
/** Of the first round trip, what is believed: the greeting may have been lost and said again. */
const RTT_MS_MOST = 400
/** Ticks off beyond which the clock is set, and as far ahead of the server's news as it ever runs. */
const STEP_TICKS = 20
const LEAD_SECONDS_MOST = 1.5

/**
 * How far a player's clock runs ahead of what is heard of the server, so that commands arrive just before the tick they
 * are for. The server tells by how much they do; the clock is slewed, and more readily forwards than back.
 */
export class Lead {
  readonly #clock: TickClock
  readonly #tickMs: number
  #wanted = 0
  #lead = 0
  #at = 0
  /** Until then, what is heard of commands still tells of those from before the last raise. */
  #staleUntil = 0
  /** The last margin heard of, in ms. */
  marginMs = 0

  constructor(clock: TickClock, ticksPerSecond: number) {
    this.#clock = clock
    this.#tickMs = 1000 / ticksPerSecond
  }

  /** A session begins: what is said takes `rttMs` there and back. */
  begin(rttMs: number, now: Instant): void {
    this.#wanted = (Math.min(rttMs, RTT_MS_MOST) + MARGIN_MS) / this.#tickMs + 1
    this.#lead = this.#wanted
    this.#at = now
  }

  /** The server says by how many ms commands came before their tick, negative for late ones; `rttMs` is the round trip. */
  heard(marginMs: number, rttMs: number, now: Instant): void {
    this.marginMs = marginMs
    const off = (MARGIN_MS - marginMs) / this.#tickMs
    if (off <= 0) this.#wanted = Math.max(0, this.#wanted + off * (off < -FAR_TICKS ? FAR_LOWER : LOWER))
    else if (now >= this.#staleUntil) {
      this.#wanted = Math.min(this.#wanted + off, (LEAD_SECONDS_MOST * 1000) / this.#tickMs)
      this.#staleUntil = now + rttMs + (off * this.#tickMs) / FASTER
    }
  }

  /** Ticks ahead of what is heard of the server. */
  get ticks(): number {
    return this.#lead
  }

  /** The player's tick at `now`, with a fraction. */
  tickAt(now: Instant): number {
    const elapsed = Math.max(0, now - this.#at) / this.#tickMs
    this.#at = now
    const off = this.#wanted - this.#lead
    if (Math.abs(off) > STEP_TICKS) this.#lead = this.#wanted
    else {
      const slower = off < -FAR_TICKS ? FAR_SLOWER : SLOWER
      this.#lead += Math.max(-slower * elapsed, Math.min(FASTER * elapsed, off))
    }
    return this.#clock.tickAt(now) + this.#lead
  }
}
