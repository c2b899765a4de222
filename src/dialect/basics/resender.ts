import { type Instant, instant } from '../../core/index.ts'

/** How many packets may wait to be acknowledged, how often each is sent, and how long after the last time, in ms. */
const WAITING_MAX = 64
const SENDINGS_MAX = 6
const FIRST_WAIT_MS = 1000

interface Pending {
  readonly frame: Uint8Array
  sendings: number
  at: Instant
}

/** Sends reliable packets again until the client acknowledges them, or they have been sent often enough [NB5]. */
export class Resender {
  readonly #pending = new Map<number, Pending>()

  /** Keeps a packet that has just been sent. @returns whether there was room */
  keep(sequence: number, frame: Uint8Array, now: Instant): boolean {
    if (this.#pending.size >= WAITING_MAX) return false
    this.#pending.set(sequence, { frame, sendings: 1, at: instant(now + FIRST_WAIT_MS) })
    return true
  }

  /** @returns whether such a packet waited */
  acknowledged(sequence: number): boolean {
    return this.#pending.delete(sequence)
  }

  /** Calls `send` with what is due again. @returns how many were given up */
  advance(now: Instant, send: (frame: Uint8Array) => void): number {
    let lost = 0
    for (const [sequence, pending] of this.#pending) {
      if (now < pending.at) continue
      if (pending.sendings >= SENDINGS_MAX) {
        this.#pending.delete(sequence)
        lost++
        continue
      }
      pending.at = instant(now + 2 * pending.sendings * FIRST_WAIT_MS)
      pending.sendings++
      send(pending.frame)
    }
    return lost
  }
}
