import type { Readings } from '../core/index.ts'
import { type Down, type Handoff, type HeldEntity, Holders, STAND_TICKS } from '../region/message/index.ts'
import {
  type Blend,
  type LeaveReason,
  type Presence,
  type ReplicaListener,
  toldSince,
  toldState,
} from '../replication/index.ts'
import type { AnyGame } from '../world/index.ts'
import type { JoinedRegion } from './joined-region.ts'

/** For how many ticks an entity is shown that no region tells of any more: the next may be about to. */
const BETWEEN_TICKS = 30

/** What a receiver knows of an entity, for whoever takes its district over. */
export interface ToldEntity {
  readonly entity: number
  readonly hop: number
  readonly tick: number
  readonly state: Uint8Array
}

/**
 * Which of several regions is listened to about each entity, and what is shown of those that nobody tells of just now:
 *
 *     what a region tells -> is it the one that has the entity? -> the world's blend, from which views are made
 */
export class ShownEntities {
  readonly #game: AnyGame
  /** The regions that are there, by name. */
  readonly #regions: ReadonlyMap<string, JoinedRegion>
  /** What is shown of each world. */
  readonly #blends: ReadonlyMap<number, Blend>
  /** By entity: the region that tells of it. */
  readonly #speakers = new Map<number, JoinedRegion>()
  /** Which region says to have each entity. */
  readonly #holders = new Holders()
  /** Entities of whom the region that told of them is not listened to any more: the last tick that it was. */
  readonly #refused = new Map<number, number>()
  /** Regions that are lost, whose entities are not shown standing yet. */
  readonly #lost = new Set<JoinedRegion>()
  /** Entities that nobody tells of at the moment, and since which tick. */
  readonly #between = new Map<number, { readonly instance: number; readonly tick: number }>()
  /** The newest tick that was told. */
  #tick = 0

  constructor(game: AnyGame, regions: ReadonlyMap<string, JoinedRegion>, blends: ReadonlyMap<number, Blend>) {
    this.#game = game
    this.#regions = regions
    this.#blends = blends
  }

  /** Entities that went from one region to another, as far as was heard of here: the newest few, oldest first. */
  get handoffs(): readonly Handoff[] {
    return this.#holders.handoffs
  }

  measure(readings: Readings): void {
    this.#holders.measure(readings)
  }

  /** Returns which region speaks for a district; undefined while none does. */
  speakerOf(district: number): string | undefined {
    return this.#holders.speakerOf(district)
  }

  /** Returns whether news of an entity would be listened to, if they came from this region. */
  wouldHear(region: string, entity: number): boolean {
    return this.#holders.wouldHear(region, entity)
  }

