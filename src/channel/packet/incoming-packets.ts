import { type Instant, SEQUENCE_MASK, unwrapSequence } from '../../core/index.ts'
import type { BitWriter } from '../../wire/index.ts'
import { ACK_BYTES_MAX } from './header.ts'

/** How far behind the newest a packet may come and still be taken. */
const SPAN = 1024
const SLOT = SPAN - 1
/** The longest delay that fits the wire, in units of 0.25 ms; this or more means "too long to learn from". */
const DELAY_MAX = 255

export type Arrival = 'new' | 'repeat' | 'old'

/**
 * Remembers which packets have come, to tell new ones from repeats and to write acknowledgements.
 *
 * An acknowledgement names the newest packet taken and, one bit each, those before it, back to the oldest that the
 * peer may not have been told of. When a packet that carried an acknowledgement is itself acknowledged, what it told
 * need not be told again.
 */
export class IncomingPackets {
  /**
   * The place of a packet among those that can be acknowledged, from 1; 0 for one that has not come or is not to be
   * acknowledged.
   */
  readonly #orders = new Uint32Array(SPAN)
  readonly #isSeen = new Uint8Array(SPAN)
  readonly #isStateRefused = new Uint8Array(SPAN)
  #newest = -1
  #newestTaken = -1
  #newestTakenAt = 0
  #newestRefused = Number.NEGATIVE_INFINITY
  #oldestUntold = 0
  #count = 0

  /**
   * Returns the full number of a packet with this wire number. It may be negative for one from before the first.
   */
  unwrap(wire: number): number {
    return unwrapSequence(this.#newest, wire)
  }

  /** The newest packet that has come; -1 before the first. */
  get newest(): number {
    return this.#newest
  }

  check(sequence: number): Arrival {
    if (sequence <= this.#newest - SPAN || sequence < 0) return 'old'
    return sequence <= this.#newest && this.#isSeen[sequence & SLOT] === 1 ? 'repeat' : 'new'
  }

  /**
   * Notes a packet that `check` called new.
   *
   * @param fate `isTaken`: acknowledge it; `isStateRefused`: but say that its state came too late
   */
  note(sequence: number, now: Instant, fate: { isTaken: boolean; isStateRefused: boolean }): void {
    if (sequence > this.#newest) {
      const first = Math.max(this.#newest + 1, sequence - SPAN + 1)
      for (let between = first; between <= sequence; between++) this.#clear(between & SLOT)
      this.#newest = sequence
      this.#oldestUntold = Math.max(this.#oldestUntold, sequence - SPAN + 1)
    }
    const slot = sequence & SLOT
    this.#isSeen[slot] = 1
    if (!fate.isTaken) return
    this.#orders[slot] = ++this.#count
    if (fate.isStateRefused) {
      this.#isStateRefused[slot] = 1
      this.#newestRefused = Math.max(this.#newestRefused, sequence)
    }
    this.#oldestUntold = Math.min(this.#oldestUntold, sequence)
    if (sequence > this.#newestTaken) {
      this.#newestTaken = sequence
      this.#newestTakenAt = now
    }
  }

  /** How many packets can be acknowledged so far: what a packet sent now tells; see `told`. */
  get count(): number {
    return this.#count
  }

  /** Notes that the peer has a packet that was sent when `count` was this. */
  told(count: number): void {
    let oldest = this.#oldestUntold
    while (oldest <= this.#newestTaken && this.#orders[oldest & SLOT] <= count) oldest++
    this.#oldestUntold = oldest
  }

  /** Whether there is something the peer may not know. */
  get hasNews(): boolean {
    return this.#oldestUntold <= this.#newestTaken
  }

  /** How many bytes of bits `write` will append after the first 3 bytes. */
  get ackBytes(): number {
    return Math.min(ACK_BYTES_MAX, (this.#newestTaken - this.#oldestUntold + 7) >> 3)
  }

  /** Whether `write` must say which states came too late. */
  get hasRefusals(): boolean {
    return this.#newestRefused >= this.#newestTaken - this.ackBytes * 8
  }

  /** Appends the acknowledgement: newest, delay, bits, and bits for the states refused if there are any [C3]. */
  write(writer: BitWriter, now: Instant, shape: { ackBytes: number; hasRefusals: boolean }): void {
    writer.bits(this.#newestTaken & SEQUENCE_MASK, 16)
    writer.bits(Math.min(DELAY_MAX, Math.round((now - this.#newestTakenAt) * 4)), 8)
    for (let i = 0; i < shape.ackBytes; i++) writer.bits(this.#byte(this.#newestTaken - 1 - i * 8, false), 8)
    if (!shape.hasRefusals) return
    for (let i = 0; i <= shape.ackBytes; i++) writer.bits(this.#byte(this.#newestTaken - i * 8, true), 8)
  }

  /** Returns eight packets from `sequence` down, the first in bit 0. */
  #byte(sequence: number, isRefusals: boolean): number {
    let byte = 0
    for (let bit = 0; bit < 8; bit++) {
      const at = sequence - bit
      if (at < 0 || at <= this.#newest - SPAN) break
      const slot = at & SLOT
      if (this.#orders[slot] > 0 && (!isRefusals || this.#isStateRefused[slot] === 1)) byte |= 1 << bit
    }
    return byte
  }

  #clear(slot: number): void {
    this.#orders[slot] = 0
    this.#isSeen[slot] = 0
    this.#isStateRefused[slot] = 0
  }
}
