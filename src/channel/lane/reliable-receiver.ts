import { unwrapSequence } from '../../core/index.ts'
import { type FullChannelOptions, WINDOW_MESSAGES } from '../options.ts'
import type { Frame } from '../packet/frame.ts'
import { Reassembly } from './reassembly.ts'
import type { Delivery, Receiver } from './receiver.ts'

/**
 * Delivers every message once: in order, or as soon as it is whole.
 *
 * Memory is bounded: of messages that are not whole or not yet to be delivered, at most `receiveBytesMax` bytes are
 * held, and besides always the oldest missing message, so that a full memory never stops the one that would empty it.
 */
export class ReliableReceiver implements Receiver {
  readonly #isOrdered: boolean
  readonly #bytesMax: number
  readonly #delivery: Delivery
  /** The oldest message that is missing. */
  #missing = 0
  /** Ordered: whole messages whose turn has not come. Unordered: the numbers delivered beyond the missing one. */
  readonly #ahead = new Map<number, Uint8Array | undefined>()
  readonly #partial = new Map<number, Reassembly>()
  #held = 0

  constructor(options: FullChannelOptions, delivery: Delivery) {
    this.#isOrdered = options.kind === 'reliable-ordered'
    this.#bytesMax = options.receiveBytesMax
    this.#delivery = delivery
  }

  get heldBytes(): number {
    return this.#held
  }

  receive(frame: Frame, packet: Uint8Array): boolean {
    const number = unwrapSequence(this.#missing, frame.id)
    if (number >= this.#missing + WINDOW_MESSAGES) return this.#refuse('beyond-window')
    if (number < this.#missing || this.#ahead.has(number)) return this.#ignore()
    return frame.isFragment
      ? this.#receiveFragment(number, frame, packet)
      : this.#receiveWhole(number, frame, packet)
  }

  #receiveWhole(number: number, frame: Frame, packet: Uint8Array): boolean {
    if (this.#partial.has(number)) return this.#refuse('contradiction')
    if (!this.#hasRoomFor(number, frame.length, frame.length)) return false
    this.#complete(number, packet.slice(frame.start, frame.start + frame.length))
    return true
  }

  #receiveFragment(number: number, frame: Frame, packet: Uint8Array): boolean {
    let partial = this.#partial.get(number)
    if (partial !== undefined && partial.count !== frame.count) return this.#refuse('contradiction')
    if (partial?.has(frame.index)) return this.#ignore()
    const whole = partial?.isNearlyWhole ? partial.bytes + frame.length : undefined
    if (!this.#hasRoomFor(number, frame.length, whole)) return false
    if (partial === undefined) {
      partial = new Reassembly(frame.count)
      this.#partial.set(number, partial)
    }
    this.#held += frame.length
    const message = partial.add(frame.index, packet.slice(frame.start, frame.start + frame.length))
    if (message === undefined) return true
    this.#held -= message.length
    this.#partial.delete(number)
    this.#complete(number, message)
    return true
  }

  /** @param whole the length of the message if this makes it whole */
  #hasRoomFor(number: number, length: number, whole: number | undefined): boolean {
    const isNext = number === this.#missing
    if (whole !== undefined && (isNext || !this.#isOrdered) && !this.#delivery.hasRoom(whole)) {
      return this.#refuse('inbox-full')
    }
    if (isNext || this.#held + length <= this.#bytesMax) return true
    return this.#refuse('no-room')
  }

  #complete(number: number, message: Uint8Array): void {
    const isNext = number === this.#missing
    if (isNext || !this.#isOrdered) this.#delivery.deliver(message)
    if (!isNext) {
      this.#ahead.set(number, this.#isOrdered ? message : undefined)
      if (this.#isOrdered) this.#held += message.length
      return
    }
    this.#missing++
    while (this.#ahead.has(this.#missing)) {
      const waiting = this.#ahead.get(this.#missing)
      this.#ahead.delete(this.#missing++)
      if (waiting === undefined) continue
      this.#held -= waiting.length
      this.#delivery.deliver(waiting)
    }
  }

  #ignore(): true {
    this.#delivery.dropped.count('repeated-message')
    return true
  }

  #refuse(reason: 'beyond-window' | 'contradiction' | 'inbox-full' | 'no-room'): false {
    this.#delivery.dropped.count(reason)
    return false
  }
}
