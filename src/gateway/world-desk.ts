import type { WorldFacts } from '../region/message/index.ts'
import type { Source } from '../replication/index.ts'
import { Desk } from '../replication/index.ts'

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
  }
}
