import type { View } from '../../replication/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { SharedEntity, Showing } from './shared-entity.ts'
import type { GroupSight, SharedGroup } from './shared-group.ts'
import { type SharedWorld, sharedWorldOf } from './shared-world.ts'
import type { WorldNews } from './speaker.ts'
import { ViewerNews } from './viewer-news.ts'

const ALL_SLOTS = -1

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
  /** The number of this viewer's turn among all: who enters in it is told as nothing else. */
  #turn = 0
  /** The groups followed, which slots of each are held, and where each is in this list. */
  #groups: SharedGroup[] = []
  readonly #held: number[] = []
  readonly #rows = new Map<Showing, number>()
  /** The groups where somebody was held or let go of in this tick, and which slots those are. */
  readonly #turned: number[] = []
  /** The groups where somebody's fields changed in this tick. */
  readonly #changed: SharedGroup[] = []
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
    const settled = view.settle()
    if (isLate) {
      this.#choose(view, world)
      this.#survey()
    } else {
      if (settled === 'other chunks') this.#turnAway(view, world)
      else if (settled === 'other holds') this.#hold(view)
      this.#lookAround(tick)
    }
    if (this.#lost) this.#settleLost(this.#lost)
    if (isLate) this.#catchUp(world, this.#tick)
    else if (this.#changed.length > 0) this.#collectChanges()
    news.end({ turn: this.#turn, isLate })
    this.#tick = tick
    return news
  }

  #open({ source }: View): SharedWorld {
    const world = sharedWorldOf(source)
    if (world === this.#world) return world
    this.#world = world
    this.#squares = world.squaresOf(this.#stride)
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
      // All are new in a group that is new.
      this.#turned[row] = held === undefined ? ALL_SLOTS : this.#held[row] ^ held
      this.#news.groups[row] = this.#sightOf(row)
    }
    for (const { members, departed } of before.keys()) {
      for (const shared of members) this.#settle(shared)
      for (const shared of departed) this.#settle(shared)
    }
  }

  /** Takes up whom the view holds, and notes who that was before and is not now, or the other way about. */
  #hold(view: View): void {
    const held = this.#held
    for (let row = 0; row < held.length; row++) {
      const now = view.heldAt(row)
      this.#turned[row] = held[row] ^ now
      held[row] = now
    }
  }

  /** Finds who came and who left among those in sight and all that is followed. */
  #survey(): void {
    for (const shared of this.#sight.values()) if (!this.#sees(shared)) this.#leave(shared)
    for (const { members } of this.#groups)
      for (const shared of members) if (this.#sees(shared)) this.#enter(shared)
    for (let row = 0; row < this.#groups.length; row++) this.#show(row)
  }

  /** Finds who came and who left where there is news, or others are held. */
  #lookAround(tick: number): void {
    const groups = this.#groups
    const turned = this.#turned
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row]
      group.wantedAt = tick
      let isOther = group.bound.length > 0
      if (group.newsAt === tick) {
        if (group.changed.length > 0) this.#changed.push(group)
        if (group.departed.length > 0 || group.arrived.length > 0) {
          this.#lookAt(group)
          isOther = true
        }
      }
      if (turned[row] !== 0) {
        this.#turnTo(group, turned[row])
        turned[row] = 0
        isOther = true
      }
      if (isOther) this.#show(row)
    }
  }

  #lookAt({ departed, arrived }: SharedGroup): void {
    for (let at = 0; at < departed.length; at++) this.#settle(departed[at])
    for (let at = 0; at < arrived.length; at++) if (this.#sees(arrived[at])) this.#enter(arrived[at])
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
    if (this.#isInSight(shared) && !this.#sees(shared)) this.#leave(shared)
  }

  /** Gathers what is new about those in sight who have not just come. */
  #collectChanges(): void {
    const { changed } = this.#news
    for (const group of this.#changed)
      for (let at = 0; at < group.changed.length; at++) {
        const change = group.changed[at]
        if (change.shared.mark !== this.#turn && this.#isInSight(change.shared)) changed.push(change)
      }
    this.#changed.length = 0
  }

  /** Tells a viewer who was not told of every tick of all changes and moves since. */
  #catchUp(world: SharedWorld, since: number): void {
    const { changed, late } = this.#news
    for (const shared of this.#sight.values()) {
      if (shared.mark === this.#turn) continue
      const { entity } = shared
      if (shared.changedAt > since) changed.push({ entity, before: shared.changesSince(since) })
      if (world.turnedAt(shared, this.#squares) > since) late.push(entity)
    }
  }

  /** Returns whether somebody is held; one who is on the way to another group is if it was so before. */
  #sees(shared: SharedEntity): boolean {
    const row = shared.group && this.#rows.get(shared.group)
    if (row === undefined) return false
    return shared.slot < 0 ? this.#isInSight(shared) : ((this.#held[row] >>> shared.slot) & 1) === 1
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
