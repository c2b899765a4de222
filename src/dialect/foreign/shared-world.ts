import {
  cellKey,
  type Destination,
  ELSEWHERE,
  eastOf,
  isNearby,
  type Ledger,
  northOf,
  REMOVED,
  RowTurns,
  SLOTS_MAX,
  type Source,
} from '../../replication/index.ts'
import { BitReader } from '../../wire/index.ts'
import type { EntityId, Kind } from '../../world/index.ts'
import { SharedEntity } from './shared-entity.ts'
import { SharedGroup, WholeGroup } from './shared-group.ts'
import { Squares } from './squares.ts'
import { ViewerNews } from './viewer-news.ts'

/** How many ticks an entity may be on its way between cells before it counts as out of range. */
const BOUND_TICKS = 20
/** How many ticks pass between two looks for what nobody follows any more, and how long that is kept. */
const SWEEP_TICKS = 64
const UNWANTED_TICKS = 40
const GONE_TICKS = 1200

/**
 * One world as values, for all its foreign viewers together: read from the ledger that views are written from, once
 * a tick, and only where somebody follows it.
 *
 *     ledger --chunks that changed--> SharedGroup: arrived, departed, changed, moved --> each ValueView
 *                                     SharedEntity: one plain object for all who see it
 *
 * What is hidden stays hidden: an entity that not everybody may see is in a chunk of its own, which its viewers alone
 * follow.
 */
export class SharedWorld {
  /** The tick that it shows, and the one that it showed before. */
  tick = -1
  before = -1
  /** What a viewer's view says of its rows, read before the next viewer's turn. */
  readonly rowTurns = new RowTurns()
  /** What is told the viewer whose turn it is. */
  readonly news = new ViewerNews()
  /** By row: the slots where somebody is held now and was not, or the other way about; 0 between turns. */
  readonly turned: number[] = []
  /** The rows where somebody's fields changed; empty between turns. */
  readonly changedRows: number[] = []
  /** Whoever has changed since the last turn of a viewer who missed ticks; empty between turns. */
  readonly changedLately: SharedEntity[] = []
  /** Lists for the viewer who takes up other groups. */
  readonly spare: { groups: SharedGroup[]; held: number[] } = { groups: [], held: [] }
  /** How many viewers it has had. */
  viewers = 0
  /** How many turns they have had. */
  turns = 0
  /** Whether there is news in groups whose chunks have none: of who was on the way, or waited to be known. */
  isAstir = false
  readonly #source: Source
  readonly #ledger: Ledger
  readonly #groups = new Map<number, SharedGroup>()
  readonly #entities = new Map<EntityId, SharedEntity>()
  readonly #squares: Squares[] = []
  readonly #reader = new BitReader()
  /** Those who have left a seat in this tick and were not found elsewhere yet, and the slot. */
  readonly #vacated: { readonly shared: SharedEntity; readonly from: SharedGroup; readonly slot: number }[] =
    []
  readonly #freeNumbers: number[] = []
  #numbers = 0
  #sweptAt = 0

  constructor(source: Source) {
    this.#source = source
    this.#ledger = source.ledger
  }

