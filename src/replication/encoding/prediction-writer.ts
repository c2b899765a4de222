import { NEVER } from '../../core/index.ts'
import type { BitWriter } from '../../wire/index.ts'
import type { Blob, KindTable } from '../ledger/kind-table.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Past, ROTATION } from '../ledger/past.ts'
import {
  DIFFERENCE_END,
  differenceBits,
  ExpectedRotation,
  partWidth,
  placeWidth,
  predicted,
  type Span,
  writeDifference,
} from './prediction.ts'

/**
 * Writes places and rotations by how far they are from where two states of the past lead: those that the receiver
 * surely has, as of two ticks [T45].
 */
export class PredictionWriter {
  /** Whether anything since `begin` would be written differently for a receiver who has other states. */
  wasAsked = false
  /** Whether anything since `begin` builds on a base. */
  isUsed = false
  readonly #ledger: Ledger
  readonly #expected = new ExpectedRotation()
  readonly #rotation = new Float64Array(ROTATION)
  readonly #span: Span = { age: 0, gap: 0 }
  #tick = 0
  #base: number = NEVER
  #before: number = NEVER
  // Of the entity at hand: where its states lie; -1 for none.
  #atBase = -1
  #atBefore = -1

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /**
   * Says as of which ticks the receiver surely has everything, the second being the earlier, and neither more than
   * `BASE_TICKS_MAX` from the next; NEVER for none.
   */
  standOn(base: number, before: number): void {
    this.#base = base
    this.#before = before
  }

  /** Begins state that is told at `tick`. */
  begin(tick: number): void {
    this.#tick = tick
    this.wasAsked = false
    this.isUsed = false
  }

  /** Finds the states of an entity that what follows may build on. */
  choose(table: KindTable, index: number): void {
    const past = table.past as Past
    const row = this.#ledger.entityRow[index]
    // Whoever came to the chunk since was told whole then, and nothing of the past is known of them.
    const arrived = this.#ledger.entityArrived[index]
    this.wasAsked = true
    this.#atBase = -1
    this.#atBefore = -1
    const age = this.#tick - this.#base
    if (this.#base === NEVER || arrived > this.#base) return
    const gap = this.#before === NEVER ? 0 : this.#base - this.#before
    if (gap > 0) {
      this.#atBefore = arrived > this.#before ? -1 : past.find(row, this.#before)
      if (this.#atBefore < 0) return
    }
    this.#atBase = past.find(row, this.#base)
    this.#span.age = age
    this.#span.gap = gap
  }

  /**
   * Writes a place, after a one that says so.
   *
   * @param wholeBits  how many bits it may take
   * @returns          whether it did
   */
  writePlace(writer: BitWriter, table: KindTable, row: number, wholeBits: number): boolean {
    if (this.#atBase < 0) return false
    const { states } = table.past as Past
    const base = (table.past as Past).placeOf(this.#atBase)
    const before = (table.past as Past).placeOf(this.#atBefore)
    const { age, gap } = this.#span
    let bits = 0
    for (let axis = 0; axis < table.axes; axis++) {
      const difference = this.#difference(table, row, axis, base, before)
      if (Math.abs(difference) >= DIFFERENCE_END) return false
      const pace = gap === 0 ? 0 : (states[base + axis] - states[before + axis]) / gap
      bits += differenceBits(difference, placeWidth(age, pace, axis === 2))
    }
    if (bits > wholeBits) return false
    this.isUsed = true
    writer.bits(1, 1)
    for (let axis = 0; axis < table.axes; axis++) {
      const pace = gap === 0 ? 0 : (states[base + axis] - states[before + axis]) / gap
      writeDifference(
        writer,
        this.#difference(table, row, axis, base, before),
        placeWidth(age, pace, axis === 2),
      )
    }
    return true
  }

  #difference(table: KindTable, row: number, axis: number, base: number, before: number): number {
    const { states } = table.past as Past
    const expected = predicted(
      states[base + axis],
      this.#span.gap === 0 ? 0 : states[before + axis],
      this.#span,
    )
    return table.place[row * table.axes + axis] - expected
  }

  /**
   * Writes a rotation, after a bit that says whether it is told from the past.
   *
   * @returns  whether it did; else its own bits have to follow
   */
  writeRotation(writer: BitWriter, table: KindTable, row: number, f: number): boolean {
    const past = table.past as Past
    const n = past.rotations.findIndex(({ field }) => field === f)
    const { half, bits: partBits } = past.rotations[n]
    if (this.#atBase < 0) {
      writer.bits(0, 1)
      return false
    }
    const { age } = this.#span
    const at = {
      base: past.rotationOf(this.#atBase, n),
      before: this.#atBefore < 0 ? -1 : past.rotationOf(this.#atBefore, n),
    }
    this.#expected.expect(past.states, at, half, this.#span)
    const rotation = this.#rotation
    past.readRotation((table.blobs[row * table.stride + f] as Blob).bytes, n, rotation, 0)
    const [largest] = rotation
    const isSame = largest === this.#expected.largest
    let bits = isSame ? 1 : 3
    for (let i = 0, part = 1; i < ROTATION; i++) {
      if (i === largest) continue
      const width = partWidth(age, this.#expected.pace(i))
      bits += differenceBits(rotation[part++] - this.#expected.part(i, largest), width)
    }
    if (bits > 2 + 3 * partBits) {
      writer.bits(0, 1)
      return false
    }
    this.isUsed = true
    writer.bits(isSame ? 3 : 1, 2)
    if (!isSame) writer.bits(largest, 2)
    for (let i = 0, part = 1; i < ROTATION; i++) {
      if (i === largest) continue
      const width = partWidth(age, this.#expected.pace(i))
      writeDifference(writer, rotation[part++] - this.#expected.part(i, largest), width)
    }
    return true
  }
}
