import { unwrapSequence } from '../../core/index.ts'
import type { FullChannelOptions } from '../options.ts'
import type { Frame } from '../packet/frame.ts'
import { Reassembly } from './reassembly.ts'
import type { Delivery, Receiver } from './receiver.ts'

/** How many large messages of one channel may be incomplete at a time; a further one pushes out the oldest. */
const PARTIAL_MAX = 32

/**
 * Delivers whole messages as they come: in any order, or, sequenced, never one older than the last. A large message
 * is given up if it is still incomplete when a newer one needs the memory.
 */
export class UnreliableReceiver implements Receiver {
  readonly #isSequenced: boolean
  readonly #bytesMax: number
  readonly #delivery: Delivery
  /** In order of their first fragment's arrival. */
  readonly #partial = new Map<number, Reassembly>()
  #held = 0
  /** The newest number seen, which others are unwrapped by. */
  #newest = -1
  /** Sequenced: the newest delivered. */
  #delivered = -1

  constructor(options: FullChannelOptions, delivery: Delivery) {
    this.#isSequenced = options.kind === 'unreliable-sequenced'
    this.#bytesMax = options.receiveBytesMax
    this.#delivery = delivery
  }

  get heldBytes(): number {
    return this.#held
  }

  receive(frame: Frame, packet: Uint8Array): true {
    const isNumbered = frame.isFragment || this.#isSequenced
    const number = isNumbered ? unwrapSequence(this.#newest, frame.id) : 0
    if (isNumbered) this.#newest = Math.max(this.#newest, number)
    if (this.#isSequenced && number <= this.#delivered) {
      this.#delivery.dropped.count('overtaken')
      return true
    }
    const bytes = packet.slice(frame.start, frame.start + frame.length)
    if (frame.isFragment) this.#receiveFragment(number, frame, bytes)
    else this.#deliver(number, bytes)
    return true
  }

  #receiveFragment(number: number, frame: Frame, bytes: Uint8Array): void {
    let partial = this.#partial.get(number)
    if (partial !== undefined && (partial.count !== frame.count || partial.has(frame.index))) {
      this.#delivery.dropped.count('contradiction')
      return
    }
    if (partial === undefined) {
      partial = new Reassembly(frame.count)
      this.#partial.set(number, partial)
    }
    this.#held += bytes.length
    const message = partial.add(frame.index, bytes)
    if (message !== undefined) {
      this.#forget(number, partial)
      this.#deliver(number, message)
    }
    while (this.#held > this.#bytesMax || this.#partial.size > PARTIAL_MAX) {
      const [oldest, given] = this.#partial.entries().next().value!
      this.#forget(oldest, given)
      this.#delivery.dropped.count('incomplete')
    }
  }

  #deliver(number: number, message: Uint8Array): void {
    if (!this.#delivery.hasRoom(message.length)) {
      this.#delivery.dropped.count('inbox-full')
      return
    }
    this.#delivery.deliver(message)
    if (!this.#isSequenced) return
    this.#delivered = number
    for (const [older, partial] of this.#partial) {
      if (older >= number) continue
      this.#forget(older, partial)
      this.#delivery.dropped.count('overtaken')
    }
  }

  #forget(number: number, partial: Reassembly): void {
    this.#partial.delete(number)
    this.#held -= partial.bytes
  }
}
