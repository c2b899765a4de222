import { type Milliseconds, milliseconds } from '../../core/index.ts'

/** Before anything was measured: RFC 9002, 6.2.2, kInitialRtt. */
const INITIAL_RTT_MS = 333
/** The granularity of clocks and timers, in ms. */
const GRANULARITY_MS = 2
/** The longest silence that goes unnoticed, however long a round trip took in a bad moment. */
const SILENCE_MS_MAX = 3000
const STRAGGLE_MS_MAX = 50
/** How much later than usual an acknowledgement may be, at least, before what it should be about is sent again. */
const REPEAT_SLACK_MS = 8
/** What is kept of the patience for stragglers at each measured round trip: half of it is gone after 350. */
const STRAGGLE_KEPT = 0.998

/**
 * The round-trip time, measured from acknowledgements: the time from sending a packet to learning that it came, less
 * the time the peer waited before saying so.
 *
 * Smoothed and deviation as RFC 6298 (gains 1/8 and 1/4). Jitter as RFC 3550, 6.4.1 (gain 1/16), over successive
 * round trips instead of one-way transits.
 */
export class RttEstimator {
  #samples = 0
  #latest = INITIAL_RTT_MS
  #smoothed = INITIAL_RTT_MS
  #deviation = INITIAL_RTT_MS / 2
  #jitter = 0
  /** How much longer than usual stragglers took that had been given up, in ms; forgotten slowly. */
  #straggle = 0

  /** Learns from one measured round trip, in ms. */
  sample(rttMs: number): void {
    if (this.#samples++ === 0) {
      this.#smoothed = rttMs
      this.#deviation = rttMs / 2
    } else {
      this.#jitter += (Math.abs(rttMs - this.#latest) - this.#jitter) / 16
      this.#deviation += (Math.abs(rttMs - this.#smoothed) - this.#deviation) / 4
      this.#smoothed += (rttMs - this.#smoothed) / 8
    }
    this.#latest = rttMs
    this.#straggle *= STRAGGLE_KEPT
  }

  /**
   * Learns from a packet that came after it had been given up, so long after sending: from now on more patience, up
   * to another round trip and 50 ms, so that a stall does not teach too much.
   */
  straggler(afterMs: number): void {
    const most = this.#smoothed + STRAGGLE_MS_MAX
    this.#straggle = Math.max(this.#straggle, Math.min(most, afterMs - this.#smoothed))
  }

  get isMeasured(): boolean {
    return this.#samples > 0
  }

  get smoothed(): Milliseconds {
    return milliseconds(this.#smoothed)
  }

  /** The smoothed distance of a round trip from the smoothed one. */
  get deviation(): Milliseconds {
    return milliseconds(this.#deviation)
  }

  /** The smoothed distance of a round trip from the one before. */
  get jitter(): Milliseconds {
    return milliseconds(this.#jitter)
  }

  /**
   * How long after its sending a packet is given up once a later one has been acknowledged [C8]: four deviations
   * past the round trip, so that reordering and jitter seldom count as loss.
   */
  get overtakenAfter(): Milliseconds {
    const slack = Math.max(4 * this.#deviation, this.#smoothed / 8, this.#straggle, GRANULARITY_MS)
    return milliseconds(Math.max(this.#smoothed, this.#latest) + slack)
  }

  /** How long after its sending the content of a packet is sent again that nothing later can tell about [C37]. */
  get repeatAfter(): Milliseconds {
    const slack = Math.max(4 * this.#deviation, this.#smoothed / 8, REPEAT_SLACK_MS)
    return milliseconds(this.#smoothed + slack)
  }

  /**
   * Returns how long to wait for any acknowledgement at all: the same, plus what the peer may wait [C9]; 3 s at
   * most.
   */
  silenceAfter(ackDelay: Milliseconds): Milliseconds {
    const slack = Math.max(4 * this.#deviation, this.#smoothed / 8, 10) + 1.5 * ackDelay
    return milliseconds(Math.min(SILENCE_MS_MAX, this.#smoothed + slack))
  }
}
