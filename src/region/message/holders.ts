import type { Readings } from '../../core/index.ts'
import type { HeldEntity, StoodEntity } from './message.ts'
import { holderMetrics } from './metrics.ts'

/** Who has an entity, as it was told. */
export interface EntityHolder {
  /** The region's name. */
  readonly region: string
  readonly district: number
  readonly hop: number
  /** The epoch at which the region speaks for the district. */
  readonly epoch: number
}

/** An entity went from one region to another. */
export interface Handoff {
  /** Counted from 1. */
  readonly number: number
  readonly entity: number
  readonly from: string
  readonly to: string
  readonly hop: number
}

/**
 * For how many ticks a receiver shows something going on along its path that nobody steps, or whose region says
 * nothing; then it stands where it was. Within them most handoffs are over.
 */
export const STAND_TICKS = 6

const NOBODY: readonly number[] = []

/** How many of the newest are kept. */
const HANDOFFS_KEPT = 32

/**
 * Whom a receiver listens to, of several regions that tell of the same world: for each entity the one that says to have
 * it at the highest hop, and of two at the same hop the one with the higher epoch of its district. Gateways and regions
 * have one each.
 *
 * Source: docs/spec/cluster.md [K3].
 */
export class Holders {
  readonly #entities = new Map<number, EntityHolder>()
  /** By district: the least epoch that is listened to. */
  readonly #floors = new Map<number, number>()
  /** By region and district: the epoch at which it speaks. */
  readonly #epochs = new Map<string, Map<number, number>>()
  /** Entities that nobody steps: since which tick. */
  readonly #stood = new Map<number, number>()
  /** By entity the region that has it now, and tells with its next tick how it is: what it told before is old. */
  readonly #coming = new Map<number, string>()
  readonly #handoffs: Handoff[] = []
  /** How many entities went from one region to another. */
  handedOver = 0
  /** The number of tellings that were not listened to. */
  refused = 0

  measure(readings: Readings): void {
    readings.add(holderMetrics.refused, this.refused)
  }

  /** The newest of those, oldest first. */
  get handoffs(): readonly Handoff[] {
    return this.#handoffs
  }

  /** Notes that a region speaks for a district. @returns whom it is to be asked of: entities that others had there */
  speaks(region: string, district: number, epoch: number): number[] {
    const epochs = this.#epochs.get(region) ?? new Map<number, number>()
    this.#epochs.set(region, epochs)
    if (epoch === 0) {
      epochs.delete(district)
      return []
    }
    epochs.set(district, epoch)
    this.raise(district, epoch)
    const others: number[] = []
    for (const [entity, holder] of this.#entities)
      if (holder.district === district && holder.region !== region && holder.epoch < epoch)
        others.push(entity)
    return others
  }

  /** Returns the region that speaks for a district; undefined while none does that is listened to. */
  speakerOf(district: number): string | undefined {
    let [speaker, highest] = [undefined as string | undefined, this.#floors.get(district) ?? 0]
    for (const [region, epochs] of this.#epochs) {
      const epoch = epochs.get(district) ?? 0
      if (epoch > 0 && epoch >= highest) [speaker, highest] = [region, epoch]
    }
    return speaker
  }

  /** Listens to nobody about a district below this epoch. @returns false when the floor is higher already */
  raise(district: number, epoch: number): boolean {
    if (epoch < (this.#floors.get(district) ?? 0)) return false
    this.#floors.set(district, epoch)
    return true
  }

  /** By district: the least epoch that is listened to. */
  get floors(): ReadonlyMap<number, number> {
    return this.#floors
  }

  /** Takes in that a region has an entity, or has it no more. @returns whether it is listened to about it now */
  holds(region: string, { entity, hop, district }: HeldEntity): boolean {
    const known = this.#entities.get(entity)
    if (hop === 0) {
      if (known?.region === region) this.forget(entity)
      return false
    }
    const epoch = this.#epochs.get(region)?.get(district) ?? 0
    const isBehind = known !== undefined && (hop < known.hop || (hop === known.hop && epoch < known.epoch))
    if (isBehind || epoch < (this.#floors.get(district) ?? 0)) {
      this.refused++
      return false
    }
    if (known && known.region !== region && hop > known.hop) {
      this.#handoffs.push({ number: ++this.handedOver, entity, from: known.region, to: region, hop })
      if (this.#handoffs.length > HANDOFFS_KEPT) this.#handoffs.shift()
    }
    this.#entities.set(entity, { region, district, hop, epoch })
    this.#coming.set(entity, region)
    return true
  }

  /** Takes in that an entity stands, until somebody says to have it. Whom nobody listens to about it says nothing. */
  stands(region: string, { entity, tick }: StoodEntity): void {
    const holder = this.#entities.get(entity)
    if (holder && holder.region !== region) return
    this.#stood.set(entity, tick)
    this.#coming.delete(entity)
  }

  /** Takes in that a region has told of a tick. @returns the entities that it has since then, by what it told */
  heard(region: string): readonly number[] {
    if (this.#coming.size === 0) return NOBODY
    const come: number[] = []
    for (const [entity, by] of this.#coming) if (by === region) come.push(entity)
    for (const entity of come) {
      this.#coming.delete(entity)
      this.#stood.delete(entity)
    }
    return come
  }

  /** Returns whether what is told of an entity is how it is: it does not stand, nor has it just come to its region. */
  isSettled(entity: number): boolean {
    return !this.#stood.has(entity) && !this.#coming.has(entity)
  }

  /** Returns whether a region has an entity since it told of its last tick: what it told before is old. */
  isComing(entity: number, region: string): boolean {
    return this.#coming.get(entity) === region
  }

  /** Entities that nobody steps, and since which tick. */
  get standing(): ReadonlyMap<number, number> {
    return this.#stood
  }

  /** Returns the tick up to which it is known where an entity was. @param newest  the newest that its region told of */
  knownUntil(entity: number, newest: number): number {
    return Math.min(newest, this.#stood.get(entity) ?? newest)
  }

  /** Returns who has an entity; undefined where nobody said so. */
  of(entity: number): EntityHolder | undefined {
    return this.#entities.get(entity)
  }

  /** Returns whether a region is listened to about an entity. */
  mayTell(region: string, entity: number): boolean {
    const holder = this.#entities.get(entity)
    if (!holder) return true
    const isHeard = holder.region === region && holder.epoch >= (this.#floors.get(holder.district) ?? 0)
    if (!isHeard) this.refused++
    return isHeard
  }

  /** Returns whether a region is the one that is listened to about an entity; it counts nothing. */
  wouldHear(region: string, entity: number): boolean {
    const holder = this.#entities.get(entity)
    return holder?.region === region && holder.epoch >= (this.#floors.get(holder.district) ?? 0)
  }

  /** The entities that are known to be of a district. */
  *inDistrict(district: number): Generator<readonly [entity: number, holder: EntityHolder]> {
    for (const one of this.#entities) if (one[1].district === district) yield one
  }

  /** Forgets an entity. */
  forget(entity: number): void {
    this.#entities.delete(entity)
    this.#stood.delete(entity)
    this.#coming.delete(entity)
  }

  /** Forgets what a region said of its districts: it is gone. What it had stays its own until another says so. */
  lost(region: string): void {
    this.#epochs.delete(region)
    for (const [entity, by] of this.#coming) if (by === region) this.#coming.delete(entity)
  }
}