  /** Returns the number of a size of squares, in metres; 0 metres for none. */
  squaresOf(stride: number): number {
    const known = this.#squares.findIndex((one) => one.stride === stride)
    if (known >= 0) return known
    const squares = new Squares(stride)
    for (const shared of this.#entities.values()) squares.note(shared, this.tick)
    this.#squares.push(squares)
    for (const group of this.#groups.values()) group.sights.push(new WholeGroup(group.entities))
    return this.#squares.length - 1
  }

  /** Returns the last tick in which an entity entered another square of this size. */
  turnedAt(shared: SharedEntity, squares: number): number {
    return this.#squares[squares].turnedAt(shared)
  }

  /** Shows `tick`: reads what is new where somebody follows it. Does nothing when it is there already. */
  advance(tick: number): void {
    if (tick === this.tick) return
    this.before = this.tick
    this.tick = tick
    this.isAstir = false
    for (const group of this.#groups.values()) {
      if (group.isWaiting) this.isAstir = true
      this.#read(group)
    }
    this.#settleVacated()
    for (const group of this.#groups.values()) {
      if (group.bound.length > 0) {
        this.isAstir = true
        this.#settleBound(group)
      }
      this.#move(group)
    }
    if (tick - this.#sweptAt >= SWEEP_TICKS) this.#sweep()
  }

  /** Returns the group of a chunk, which is read from now on as long as somebody wants it. */
  groupOf(chunk: number): SharedGroup {
    const born = this.#ledger.chunkBorn[chunk]
    const known = this.#groups.get(chunk)
    if (known?.born === born) return known
    const group = new SharedGroup(chunk, born)
    for (const _ of this.#squares) group.sights.push(new WholeGroup(group.entities))
    this.#groups.set(chunk, group)
    group.wantedAt = this.tick
    this.#read(group)
    this.#settleVacated()
    this.#move(group)
    return group
  }

  #read(group: SharedGroup): void {
    const ledger = this.#ledger
    const { chunk } = group
    const isOver = ledger.chunkBorn[chunk] !== group.born
    if (!isOver && !group.isWaiting && ledger.chunkChanged[chunk] <= group.readAt) return
    group.beginNews(this.tick)
    group.isWaiting = false
    for (let slot = 0; slot < SLOTS_MAX; slot++) {
      const index = isOver ? -1 : ledger.slots[chunk * SLOTS_MAX + slot]
      const seat = group.seats[slot]
      const isSame = seat && index >= 0 && this.#is(seat, index)
      if (isSame) {
        if (seat.group === group && (seat.index !== index || ledger.entityChanged[index] > group.readAt))
          this.#take(group, seat, index)
        continue
      }
      if (seat) this.#vacate(group, seat, slot)
      if (index >= 0) this.#arrive(group, slot, index)
    }
    group.readAt = this.tick
    group.gather()
    if (isOver) this.#groups.delete(chunk)
  }

  #is(shared: SharedEntity, index: number): boolean {
    const { entityId, entityKind } = this.#ledger
    return entityId[index] === shared.id && entityKind[index] === shared.kind.index
  }

  #arrive(group: SharedGroup, slot: number, index: number): void {
    const shared = this.#meet(index)
    if (shared === undefined) {
      group.isWaiting = true
      return
    }
    group.seats[slot] = shared
    shared.seats++
    if (this.#isLater(shared, index)) return
    shared.group = group
    shared.slot = slot
    shared.wasRemoved = false
    group.arrive(shared)
    this.#take(group, shared, index)
  }

  /** Returns whether an entity is shown from a later arrival than the one at `index`, which is a copy behind it. */
  #isLater({ id, index: shown, group }: SharedEntity, index: number): boolean {
    const { entityId, entityChunk, entityArrived } = this.#ledger
    if (group === undefined || shown === index) return false
    const isThere = entityId[shown] === id && entityChunk[shown] === group.chunk
    return isThere && entityArrived[shown] > entityArrived[index]
  }

  /** Returns the entity at an index; undefined while its once-told fields have not come. */
  #meet(index: number): SharedEntity | undefined {
    const ledger = this.#ledger
    const id = ledger.entityId[index]
    const known = this.#entities.get(id)
    if (known && this.#is(known, index)) return known
    const kind = ledger.game.kinds[ledger.entityKind[index]] as Kind
    const bytes = kind.staticNames.length === 0 ? NOTHING : this.#source.staticsOf(index)
    if (bytes === undefined) return undefined
    const statics = bytes === NOTHING ? {} : kind.statics.read(this.#reader.reset(bytes))
    const number = this.#freeNumbers.pop() ?? this.#numbers++
    const shared = new SharedEntity(id, kind, { number, statics })
    for (const squares of this.#squares) squares.forget(number)
    this.#entities.set(id, shared)
    return shared
  }

  /** Takes up the newest state of an entity. */
  #take(group: SharedGroup, shared: SharedEntity, index: number): void {
    const { tables, entityRow } = this.#ledger
    const table = tables[shared.kind.index]
    const row = entityRow[index]
    const isNew = shared.index < 0
    shared.index = index
    if (table.axes > 0 && shared.takePlace(table, row)) group.stirred.push(shared)
    const before = shared.takeFields(table, row, this.tick)
    if (before !== undefined && !isNew) group.changed.push({ shared, entity: shared.entity, before })
  }

  #vacate(group: SharedGroup, shared: SharedEntity, slot: number): void {
    group.seats[slot] = undefined
    shared.seats--
    group.depart(shared, slot)
    if (shared.group !== group) return
    shared.group = undefined
    shared.leftAt = this.tick
    shared.leftFrom = group
    shared.leftSlot = slot
    this.#vacated.push({ shared, from: group, slot })
  }

  /** Finds what became of those who have left their seats: all groups have been read. */
  #settleVacated(): void {
    for (const { shared, from, slot } of this.#vacated) {
      if (shared.group !== undefined) continue
      const copy = shared.seats > 0 ? this.#holderOf(shared) : undefined
      if (copy) {
        copy.beginNews(this.tick)
        shared.group = copy
        shared.slot = copy.seats.indexOf(shared)
        copy.arrive(shared)
        this.isAstir = true
        this.#take(copy, shared, this.#ledger.slots[copy.chunk * SLOTS_MAX + shared.slot])
        copy.gather()
        continue
      }
      const destination = this.#destinationOf(from, slot)
      if (this.#isOnItsWay(from, destination)) {
        shared.group = from
        shared.slot = -1
        from.bound.push({ shared, until: this.tick + BOUND_TICKS })
        from.gather()
      } else this.#loseSight(shared, destination === REMOVED)
    }
    this.#vacated.length = 0
  }

