import type { LeftOut } from '../dialect/index.ts'
import type { WorldFacts } from '../region/message/index.ts'
import type { Source } from '../replication/index.ts'
import { Desk } from '../replication/index.ts'

/** Seconds for which it is told that time was left out: what tells it may get lost. */
const LEFT_OUT_SECONDS = 2

/** A world as players are told of it: where their views are written, and who is in it. */
export class WorldDesk<Session> {
  facts: WorldFacts
  /** The newest that is told of; 0 before there is one. */
  tick = 0
  /** The next that will be told of. */
  nextTick: number
  readonly desk: Desk
  readonly sessions = new Set<Session>()
  /** Whether there is news of a tick that players have not been served with. */
  isDue = false
  /** Where time was left out lately: before which tick, and how much. */
  #gap: { readonly before: number; readonly ms: number } | undefined

  constructor(facts: WorldFacts, nextTick: number, source: Source) {
    this.facts = facts
    this.nextTick = nextTick
    this.desk = new Desk(source)
  }

  /** What was told up to this tick is told on from here. */
  begin(tick: number): void {
    this.tick = tick
    this.nextTick = tick + 1
    this.isDue = true
    this.desk.begin(tick)
    if (this.#gap && tick - this.#gap.before > LEFT_OUT_SECONDS * this.facts.ticksPerSecond)
      this.#gap = undefined
  }

  /** So many ms were left out before the next tick. */
  leaveOut(ms: number): void {
    this.#gap = { before: this.nextTick, ms }
  }

  /** The time that was left out lately; undefined where none was. */
  get leftOut(): LeftOut | undefined {
    const gap = this.#gap
    return gap && gap.before <= this.tick ? { back: this.tick - gap.before, ms: gap.ms } : undefined
  }
}
