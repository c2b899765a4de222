import type { PacketWriter } from '../encoding/packet.ts'
import type { Span } from '../encoding/prediction.ts'
import type { Sent } from './flight.ts'

/** One packet while a view writes it: how long it may become, and what it said last. */
export class PacketDraft {
  packet: PacketWriter
  /** Notes for the packet's fate; undefined on a link that loses none. */
  sent: Sent | undefined
  /** The row of the view's progress that it told of last; -1 for none. */
  row = -1
  /** From which states of the past what follows is told: see `Span`. */
  readonly span: Span = { age: 1, gap: 1 }
  /** Whether the budget is being saved up for something large: nothing more may use it. */
  isSpent = false
  #end = 0

  constructor(packet: PacketWriter) {
    this.packet = packet
  }

  /** @param bytesMax  what the budget allows */
  begin(packet: PacketWriter, bytesMax: number, sent: Sent | undefined): this {
    this.packet = packet
    this.sent = sent
    this.row = -1
    this.span.age = 1
    this.span.gap = 1
    this.isSpent = false
    this.#end = packet.length + bytesMax
    return this
  }

  /** Returns whether so many bytes may be written. If only the budget is too small, it is saved up for them. */
  fits(bytes: number): boolean {
    if (bytes > this.packet.room) return false
    if (this.packet.length + bytes <= this.#end) return true
    this.isSpent = true
    return false
  }
}
