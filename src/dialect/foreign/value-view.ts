import type { RowTurns, View } from '../../replication/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { SharedEntity, Showing } from './shared-entity.ts'
import type { GroupSight, SharedGroup } from './shared-group.ts'
import { type SharedWorld, sharedWorldOf } from './shared-world.ts'
import type { WorldNews } from './speaker.ts'
import type { ViewerNews } from './viewer-news.ts'

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
  /** The groups followed, and which slots of each are held. */
  #groups: SharedGroup[] = []
  #held: number[] = []
  /** The rows of which something else is seen than `#shown` says; or all of them. */
  readonly #unshown: number[] = []
  #isAllUnshown = true
  readonly #shown: GroupSight[] = []
  /** The viewer's own entity, which stays until it is removed; 0 for none. */
  #kept: EntityId = 0
  #own: AnyEntity | undefined
  /** The own entity while it is in no group that is followed. */
  #lost: SharedEntity | undefined
  /** Whether the viewer was not told of every tick before this one, and of which it was told last. */
  #isLate = false
  #since = -1
  /** The news of the world's viewers, of whom each has its turn. */
  #news!: ViewerNews

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

  /** Says which entity is the viewer's own. */
  set kept(id: EntityId) {
    this.#kept = id
    this.#own = this.#sight.get(id)?.entity
  }

  /** The viewer's own entity, once it is in sight. */
  get own(): AnyEntity | undefined {
    return this.#own
  }

  /**
   * Reads what is new in sight of a view at a tick. The news are valid until the next call, of any viewer of the world.
   */
  advance(view: View, tick: number): WorldNews {
    const world = this.#open(view)
    const news = this.#news.begin(tick, this)
    world.advance(tick)
    if (tick === this.#tick) return news
    this.#turn = ++world.turns
    if (!this.#isAllUnshown && this.#unshown.length > 0) this.#showLater()
    const isLate = world.before !== this.#tick
    const { rowTurns } = world
    const hasOtherChunks = view.settle(rowTurns)
    if (isLate) {
      if (hasOtherChunks || tick - this.#tick > FRESH_TICKS) this.#choose(view, world)
      else this.#hold(rowTurns)
      this.#survey(tick, world.changedLately)
    } else {
      if (hasOtherChunks) this.#turnAway(view, world)
      else this.#hold(rowTurns, world.turned)
      if (hasOtherChunks || world.isAstir) this.#lookAround(world)
      else this.#lookWhereNew(world)
    }
    if (this.#lost) this.#settleLost(this.#lost)
    if (isLate) this.#catchUp(world.changedLately)
    else if (world.changedRows.length > 0) this.#collectChanges(world.changedRows)
    this.#isLate = isLate
    this.#since = this.#tick
    this.#tick = tick
    return news
  }

  /** Returns whom the viewer sees of each group followed, at the tick read last. */
  get sights(): readonly GroupSight[] {
    const shown = this.#shown
    const groups = this.#groups
    if (this.#isAllUnshown) {
      shown.length = groups.length
      for (let row = 0; row < groups.length; row++) shown[row] = this.#sightOf(row)
      this.#isAllUnshown = false
    } else for (const row of this.#unshown) shown[row] = this.#sightOf(row)
    if (this.#unshown.length > 0) this.#unshown.length = 0
    return shown
  }

  /** Gathers who moved since the tick before the one read last, and has not just come. */
  gatherMoved(to: AnyEntity[]): void {
    if (this.#isLate) this.#gatherLate(to)
    else {
      const groups = this.#groups
      const [tick, turn, squares] = [this.#tick, this.#turn, this.#squares]
      let count = 0
      for (let row = 0; row < groups.length; row++) {
        const { movers, tick: movedAt } = groups[row].sights[squares]
        if (movers.length === 0 || movedAt !== tick) continue
        for (let at = 0; at < movers.length; at++) {
          const shared = movers[at]
          if (shared.mark !== turn && this.#holds(row, shared)) to[count++] = shared.entity
        }
      }
      to.length = count
    }
  }

  #open({ source }: View): SharedWorld {
    const world = sharedWorldOf(source)
    if (world === this.#world) return world
    this.#world = world
    this.#news = world.news
    this.#squares = world.squaresOf(this.#stride)
    this.#wantedAt = world.tick - (world.viewers++ % WANT_TICKS)
    this.#tick = -1
    return world
  }

  /** Takes up the groups that the view follows, and whom of them it holds. */
  #choose(view: View, world: SharedWorld): void {
    const { chunks } = view
    const groups = this.#groups
    groups.length = chunks.length
    this.#held.length = chunks.length
    for (let row = 0; row < chunks.length; row++) {
      groups[row] = world.groupOf(chunks[row])
      groups[row].wantedAt = world.tick
      this.#held[row] = view.heldAt(row)
    }
    while (world.turned.length < chunks.length) world.turned.push(0)
    this.#showLater()
  }

  /** Takes up the groups that the view follows, and notes where others are held than before. */
  #turnAway(view: View, world: SharedWorld): void {
    const { turned, spare } = world
    const before = this.#groups
    const held = this.#held
    this.#groups = spare.groups
    this.#held = spare.held
    this.#choose(view, world)
    let left = before.length
    for (let row = 0; row < this.#groups.length; row++) {
      const group = this.#groups[row]
      // Most are where they were.
      const at = before[row] === group ? row : before.indexOf(group)
      // Nobody was held of a group that is new.
      turned[row] = this.#held[row] ^ (at < 0 ? 0 : held[at])
      if (at >= 0) left--
    }
    if (left > 0) this.#settleAll(before)
    before.length = 0
    spare.groups = before
    spare.held = held
  }

  /** Lets go of those of groups that are not followed any more. */
  #settleAll(groups: readonly SharedGroup[]): void {
    for (const group of groups) {
      if (this.#groups.includes(group)) continue
      for (const shared of group.members) this.#settle(shared)
      for (const shared of group.departed) this.#settle(shared)
    }
  }

  /**
   * Takes up whom the view holds.
   *
   * @param turned  where it is noted who that was before and is not now, or the other way about
   */
  #hold({ rows, slots, count }: RowTurns, turned?: number[]): void {
    for (let at = 0; at < count; at++) {
      this.#held[rows[at]] ^= slots[at]
      if (turned) turned[rows[at]] = slots[at]
    }
  }

  /**
   * Finds who came and who left among those in sight and all that is followed.
   *
   * @param changed  is filled with whoever is held and has changed since the viewer's last turn
   */
  #survey(tick: number, changed: SharedEntity[]): void {
    const groups = this.#groups
    const turn = this.#turn
    let seen = 0
    this.#want(tick)
    for (let row = 0; row < groups.length; row++) {
      const { members } = groups[row]
      for (let at = 0; at < members.length; at++) {
        if (!this.#holds(row, members[at])) continue
        members[at].seenIn = turn
        if (members[at].changedAt > this.#tick) changed.push(members[at])
        seen++
      }
    }
    for (const shared of this.#sight.values()) if (shared.seenIn !== turn) this.#leave(shared)
    // With as many seen as in sight nobody is new, as long as all in sight are seen.
    if (seen !== this.#sight.size || this.#lost)
      for (const { members } of groups)
        for (const shared of members) if (shared.seenIn === turn) this.#enter(shared)
    this.#showLater()
  }

  /** Finds who came and who left wherever that may be. */
  #lookAround(world: SharedWorld): void {
    const count = this.#groups.length
    const { turned } = world
    this.#want(world.tick)
    for (let row = 0; row < count; row++) this.#look(row, world)
    for (let row = 0; row < count; row++) turned[row] = 0
  }

  /** Finds who came and who left in rows that have news: all where anything can be new. */
  #lookWhereNew(world: SharedWorld): void {
    const { turned, rowTurns, tick } = world
    const { rows, count } = rowTurns
    if (tick - this.#wantedAt >= WANT_TICKS) this.#want(tick)
    for (let at = 0; at < count; at++) this.#look(rows[at], world)
    for (let at = 0; at < count; at++) turned[rows[at]] = 0
  }

  #want(tick: number): void {
    this.#wantedAt = tick
    for (let row = 0; row < this.#groups.length; row++) this.#groups[row].wantedAt = tick
  }

  #look(row: number, world: SharedWorld): void {
    const group = this.#groups[row]
    let turned = world.turned[row]
    let isOther = group.bound.length > 0
    if (group.newsAt === world.tick) {
      if (group.changed.length > 0) world.changedRows.push(row)
      if (group.departed.length > 0 || group.arrived.length > 0) {
        this.#lookAt(group, row, world)
        turned &= ~group.passed
        isOther = true
      }
    }
    if (turned !== 0) {
      this.#turnTo(group, turned)
      isOther = true
    }
    if (isOther && !this.#isAllUnshown) this.#unshown.push(row)
  }

  #lookAt(group: SharedGroup, row: number, { tick, turned }: SharedWorld): void {
    const { departed, departedSlots, arrived } = group
    const before = this.#held[row] ^ turned[row]
    for (let at = 0; at < departed.length; at++) {
      const slots = departedSlots[at]
      if (slots === ALL_SLOTS || (before & slots) !== 0) this.#settle(departed[at])
    }
    for (let at = 0; at < arrived.length; at++) {
      const shared = arrived[at]
      const isSeen = shared.group === group ? this.#holds(row, shared) : this.#sees(shared)
      // Who only went on from one group to the next is the commonest.
      if (isSeen && !this.#sawLeave(shared, tick, turned)) this.#enter(shared)
    }
  }

  /** Returns whether somebody came, in this tick, from where the viewer saw them. */
  #sawLeave({ leftAt, leftFrom, leftSlot }: SharedEntity, tick: number, turned: readonly number[]): boolean {
    const row = leftAt === tick && leftFrom ? this.#rowOf(leftFrom) : -1
    return row >= 0 && (((this.#held[row] ^ turned[row]) >>> leftSlot) & 1) === 1
  }

  #turnTo({ seats }: SharedGroup, slots: number): void {
    for (let rest = slots; rest !== 0; rest &= rest - 1) {
      const shared = seats[31 - Math.clz32(rest & -rest)]
      if (shared === undefined) continue
      if (this.#sees(shared)) this.#enter(shared)
      else this.#settle(shared)
    }
  }

  /** Has whatever is seen of any group found out when it is asked for. */
  #showLater(): void {
    this.#isAllUnshown = true
    this.#unshown.length = 0
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
  #collectChanges(rows: number[]): void {
    const { changed } = this.#news
    for (const row of rows) {
      const news = this.#groups[row].changed
      for (let at = 0; at < news.length; at++)
        if (news[at].shared.mark !== this.#turn && this.#sees(news[at].shared)) changed.push(news[at])
    }
    rows.length = 0
  }

  /** Tells a viewer who was not told of every tick of all changes since. */
  #catchUp(lately: SharedEntity[]): void {
    const { changed } = this.#news
    const since = this.#tick
    if (this.#lost && this.#lost.changedAt > since) lately.push(this.#lost)
    for (const shared of lately)
      if (shared.mark !== this.#turn)
        changed.push({ entity: shared.entity, before: shared.changesSince(since) })
    if (lately.length > 0) lately.length = 0
  }

  /** Gathers who moved since the last turn of a viewer who was not told of every tick. */
  #gatherLate(to: AnyEntity[]): void {
    const world = this.#world
    let count = 0
    if (world)
      for (const shared of this.#sight.values())
        if (shared.mark !== this.#turn && world.turnedAt(shared, this.#squares) > this.#since)
          to[count++] = shared.entity
    to.length = count
  }

  /** Returns whether somebody is held. */
  #sees(shared: SharedEntity): boolean {
    const row = shared.group ? this.#rowOf(shared.group) : -1
    return row >= 0 && this.#holds(row, shared)
  }

  /** Returns the row of a group; -1 for one that is not followed. They are few, and lie together. */
  #rowOf(group: Showing): number {
    return (this.#groups as readonly Showing[]).indexOf(group)
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
    if (shared.id === this.#kept) this.#own = shared.entity
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
    if (id === this.#kept) this.#own = undefined
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