  /**
   * Listens to nobody about a district below this epoch: somebody takes it over.
   *
   * @returns what is known of its entities; undefined for an epoch that is behind
   */
  fence(district: number, epoch: number): ToldEntity[] | undefined {
    if (!this.#holders.raise(district, epoch)) return undefined
    const known: ToldEntity[] = []
    for (const [entity, { hop }] of this.#holders.inDistrict(district)) {
      const told = this.#toldOf(entity, hop)
      if (told) known.push(told)
    }
    return known
  }

  #toldOf(entity: number, hop: number): ToldEntity | undefined {
    const joined = this.#speakers.get(entity)
    const found = joined?.remote.presenceOf(entity)
    const source = found && joined?.remote.source(found.instance)
    if (!source || !found || found.presence.index < 0) return undefined
    const { index } = found.presence
    const newest = joined?.newest ?? 0
    const known = this.#holders.knownUntil(entity, newest)
    // Whoever tells how it goes on has it, listened to or not.
    const tick = toldSince(source, index) > known ? newest : known
    return { entity, hop, tick, state: toldState(this.#game, source, index, tick) }
  }

  /** A region speaks for a district: of what others had there it says in a moment that it has it, or it is no more. */
  speaks(joined: JoinedRegion, { district, epoch }: Down & { is: 'speaks' }): void {
    for (const entity of this.#holders.speaks(joined.name, district, epoch)) {
      const { instance } = this.#speakers.get(entity)?.remote.presenceOf(entity) ?? {}
      if (instance === undefined) this.#holders.forget(entity)
      else this.#between.set(entity, { instance, tick: this.#tick })
    }
  }

  /** A region says that it has an entity. */
  holds(joined: JoinedRegion, held: HeldEntity): void {
    const { entity } = held
    if (!this.#holders.holds(joined.name, held)) return
    const before = this.#speakers.get(entity)
    if (before && before !== joined) {
      const { instance } = before.remote.presenceOf(entity) ?? {}
      if (instance !== undefined) this.#between.set(entity, { instance, tick: this.#tick })
    }
  }

  /** A region says which of the entities that it has stand, since nobody steps them. */
  stands(joined: JoinedRegion, stood: Parameters<Holders['stands']>[1]): void {
    this.#holders.stands(joined.name, stood)
  }

  /** A region has told of a whole tick: what it said of who has what is settled with it. */
  ticked(joined: JoinedRegion): void {
    for (const entity of this.#holders.heard(joined.name)) this.#takeWhatIsTold(joined, entity)
  }

  /** Notes that a region is lost: what it told of stays where it is for a while. */
  lost(joined: JoinedRegion): void {
    this.#lost.add(joined)
    this.#holders.lost(joined.name)
  }

  #take(joined: JoinedRegion, instance: number, { id, index }: Presence, hasJumped: boolean): void {
    const source = joined.remote.source(instance)
    if (!source || index < 0) return
    const speaker = this.#speakers.get(id)
    if (speaker !== joined) {
      const holder = this.#holders.of(id)
      if (holder ? holder.region !== joined.name : speaker) return
    }
    if (!this.#holders.mayTell(joined.name, id)) {
      if (speaker === joined && !this.#refused.has(id)) this.#refused.set(id, joined.newest)
      return
    }
    this.#speakers.set(id, joined)
    this.#between.delete(id)
    this.#refused.delete(id)
    this.#blends.get(instance)?.take(source, index, hasJumped)
  }

  /** Notes that a tick is about to be told. */
  reach(tick: number): void {
    this.#tick = Math.max(this.#tick, tick)
  }

  /** Shows standing what nobody has stepped, and what is of a region that was not heard of, for some ticks. */
  showStanding(): void {
    for (const [entity, since] of this.#holders.standing)
      if (this.#tick - since >= STAND_TICKS) this.#showStandingAt(entity, since)
    for (const [entity, since] of this.#refused)
      if (!this.#speakers.has(entity)) this.#refused.delete(entity)
      else if (this.#tick - since >= STAND_TICKS) this.#showStandingAt(entity, since)
    for (const joined of this.#regions.values()) this.#showBehind(joined)
    for (const joined of this.#lost) {
      this.#showBehind(joined)
      if (joined.stoodAt === joined.newest) this.#lost.delete(joined)
    }
  }

  #showBehind(joined: JoinedRegion): void {
    const isBehind = this.#tick - joined.newest >= STAND_TICKS
    // Of what comes late it may be shown going on again: it stands as of the newest.
    const stoodAt = isBehind ? joined.newest : undefined
    if (stoodAt === joined.stoodAt) return
    joined.stoodAt = stoodAt
    for (const [entity, speaker] of this.#speakers) {
      if (speaker !== joined) continue
      if (isBehind) this.#showStandingAt(entity, this.#holders.knownUntil(entity, joined.newest))
      else this.#takeWhatIsTold(joined, entity)
    }
  }

  /** Brings an entity that a region tells of to what it tells. */
  #takeWhatIsTold(joined: JoinedRegion, entity: number): void {
    if (!this.#holders.isSettled(entity)) return
    const found = joined.remote.presenceOf(entity)
    if (found?.presence.isKnown) this.#take(joined, found.instance, found.presence, false)
  }

  #showStandingAt(entity: number, tick: number): void {
    const { instance } = this.#speakers.get(entity)?.remote.presenceOf(entity) ?? {}
    if (instance !== undefined) this.#blends.get(instance)?.stand(entity, tick)
  }

  /** Takes out what nobody has told of for too long. */
  removeLost(): void {
    if (this.#between.size === 0) return
    for (const [entity, { instance, tick }] of this.#between) {
      if (this.#tick - tick < BETWEEN_TICKS) continue
      this.#between.delete(entity)
      const holder = this.#holders.of(entity)
      const speaker = this.#speakers.get(entity)
      if (speaker && (!holder || holder.region !== speaker.name || !speaker.isThere)) {
        this.#speakers.delete(entity)
        this.#refused.delete(entity)
        this.#blends.get(instance)?.remove(entity, false)
      }
      if (!holder || !this.#regions.has(holder.region)) this.#holders.forget(entity)
    }
  }

  /** Follows what a region tells of a world. */
  follow(joined: JoinedRegion, instance: number): ReplicaListener {
    const take = (presence: Presence, hasJumped: boolean): void =>
      this.#take(joined, instance, presence, hasJumped)
    return {
      entered: (presence) => take(presence, false),
      changed: (presence) => take(presence, false),
      moved: (presence, _tick, hasJumped) => presence.isKnown && take(presence, hasJumped),
      left: ({ id }, why) => this.#left(joined, instance, id, why),
    }
  }

  #left(joined: JoinedRegion, instance: number, id: number, why: LeaveReason): void {
    if (this.#speakers.get(id) !== joined) return
    const holder = this.#holders.of(id)
    // Another has it, and tells of it in a moment.
    if (why !== 'removed' && holder && holder.region !== joined.name) {
      this.#between.set(id, { instance, tick: this.#tick })
      return
    }
    this.#speakers.delete(id)
    this.#between.delete(id)
    this.#refused.delete(id)
    this.#blends.get(instance)?.remove(id, why === 'removed')
  }
}
