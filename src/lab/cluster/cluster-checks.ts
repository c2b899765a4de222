import type { Instant } from '../../core/index.ts'
import { unpackValue } from './entity-value.ts'
import type { DistrictNews, FollowedEntity, SimulatedGateway } from './simulated-gateway.ts'
import type { SimulatedRegion } from './simulated-region.ts'
import {
  keptRows,
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatedStore,
} from './simulated-store.ts'

/** By then everybody has begun: pauses are looked at from then on, in ms. */
const BEGUN_MS = 7000

/** What is checked: each has a lamp in the laboratory. */
export type ClusterClaim = 'author' | 'place' | 'kept' | 'item' | 'replica'

interface Running<What> {
  readonly what: What
  readonly stalledUntil: number
}

/** What must always hold in a simulated cluster, and what must hold when it is quiet. The first failure is kept. */
export class ClusterChecks {
  failure: string | undefined
  /** The first failure of each claim. */
  readonly failures = new Map<ClusterClaim, string>()
  longestGapMs = 0
  /** How often a gateway was told of an entity what it had been told to be further along. */
  setbacks = 0
  readonly #regions: ReadonlyMap<string, Running<SimulatedRegion>>
  readonly #gateways: ReadonlyMap<string, Running<SimulatedGateway>>
  /** What the store has confirmed: by entity the hop and the steps, by trade that it was done. */
  readonly #hops = new Map<number, number>()
  readonly #steps = new Map<number, number>()
  readonly #trades = new Map<string, string>()
  /** By gateway and entity: when it was last heard of. */
  readonly #heardAt = new Map<string, number>()

  constructor(
    regions: ReadonlyMap<string, Running<SimulatedRegion>>,
    gateways: ReadonlyMap<string, Running<SimulatedGateway>>,
  ) {
    this.#regions = regions
    this.#gateways = gateways
  }

