import type { View } from '../../replication/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { SharedEntity, Showing } from './shared-entity.ts'
import type { SharedGroup } from './shared-group.ts'
import { type SharedWorld, sharedWorldOf } from './shared-world.ts'
import type { WorldNews } from './speaker.ts'
import { ViewerNews } from './viewer-news.ts'

/**
 * What one viewer sees of a world that is shared as values: which groups are in sight, and what is new about them.
 *
 *     View.lookAt, follow --chunks--> ValueView <--groups, entities-- SharedWorld
 *                                         '--> entered, changed, moved, left
 *
 * A tick costs a look at each group in sight, and work only for those with news.
 */
export class ValueView {
  readonly #stride: number
  readonly #sight = new Map<EntityId, SharedEntity>()
  #world: SharedWorld | undefined
  #squares = 0
  #tick = -1
  /** The number of this viewer's turn among all: who enters in it is told as nothing else. */
  #turn = 0
  #groups: SharedGroup[] = []
  #followed = new Set<Showing>()
  /** The viewer's own entity, which stays until it is removed; 0 for none. */
  #kept: EntityId = 0
  /** The own entity while it is in no group that is followed. */
  #held: SharedEntity | undefined
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
    const isSettled = view.settle()
    const isOther = (isSettled || isLate) && this.#choose(view, world)
    if (isOther || isLate) this.#survey()
    else this.#lookAround(tick)
    if (this.#held) this.#settleHeld(this.#held)
    if (isLate) this.#catchUp(world, this.#tick)
    news.end(this.#groups, { turn: this.#turn, squares: this.#squares, isLate })
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

  /** Takes up the groups that the view follows. @returns whether they are others than before */
  #choose(view: View, world: SharedWorld): boolean {
    const groups = view.chunks.map((chunk) => world.groupOf(chunk))
    if (groups.length === this.#groups.length && groups.every((one) => this.#followed.has(one))) return false
    this.#groups = groups
    this.#followed = new Set(groups)
    this.#news.groups = groups.map(({ sights }) => sights[this.#squares])
    return true
  }

  /** Finds who came and who left among those in sight and all that is followed. */
  #survey(): void {
    for (const shared of this.#sight.values()) if (!this.#follows(shared)) this.#leave(shared)
    for (const { members } of this.#groups)
      for (const shared of members) if (this.#follows(shared)) this.#enter(shared)
  }

  /** Finds who came and who left where there is news. */
  #lookAround(tick: number): void {
    const groups = this.#groups
    for (let i = 0; i < groups.length; i++) if (groups[i].newsAt === tick) this.#lookAt(groups[i])
  }

  #lookAt({ departed, arrived }: SharedGroup): void {
    for (let at = 0; at < departed.length; at++) {
      const shared = departed[at]
      if (this.#sight.get(shared.id) === shared && !this.#follows(shared)) this.#leave(shared)
    }
    for (let at = 0; at < arrived.length; at++) if (this.#follows(arrived[at])) this.#enter(arrived[at])
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

  #follows({ group }: SharedEntity): boolean {
    return group !== undefined && this.#followed.has(group)
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
      this.#held = shared
      return
    }
    this.#sight.delete(id)
    this.#news.left.push({ entity, why: isRemoved ? 'removed' : 'out of range' })
  }

  /** Lets go of the own entity, which is kept in sight, when it is found again or ended. */
  #settleHeld(shared: SharedEntity): void {
    if (this.#follows(shared) || this.#sight.get(shared.id) !== shared) this.#held = undefined
    else if (shared.wasRemoved || shared.id !== this.#kept) {
      this.#held = undefined
      this.#leave(shared)
    }
  }
}
