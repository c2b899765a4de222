import { BitReader } from '../../wire/index.ts'
import { type ConnectionOptions, fillOptions, STATE_CHANNEL } from '../options.ts'
import { FrameList } from './frame.ts'
import { Header } from './header.ts'

/** One frame of a packet: where its content lies in the packet, and what the frame says of it. */
export interface DescribedFrame {
  /** The channel's name, or "state". */
  readonly channel: string
  /** The message's number; 0 for what has none. */
  readonly id: number
  /** Which piece of how many this is; 0 of 1 for a whole message. */
  readonly index: number
  readonly count: number
  readonly start: number
  readonly length: number
}

/** One packet of the channels, for people. */
export interface DescribedChannelPacket {
  /** The packet's number, 16 bits. */
  readonly sequence: number
  /** The newest packet that it acknowledges, and how many before that; undefined for none. */
  readonly acknowledges: { readonly newest: number; readonly before: number } | undefined
  readonly headerBytes: number
  readonly frames: readonly DescribedFrame[]
}

/**
 * Describes one packet of the channels, as a program that shows traffic needs it.
 *
 * @returns undefined for bytes that are no such packet
 */
export function describeChannelPacket(
  { channels }: Pick<ConnectionOptions, 'channels'>,
  packet: Uint8Array,
): DescribedChannelPacket | undefined {
  const full = fillOptions({ channels }).channels
  const reader = new BitReader().reset(packet)
  const header = new Header()
  if (!header.read(reader)) return undefined
  const headerBytes = packet.length - (reader.bitsLeft >>> 3)
  const list = new FrameList(full)
  if (!list.read(reader, packet)) return undefined
  const frames: DescribedFrame[] = []
  for (let i = 0; i < list.length; i++) {
    const { channel, id, index, count, start, length } = list.at(i)
    const name = channel === STATE_CHANNEL ? 'state' : full[channel].name
    frames.push({ channel: name, id, index, count, start, length })
  }
  let before = 0
  for (let i = 0; i < header.ackBytes * 8; i++) before += (header.acks[i >>> 3] >>> (i & 7)) & 1
  const acknowledges = header.hasAck ? { newest: header.newest, before } : undefined
  return { sequence: header.sequence, acknowledges, headerBytes, frames }
}
