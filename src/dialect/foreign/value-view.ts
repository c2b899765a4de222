import type { RowTurns, View } from '../../replication/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { SharedEntity, Showing } from './shared-entity.ts'
import type { GroupSight, SharedGroup } from './shared-group.ts'
import { type SharedWorld, sharedWorldOf } from './shared-world.ts'
import type { WorldNews } from './speaker.ts'
import { ViewerNews } from './viewer-news.ts'

const ALL_SLOTS = -1
/** How many ticks pass before a viewer says again which groups it wants. */
const WANT_TICKS = 16
/** For how many ticks of silence the groups that a viewer wanted are surely still there. */
const FRESH_TICKS = 20

/**
 * What one viewer sees of a world that is shared as values: which groups are in sight, and what is new about them.
 *
 *     View.lookAt, follow --chunks, slots held--> ValueView <--groups, entities-- SharedWorld
 *                                                     '--> entered, changed, moved, left
 *
 * A tick costs a look at each group in sight, and work only for those with news. Of a group those are seen whom the
 * view holds: who comes within its circle.
 */
export class ValueView {
  readonly #stride: number
  readonly #sight = new Map<EntityId, SharedEntity>()
  #world: SharedWorld | undefined
  #squares = 0
  #tick = -1
  /** When it said last which groups it wants; viewers are spread over the ticks. */
  #wantedAt = -1
  /** The number of this viewer's turn among all: who enters in it is told as nothing else. */
  #turn = 0
  /** The groups followed, which slots of each are held, and where each is in this list. */
  #groups: SharedGroup[] = []
  readonly #held: number[] = []
  readonly #rows = new Map<Showing, number>()
  /** The groups where somebody was held or let go of in this tick, and which slots those are. */
  readonly #turned: number[] = []
  /** The rows where somebody's fields changed in this tick. */
  readonly #changed: number[] = []
  /** The viewer's own entity, which stays until it is removed; 0 for none. */
  #kept: EntityId = 0
  /** The own entity while it is in no group that is followed. */
  #lost: SharedEntity | undefined
  readonly #news = new ViewerNews()

  /**
   * @param stride  metres: those alone count as moved who are in another square of this size; 0 for whoever is
   *   elsewhere at all
   */
  constructor({ stride = 0 }: { readonly stride?: number | undefined } = {}) {
    this.#stride = stride
  }

  /** Returns an entity in sight by id. */
  entity(id: EntityId): AnyEntity | undefined {
    return this.#sight.get(id)?.entity
  }

