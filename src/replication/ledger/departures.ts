import { grown } from './columns.ts'
import type { Destination } from './topic.ts'

/** How many departures a chunk remembers. A viewer who needs more is told the whole chunk. */
export const DEPARTURES_MAX = 32

/**
 * Remembers who left which slot, when, and where to: the last few of each chunk, in fixed memory.
 *
 *     newest = 0, the one before it = 1, ...
 */
export class Departures {
  /** By chunk: departures up to and including this tick are forgotten. */
  forgotten: Int32Array = new Int32Array(0)
  /** By chunk: how many were noted in all. */
  #counts: Int32Array = new Int32Array(0)
  #ticks: Int32Array = new Int32Array(0)
  /** The slot in the low five bits, the destination above. */
  #notes: Uint16Array = new Uint16Array(0)

  /** Makes room for so many chunks. */
  grow(chunks: number): void {
    this.forgotten = grown(this.forgotten, new Int32Array(chunks))
    this.#counts = grown(this.#counts, new Int32Array(chunks))
    this.#ticks = grown(this.#ticks, new Int32Array(chunks * DEPARTURES_MAX))
    this.#notes = grown(this.#notes, new Uint16Array(chunks * DEPARTURES_MAX))
  }

  /** Forgets all departures of a chunk. */
  clear(chunk: number): void {
    this.forgotten[chunk] = 0
    this.#counts[chunk] = 0
  }

  note(chunk: number, slot: number, destination: Destination, tick: number): void {
    const count = this.#counts[chunk]++
    const at = chunk * DEPARTURES_MAX + (count % DEPARTURES_MAX)
    if (count >= DEPARTURES_MAX) this.forgotten[chunk] = this.#ticks[at]
    this.#ticks[at] = tick
    this.#notes[at] = slot | (destination << 5)
  }

  /** Returns how many of those remembered came after `tick`. */
  countSince(chunk: number, tick: number): number {
    const known = Math.min(this.#counts[chunk], DEPARTURES_MAX)
    let count = 0
    while (count < known && this.tickOf(chunk, count) > tick) count++
    return count
  }

  tickOf(chunk: number, newest: number): number {
    return this.#ticks[this.#at(chunk, newest)]
  }

  slotOf(chunk: number, newest: number): number {
    return this.#notes[this.#at(chunk, newest)] & 31
  }

  destinationOf(chunk: number, newest: number): Destination {
    return this.#notes[this.#at(chunk, newest)] >>> 5
  }

  #at(chunk: number, newest: number): number {
    return chunk * DEPARTURES_MAX + ((this.#counts[chunk] - 1 - newest) % DEPARTURES_MAX)
  }
}
