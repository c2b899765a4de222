import { Counters, type Measured, type Readings } from '../../core/index.ts'
import type { Link, LinkHandler } from '../../transport/index.ts'
import { lineMetrics } from './metrics.ts'

/** What links between processes are for: the one byte of the first packet of each. */
export const purposes = { gateway: 1, peers: 2, neighbour: 3 } as const
export type Purpose = keyof typeof purposes

/** Counts what a process sends over its links to others. */
export class LineCounts implements Measured {
  readonly bytesOut = new Counters(...lineMetrics.bytesOut.values)

  measure(readings: Readings): void {
    readings.addAll(lineMetrics.bytesOut, this.bytesOut)
  }
}

/** A link whose bytes are counted. */
export class CountedLine implements Link {
  readonly #link: Link
  readonly #counts: LineCounts
  readonly #purpose: Purpose

  constructor(link: Link, counts: LineCounts, purpose: Purpose) {
    this.#link = link
    this.#counts = counts
    this.#purpose = purpose
  }

  get isReliable(): boolean {
    return this.#link.isReliable
  }
  get packetBytesMax(): number {
    return this.#link.packetBytesMax
  }
  get remote(): string {
    return this.#link.remote
  }
  get address(): string {
    return this.#link.address
  }
  get isOpen(): boolean {
    return this.#link.isOpen
  }
  get bufferedBytes(): number {
    return this.#link.bufferedBytes
  }

  open(handler: LinkHandler): void {
    this.#link.open(handler)
  }

  send(packet: Uint8Array): boolean {
    const isTaken = this.#link.send(packet)
    if (isTaken) this.#counts.bytesOut.count(this.#purpose, packet.length)
    return isTaken
  }

  close(reason: string): void {
    this.#link.close(reason)
  }
}
