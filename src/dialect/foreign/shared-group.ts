import { SLOTS_MAX } from '../../replication/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import type { SharedEntity } from './shared-entity.ts'
import type { WorldGroup } from './speaker.ts'

/** How many different parts of a group are remembered: viewers near each other see the same ones. */
const PARTS_MAX = 64
const ALL_SLOTS = -1

/** A change of an entity's fields, with their old values. */
export interface SharedChange {
  readonly shared: SharedEntity
  readonly entity: AnyEntity
  readonly before: Readonly<Record<string, unknown>>
}

/** A group, or those of it whom a viewer sees. */
export interface GroupSight extends WorldGroup {
  /** The same as `moved`. */
  readonly movers: readonly SharedEntity[]
}

/** A whole group as viewers with one size of squares are shown it. */
export class WholeGroup implements GroupSight {
  readonly isWhole = true
  readonly whole = this
  readonly entities: readonly AnyEntity[]
  readonly moved: AnyEntity[] = []
  readonly movers: SharedEntity[] = []
  /** The tick that `moved` is of. */
  tick = -1
  /** By the slots seen: what viewers see who do not see all of it. */
  readonly parts = new Map<number, GroupPart>()

  constructor(entities: readonly AnyEntity[]) {
    this.entities = entities
  }
}

/** Those of a group whom some viewers see, all of whom are shown this same object. */
export class GroupPart implements GroupSight {
  readonly isWhole = false
  readonly whole: WholeGroup
  readonly #all: readonly SharedEntity[]
  readonly #seen: number
  #members: readonly SharedEntity[] | undefined
  #entities: readonly AnyEntity[] | undefined
  readonly #moved: AnyEntity[] = []
  readonly #movers: SharedEntity[] = []
  #tick = -1

  /**
   * @param all   the members of the group, among whom those seen are found when they are asked for: a dialect that
   *   shows the nearest alone never asks for those at the rim
   * @param seen  the slots of those seen, as bits; all of them for -1
   */
  constructor(whole: WholeGroup, all: readonly SharedEntity[], seen = ALL_SLOTS) {
    this.whole = whole
    this.#all = all
    this.#seen = seen
  }

  get entities(): readonly AnyEntity[] {
    return (this.#entities ??= this.#found().map(({ entity }) => entity))
  }

  #found(): readonly SharedEntity[] {
    const [all, seen] = [this.#all, this.#seen]
    return (this.#members ??=
      seen === ALL_SLOTS ? all : all.filter(({ slot }) => ((seen >>> slot) & 1) === 1))
  }

  get moved(): readonly AnyEntity[] {
    this.#gather()
    return this.#moved
  }

  get movers(): readonly SharedEntity[] {
    this.#gather()
    return this.#movers
  }

  #gather(): void {
    const { movers, tick } = this.whole
    if (tick === this.#tick) return
    this.#tick = tick
    const members = this.#found()
    let count = 0
    for (let at = 0; at < movers.length; at++) {
      if (!members.includes(movers[at])) continue
      this.#movers[count] = movers[at]
      this.#moved[count++] = movers[at].entity
    }
    this.#movers.length = count
    this.#moved.length = count
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
  readonly sights: WholeGroup[] = []
  /** The slots of the members, as bits. */
  occupied = 0
  /** The last tick in which a viewer followed it, and the last in which it was read. */
  wantedAt = 0
  readAt = -1
  /** Whether somebody's once-told fields have not come yet. */
  isWaiting = false

  // What is new in the tick `newsAt`.
  newsAt = -1
  readonly arrived: SharedEntity[] = []
  readonly departed: SharedEntity[] = []
  /** The slots in which those who departed were, as bits, each once; -1 where it has to be asked of each. */
  readonly departedSlots: number[] = []
  /** The slots of all who arrived or departed, as bits. */
  passed = 0
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
    this.departedSlots.length = 0
    this.passed = 0
    this.changed.length = 0
    this.stirred.length = 0
  }

  /** Notes that somebody has come, into the slot where it is. */
  arrive(shared: SharedEntity): void {
    this.arrived.push(shared)
    this.passed |= 1 << shared.slot
  }

  /** Notes that somebody is here no more. @param slot  where it was; -1 for one who was on the way elsewhere */
  depart(shared: SharedEntity, slot: number): void {
    this.departed.push(shared)
    this.departedSlots.push(slot < 0 ? ALL_SLOTS : 1 << slot)
    if (slot >= 0) this.passed |= 1 << slot
  }

  /**
   * Returns what those see of it who see some of its slots.
   *
   * @param held     the slots, as bits
   * @param squares  by which size of squares they are told of moves
   * @param isSeen   whether a viewer sees somebody, which decides of those who are on their way
   */
  sightOf(held: number, squares: number, isSeen: (shared: SharedEntity) => boolean): GroupSight {
    const whole = this.sights[squares]
    if (this.bound.length > 0) return new GroupPart(whole, this.members.filter(isSeen))
    const seen = held & this.occupied
    if (seen === this.occupied) return whole
    const known = whole.parts.get(seen)
    if (known) return known
    if (whole.parts.size === PARTS_MAX) whole.parts.clear()
    const part = new GroupPart(whole, this.members, seen)
    whole.parts.set(seen, part)
    return part
  }

  /** Brings the lists of members up to the seats. */
  gather(): void {
    const { members, entities, going, seats, bound } = this
    this.occupied = 0
    for (const { parts } of this.sights) parts.clear()
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
    if (shared.slot >= 0) this.occupied |= 1 << shared.slot
    if (shared.isGoing) this.going.push(shared)
  }
}
