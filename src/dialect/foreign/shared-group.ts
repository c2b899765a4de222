import { SLOTS_MAX } from '../../replication/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { SharedEntity } from './shared-entity.ts'
import type { WorldGroup } from './speaker.ts'

/** A change of an entity's fields, with their old values. */
export interface SharedChange {
  readonly shared: SharedEntity
  readonly entity: AnyEntity
  readonly before: Readonly<Record<string, unknown>>
}

/** A group as viewers with one size of squares are shown it. */
export class GroupSight implements WorldGroup {
  readonly entities: readonly AnyEntity[]
  readonly moved: AnyEntity[] = []
  /** The same as `moved`. */
  readonly movers: SharedEntity[] = []

  constructor(entities: readonly AnyEntity[]) {
    this.entities = entities
  }
}

/**
 * The entities of one chunk, for all foreign viewers that follow it, and what is new about them in the world's tick.
 */
export class SharedGroup {
  readonly chunk: number
  /** The `born` of the chunk's topic: another one may have the chunk later. */
  readonly born: number
  /** By slot: who is there. */
  readonly seats: (SharedEntity | undefined)[] = new Array(SLOTS_MAX).fill(undefined)
  /** Those who are shown in it, and the same as plain objects. */
  readonly members: SharedEntity[] = []
  readonly entities: AnyEntity[] = []
  /** The members that move by dead reckoning. */
  readonly going: SharedEntity[] = []
  /** Those who have left for a neighbouring cell and are not there yet, and until which tick they are waited for. */
  readonly bound: { readonly shared: SharedEntity; readonly until: number }[] = []
  /** By size of squares: the group as it is shown. */
  readonly sights: GroupSight[] = []
  /** The last tick in which a viewer followed it, and the last in which it was read. */
  wantedAt = 0
  readAt = -1
  /** Whether somebody's once-told fields have not come yet. */
  isWaiting = false

  // What is new in the tick `newsAt`.
  newsAt = -1
  readonly arrived: SharedEntity[] = []
  readonly departed: SharedEntity[] = []
  readonly changed: SharedChange[] = []
  /** Those with another place than could be foreseen. */
  readonly stirred: SharedEntity[] = []

  constructor(chunk: number, born: number) {
    this.chunk = chunk
    this.born = born
  }

  /** Forgets the news of earlier ticks. */
  beginNews(tick: number): void {
    if (this.newsAt === tick) return
    this.newsAt = tick
    this.arrived.length = 0
    this.departed.length = 0
    this.changed.length = 0
    this.stirred.length = 0
  }

  /** Brings the lists of members up to the seats. */
  gather(): void {
    const { members, entities, going, seats, bound } = this
    members.length = 0
    entities.length = 0
    going.length = 0
    for (let slot = 0; slot < SLOTS_MAX; slot++) this.#gather(seats[slot])
    for (const { shared } of bound) this.#gather(shared)
  }

  #gather(shared: SharedEntity | undefined): void {
    if (shared?.group !== this) return
    this.members.push(shared)
    this.entities.push(shared.entity)
    if (shared.isGoing) this.going.push(shared)
  }
}
