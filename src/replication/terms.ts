import { ShardlessError } from '../core/index.ts'
import { Budget } from './budget.ts'
import type { FollowingOptions } from './following.ts'

export interface ViewOptions extends FollowingOptions {
  /** Whether packets can get lost: then they are numbered, and `acknowledged` and `lost` have to be told. */
  readonly isLossy: boolean
  /** Bytes of state in any second, headers of every packet counted. At least 2000. */
  readonly bytesPerSecond: number
  /** Bytes that a packet costs on the wire beside what the view writes: every header on the way. */
  readonly overheadBytes: number
}

export const defaultViewOptions: ViewOptions = {
  isLossy: false,
  bytesPerSecond: 64_000,
  // IPv4 20, TCP with time stamps 32, WebSocket 4, the dialect's head 10.
  overheadBytes: 66,
  hysteresis: 4,
  entitiesMax: 400,
  farBeyond: Number.POSITIVE_INFINITY,
  farTicks: 4,
}

/** Bytes per second that suffice for the largest advance, with its headers. */
const BUDGET_LEAST = 2000

/** What is agreed for a view, and follows from it. Views of the same options share one. */
export class Terms {
  readonly options: ViewOptions
  readonly overheadBytes: number
  readonly budget: Budget
  /** Metres that a viewer may be to the west and south, or to the east and north, of where its seat begins. */
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
