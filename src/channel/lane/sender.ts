import type { BitWriter } from '../../wire/index.ts'
import type { SentPacket } from '../packet/sent-packets.ts'

/** Whether a message was taken over, and if not, why. */
export type SendResult = 'accepted' | 'queue full' | 'too large'

/** Competes for room in packets: there is one per channel, and one for state. */
export interface Sender {
  /** Whether it has something to send now. */
  readonly isWaiting: boolean
  /**
   * Writes one frame, if one fits, and notes in `packet` what it carried.
   *
   * @param room bytes left in the packet
   * @returns how many bytes were written; 0 when nothing fits
   */
  write(writer: BitWriter, packet: SentPacket, room: number): number
  /** Notes that what `key` stands for has arrived. */
  acknowledged(key: number): void
  /** Notes that the packet with `key` was given up. */
  lost(key: number): void
}

/** The bounds of a queue of messages. */
export interface QueueBounds {
  readonly messageBytesMax: number
  readonly queueMessagesMax: number
  readonly queueBytesMax: number
}
