import type { LeftOut } from '../dialect/index.ts'
import type { WorldFacts } from '../region/message/index.ts'
import type { Source } from '../replication/index.ts'
import { Desk } from '../replication/index.ts'

/** The time for which skipped time is reported, in seconds: a single report may get lost. */
const LEFT_OUT_SECONDS = 2

/** Holds a world as players see it: the desk that writes their views, and the sessions in it. */
export class WorldDesk<Session> {
  facts: WorldFacts
  /** The newest tick reported; 0 before there is one. */
  tick = 0
  /** The next tick to be reported. */
  nextTick: number
  readonly desk: Desk
  readonly sessions = new Set<Session>()
  /** Whether a tick has news not yet served to players. */
  isDue = false
  /** The time skipped lately: before which tick, and how many ms. */
  #gap: { readonly before: number; readonly ms: number } | undefined

  constructor(facts: WorldFacts, nextTick: number, source: Source) {
    this.facts = facts
    this.nextTick = nextTick
    this.desk = new Desk(source)
  }

  /** Makes this tick the newest reported, and marks its news as due. */
  begin(tick: number): void {
    this.tick = tick
    this.nextTick = tick + 1
    this.isDue = true
    this.desk.begin(tick)
    if (this.#gap && tick - this.#gap.before > LEFT_OUT_SECONDS * this.facts.ticksPerSecond)
      this.#gap = undefined
  }

  /** Records that so many ms were skipped before the next tick. */
  leaveOut(ms: number): void {
    this.#gap = { before: this.nextTick, ms }
  }

  /** The time skipped lately; undefined when none was. */
  get leftOut(): LeftOut | undefined {
    const gap = this.#gap
    return gap && gap.before <= this.tick ? { back: this.tick - gap.before, ms: gap.ms } : undefined
  }
}
