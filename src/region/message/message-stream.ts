import { PacketReader, PacketWriter } from '../../replication/index.ts'
import { LINK_MESSAGE_BYTES_MAX } from './codec.ts'

/** A carrier of bytes, reliable and in order: a link of the transport room is one. */
export interface BytePipe {
  readonly packetBytesMax: number
  /** @returns false when it takes no more */
  send(packet: Uint8Array): boolean
  close(reason: string): void
}

/** The most bytes a message's length takes. */
const HEAD_BYTES = 5

/**
 * Writes messages as one stream of bytes, each after its length, cut into packets as large as the pipe takes.
 * `flush` sends what is queued: many small messages share a packet, and a long one takes several.
 */
export class MessageStream {
  readonly #pipe: BytePipe
  readonly #packet: PacketWriter
  readonly #head = new PacketWriter(HEAD_BYTES)
  /** The bytes received of an incomplete message. */
  #rest = new Uint8Array(0)
  /** Whether the pipe took everything, and everything received made sense. */
  isWhole = true

  constructor(pipe: BytePipe) {
    this.#pipe = pipe
    this.#packet = new PacketWriter(Math.min(pipe.packetBytesMax, 32_768))
  }

  write(message: Uint8Array): void {
    this.#head.length = 0
    this.#head.varint(message.length)
    this.#append(this.#head.finish())
    this.#append(message)
  }

  /** Sends what is queued. */
  flush(): void {
    if (this.#packet.length > 0 && this.isWhole && !this.#pipe.send(this.#packet.finish()))
      this.fail('The other half takes in too little.')
    this.#packet.length = 0
  }

  /** Reads a packet. @returns the messages it completes */
  read(packet: Uint8Array): Uint8Array[] {
    const messages: Uint8Array[] = []
    const bytes = new Uint8Array(this.#rest.length + packet.length)
    bytes.set(this.#rest)
    bytes.set(packet, this.#rest.length)
    let at = 0
    while (this.isWhole && at < bytes.length) {
      const reader = new PacketReader().reset(bytes, at)
      const length = reader.varint()
      if (reader.isBroken && bytes.length - at >= HEAD_BYTES)
        this.fail('It does not speak as a half of a server.')
      if (!reader.isBroken && length > LINK_MESSAGE_BYTES_MAX) this.fail('A message is too long.')
      if (reader.isBroken || reader.left < length) break
      messages.push(reader.take(length).slice())
      at = reader.at
    }
    this.#rest = bytes.slice(at)
    return messages
  }

  /** Fails the stream: nothing more can be sent or received over it. */
  fail(reason: string): void {
    if (!this.isWhole) return
    this.isWhole = false
    this.#pipe.close(reason)
  }

  #append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#packet.room === 0) this.flush()
      const end = Math.min(bytes.length, at + this.#packet.room)
      this.#packet.copy(bytes, at, end)
      at = end
    }
  }
}
