import {
  type DirectoryView,
  type DistrictLoad,
  Keeper,
  type KeeperOutput,
  type Leader,
  type PeerMessage,
  type ProtocolRules,
} from '../../cluster/index.ts'
import { type Instant, instant, type Random } from '../../core/index.ts'
import { type CountedEntity, packValue, unpackValue } from './entity-value.ts'
import { type CommandRange, type DistrictNews, NewsFollower } from './simulated-gateway.ts'

/** How often a region saves, in ms. */
const SAVE_MS = 1000

export interface RegionHabits {
  /** How likely an entity goes to another district in a tick. */
  readonly wander: number
  readonly neighboursOf: (district: number) => readonly number[]
}

export interface SimulatedRegionOptions {
  readonly name: string
  readonly rules: ProtocolRules
  readonly random: Random
  readonly habits: RegionHabits
  readonly leader: Leader
}

/** A region without a world: its entities count. Around it, the keeper that real regions have. */
export class SimulatedRegion extends NewsFollower {
  readonly name: string
  readonly keeper: Keeper
  readonly leader: Leader
  readonly entities = new Map<number, CountedEntity>()
  /** By entity: up to which command its player has asked. */
  readonly #asked = new Map<number, number>()
  readonly #random: Random
  readonly #habits: RegionHabits
  #savedAt: number
  isDraining = false
  /** Who asks to be told of its districts, and who is. */
  readonly asking = new Set<string>()
  followers: ReadonlySet<string> = new Set()
  /** Whether its entities stay where they are. */
  isResting = false
  view: DirectoryView = { members: [], assignments: [], leader: '' }

  constructor({ name, rules, random, habits, leader }: SimulatedRegionOptions, now: Instant) {
    super()
    this.name = name
    this.leader = leader
    this.keeper = new Keeper({ name, rules })
    this.#random = random
    this.#habits = habits
    this.#savedAt = now - random.fraction() * SAVE_MS
  }

  /** Makes a tick: steps what it speaks for, and says what it tells of it. */
  tick(tick: number, now: Instant): DistrictNews[] {
    const { keeper } = this
    const news = new Map<
      number,
      DistrictNews & { entities: (CountedEntity & { entity: number; hop: number })[] }
    >()
    for (const [entity, { district, hop }] of keeper.entities) {
      const value = this.entities.get(entity)
      if (!value || !keeper.isAuthor(district, now)) continue
      value.steps++
      if ((this.#asked.get(entity) ?? 0) > value.used) value.used++
      const epoch = keeper.districts.get(district)?.epoch ?? 0
      const told = news.get(district) ?? { author: this.name, district, epoch, tick, entities: [] }
      told.entities.push({ entity, hop, ...value })
      news.set(district, told)
    }
    for (const [entity, { district }] of this.isResting ? [] : [...keeper.entities])
      if (this.#random.chance(this.#habits.wander)) this.#wander(entity, district, now)
    if (now - this.#savedAt >= SAVE_MS) {
      this.#savedAt = now
      keeper.save((entity) => this.#stateOf(entity), now)
    }
    return [...news.values()]
  }

  /** The districts that it speaks for. */
  get load(): DistrictLoad[] {
    return [...this.keeper.districts.values()]
      .filter(({ at }) => at === 'live')
      .map(({ district, epoch }) => ({ district, epoch, cpuMs: 1, entities: 1, players: 1 }))
  }

  /** Takes commands of an entity's player. @returns false when the entity is not here */
  hear({ entity, first, last }: CommandRange): boolean {
    const value = this.entities.get(entity)
    if (!value) return false
    // They come in turn: a gap would be filled by the next repeat.
    if (first <= Math.max(value.used, this.#asked.get(entity) ?? 0) + 1)
      this.#asked.set(entity, Math.max(last, this.#asked.get(entity) ?? 0))
    return true
  }

  receive(from: string, message: PeerMessage, now: Instant): PeerMessage | undefined {
    if (message.is === 'lost') this.leader.lost(from, message.name, now)
    else if (message.is === 'found') this.leader.found(from, message.name)
    let answer: PeerMessage | undefined
    if (message.is === 'fence') answer = this.#fenced(message)
    this.keeper.receive(from, message, now)
    return answer
  }

  /** Answers a fence, also with what is real here and will be no longer. */
  #fenced(message: PeerMessage & { is: 'fence' }): PeerMessage | undefined {
    const answer = this.fence(message)
    if (answer?.is !== 'fenced') return answer
    const known = [...answer.known]
    for (const [entity, { district, hop }] of this.keeper.entities) {
      const value = this.entities.get(entity)
      if (district === message.district && value)
        known.push({ entity, hop, tick: Number.MAX_SAFE_INTEGER, state: packValue(value) })
    }
    return { ...answer, known }
  }

  /** Does what concerns the world; the rest is the caller's. */
  do(output: KeeperOutput, now: Instant): void {
    const { keeper } = this
    if (output.do === 'adopt') {
      const value = unpackValue(output.state)
      const known = output.known && unpackValue(output.known.state)
      // Both only grow, so the larger is the later.
      const later = known && known.steps > value.steps ? known : value
      this.entities.set(output.entity, later)
      if (output.luggage && output.luggage.length === 8)
        this.#asked.set(output.entity, unpackValue(output.luggage).used)
    } else if (output.do === 'release') {
      this.entities.delete(output.entity)
      this.#asked.delete(output.entity)
    } else if (output.do === 'pack') {
      const given = [...keeper.entities]
        .filter(([, { district }]) => district === output.district)
        .map(([entity, { hop }]) => ({
          entity,
          hop,
          state: this.#stateOf(entity),
          luggage: this.#luggageOf(entity),
        }))
      keeper.packed(output.district, output.to, given, now)
    }
  }

  #wander(entity: number, district: number, now: Instant): void {
    const to = this.#random.pick(this.#habits.neighboursOf(district))
    this.keeper.leave(
      entity,
      to,
      { state: this.#stateOf(entity), luggage: this.#luggageOf(entity) },
      instant(now),
    )
  }

  #stateOf(entity: number): Uint8Array {
    return packValue(this.entities.get(entity) ?? { steps: 0, used: 0 })
  }

  #luggageOf(entity: number): Uint8Array {
    return packValue({ steps: 0, used: this.#asked.get(entity) ?? 0 })
  }
}
