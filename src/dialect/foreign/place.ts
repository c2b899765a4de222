import type { Vector3 } from '../../core/index.ts'
import type { KindTable, Source } from '../../replication/index.ts'
import type { EntityId } from '../../world/index.ts'

/** The number of ticks after which a table drops its entries, so that entities that are gone do not stay in it. */
const FORGET_TICKS = 512

/**
 * Computes the position of an entity that moves straight on or stands. Viewers who were sent the same data share
 * it, and it is computed once a tick, on first use.
 */
export class Place {
  /** The tick of the last `put`, and the last one at which the entity entered another square. */
  tick = -1
  turned = -1
  /** The position at the last `put`, in metres. It is shared: nobody else writes to it. */
  readonly position: Vector3
  /** Whether the entity is moving by dead reckoning. */
  readonly isGoing: boolean
  readonly #stride: number
  readonly #unit: number
  readonly #axes: number
  readonly #start: number
  readonly #x: number
  readonly #y: number
  readonly #z: number
  readonly #east: number
  readonly #north: number
  readonly #up: number
  #column = 0
  #row = 0
  #level = 0

  /** @param stride  metres; 0 for none */
  constructor(table: KindTable, row: number, stride: number) {
    const { place, velocity, axes, kind } = table
    const at = row * axes
    const isSampled = kind.position?.style === 'sampled'
    const middle = isSampled ? 0.5 : 0
    this.#stride = stride
    this.#unit = kind.position?.unit ?? 1
    this.#axes = axes
    this.#start = table.start[row]
    this.#x = place[at] + middle
    this.#y = place[at + 1] + middle
    this.#z = axes === 3 ? place[at + 2] + middle : 0
    this.#east = isSampled ? 0 : velocity[at]
    this.#north = isSampled ? 0 : velocity[at + 1]
    this.#up = isSampled || axes < 3 ? 0 : velocity[at + 2]
    this.isGoing = this.#east !== 0 || this.#north !== 0 || this.#up !== 0
    this.position = (axes === 3 ? { x: 0.5, y: 0.5, z: 0.5 } : { x: 0.5, y: 0.5 }) as Vector3
  }

  /** Returns whether this matches the given row of a ledger. */
  is(table: KindTable, row: number): boolean {
    const { place, velocity, axes, kind } = table
    const at = row * axes
    if (kind.position?.style === 'sampled')
      return (
        this.#x === place[at] + 0.5 &&
        this.#y === place[at + 1] + 0.5 &&
        (axes < 3 || this.#z === place[at + 2] + 0.5)
      )
    return (
      this.#start === table.start[row] &&
      this.#x === place[at] &&
      this.#y === place[at + 1] &&
      this.#east === velocity[at] &&
      this.#north === velocity[at + 1] &&
      (axes < 3 || (this.#z === place[at + 2] && this.#up === velocity[at + 2]))
    )
  }

  /** Advances the position to `tick`. Call it only if it is not there yet. */
  put(tick: number): void {
    const { position } = this
    const unit = this.#unit
    const elapsed = Math.max(0, tick - this.#start)
    position.x = (this.#x + this.#east * elapsed) * unit
    position.y = (this.#y + this.#north * elapsed) * unit
    if (this.#axes === 3) position.z = (this.#z + this.#up * elapsed) * unit
    if (this.isGoing) this.#see(tick)
    this.tick = tick
  }

  /** Returns whether an entity that was at `other` at tick `before` is in another square here at `tick`. */
  isElsewhere(tick: number, other: Place, before: number): boolean {
    return (
      this.#square(this.#x, this.#east, tick) !== other.#square(other.#x, other.#east, before) ||
      this.#square(this.#y, this.#north, tick) !== other.#square(other.#y, other.#north, before) ||
      this.#square(this.#z, this.#up, tick) !== other.#square(other.#z, other.#up, before)
    )
  }

  #see(tick: number): void {
    if (this.#stride === 0) {
      this.turned = tick
      return
    }
    const column = this.#square(this.#x, this.#east, tick)
    const row = this.#square(this.#y, this.#north, tick)
    const level = this.#square(this.#z, this.#up, tick)
    const isSame = column === this.#column && row === this.#row && level === this.#level
    if (!isSame && this.tick >= 0) this.turned = tick
    this.#column = column
    this.#row = row
    this.#level = level
  }

  /** Returns the number of the square along one axis; without a stride, the position in units. */
  #square(from: number, speed: number, tick: number): number {
    const units = from + speed * Math.max(0, tick - this.#start)
    return this.#stride > 0 ? Math.floor((units * this.#unit) / this.#stride) : units
  }
}

/** Shares the newest places of one world among all viewers with the same square size. */
export class Places {
  readonly stride: number
  readonly #newest = new Map<EntityId, Place>()
  #since = 0

  /** @param stride  metres; 0 for none */
  constructor(stride: number) {
    this.stride = stride
  }

  /** Returns the place of an entity in a ledger: the same object for all who were sent the same data. */
  of(id: EntityId, table: KindTable, row: number): Place {
    const newest = this.#newest.get(id)
    if (newest?.is(table, row)) return newest
    const place = new Place(table, row, this.stride)
    this.#newest.set(id, place)
    return place
  }

  /**
   * Begins a tick, and drops old entries. A dropped place stays with those who hold it, and is shared again from
   * its next turn on.
   */
  begin(tick: number): void {
    if (tick - this.#since < FORGET_TICKS) return
    this.#since = tick
    this.#newest.clear()
  }
}

const known = new WeakMap<Source, Map<number, Places>>()

/** Returns the places of a world: the same for all views of it. */
export function placesOf(source: Source, stride: number): Places {
  let byStride = known.get(source)
  if (byStride === undefined) {
    byStride = new Map()
    known.set(source, byStride)
  }
  let places = byStride.get(stride)
  if (places === undefined) {
    places = new Places(stride)
    byStride.set(stride, places)
  }
  return places
}
