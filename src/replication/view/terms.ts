import { ShardlessError } from '../../core/index.ts'
import { Budget } from './budget.ts'
import type { ViewOptions } from './view-options.ts'

/** The least bytes per second that suffice for the largest advance, with its headers. */
const BUDGET_LEAST = 2000

/** The terms of a view, and what follows from them. Views of the same options share one. */
export class Terms {
  readonly options: ViewOptions
  readonly overheadBytes: number
  readonly budget: Budget
  /**
   * How far a viewer may be, in metres, to the west and south, or to the east and north, of where its seat begins.
   */
  readonly before: number
  readonly beyond: number

  /** @throws `replication/small-budget` */
  constructor(options: ViewOptions, scale: { readonly ticksPerSecond: number; readonly seatSize: number }) {
    const { bytesPerSecond, overheadBytes, hysteresis } = options
    if (!(bytesPerSecond >= BUDGET_LEAST))
      throw new ShardlessError(
        'replication/small-budget',
        `a view of ${bytesPerSecond} bytes per second could not tell of a large entity; ${BUDGET_LEAST} are the least.`,
      )
    this.options = options
    this.overheadBytes = overheadBytes
    this.budget = new Budget(bytesPerSecond, scale.ticksPerSecond)
    this.before = -hysteresis
    this.beyond = scale.seatSize + hysteresis
  }
}