  #fail(claim: ClusterClaim, failure: string): void {
    this.failure ??= failure
    if (!this.failures.has(claim)) this.failures.set(claim, failure)
  }

  /** Returns when a gateway last listened to news of an entity, in ms; undefined for never. */
  heardAt(gateway: string, entity: number): number | undefined {
    return this.#heardAt.get(`${gateway}/${entity}`)
  }

  /** What the store has at every moment, also while things go wrong: each entity once, and all items. */
  stored(world: {
    readonly store: SimulatedStore['contents']
    readonly entities: number
    readonly items: number
  }): void {
    const { store, entities, items } = world
    const places = new Map<number, number>()
    for (const fence of store.districts.holders()) {
      const found = store.districts.rows(fence)
      if (found.is === 'claimed')
        for (const { entity } of found.rows) places.set(entity, (places.get(entity) ?? 0) + 1)
    }
    for (let entity = 1; entity <= entities; entity++) {
      const count = places.get(entity) ?? 0
      if (count !== 1) this.#fail('place', `entity ${entity} is kept in ${count} districts`)
    }
    if (store.items.size !== items) this.#fail('item', `${store.items.size} items are left of ${items}`)
  }

  /** A region tells of its entities: nobody else whom anybody listens to may speak for them. */
  told(news: DistrictNews, now: Instant): void {
    for (const { what } of this.#regions.values()) {
      if (what.name === news.author) continue
      for (const { entity, hop } of news.entities) {
        const other = what.keeper.entities.get(entity)
        if (!other || !what.entities.has(entity) || !what.keeper.isAuthor(other.district, now)) continue
        const epoch = what.keeper.districts.get(other.district)?.epoch ?? 0
        const from = { district: other.district, epoch }
        const [isFirst, isSecond] = [this.#isHeard(news, entity, hop), this.#isHeard(from, entity, other.hop)]
        if (isFirst && isSecond)
          this.#fail(
            'author',
            `entity ${entity} has two authors that are listened to: ${news.author} (district ${news.district}, epoch ${news.epoch}, hop ${hop}) and ${what.name} (district ${other.district}, epoch ${epoch}, hop ${other.hop}), at ${now} ms`,
          )
      }
    }
  }

  #isHeard(
    from: { readonly district: number; readonly epoch: number },
    entity: number,
    hop: number,
  ): boolean {
    for (const { what } of this.#gateways.values())
      if (what.fences.wouldAccept(from, entity, hop)) return true
    return false
  }

  /** A gateway listened to news of an entity. */
  heard(
    gateway: string,
    entity: number,
    { followed, before }: { readonly followed: FollowedEntity; readonly before: FollowedEntity | undefined },
    now: Instant,
  ): void {
    const key = `${gateway}/${entity}`
    const last = this.#heardAt.get(key)
    if (last !== undefined && last > BEGUN_MS) this.longestGapMs = Math.max(this.longestGapMs, now - last)
    this.#heardAt.set(key, now)
    if (before && followed.steps < before.steps) this.setbacks++
    if (
      before &&
      followed.hop === before.hop &&
      followed.epoch === before.epoch &&
      followed.steps < before.steps
    )
      this.#fail(
        'kept',
        `entity ${entity} went back from ${before.steps} to ${followed.steps} steps under one author`,
      )
  }

  /** The store has confirmed something: from now on it must hold. */
  confirmed(request: SimulatedRequest, answer: SimulatedAnswer): void {
    if (request.is === 'trade' && answer.is === 'trade' && answer.traded !== 'stale')
      this.#trades.set(request.id, answer.traded)
    for (const { entity, hop, state } of keptRows(request, answer)) this.#keep(entity, hop, state)
  }

  #keep(entity: number, hop: number, state: Uint8Array): void {
    this.#hops.set(entity, Math.max(hop, this.#hops.get(entity) ?? 0))
    this.#steps.set(entity, Math.max(unpackValue(state).steps, this.#steps.get(entity) ?? 0))
  }

  /** Everything is quiet: each entity is in one place, each item too, and everybody knows the same. */
  atRest(world: {
    readonly store: SimulatedStore['contents']
    readonly entities: number
    readonly items: number
  }): void {
    const { store, entities, items } = world
    for (let entity = 1; entity <= entities; entity++) this.#entityAtRest(entity)
    if (store.items.size !== items) this.#fail('item', `${store.items.size} items are left of ${items}`)
    for (const [id, traded] of this.#trades)
      if (store.trades.get(id) !== traded)
        this.#fail('kept', `trade ${id} was confirmed to be ${traded}, and is forgotten`)
  }

  #entityAtRest(entity: number): void {
    const places = [...this.#regions.values()].filter(
      ({ what }) => what.entities.has(entity) && what.keeper.entities.has(entity),
    )
    if (places.length !== 1) {
      const names = places.map(({ what }) => what.name).join(', ')
      this.#fail('place', `entity ${entity} is real in ${places.length} regions: ${names}`)
      return
    }
    const [{ what }] = places
    const { hop, district } = what.keeper.entities.get(entity) ?? { hop: 0, district: -1 }
    const steps = what.entities.get(entity)?.steps ?? 0
    const kept = this.#steps.get(entity) ?? 0
    if (hop < (this.#hops.get(entity) ?? 0))
      this.#fail('kept', `entity ${entity} is at hop ${hop}, and ${this.#hops.get(entity)} was confirmed`)
    if (steps < kept) this.#fail('kept', `entity ${entity} has ${steps} steps, and ${kept} were confirmed`)
    for (const { what: gateway } of this.#gateways.values()) {
      const known = gateway.known.get(entity)
      if (known?.author !== what.name || known.hop !== hop || known.district !== district)
        this.#fail(
          'replica',
          `${gateway.name} believes entity ${entity} to be ${known?.author}'s at hop ${known?.hop}; it is ${what.name}'s at hop ${hop}`,
        )
    }
  }
}
