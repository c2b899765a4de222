import type { Instant } from '../../core/index.ts'
import type { ServerPace } from '../../dialect/native/index.ts'

/** Milliseconds without news that count as a stall: the server says something at least every half second. */
const STALL_MS = 750
/** Round trips of which the shortest tells what the way takes by itself. */
const LATELY = 8

/** How the server is felt from here: round-trip times, and news that comes or fails to. */
export class Pulse {
  /** Round-trip time in ms, smoothed; 0 before the first. */
  pingMs = 0
  /** Mean deviation of round-trip times in ms. */
  jitterMs = 0
  /** How the server's ticks go. */
  pace: ServerPace = { workMs: 0, worstMs: 0, lateMs: 0 }
  ticksReceived = 0
  stalls = 0
  readonly #lately: number[] = []
  #newsAt: Instant | undefined

  /** A ping came back: sent at `sent`, with the server's own figure. */
  ponged(sent: number, pace: ServerPace, now: Instant): void {
    const rtt = Math.max(0, now - sent)
    const isFirst = this.pingMs === 0
    this.#lately.push(rtt)
    if (this.#lately.length > LATELY) this.#lately.shift()
    if (!isFirst) this.jitterMs += (Math.abs(rtt - this.pingMs) - this.jitterMs) / 8
    this.pingMs = isFirst ? rtt : this.pingMs + (rtt - this.pingMs) / 4
    this.pace = pace
  }

  /** The shortest round-trip time of the last few, in ms; 0 before the first. */
  get leastMs(): number {
    return this.#lately.length === 0 ? 0 : Math.min(...this.#lately)
  }

  /** News of a tick came. */
  heard(now: Instant): void {
    this.ticksReceived++
    if (this.#newsAt !== undefined && now - this.#newsAt > STALL_MS) this.stalls++
    this.#newsAt = now
  }

  /** A new session: the time without one is no stall. */
  restart(): void {
    this.#newsAt = undefined
  }
}
