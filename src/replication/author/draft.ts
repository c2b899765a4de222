import type { Vector3 } from '../../core/index.ts'
import { grown } from '../ledger/columns.ts'
import type { KindTable } from '../ledger/kind-table.ts'
import type { Mover } from './segment.ts'

/** Stands for a value that was never compared. */
export const UNSEEN = Symbol('unseen')

/**
 * What an author remembers of every entity of one kind besides what it told: the last values that game code wrote,
 * so that an untouched field costs one comparison, and each true place. Rows are those of the kind's table.
 */
export class Draft implements Mover {
  readonly table: KindTable
  // What each tick asks of the kind for every entity.
  readonly axes: number
  readonly isMotion: boolean
  readonly names: readonly string[]
  /** The row at hand, and where game code has that entity, in metres. */
  row = 0
  place: Vector3 = { x: 0, y: 0, z: 0 }
  truth: Float64Array = new Float64Array(0)
  /** By row and field: the last value if it is a number, else NaN. */
  numbers: Float64Array = new Float64Array(0)
  /** By row and field: the last value if it is no number, else `UNSEEN`. */
  readonly others: unknown[] = []

  constructor(table: KindTable) {
    this.table = table
    this.axes = table.axes
    this.isMotion = table.layout?.isMotion === true
    this.names = table.kind.fields.map(({ name }) => name)
  }

  /** Begins a row, of which nothing is remembered yet. */
  begin(row: number): void {
    const { axes, stride } = this.table
    const rows = this.table.start.length
    if (this.truth.length < rows * axes) this.truth = grown(this.truth, new Float64Array(rows * axes))
    if (this.numbers.length < rows * stride)
      this.numbers = grown(this.numbers, new Float64Array(rows * stride))
    for (let at = row * stride; at < (row + 1) * stride; at++) {
      this.numbers[at] = Number.NaN
      this.others[at] = UNSEEN
    }
  }
}
