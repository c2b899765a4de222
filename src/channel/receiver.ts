import type { Counters } from '../core/index.ts'
import type { Frame } from './frame.ts'

/** Why something that arrived was not used; the names of the counters in `Channels.dropped`. */
export type DropReason =
  | 'too-large'
  | 'malformed'
  | 'repeated'
  | 'too-old'
  | 'never-sent'
  | 'inbox-full'
  | 'no-room'
  | 'beyond-window'
  | 'contradiction'
  | 'repeated-message'
  | 'overtaken'
  | 'incomplete'

/** What becomes of the frames of one channel. */
export interface Receiver {
  /**
   * @param packet holds the frame's bytes, until the call returns
   * @returns false when the frame could not be kept: its packet is not acknowledged and will be sent again
   */
  receive(frame: Frame, packet: Uint8Array): boolean
  /** Bytes of messages that are not yet whole, or whose turn has not come. */
  readonly heldBytes: number
}

/** Where a receiver puts what is whole, and counts what it drops. */
export interface Delivery {
  readonly dropped: Counters<DropReason>
  hasRoom(length: number): boolean
  deliver(bytes: Uint8Array): void
}
