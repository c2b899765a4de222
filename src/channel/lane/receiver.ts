import type { Counters } from '../../core/index.ts'
import type { Frame } from '../packet/frame.ts'

/** Why something that arrived was not used; the names of the counters in `Channels.dropped`. */
export const dropReasons = [
  /** A packet longer than PACKET_BYTES_MAX. */
  'too-large',
  /** A packet that is not a header and frames, to the last byte. */
  'malformed',
  /** A packet that came before. */
  'repeated',
  /** A packet too far behind the newest to know whether it came before. */
  'too-old',
  /** A packet that acknowledges what was never sent. */
  'never-sent',
  /** A message or state that came while too much waited to be taken by `next`. */
  'inbox-full',
  /** State that `takeState` could not use. */
  'unusable',
  /** A reliable message far ahead of its turn, when memory is full. */
  'no-room',
  /** A reliable message further ahead than an honest peer sends. */
  'beyond-window',
  /** A fragment that does not agree with those before it. */
  'contradiction',
  /** A reliable message, or a piece of one, that came before. */
  'repeated-message',
  /** A sequenced message or state older than what was delivered. */
  'overtaken',
  /** A large unreliable message given up before it was whole. */
  'incomplete',
] as const

export type DropReason = (typeof dropReasons)[number]

/** Handles the frames of one channel. */
export interface Receiver {
  /**
   * @param packet holds the frame's bytes, until the call returns
   * @returns false when the frame could not be kept: its packet is not acknowledged and will be sent again
   */
  receive(frame: Frame, packet: Uint8Array): boolean
  /** Bytes of messages that are not yet whole, or whose turn has not come. */
  readonly heldBytes: number
}

/** Where a receiver puts whole messages and counts what it drops. */
export interface Delivery {
  readonly dropped: Counters<DropReason>
  hasRoom(length: number): boolean
  deliver(bytes: Uint8Array): void
}
