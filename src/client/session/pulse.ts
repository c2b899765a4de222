import type { Instant } from '../../core/index.ts'
import type { ServerPace } from '../../dialect/native/index.ts'

/**
 * The time without news that counts as a stall, in milliseconds: the server says something at least every half second.
 */
const STALL_MS = 750
/** How many recent round trips are kept: the shortest tells the network's own delay. */
const LATELY = 8

/** Measures the connection: round-trip times, stalls, and the server's pace. */
export class Pulse {
  /** The smoothed round-trip time, in ms; 0 before the first. */
  pingMs = 0
  /** The mean deviation of round-trip times, in ms. */
  jitterMs = 0
  /** The timing of the server's ticks. */
  pace: ServerPace = { workMs: 0, worstMs: 0, lateMs: 0 }
  ticksReceived = 0
  stalls = 0
  readonly #lately: number[] = []
  #newsAt: Instant | undefined

  /** Records the answer to a ping that was sent at `sent`, with the server's own figures. */
  ponged(sent: number, pace: ServerPace, now: Instant): void {
    const rtt = Math.max(0, now - sent)
    const isFirst = this.pingMs === 0
    this.#lately.push(rtt)
    if (this.#lately.length > LATELY) this.#lately.shift()
    if (!isFirst) this.jitterMs += (Math.abs(rtt - this.pingMs) - this.jitterMs) / 8
    this.pingMs = isFirst ? rtt : this.pingMs + (rtt - this.pingMs) / 4
    this.pace = pace
  }

  /** The shortest recent round-trip time, in ms; 0 before the first. */
  get leastMs(): number {
    return this.#lately.length === 0 ? 0 : Math.min(...this.#lately)
  }

  /** Records that news of a tick came. */
  heard(now: Instant): void {
    this.ticksReceived++
    if (this.#newsAt !== undefined && now - this.#newsAt > STALL_MS) this.stalls++
    this.#newsAt = now
  }

  /** Starts a new session: the time without one is no stall. */
  restart(): void {
    this.#newsAt = undefined
  }
}
