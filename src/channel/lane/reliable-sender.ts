import type { BitWriter } from '../../wire/index.ts'
import { FRAGMENTS_MAX, type FullChannelOptions, WINDOW_MESSAGES } from '../options.ts'
import { fragmentBytes, fragmentCount, wholeBytes, writeFragment, writeWhole } from '../packet/frame.ts'
import type { SentPacket } from '../packet/sent-packets.ts'
import type { Sender, SendResult } from './sender.ts'

interface Outgoing {
  readonly bytes: Uint8Array
  /** Pieces that have not been acknowledged. */
  left: number
  /** Which pieces have been acknowledged; undefined for a message of one piece. */
  readonly isDone: Uint8Array | undefined
}

/**
 * Sends messages until they are acknowledged, piece by piece. Pieces of lost packets go first, then new ones in
 * order.
 *
 *     head (oldest unacknowledged) ... cursor (next new piece) ... tail (last accepted)
 *
 * A piece's key is its message's number times FRAGMENTS_MAX plus its index.
 */
export class ReliableSender implements Sender {
  readonly #channel: number
  readonly #options: FullChannelOptions
  /** The messages from the head on; the first one's number is `#head`. */
  readonly #messages: Outgoing[] = []
  #head = 0
  #bytes = 0
  /** The next new piece: a message's number and an index. */
  #cursor = 0
  #cursorIndex = 0
  /** Bytes of the messages from the head up to the cursor, those begun included. */
  #openBytes = 0
  readonly #again: number[] = []

  /** Pieces sent again so far. */
  resent = 0

  constructor(channel: number, options: FullChannelOptions) {
    this.#channel = channel
    this.#options = options
  }

  /** Keeps `bytes`, not a copy, until acknowledged. */
  send(bytes: Uint8Array): SendResult {
    const { messageBytesMax, queueMessagesMax, queueBytesMax } = this.#options
    if (bytes.length > messageBytesMax) return 'too large'
    if (this.#messages.length >= queueMessagesMax || this.#bytes + bytes.length > queueBytesMax) {
      return 'queue full'
    }
    const pieces = fragmentCount(bytes.length)
    this.#messages.push({ bytes, left: pieces, isDone: pieces > 1 ? new Uint8Array(pieces) : undefined })
    this.#bytes += bytes.length
    return 'accepted'
  }

  /** Messages accepted and not yet acknowledged. */
  get length(): number {
    return this.#messages.length
  }

  /** The bytes of those messages. */
  get queuedBytes(): number {
    return this.#bytes
  }

  get isWaiting(): boolean {
    while (this.#again.length > 0 && this.#isDone(this.#again[0])) this.#again.shift()
    return this.#again.length > 0 || this.#mayBegin
  }

  write(writer: BitWriter, packet: SentPacket, room: number): number {
    if (!this.isWaiting) return 0
    const isAgain = this.#again.length > 0
    const key = isAgain ? this.#again[0] : this.#cursor * FRAGMENTS_MAX + this.#cursorIndex
    const written = this.#writePiece(writer, key, room)
    if (written === 0) return 0
    packet.carried.push(this.#channel, key)
    if (isAgain) {
      this.#again.shift()
      this.resent++
    } else this.#advance()
    return written
  }

  acknowledged(key: number): void {
    const message = this.#messages[Math.floor(key / FRAGMENTS_MAX) - this.#head]
    if (message === undefined || this.#isDone(key)) return
    message.left--
    if (message.isDone !== undefined) message.isDone[key % FRAGMENTS_MAX] = 1
    while (this.#messages.length > 0 && this.#messages[0].left === 0) {
      const length = this.#messages.shift()!.bytes.length
      this.#bytes -= length
      this.#openBytes -= length
      this.#head++
    }
  }

  lost(key: number): void {
    if (!this.#isDone(key)) this.#again.push(key)
  }

  #isDone(key: number): boolean {
    const number = Math.floor(key / FRAGMENTS_MAX)
    if (number < this.#head) return true
    const message = this.#messages[number - this.#head]
    return message === undefined || message.left === 0 || message.isDone?.[key % FRAGMENTS_MAX] === 1
  }

  /** Whether there is a piece at the cursor and the peer must have room for it [C18]. */
  get #mayBegin(): boolean {
    const ahead = this.#cursor - this.#head
    if (ahead >= this.#messages.length) return false
    if (this.#cursorIndex > 0 || ahead === 0) return true
    const length = this.#messages[ahead].bytes.length
    return ahead < WINDOW_MESSAGES && this.#openBytes + length <= this.#options.receiveBytesMax
  }

  #writePiece(writer: BitWriter, key: number, room: number): number {
    const number = Math.floor(key / FRAGMENTS_MAX)
    const index = key % FRAGMENTS_MAX
    const { bytes, isDone } = this.#messages[number - this.#head]
    const size = isDone === undefined ? wholeBytes(number, bytes.length) : fragmentBytes(index, bytes.length)
    if (size > room) return 0
    if (isDone === undefined) writeWhole(writer, this.#channel, number, bytes)
    else writeFragment(writer, { channel: this.#channel, id: number, index }, bytes)
    return size
  }

  #advance(): void {
    const { bytes } = this.#messages[this.#cursor - this.#head]
    if (this.#cursorIndex === 0) this.#openBytes += bytes.length
    if (++this.#cursorIndex < fragmentCount(bytes.length)) return
    this.#cursor++
    this.#cursorIndex = 0
  }
}
