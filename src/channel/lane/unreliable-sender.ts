import type { BitWriter } from '../../wire/index.ts'
import type { FullChannelOptions } from '../options.ts'
import {
  fragmentBytes,
  fragmentCount,
  isNumbered,
  wholeBytes,
  writeFragment,
  writeWhole,
} from '../packet/frame.ts'
import type { SentPacket } from '../packet/sent-packets.ts'
import type { Sender, SendResult } from './sender.ts'

/**
 * Sends messages once, in order, and forgets them. A large one goes in fragments; if one of them is lost, so is the
 * message.
 */
export class UnreliableSender implements Sender {
  readonly #channel: number
  readonly #options: FullChannelOptions
  readonly #isNumbered: boolean
  readonly #messages: Uint8Array[] = []
  #bytes = 0
  /** The number of the first message waiting, and its next fragment. */
  #number = 0
  #index = 0

  constructor(channel: number, options: FullChannelOptions) {
    this.#channel = channel
    this.#options = options
    this.#isNumbered = isNumbered(options.kind)
  }

  /** Keeps `bytes`, not a copy, until sent. */
  send(bytes: Uint8Array): SendResult {
    const { messageBytesMax, queueMessagesMax, queueBytesMax } = this.#options
    if (bytes.length > messageBytesMax) return 'too large'
    if (this.#messages.length >= queueMessagesMax || this.#bytes + bytes.length > queueBytesMax) {
      return 'queue full'
    }
    this.#messages.push(bytes)
    this.#bytes += bytes.length
    return 'accepted'
  }

  get length(): number {
    return this.#messages.length
  }

  get queuedBytes(): number {
    return this.#bytes
  }

  get isWaiting(): boolean {
    return this.#messages.length > 0
  }

  write(writer: BitWriter, _packet: SentPacket, room: number): number {
    if (this.#messages.length === 0) return 0
    const bytes = this.#messages[0]
    const pieces = fragmentCount(bytes.length)
    const id = this.#isNumbered ? this.#number : undefined
    const size = pieces === 1 ? wholeBytes(id, bytes.length) : fragmentBytes(this.#index, bytes.length)
    if (size > room) return 0
    if (pieces === 1) writeWhole(writer, this.#channel, id, bytes)
    else writeFragment(writer, { channel: this.#channel, id: this.#number, index: this.#index }, bytes)
    if (++this.#index === pieces) {
      this.#index = 0
      this.#number++
      this.#bytes -= bytes.length
      this.#messages.shift()
    }
    return size
  }

  acknowledged(): void {}

  lost(): void {}
}