  /** Iterates over all entities in sight. */
  *all(): Generator<AnyEntity> {
    for (const { entity } of this.#sight.values()) yield entity
  }

  set kept(id: EntityId) {
    this.#kept = id
  }

  /** Reads what is new in sight of a view at a tick. The news are valid until the next call. */
  advance(view: View, tick: number): WorldNews {
    const news = this.#news.begin(tick)
    const world = this.#open(view)
    world.advance(tick)
    if (tick === this.#tick) return news
    this.#turn = ++world.turns
    const isLate = world.before !== this.#tick
    const { rowTurns } = world
    const hasOtherChunks = view.settle(rowTurns)
    if (isLate) {
      if (hasOtherChunks || tick - this.#tick > FRESH_TICKS) this.#choose(view, world)
      else this.#hold(rowTurns)
      this.#survey(tick)
    } else {
      if (hasOtherChunks) this.#turnAway(view, world)
      else this.#hold(rowTurns)
      if (hasOtherChunks || world.isAstir) this.#lookAround(tick)
      else this.#lookWhereNew(rowTurns, tick)
    }
    if (this.#lost) this.#settleLost(this.#lost)
    if (isLate) this.#catchUp(this.#tick)
    else if (this.#changed.length > 0) this.#collectChanges()
    const since = this.#tick
    news.end({ turn: this.#turn, late: isLate ? (to) => this.#gatherLate(since, to) : undefined })
    this.#tick = tick
    return news
  }

  #open({ source }: View): SharedWorld {
    const world = sharedWorldOf(source)
    if (world === this.#world) return world
    this.#world = world
    this.#squares = world.squaresOf(this.#stride)
    this.#wantedAt = world.tick - (world.viewers++ % WANT_TICKS)
    this.#tick = -1
    return world
  }

  /** Takes up the groups that the view follows, and whom of them it holds. */
  #choose(view: View, world: SharedWorld): void {
    const { chunks } = view
    this.#groups = chunks.map((chunk) => world.groupOf(chunk))
    this.#rows.clear()
    this.#turned.length = chunks.length
    this.#held.length = chunks.length
    this.#news.groups.length = 0
    for (let row = 0; row < chunks.length; row++) {
      this.#groups[row].wantedAt = world.tick
      this.#rows.set(this.#groups[row], row)
      this.#held[row] = view.heldAt(row)
      this.#turned[row] = 0
    }
  }

  /** Takes up the groups that the view follows, and notes where others are held than before. */
  #turnAway(view: View, world: SharedWorld): void {
    const groups = this.#groups
    const before = new Map<SharedGroup, number>()
    for (let row = 0; row < groups.length; row++) before.set(groups[row], this.#held[row])
    this.#choose(view, world)
    for (let row = 0; row < this.#groups.length; row++) {
      const group = this.#groups[row]
      const held = before.get(group)
      before.delete(group)
      // Nobody was held of a group that is new.
      this.#turned[row] = this.#held[row] ^ (held ?? 0)
      this.#news.groups[row] = this.#sightOf(row)
    }
    for (const { members, departed } of before.keys()) {
      for (const shared of members) this.#settle(shared)
      for (const shared of departed) this.#settle(shared)
    }
  }

  /** Takes up whom the view holds, and notes who that was before and is not now, or the other way about. */
  #hold({ rows, slots, count }: RowTurns): void {
    for (let at = 0; at < count; at++) {
      this.#held[rows[at]] ^= slots[at]
      this.#turned[rows[at]] = slots[at]
    }
  }

  /** Finds who came and who left among those in sight and all that is followed. */
  #survey(tick: number): void {
    const groups = this.#groups
    const turn = this.#turn
    let seen = 0
    this.#want(tick)
    for (let row = 0; row < groups.length; row++) {
      const { members } = groups[row]
      this.#turned[row] = 0
      for (let at = 0; at < members.length; at++) {
        if (!this.#holds(row, members[at])) continue
        members[at].seenIn = turn
        seen++
      }
    }
    for (const shared of this.#sight.values()) if (shared.seenIn !== turn) this.#leave(shared)
    // With as many seen as in sight nobody is new, as long as all in sight are seen.
    if (seen !== this.#sight.size || this.#lost)
      for (const { members } of groups)
        for (const shared of members) if (shared.seenIn === turn) this.#enter(shared)
    for (let row = 0; row < groups.length; row++) this.#show(row)
  }

  /** Finds who came and who left wherever that may be. */
  #lookAround(tick: number): void {
    const count = this.#groups.length
    this.#want(tick)
    for (let row = 0; row < count; row++) this.#look(row, tick)
    for (let row = 0; row < count; row++) this.#turned[row] = 0
  }

  /** Finds who came and who left in rows that have news: all where anything can be new. */
  #lookWhereNew({ rows, count }: RowTurns, tick: number): void {
    if (tick - this.#wantedAt >= WANT_TICKS) this.#want(tick)
    for (let at = 0; at < count; at++) this.#look(rows[at], tick)
    for (let at = 0; at < count; at++) this.#turned[rows[at]] = 0
  }

  #want(tick: number): void {
    this.#wantedAt = tick
    for (let row = 0; row < this.#groups.length; row++) this.#groups[row].wantedAt = tick
  }

  #look(row: number, tick: number): void {
    const group = this.#groups[row]
    let turned = this.#turned[row]
    let isOther = group.bound.length > 0
    if (group.newsAt === tick) {
      if (group.changed.length > 0) this.#changed.push(row)
      if (group.departed.length > 0 || group.arrived.length > 0) {
        this.#lookAt(group, row, tick)
        turned &= ~group.passed
        isOther = true
      }
    }
    if (turned !== 0) {
      this.#turnTo(group, turned)
      isOther = true
    }
    if (isOther) this.#show(row)
  }

  #lookAt(group: SharedGroup, row: number, tick: number): void {
    const { departed, departedSlots, arrived } = group
    const before = this.#held[row] ^ this.#turned[row]
    for (let at = 0; at < departed.length; at++) {
      const slots = departedSlots[at]
      if (slots === ALL_SLOTS || (before & slots) !== 0) this.#settle(departed[at])
    }
    for (let at = 0; at < arrived.length; at++) {
      const shared = arrived[at]
      // Who only went on from one group to the next is the commonest.
      if (this.#sees(shared) && !this.#sawLeave(shared, tick)) this.#enter(shared)
    }
  }

  /** Returns whether somebody came, in this tick, from where the viewer saw them. */
  #sawLeave({ leftAt, leftFrom, leftSlot }: SharedEntity, tick: number): boolean {
    const row = leftAt === tick && leftFrom ? this.#rows.get(leftFrom) : undefined
    return row !== undefined && (((this.#held[row] ^ this.#turned[row]) >>> leftSlot) & 1) === 1
  }

  #turnTo({ seats }: SharedGroup, slots: number): void {
    for (let rest = slots; rest !== 0; rest &= rest - 1) {
      const shared = seats[31 - Math.clz32(rest & -rest)]
      if (shared === undefined) continue
      if (this.#sees(shared)) this.#enter(shared)
      else this.#settle(shared)
    }
  }

  /** Shows what is seen of a group from now on. */
  #show(row: number): void {
    this.#news.groups[row] = this.#sightOf(row)
  }

  #sightOf(row: number): GroupSight {
    return this.#groups[row].sightOf(this.#held[row], this.#squares, this.#isInSight)
  }

  readonly #isInSight = (shared: SharedEntity): boolean => this.#sight.get(shared.id) === shared

  /** Lets go of somebody who was seen and is not any more. */
  #settle(shared: SharedEntity): void {
    if (!this.#sees(shared) && this.#isInSight(shared)) this.#leave(shared)
  }

  /** Gathers what is new about those in sight who have not just come. */
  #collectChanges(): void {
    const { changed } = this.#news
    for (const row of this.#changed) {
      const news = this.#groups[row].changed
      for (let at = 0; at < news.length; at++)
        if (news[at].shared.mark !== this.#turn && this.#sees(news[at].shared)) changed.push(news[at])
    }
    this.#changed.length = 0
  }

  /** Tells a viewer who was not told of every tick of all changes since. */
  #catchUp(since: number): void {
    const { changed } = this.#news
    for (const shared of this.#sight.values())
      if (shared.changedAt > since && shared.mark !== this.#turn)
        changed.push({ entity: shared.entity, before: shared.changesSince(since) })
  }

  /** Gathers who moved since a tick, for a viewer who was not told of every one. */
  #gatherLate(since: number, to: AnyEntity[]): void {
    const world = this.#world
    if (world === undefined) return
    for (const shared of this.#sight.values())
      if (shared.mark !== this.#turn && world.turnedAt(shared, this.#squares) > since) to.push(shared.entity)
  }

  /** Returns whether somebody is held. */
  #sees(shared: SharedEntity): boolean {
    const row = shared.group && this.#rows.get(shared.group)
    return row !== undefined && this.#holds(row, shared)
  }

  /** Returns whether a member of a row's group is held; one who is on the way to another is if it was so before. */
  #holds(row: number, shared: SharedEntity): boolean {
    const { slot } = shared
    return slot < 0 ? this.#isInSight(shared) : ((this.#held[row] >>> slot) & 1) === 1
  }

  #enter(shared: SharedEntity): void {
    const before = this.#sight.get(shared.id)
    if (before === shared) return
    if (before) this.#news.left.push({ entity: before.entity, why: 'out of range' })
    this.#sight.set(shared.id, shared)
    shared.mark = this.#turn
    this.#news.entered.push(shared.entity)
  }

  #leave(shared: SharedEntity): void {
    const { id, entity, wasRemoved } = shared
    const isRemoved = wasRemoved && shared.group === undefined
    if (id === this.#kept && !isRemoved) {
      this.#lost = shared
      return
    }
    this.#sight.delete(id)
    this.#news.left.push({ entity, why: isRemoved ? 'removed' : 'out of range' })
  }

  /** Lets go of the own entity, which is kept in sight, when it is found again or ended. */
  #settleLost(shared: SharedEntity): void {
    if (this.#sees(shared) || !this.#isInSight(shared)) this.#lost = undefined
    else if (shared.wasRemoved || shared.id !== this.#kept) {
      this.#lost = undefined
      this.#leave(shared)
    }
  }
}
