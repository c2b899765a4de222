import type { PacketWriter } from '../encoding/packet.ts'
import type { Sent } from './flight.ts'

/** One packet while a view writes it: how far it may go, and what it said last. */
export class PacketDraft {
  packet: PacketWriter
  /** What is noted for the packet's fate; undefined where none is lost. */
  sent: Sent | undefined
  /** The row of the view's progress that was told of last; -1 before any. */
  row = -1
  /** Whether the budget is being saved up for something large: nothing further may use it. */
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
    this.isSpent = false
    this.#end = packet.length + bytesMax
    return this
  }

  /** Whether so many bytes may be written. If only the budget speaks against it, it is saved up for them. */
  fits(bytes: number): boolean {
    if (bytes > this.packet.room) return false
    if (this.packet.length + bytes <= this.#end) return true
    this.isSpent = true
    return false
  }
}
