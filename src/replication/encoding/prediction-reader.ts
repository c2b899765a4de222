import type { BitReader, BitWriter } from '../../wire/index.ts'
import type { KindTable } from '../ledger/kind-table.ts'
import { type Past, ROTATION } from '../ledger/past.ts'
import {
  ExpectedRotation,
  partWidth,
  placeWidth,
  predicted,
  readDifference,
  type Span,
} from './prediction.ts'

/** Reads what `PredictionWriter` writes. Bytes come from the network: senseless ones break the reader. */
export class PredictionReader {
  readonly #expected = new ExpectedRotation()
  readonly #span: Span = { age: 1, gap: 1 }
  #base = 0
  #before = 0
  #atBase = -1
  #atBefore = -1

  /** Says from which states what follows is told [T45]: `gap` 0 for one state alone. */
  standOn(tick: number, { age, gap }: Span): void {
    this.#span.age = age
    this.#span.gap = gap
    this.#base = tick - age
    this.#before = this.#base - gap
  }

  /** Finds the states of a row that what follows may build on. */
  choose(table: KindTable, row: number): void {
    const past = table.past as Past
    this.#atBase = past.findTold(row, this.#base)
    this.#atBefore = this.#span.gap === 0 ? -1 : past.findTold(row, this.#before)
  }

  /** Whether the row at hand has the states that it is told from. */
  get #hasStates(): boolean {
    return this.#atBase >= 0 && (this.#atBefore >= 0 || this.#span.gap === 0)
  }

  readPlace(reader: BitReader, table: KindTable, row: number): void {
    if (!this.#hasStates) {
      reader.fail()
      return
    }
    const { states } = table.past as Past
    const base = (table.past as Past).placeOf(this.#atBase)
    const before = (table.past as Past).placeOf(this.#atBefore)
    const span = this.#span
    for (let axis = 0; axis < table.axes; axis++) {
      const earlier = span.gap === 0 ? 0 : states[before + axis]
      const pace = span.gap === 0 ? 0 : (states[base + axis] - earlier) / span.gap
      const difference = readDifference(reader, placeWidth(span.age, pace, axis === 2))
      table.place[row * table.axes + axis] = predicted(states[base + axis], earlier, span) + difference
    }
  }

  /** Reads a rotation into `scratch`, as it travels whole. */
  readRotation(reader: BitReader, table: KindTable, f: number, scratch: BitWriter): void {
    const past = table.past as Past
    const n = past.rotations.findIndex(({ field }) => field === f)
    const { half, bits } = past.rotations[n]
    if (!this.#hasStates) {
      reader.fail()
      return
    }
    const at = {
      base: past.rotationOf(this.#atBase, n),
      before: this.#atBefore < 0 ? -1 : past.rotationOf(this.#atBefore, n),
    }
    const span = this.#span
    this.#expected.expect(past.states, at, half, span)
    const largest = reader.bits(1) === 1 ? this.#expected.largest : reader.bits(2)
    scratch.bits(largest, 2)
    for (let i = 0; i < ROTATION; i++) {
      if (i === largest) continue
      const difference = readDifference(reader, partWidth(span.age, this.#expected.pace(i)))
      const steps = this.#expected.part(i, largest) + difference
      if (Math.abs(steps) > half) reader.fail()
      scratch.bits(reader.isBroken ? 0 : steps + half, bits)
    }
  }
}