  #loseSight(shared: SharedEntity, wasRemoved: boolean): void {
    shared.group = undefined
    shared.goneAt = this.tick
    shared.wasRemoved = wasRemoved
  }

  #holderOf(shared: SharedEntity): SharedGroup | undefined {
    for (const group of this.#groups.values()) if (group.seats.includes(shared)) return group
    return undefined
  }

  /** Returns where the last one to leave a slot went. */
  #destinationOf({ chunk, born }: SharedGroup, slot: number): Destination {
    const { departures, chunkBorn } = this.#ledger
    if (chunkBorn[chunk] !== born) return ELSEWHERE
    const count = departures.countSince(chunk, -1)
    for (let newest = 0; newest < count; newest++)
      if (departures.slotOf(chunk, newest) === slot) return departures.destinationOf(chunk, newest)
    return ELSEWHERE
  }

  /**
   * Returns whether somebody who left for a neighbouring cell is to be waited for: that cell is followed, or has not
   * been heard of yet, as where news come from another process.
   */
  #isOnItsWay({ chunk, born }: SharedGroup, destination: Destination): boolean {
    const ledger = this.#ledger
    if (!isNearby(destination) || ledger.chunkBorn[chunk] !== born) return false
    const { name } = ledger.topic(ledger.chunkTopic[chunk])
    if (name.kind !== 'cell') return false
    const key = cellKey(name.id + eastOf(destination) + northOf(destination) * ledger.grid.columns)
    const topic = ledger.topicByKey(key)
    return topic === undefined || topic.chunks.some((one) => this.#groups.get(one)?.born === topic.born)
  }

  /** Lets go of those who have arrived where they were bound, or never will. */
  #settleBound(group: SharedGroup): void {
    const { bound } = group
    let waiting = 0
    for (const one of bound) {
      const { shared, until } = one
      if (shared.group === group && this.tick < until) {
        bound[waiting++] = one
        continue
      }
      if (shared.group === group) this.#loseSight(shared, false)
      group.beginNews(this.tick)
      group.depart(shared, -1)
    }
    if (waiting === bound.length) return
    bound.length = waiting
    group.gather()
  }

  /** Puts everybody of a group where they are now, and notes who is elsewhere than before. */
  #move(group: SharedGroup): void {
    const { going, sights } = group
    const stirred = group.newsAt === this.tick ? group.stirred : NOBODY
    for (let i = 0; i < going.length; i++) going[i].put(this.tick)
    for (let i = 0; i < stirred.length; i++) stirred[i].put(this.tick)
    for (let at = 0; at < sights.length; at++) {
      const { moved, movers } = sights[at]
      sights[at].tick = this.tick
      moved.length = 0
      movers.length = 0
      this.#note(going, this.#squares[at], sights[at])
      if (stirred.length > 0) this.#note(stirred, this.#squares[at], sights[at])
    }
  }

  #note(entities: readonly SharedEntity[], squares: Squares, { moved, movers }: WholeGroup): void {
    for (let i = 0; i < entities.length; i++) {
      if (!squares.note(entities[i], this.tick)) continue
      moved.push(entities[i].entity)
      movers.push(entities[i])
    }
  }

  /** Forgets what nobody follows any more. */
  #sweep(): void {
    this.#sweptAt = this.tick
    for (const [chunk, group] of this.#groups) {
      // Whoever looks on was asked at `before` for the last time.
      if (this.before - group.wantedAt < UNWANTED_TICKS) continue
      this.#groups.delete(chunk)
      for (const shared of group.seats) if (shared) shared.seats--
      for (const shared of group.members) this.#loseSight(shared, false)
    }
    for (const [id, shared] of this.#entities) {
      if (shared.group !== undefined || this.tick - shared.goneAt < GONE_TICKS) continue
      this.#entities.delete(id)
      this.#freeNumbers.push(shared.number)
    }
  }
}

const NOTHING = new Uint8Array(0)
const NOBODY: readonly SharedEntity[] = []

const known = new WeakMap<Source, SharedWorld>()

/** Returns a world as values: the same for all views of it. */
export function sharedWorldOf(source: Source): SharedWorld {
  const world = known.get(source) ?? new SharedWorld(source)
  known.set(source, world)
  return world
}
