import { SEQUENCE_MASK } from '../../core/index.ts'
import type { BitReader, BitWriter } from '../../wire/index.ts'
import { FRAGMENT_BYTES, type FullChannelOptions, STATE_BYTES_MAX, STATE_CHANNEL } from '../options.ts'

const FRAGMENT = 0x40

/** One frame of a packet as read: where its bytes lie, not the bytes. Filled again and again. */
export class Frame {
  channel = 0
  isFragment = false
  /** 16 bits of the message's number; 0 for a whole unreliable message, which has none. */
  id = 0
  index = 0
  count = 1
  /** State only: how many packets before this one its turn began. */
  turnAge = 0
  start = 0
  length = 0
}

/** The most bytes a frame needs besides those of its message. */
export const FRAME_BYTES_MAX = 1 + 2 + 2 + 2 + 2

/** Returns the bytes of a varint for a length or count below 2^14. */
const varintBytes = (value: number): number => (value < 0x80 ? 1 : 2)

/** Returns whether messages of this kind carry a number when they are whole. */
export function isNumbered(kind: FullChannelOptions['kind']): boolean {
  return kind !== 'unreliable'
}

/** @param id undefined for a message without a number */
export function writeWhole(
  writer: BitWriter,
  channel: number,
  id: number | undefined,
  bytes: Uint8Array,
): void {
  writer.bits(channel, 8)
  if (id !== undefined) writer.bits(id & SEQUENCE_MASK, 16)
  writer.varint(bytes.length)
  writer.bytes(bytes)
}

/** Returns how many bytes `writeWhole` appends. */
export function wholeBytes(id: number | undefined, length: number): number {
  return 1 + (id === undefined ? 0 : 2) + varintBytes(length) + length
}

export function writeFragment(
  writer: BitWriter,
  at: { readonly channel: number; readonly id: number; readonly index: number },
  message: Uint8Array,
): void {
  const count = fragmentCount(message.length)
  const start = at.index * FRAGMENT_BYTES
  const end = Math.min(message.length, start + FRAGMENT_BYTES)
  writer.bits(at.channel | FRAGMENT, 8)
  writer.bits(at.id & SEQUENCE_MASK, 16)
  writer.varint(at.index)
  writer.varint(count)
  if (at.index === count - 1) writer.varint(end - start)
  writer.bytes(message, start, end)
}

/** Returns how many bytes `writeFragment` appends. */
export function fragmentBytes(index: number, messageLength: number): number {
  const count = fragmentCount(messageLength)
  const numbers = 3 + varintBytes(index) + varintBytes(count)
  if (index < count - 1) return numbers + FRAGMENT_BYTES
  const length = messageLength - index * FRAGMENT_BYTES
  return numbers + varintBytes(length) + length
}

export function writeState(writer: BitWriter, turnAge: number, bytes: Uint8Array): void {
  writer.bits(STATE_CHANNEL, 8)
  writer.bits(turnAge, 8)
  writer.varint(bytes.length)
  writer.bytes(bytes)
}

/** Returns how many bytes `writeState` appends. */
export function stateBytes(length: number): number {
  return 2 + varintBytes(length) + length
}

/** Returns in how many pieces a message travels: 1 means whole. */
export function fragmentCount(length: number): number {
  return length <= FRAGMENT_BYTES ? 1 : Math.ceil(length / FRAGMENT_BYTES)
}

/** Reads all frames of a packet before any of them is believed: a packet is taken whole or not at all [C6]. */
export class FrameList {
  readonly #channels: readonly FullChannelOptions[]
  readonly #frames: Frame[] = []
  length = 0

  constructor(channels: readonly FullChannelOptions[]) {
    this.#channels = channels
  }

  at(index: number): Frame {
    return this.#frames[index]
  }

  /**
   * @param reader stands at the first frame of `packet`
   * @returns whether everything up to the end of the packet is frames
   */
  read(reader: BitReader, packet: Uint8Array): boolean {
    this.length = 0
    let hasState = false
    while (reader.bitsLeft >= 8) {
      const frame = (this.#frames[this.length] ??= new Frame())
      const first = reader.bits(8)
      frame.channel = first & 0x3f
      frame.isFragment = (first & FRAGMENT) !== 0
      if ((first & 0x80) !== 0) return false
      if (frame.channel === STATE_CHANNEL) {
        if (hasState || frame.isFragment || !readState(reader, frame)) return false
        hasState = true
      } else if (!this.#readMessage(reader, frame)) return false
      frame.start = packet.length - (reader.bitsLeft >>> 3)
      if (reader.isBroken || frame.start + frame.length > packet.length) return false
      reader.reset(packet, frame.start + frame.length)
      this.length++
    }
    return !reader.isBroken
  }

  #readMessage(reader: BitReader, frame: Frame): boolean {
    const channel = this.#channels[frame.channel]
    if (channel === undefined) return false
    frame.id = frame.isFragment || isNumbered(channel.kind) ? reader.bits(16) : 0
    if (frame.isFragment) return readFragment(reader, frame, channel.messageBytesMax)
    frame.index = 0
    frame.count = 1
    frame.length = reader.varint()
    return frame.length <= Math.min(FRAGMENT_BYTES, channel.messageBytesMax)
  }
}

function readFragment(reader: BitReader, frame: Frame, messageBytesMax: number): boolean {
  frame.index = reader.varint()
  frame.count = reader.varint()
  const isLast = frame.index === frame.count - 1
  frame.length = isLast ? reader.varint() : FRAGMENT_BYTES
  const total = (frame.count - 1) * FRAGMENT_BYTES + (isLast ? frame.length : 1)
  return (
    frame.count >= 2 &&
    frame.index < frame.count &&
    frame.length >= 1 &&
    frame.length <= FRAGMENT_BYTES &&
    total <= messageBytesMax
  )
}

function readState(reader: BitReader, frame: Frame): boolean {
  frame.turnAge = reader.bits(8)
  frame.length = reader.varint()
  return frame.length <= STATE_BYTES_MAX
}
