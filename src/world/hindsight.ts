import type { Vector2 } from '../core/index.ts'
import type { Resident } from './resident.ts'

/** Where an entity stood at the end of a tick, in metres. */
export interface Stood {
  readonly tick: number
  readonly x: number
  readonly y: number
}

/**
 * Records where every entity stood in the last second or so, tick by tick, to tell what a player saw when aiming
 * (lag compensation).
 *
 * Two numbers for each entity and tick, in rings of typed arrays: 20 ticks of 10,000 entities are 3.2 MB.
 */
export class Hindsight {
  readonly #ticks: number
  readonly #places: Float64Array[]
  /** The tick that each ring slot holds; -1 for none. */
  readonly #tickOf: Float64Array
  /** Entity ids by ring slot and index, since indexes are reused. */
  readonly #ids: Float64Array[]
  #capacity = 64
  /** Of the tick that was begun last. */
  #placesNow: Float64Array
  #idsNow: Float64Array

  /** @param ticks  how many ticks are kept, at least 2 */
  constructor(ticks: number) {
    this.#ticks = ticks
    this.#places = Array.from({ length: ticks }, () => new Float64Array(this.#capacity * 2))
    this.#ids = Array.from({ length: ticks }, () => new Float64Array(this.#capacity))
    this.#tickOf = new Float64Array(ticks).fill(-1)
    this.#placesNow = this.#places[0]
    this.#idsNow = this.#ids[0]
  }

  /** Records where every entity stands at the end of `tick`. */
  remember(tick: number, residents: readonly (Resident | undefined)[]): void {
    this.begin(tick, residents.length)
    for (let index = 0; index < residents.length; index++) this.stand(index, residents[index])
  }

  /** Begins the record of `tick`; `stand` is then called for each index below `count`. */
  begin(tick: number, count: number): void {
    if (count > this.#capacity) this.#grow(count)
    const ring = tick % this.#ticks
    this.#tickOf[ring] = tick
    this.#placesNow = this.#places[ring]
    this.#idsNow = this.#ids[ring]
  }

  /** Records where the entity of this index stands at the end of the tick that was begun. */
  stand(index: number, resident: Resident | undefined): void {
    const entity = resident?.entity
    const position = entity?.position
    if (entity === undefined || !position) {
      this.#idsNow[index] = 0
      return
    }
    this.#idsNow[index] = entity.id
    this.#placesNow[index * 2] = position.x
    this.#placesNow[index * 2 + 1] = position.y
  }

  /**
   * Returns where an entity stood at `tick`, which may lie between two; the oldest known place for a tick further
   * back, and undefined when the entity was not there.
   *
   * @param stride  the farthest it can move in a tick, in metres: a longer way was a jump and is not interpolated
   */
  at(resident: Resident, tick: number, stride: number): Vector2 | undefined {
    const before = Math.floor(tick)
    const from = this.#placeAt(resident, before)
    const share = tick - before
    const to = share > 0 ? this.#placeAt(resident, before + 1) : undefined
    if (from === undefined || to === undefined) return from ?? to
    const [dx, dy] = [to.x - from.x, to.y - from.y]
    if (dx * dx + dy * dy > stride * stride) return from
    return { x: from.x + dx * share, y: from.y + dy * share }
  }

  /** Lists where an entity stood at the ticks before `tick` that are remembered, the latest first. */
  before(resident: Resident, tick: number): Stood[] {
    const stood: Stood[] = []
    for (let back = 1; back < this.#ticks; back++) {
      const place = this.#placeAt(resident, tick - back)
      if (place) stood.push({ tick: tick - back, ...place })
    }
    return stood
  }

  /** Notes where an entity stood at ticks that are remembered. */
  note(resident: Resident, stood: readonly Stood[]): void {
    const { index, entity } = resident
    if (index >= this.#capacity) this.#grow(index + 1)
    for (const { tick, x, y } of stood) {
      const ring = tick % this.#ticks
      if (this.#tickOf[ring] !== tick) continue
      this.#ids[ring][index] = entity.id
      this.#places[ring][index * 2] = x
      this.#places[ring][index * 2 + 1] = y
    }
  }

  #placeAt({ index, entity }: Resident, tick: number): Vector2 | undefined {
    const ring = tick % this.#ticks
    if (this.#tickOf[ring] !== tick || this.#ids[ring][index] !== entity.id) return undefined
    return { x: this.#places[ring][index * 2], y: this.#places[ring][index * 2 + 1] }
  }

  #grow(count: number): void {
    while (this.#capacity < count) this.#capacity *= 2
    for (let ring = 0; ring < this.#ticks; ring++) {
      const places = new Float64Array(this.#capacity * 2)
      places.set(this.#places[ring])
      this.#places[ring] = places
      const ids = new Float64Array(this.#capacity)
      ids.set(this.#ids[ring])
      this.#ids[ring] = ids
    }
  }
}
