import { type Ledger, SLOTS_MAX } from '../ledger/ledger.ts'

/**
 * Tells who is within one viewer's radius, and a rim around it: whoever comes within half the rim is held, and stays
 * held up to the whole of it, so that nobody comes and goes at the border.
 *
 *          radius        half the rim      the rim
 *     held    |  held once   |  held if so before  |  not held
 */
export class Circle {
  readonly #ledger: Ledger
  #x = 0
  #y = 0
  /** Squares of metres. */
  #enter = 0
  #leave = 0

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** Puts it around a viewer; all in metres. */
  at(x: number, y: number, radius: number, rim: number): this {
    this.#x = x
    this.#y = y
    this.#enter = (radius + rim / 2) * (radius + rim / 2)
    this.#leave = (radius + rim) * (radius + rim)
    return this
  }

  /** Returns which of these slots hold somebody who comes within half the rim. */
  wanted(chunk: number, slots: number, tick: number): number {
    return this.#within(chunk, slots, tick, this.#enter)
  }

  /** Returns which of these slots hold somebody who is not beyond the rim. */
  kept(chunk: number, slots: number, tick: number): number {
    return this.#within(chunk, slots, tick, this.#leave)
  }

  /** Returns whether somebody in these slots within `metres` has been told to move differently after `since`. */
  hasMoved(
    chunk: number,
    slots: number,
    { tick, since, metres }: { tick: number; since: number; metres: number },
  ): boolean {
    const { slots: seats, entityKind, entityRow, tables } = this.#ledger
    let moved = 0
    for (let rest = slots; rest !== 0; rest &= rest - 1) {
      const index = seats[chunk * SLOTS_MAX + 31 - Math.clz32(rest & -rest)]
      const table = tables[entityKind[index]]
      const row = entityRow[index]
      if (table.moved[row] > since || table.jumped[row] > since) moved |= rest & -rest
    }
    return moved !== 0 && this.#within(chunk, moved, tick, metres * metres) !== 0
  }

  #within(chunk: number, slots: number, tick: number, reach: number): number {
    const ledger = this.#ledger
    let within = 0
    for (let rest = slots; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest
      const index = ledger.slots[chunk * SLOTS_MAX + 31 - Math.clz32(bit)]
      const table = ledger.tables[ledger.entityKind[index]]
      if (table.layout === undefined) {
        within |= bit
        continue
      }
      const row = ledger.entityRow[index]
      const at = row * table.axes
      const { place, velocity } = table
      const ticks = tick - table.start[row]
      const { unit } = table.layout
      const dx = (place[at] + velocity[at] * ticks) * unit - this.#x
      const dy = (place[at + 1] + velocity[at + 1] * ticks) * unit - this.#y
      if (dx * dx + dy * dy <= reach) within |= bit
    }
    return within
  }
}
