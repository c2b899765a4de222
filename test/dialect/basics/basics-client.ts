import { Framer, lengths } from '../../../src/dialect/index.ts'

const FRAME_BYTES_MAX = 1_000_000

export interface BasicsPacket {
  readonly type: string
  readonly seq: number
  readonly time: number
  readonly data: Record<string, unknown>
  readonly rel: boolean
}

/** Puts its length before a text. */
export function framed(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text)
  const frame = new Uint8Array(4 + bytes.length)
  new DataView(frame.buffer).setUint32(0, bytes.length)
  frame.set(bytes, 4)
  return frame
}

export function packet(type: string, seq: number, data: unknown, rel = false): Uint8Array {
  return framed(JSON.stringify({ type, seq, time: 1, data, rel }))
}

/** A client of "Networking Basics" of our own: it acknowledges what is reliable, unless it is told not to. */
export class BasicsClient {
  readonly packets: BasicsPacket[] = []
  acknowledges = true
  heard: (packet: BasicsPacket) => void = () => {}
  readonly #send: (bytes: Uint8Array) => void
  readonly #framer = new Framer(lengths({ headBytes: 4, bytesMax: FRAME_BYTES_MAX }))
  #sequence = 0

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send
  }

  /** Sends a packet. @returns its number */
  say(type: string, data: unknown, rel = false): number {
    const sequence = this.#sequence++
    this.#send(packet(type, sequence, data, rel))
    return sequence
  }

  receive(bytes: Uint8Array): void {
    this.#framer.push(
      bytes,
      (frame) => {
        const received: BasicsPacket = JSON.parse(new TextDecoder().decode(frame))
        this.packets.push(received)
        if (received.rel && this.acknowledges) this.say('ack', { ack_seq: received.seq })
        this.heard(received)
      },
      () => {
        throw new Error('The server sent no frame.')
      },
    )
  }

  /** The events that were told, by name, without those of one's own coming. */
  events(name: string): Record<string, unknown>[] {
    const isOne = ({ type, data }: BasicsPacket): boolean => type === 'event' && data.event === name
    return this.packets.filter(isOne).map(({ data }) => data)
  }
}
