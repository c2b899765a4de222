import type { BitReader, BitWriter } from '../../wire/index.ts'

/** The most bytes of acknowledgement bits: they reach 256 packets back. */
export const ACK_BYTES_MAX = 32
/** The longest header: its first byte, number, newest, delay, bits and refusal bits. */
export const HEADER_BYTES_MAX = 1 + 2 + 2 + 1 + ACK_BYTES_MAX + ACK_BYTES_MAX + 1

/** The first byte: what follows the packet's number. */
export interface HeaderShape {
  readonly hasAck: boolean
  readonly hasRefusals: boolean
  readonly ackBytes: number
}

export function writeHeader(writer: BitWriter, sequence: number, shape: HeaderShape): void {
  writer.bits((shape.hasAck ? 1 : 0) | (shape.hasRefusals ? 2 : 0) | (shape.ackBytes << 2), 8)
  writer.bits(sequence, 16)
}

/** A packet's header as read; one object is filled again and again. */
export class Header {
  /** As on the wire, 16 bits. */
  sequence = 0
  hasAck = false
  hasRefusals = false
  /** The newest packet acknowledged, 16 bits. */
  newest = 0
  /** How long the newest waited before this was sent, in ms; undefined when too long to tell. */
  delayMs: number | undefined = undefined
  ackBytes = 0
  /** Bit i: the packet `newest - 1 - i` has come. */
  readonly acks = new Uint8Array(ACK_BYTES_MAX)
  /** Bit i: the state in packet `newest - i` came too late. */
  readonly refusals = new Uint8Array(ACK_BYTES_MAX + 1)

  /** @returns whether this is a header; the reader stands at the first frame then */
  read(reader: BitReader): boolean {
    const shape = reader.bits(8)
    this.sequence = reader.bits(16)
    this.hasAck = (shape & 1) === 1
    this.hasRefusals = (shape & 2) === 2
    this.ackBytes = shape >>> 2
    if (this.ackBytes > ACK_BYTES_MAX || (!this.hasAck && shape !== 0)) return false
    if (!this.hasAck) return !reader.isBroken
    this.newest = reader.bits(16)
    const delay = reader.bits(8)
    this.delayMs = delay === 255 ? undefined : delay / 4
    for (let i = 0; i < this.ackBytes; i++) this.acks[i] = reader.bits(8)
    if (this.hasRefusals) for (let i = 0; i <= this.ackBytes; i++) this.refusals[i] = reader.bits(8)
    return !reader.isBroken
  }

  /** Returns whether the state in the packet `back` before the newest came too late. */
  isStateRefused(back: number): boolean {
    return this.hasRefusals && (this.refusals[back >>> 3] & (1 << (back & 7))) !== 0
  }
}
