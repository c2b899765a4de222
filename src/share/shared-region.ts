import {
  aheadOf,
  type DirectoryView,
  type DistrictEpoch,
  type DistrictLoad,
  type GivenEntity,
  type Keeper,
  type KeeperOutput,
  type KnownEntity,
  type PeerMessage,
  type StoreAnswer,
} from '../cluster/index.ts'
import { type Instant, instant, type Readings } from '../core/index.ts'
import type { AnyDefinition, AttachedGateway, Region, ServedPlayer, Share } from '../region/index.ts'
import {
  type BytePipe,
  type HeldEntity,
  HOLDS_MAX,
  type StoodEntity,
  type Up,
} from '../region/message/index.ts'
import { giveTold } from '../replication/index.ts'
import type { EntityFence } from '../store/index.ts'
import { type AnyEntity, newEntity, type Player, type Resident, type World } from '../world/index.ts'
import { type CutMap, CutMaps } from './cut-map.ts'
import { Effects } from './effects.ts'
import {
  attributesOf,
  EntityCodec,
  type EntityLuggage,
  type EntityPacket,
  markedBy,
  markerOf,
} from './entity-codec.ts'
import { GhostFeed } from './ghost-feed.ts'
import { shareMetrics } from './metrics.ts'

/** How often what is real here is saved: all that is new, players every time, others every `ROUNDS`th. */
const SAVE_MS = 1000
const ROUNDS = 10
/** How soon something new is saved that wants to leave, in ms. */
const SAVE_SOON_MS = 60
/** The view radius of players, in metres, where the game says nothing. */
const VIEW_RADIUS = 48
/** How far a region sees beyond what its players see and its entities stray, in metres. */
const BEYOND = 16
/** For how many ticks an author shows what has gone to another region, so that the other is heard of first. */
const LINGER_TICKS = 6
/** The most ticks that are made up for, of a character that came late. */
const LATE_TICKS = 20

export interface SharedRegionOptions {
  readonly region: Region
  readonly definition: AnyDefinition
  readonly keeper: Keeper
  /** The number of the first district of the first map; 0 when left out. */
  readonly firstDistrict?: number
  /** How far an entity strays over a border before it is handed over, in metres; a quarter of a cell when left out. */
  readonly margin?: number
  /** How far beyond its districts a region sees, in metres; what its players see and some more when left out. */
  readonly reach?: number
}

type Adopt = KeeperOutput & { readonly do: 'adopt' }

/** An entity that was real here, and is another region's, or nobody's for a moment. */
interface Frozen {
  /** The last tick that it was stepped in. */
  readonly tick: number
  readonly map: CutMap
  readonly district: number
  readonly served: ServedPlayer | undefined
}

/**
 * One region of several that share a world: what is in its districts is real here, what is near is shown, and what
 * crosses a border is handed over.
 *
 *     begin(tick): late arrivals -> ghosts are placed            end(tick): what strayed leaves -> what is due is saved
 */
export class SharedRegion implements Share {
  readonly maps: CutMaps
  readonly keeper: Keeper
  readonly margin: number
  /** Entities handed over, come, given by no living region, come after their tick, and such as made no sense. */
  readonly counts = { left: 0, came: 0, restored: 0, late: 0, broken: 0 }
  /** Districts whose epochs here are above what the directory said last. */
  ahead: readonly DistrictEpoch[] = []
  readonly #region: Region
  readonly #definition: AnyDefinition
  readonly #codec: EntityCodec
  readonly #neighbours: GhostFeed
  readonly #effects: Effects
  readonly #frozen = new Map<number, Frozen>()
  /** Districts that are this region's, and those that were set up, by whomever. */
  readonly #live = new Map<number, number>()
  readonly #setUp = new Set<number>()
  /** Districts that are to move, and to whom: at the end of their next tick. */
  readonly #packing = new Map<number, string>()
  /** Districts whose authority has not been confirmed for too long. */
  readonly #silent = new Set<number>()
  /** By district: what `begin` spawned, until it is known who has the district. */
  readonly #begun = new Map<number, { readonly map: CutMap; readonly resident: Resident }[]>()
  /** What comes from a region whose clock is ahead: it is real when its tick comes. */
  #early: Adopt[] = []
  readonly #spawned = new Map<number, { readonly map: CutMap; readonly resident: Resident }>()
  readonly #vanished = new Set<number>()
  /** The hop of those who went into an instance made for a group. */
  readonly #hops = new Map<number, number>()
  #held: HeldEntity[] = []
  /** The last tick of each map that was made: after a stall ticks are left out. */
  readonly #stepped = new Map<CutMap, number>()
  /** Who is frozen and not told to be: by entity the last tick that it was stepped in. */
  readonly #stood = new Map<number, number>()
  readonly #fresh = new Set<number>()
  readonly #lingering: { readonly map: CutMap; readonly id: number; readonly tick: number }[] = []
  readonly #answers: (KeeperOutput & { readonly do: 'send' })[] = []
  #saveAt: Instant = instant(0)
  #round = 0
  #now: Instant = instant(0)

  constructor(options: SharedRegionOptions) {
    const { region, definition, keeper, firstDistrict = 0, margin, reach } = options
    this.#region = region
    this.#definition = definition
    this.keeper = keeper
    this.maps = new CutMaps(region.realm, firstDistrict)
    this.margin = margin ?? definition.game.map.cellSize / 4
    this.#codec = new EntityCodec(definition.game)
    const radius = definition.options.viewRadius ?? VIEW_RADIUS
    this.#neighbours = new GhostFeed({
      ...{ game: definition.game, maps: this.maps },
      reach: reach ?? radius + this.margin + BEYOND,
      setUp: (district) => this.#rest(district),
      overwrites: (map, ghost) => this.#effects.sendWrittenTo(map, ghost),
    })
    this.#effects = new Effects(this.#codec, this.#neighbours)
    for (const map of this.maps.all) this.#watchWorld(map)
    region.share = this
    for (const gateway of region.gateways) this.attached(gateway)
  }

  /** The districts that this region speaks for, and what they cost it. */
  get load(): DistrictLoad[] {
    const counts = new Map<number, { entities: number; players: number }>()
    for (const district of this.#live.keys()) counts.set(district, { entities: 0, players: 0 })
    for (const [entity, { district }] of this.keeper.entities) {
      const count = counts.get(district)
      if (count && markedBy(entity) === undefined) count.entities++
    }
    for (const { players } of this.#region.worlds)
      for (const { player } of players) {
        const real = this.keeper.entities.get((player.entity as AnyEntity | undefined)?.id ?? 0)
        const count = real && counts.get(real.district)
        if (count) count.players++
      }
    let sum = 0
    for (const { entities, players } of counts.values()) sum += entities + 10 * players
    const { workMs } = this.#region.timing
    return [...counts].map(([district, { entities, players }]) => ({
      ...{ district, epoch: this.#live.get(district) ?? 0, entities, players },
      cpuMs: sum === 0 ? 0 : (workMs * (entities + 10 * players)) / sum,
    }))
  }

  measure(readings: Readings): void {
    readings.addEach(shareMetrics.handedOver, this.counts)
    readings.addEach(shareMetrics.effects, this.#effects.counts)
    this.#neighbours.holders.measure(readings)
  }

  // --- what the driver tells it, and is told

  /** Takes in what the directory says. @param askedAt  when it was asked */
  view(view: DirectoryView, askedAt: Instant, now: Instant): void {
    this.#now = now
    const { holders } = this.#neighbours
    for (const { district, epoch } of view.assignments) holders.raise(district, epoch)
    this.ahead = aheadOf(holders.floors, view)
    this.keeper.view(view, askedAt, now)
  }

  /** Takes in what another process says about ownership. */
  receive(from: string, message: PeerMessage, now: Instant): void {
    this.#now = now
    if (message.is === 'fence') {
      const known = this.fence(message.district, message.epoch)
      const { district, epoch } = message
      if (known)
        this.#answers.push({ do: 'send', to: from, message: { is: 'fenced', district, epoch, known } })
    }
    this.keeper.receive(from, message, now)
  }

  /** Takes in an answer of the store; undefined where none came. */
  answered(ask: number, answer: StoreAnswer | undefined, now: Instant): void {
    this.#now = now
    if (answer) this.keeper.answered(ask, answer, now)
    else this.keeper.unanswered(ask, now)
  }

  /** Returns what to ask the store, and what to send to another process; ask again until it says nothing. */
  poll(now: Instant): (KeeperOutput & { readonly do: 'ask' | 'send' }) | undefined {
    this.#now = now
    const answer = this.#answers.shift()
    if (answer) return answer
    for (let output = this.keeper.poll(now); output; output = this.keeper.poll(now)) {
      if (output.do === 'ask' || output.do === 'send') return output
      this.#do(output)
    }
    this.#settle()
    return undefined
  }

  /** When `poll` could next say something new. */
  get wakeAt(): Instant {
    return this.#answers.length > 0 ? instant(0) : this.keeper.wakeAt
  }

  /** Follows a neighbour over a pipe. @returns to be handed each packet of it */
  neighbour(name: string, pipe: BytePipe): (packet: Uint8Array) => void {
    return this.#neighbours.join(name, pipe)
  }

  /** Notes that the link to a neighbour broke. */
  neighbourLost(name: string): void {
    this.#neighbours.lost(name)
  }

  /**
   * Listens to nobody about a district below this epoch: somebody takes it over.
   *
   * @returns what is known of its entities here; undefined for an epoch that is behind
   */
  fence(district: number, epoch: number): KnownEntity[] | undefined {
    const { holders } = this.#neighbours
    if (!holders.raise(district, epoch)) return undefined
    const known: KnownEntity[] = []
    for (const [entity, { hop }] of holders.inDistrict(district)) {
      const told = this.#neighbours.toldOf(entity)
      if (told) known.push({ entity, hop, ...told })
    }
    for (const [entity, { district: own, hop }] of this.keeper.entities) {
      const found = own === district ? this.#find(entity) : undefined
      const state = found && this.#exactOf(found.resident)
      if (state) known.push({ entity, hop, tick: Number.MAX_SAFE_INTEGER, state })
    }
    return known
  }

  // --- what the region tells it

  attached(gateway: AttachedGateway): void {
    for (const [district, epoch] of this.#live) gateway.tell({ is: 'speaks', district, epoch })
    const entities: HeldEntity[] = []
    for (const [entity, { hop, district }] of this.keeper.entities)
      if (markedBy(entity) === undefined) entities.push({ entity, hop, district })
    for (const some of pages(entities)) gateway.tell({ is: 'holds', entities: some })
    const stood: StoodEntity[] = []
    for (const [entity, { tick }] of this.#frozen) stood.push({ entity, tick })
    for (const some of pages(stood)) gateway.tell({ is: 'stands', entities: some })
  }

  begin(tick: number, now: Instant): void {
    this.#now = now
    const early = this.#early
    this.#early = []
    for (const adopt of early) this.#adopt(adopt)
    this.#effects.apply(
      (instance) => this.maps.of(instance),
      (entity) => this.#frozen.has(entity),
    )
    this.#checkSilence()
    this.#tellHeld()
    this.#effects.sendWritten(this.maps.all)
    this.#neighbours.place(tick - 1)
  }

  end(tick: number, now: Instant): void {
    this.#now = now
    for (const map of this.maps.all)
      if (map.instance.isDue) this.#stepped.set(map, map.instance.world.tick - 1)
    this.#noteComings()
    this.#effects.send(this.maps.all)
    this.#packWhatMoves()
    for (const map of this.maps.all) if (map.instance.isDue) this.#handOver(map)
    this.#letGoOf(tick)
    this.#tellHeld()
    if (now >= this.#saveAt) this.#save()
  }

  get hasRoom(): boolean {
    for (const district of this.#live.keys()) if (this.#hasRoom(district)) return true
    return false
  }

  /** Whether what comes into being in a district will be saved with it: not in one that is moving. */
  #hasRoom(district: number): boolean {
    return this.keeper.districts.get(district)?.at === 'live' && !this.#silent.has(district)
  }

  handOf(entity: number): EntityFence | 'elsewhere' | undefined {
    if (this.#frozen.has(entity)) return 'elsewhere'
    if (this.#isInInstance(entity) || (this.#spawned.has(entity) && this.hasRoom)) return undefined
    return this.keeper.handOf(entity) ?? 'elsewhere'
  }

  affect(message: Up & { is: 'affect' }): void {
    this.#effects.take(message)
  }

  /** What became of effects on what other regions have, and of theirs on what is real here. */
  get effects(): Effects['counts'] {
    return this.#effects.counts
  }

  // --- districts

  #do(output: Exclude<KeeperOutput, { do: 'ask' | 'send' }>): void {
    if (output.do === 'adopt') this.#adopt(output)
    else if (output.do === 'release') this.#release(output.entity)
    else if (output.do === 'author') this.#author(output.district, output.epoch)
    else if (output.do === 'pack') this.#packing.set(output.district, output.to)
    else this.#cease(output.district)
  }

  #author(district: number, epoch: number): void {
    this.#live.set(district, epoch)
    this.#silent.delete(district)
    this.#neighbours.holders.raise(district, epoch)
    this.#region.tell({ is: 'speaks', district, epoch })
    this.#fresh.add(district)
    // What was said of them was said at another epoch: receivers listen to none below this one.
    for (const [entity, { hop, district: own }] of this.keeper.entities)
      if (own === district && markedBy(entity) === undefined) this.#held.push({ entity, hop, district })
    for (const [id, frozen] of this.#frozen)
      if (frozen.district === district && this.keeper.entities.has(id)) this.#thaw(id, frozen)
  }

  #cease(district: number): void {
    this.#live.delete(district)
    this.#silent.delete(district)
    this.#fresh.delete(district)
    this.#region.tell({ is: 'speaks', district, epoch: 0 })
    this.#neighbours.watch(this.#live.keys())
    if (this.#live.size === 0) this.#sendSpectatorsOn()
  }

  /** There is nothing of the world here any more: who only watches does so from where it is. */
  #sendSpectatorsOn(): void {
    for (const { instance } of this.maps.all)
      for (const player of [...instance.world.players.values()])
        if (!player.entity) this.#region.sendElsewhere(player)
  }

  /** Everything that was to be done is done: new districts are looked after. */
  #settle(): void {
    if (this.#fresh.size > 0) {
      for (const district of this.#fresh) if (!this.#setUp.has(district)) this.#setUpNow(district)
      this.#fresh.clear()
      this.#neighbours.watch(this.#live.keys())
    }
    this.#tellHeld()
  }

  /** Nobody has ever had this district: what the game begins with is real here from now on. */
  #setUpNow(district: number): void {
    this.#setUp.add(district)
    for (const { map, resident } of this.#begun.get(district) ?? []) {
      const { world } = map.instance
      world.unstash(resident, true)
      const { id } = resident.entity
      this.keeper.spawned(id, district)
      this.#held.push({ entity: id, hop: 1, district })
    }
    this.#begun.delete(district)
    this.keeper.spawned(markerOf(district), district)
    this.#saveAt = this.#now
    this.#save()
  }

  /** Another region has set the district up: what the game began with here is not needed. */
  #rest(district: number): void {
    for (const { map, resident } of this.#begun.get(district) ?? [])
      map.instance.world.unstash(resident, false)
    this.#begun.delete(district)
  }

  /**
   * Packs the districts that are to move. Their tick has just been told: so nobody ever knows of what is packed an
   * older state of a later tick, which whoever takes the district over would believe. One that is silent is asked for
   * again.
   */
  #packWhatMoves(): void {
    for (const [district, to] of this.#packing) {
      const map = this.maps.withDistrict(district)
      if (map && !map.instance.isDue) continue
      this.#packing.delete(district)
      if (!this.#silent.has(district)) this.#pack(district, to)
    }
  }

  #pack(district: number, to: string): void {
    const given: GivenEntity[] = []
    for (const [entity, { district: own, hop }] of [...this.keeper.entities]) {
      if (own !== district) continue
      const packed = this.#packOne(entity, to !== this.keeper.name)
      if (packed) given.push({ entity, hop, ...packed })
    }
    this.keeper.packed(district, to, given, this.#now)
  }

  #packOne(
    entity: number,
    isOthers: boolean,
  ): { readonly state: Uint8Array; readonly luggage: Uint8Array } | undefined {
    if (markedBy(entity) !== undefined) return { state: MARKED, luggage: MARKED }
    // Whoever waits here for their tick goes on as they came.
    const early = this.#early.find((adopt) => adopt.entity === entity)
    if (early) return { state: early.state, luggage: early.luggage ?? MARKED }
    const found = this.#find(entity)
    // Of what is only shown here the store has all that there is.
    if (!found || (found.resident.isGhost && !this.#frozen.has(entity))) return undefined
    const { map, resident } = found
    const packed = this.#write(map, resident)
    if (packed && !resident.isGhost) this.#freeze(map, resident, isOthers)
    return packed
  }

  /** A region that nobody has confirmed for too long stands still, until somebody does. */
  #checkSilence(): void {
    for (const district of this.#live.keys()) {
      const isSilent = !this.keeper.isAuthor(district, this.#now)
      if (isSilent === this.#silent.has(district)) continue
      if (isSilent) this.#silent.add(district)
      else this.#silent.delete(district)
      for (const [entity, { district: own }] of [...this.keeper.entities]) {
        if (own !== district || markedBy(entity) !== undefined) continue
        const found = isSilent ? this.#find(entity) : undefined
        const frozen = isSilent ? undefined : this.#frozen.get(entity)
        if (found && !found.resident.isGhost) this.#freeze(found.map, found.resident, false)
        else if (frozen) this.#thaw(entity, frozen)
      }
    }
  }

  // --- entities

  #watchWorld(map: CutMap): void {
    const { world } = map.instance
    world.watcher = {
      spawned: (resident) => void this.#spawned.set(resident.entity.id, { map, resident }),
      despawned: ({ entity: { id } }) => {
        if (!this.#spawned.delete(id)) this.#vanished.add(id)
      },
      wished: (ghost, wish) => this.#effects.wish(map, ghost, wish),
    }
    for (const resident of [...world.residents]) {
      if (!resident || !world.stash(resident.entity.id)) continue
      const district = this.maps.districtAt(map, resident.entity)
      const begun = this.#begun.get(district) ?? []
      this.#begun.set(district, begun)
      begun.push({ map, resident })
    }
  }

  /** What came into being in this tick is of the district that it stands in; what is no more is struck out. */
  #noteComings(): void {
    for (const id of this.#vanished) {
      if (this.#spawned.has(id)) continue
      const real = this.keeper.entities.get(id)
      if (!real) continue
      // Whoever went into an instance made for a group comes back at the next hop.
      if (this.#isInInstance(id)) this.#hops.set(id, real.hop)
      this.keeper.despawned(id)
      this.#held.push({ entity: id, hop: 0, district: real.district })
    }
    this.#vanished.clear()
    for (const [id, { map, resident }] of this.#spawned) {
      if (map.instance.world.residentOf(id) !== resident || this.keeper.entities.has(id)) {
        this.#spawned.delete(id)
        continue
      }
      const district = this.#districtFor(map, resident.entity)
      // A district that is moving may stay after all.
      if (district === undefined && this.keeper.districts.size > 0) continue
      this.#spawned.delete(id)
      if (district === undefined) {
        this.#turnOut(map, resident)
        continue
      }
      const hop = (this.#hops.get(id) ?? 0) + 1
      this.#hops.delete(id)
      this.keeper.spawned(id, district, hop)
      this.#held.push({ entity: id, hop, district })
    }
    this.#vanished.clear()
  }

  /** There is no district for what came into being: it is no more, and whose it is comes in elsewhere. */
  #turnOut(map: CutMap, { entity }: Resident): void {
    const player = this.#playerOf(map, entity)
    const served = player && this.#region.freeze(player)
    map.instance.world.despawn(entity)
    if (served) this.#region.letGo(served)
  }

  #isInInstance(id: number): boolean {
    for (const { id: instance, world } of this.#region.realm.instances)
      if (!this.maps.of(instance) && world.get(id)) return true
    return false
  }

  /** Returns a district of this region's for something that comes into being; undefined where it has none. */
  #districtFor(map: CutMap, entity: AnyEntity): number | undefined {
    const at = this.maps.districtAt(map, entity)
    if (this.#hasRoom(at)) return at
    let [nearest, least] = [undefined as number | undefined, Number.POSITIVE_INFINITY]
    for (const district of this.#live.keys()) {
      if (!this.#hasRoom(district)) continue
      const isOnMap = this.maps.withDistrict(district) === map
      const { x, y } = entity.position ?? { x: 0, y: 0 }
      const distance = isOnMap ? map.grid.distanceTo(district, x, y) : 1e9
      if (distance < least) [nearest, least] = [district, distance]
    }
    return nearest
  }

  /** What has strayed over a border by the margin leaves. */
  #handOver(map: CutMap): void {
    const { world } = map.instance
    const { districtOf, grid } = map
    for (const resident of world.residents) {
      if (resident === undefined || resident.cell < 0) continue
      const at = districtOf[resident.cell]
      const { id, position } = resident.entity
      const real = this.keeper.entities.get(id)
      if (real === undefined || real.district === at || position === undefined) continue
      const isOnMap = real.district >= grid.first && real.district < grid.first + grid.size
      if (isOnMap && grid.distanceTo(real.district, position.x, position.y) < this.margin) continue
      if (!this.keeper.isSaved(id)) this.#saveAt = instant(Math.min(this.#saveAt, this.#now + SAVE_SOON_MS))
      if (!this.keeper.canLeave(id, at, this.#now)) continue
      const packed = this.#write(map, resident)
      if (!packed || !this.keeper.leave(id, at, packed, this.#now)) continue
      this.counts.left++
      this.#freeze(map, resident, !this.#live.has(at), real.district)
    }
  }

  #freeze(map: CutMap, resident: Resident, isOthers: boolean, district?: number): void {
    const { entity } = resident
    const { world } = map.instance
    const player = this.#playerOf(map, entity)
    const served = player && this.#region.freeze(player)
    const of = district ?? this.keeper.entities.get(entity.id)?.district ?? -1
    if (isOthers) world.tasks.stopAllOf(entity)
    const ghost = world.freeze(entity.id)
    const tick = this.#stepped.get(map) ?? world.tick - 1
    this.#frozen.set(entity.id, { tick, map, district: of, served })
    this.#stood.set(entity.id, tick)
    if (ghost) this.#neighbours.shown(ghost)
  }

  #thaw(id: number, { map, served }: Frozen): void {
    this.#frozen.delete(id)
    this.#stood.delete(id)
    const real = this.keeper.entities.get(id)
    if (real) this.#held.push({ entity: id, hop: real.hop, district: real.district })
    this.#neighbours.hidden(id)
    map.instance.world.embody(id)
    if (served) this.#region.thaw(served, map.instance)
  }

  /** An entity is not this region's any more. */
  #release(id: number): void {
    if (markedBy(id) !== undefined) return
    const found = this.#find(id)
    if (found && !found.resident.isGhost) this.#freeze(found.map, found.resident, true)
    const frozen = this.#frozen.get(id)
    this.#frozen.delete(id)
    this.#early = this.#early.filter(({ entity }) => entity !== id)
    if (!frozen) return
    if (frozen.served) this.#region.letGo(frozen.served)
    this.#definition.options.attributes?.remove({ id })
    this.#lingering.push({ map: frozen.map, id, tick: this.#region.realm.tick })
  }

  /** What went some ticks ago is no longer told; it stays as a ghost where a neighbour tells of it. */
  #letGoOf(tick: number): void {
    while (this.#lingering.length > 0 && tick - this.#lingering[0].tick >= LINGER_TICKS) {
      const [{ map, id }] = this.#lingering.splice(0, 1)
      const { world } = map.instance
      if (this.#frozen.has(id) || !world.residentOf(id)?.isGhost) continue
      world.letGo(id)
      if (this.#neighbours.tellsOf(id)) continue
      world.dispel(id)
      this.#neighbours.hidden(id)
    }
  }

  #adopt(adopt: Adopt): void {
    const { entity: id, hop, district, state } = adopt
    const marked = markedBy(id)
    if (marked !== undefined) {
      this.#setUp.add(marked)
      this.#rest(marked)
      return
    }
    const map = this.maps.withDistrict(district)
    const packet = this.#codec.read(state)
    if (!map || !packet) {
      this.counts.broken++
      return
    }
    const { world } = map.instance
    const luggage = adopt.luggage && this.#codec.readLuggage(adopt.luggage)
    if (luggage && packet.tick >= world.tick) {
      this.#early.push(adopt)
      return
    }
    this.#held.push({ entity: id, hop, district })
    const frozen = this.#frozen.get(id)
    // Another region had it since it was frozen here: what is here of its player is older.
    if (frozen && !adopt.isOwn) this.#release(id)
    else if (frozen) {
      // From one district of this region to another. Meanwhile it was a ghost, and may have been shown elsewhere.
      this.#thaw(id, frozen)
      const resident = world.residentOf(id)
      if (!resident || resident.isGhost) return
      this.#codec.give(packet, resident.entity)
      const missed = Math.max(packet.tick + 1, world.tick - LATE_TICKS)
      if (missed < world.tick) world.catchUp(resident, missed, frozen.served?.player)
      return
    }
    this.counts.came++
    if (!luggage) this.counts.restored++
    const resident = this.#embody(map, id, packet)
    if (!resident) {
      this.counts.broken++
      return
    }
    if (!luggage) this.#bringUp(world, resident, adopt, packet)
    this.#arrive(map, resident, packet, luggage)
  }

  /** Makes an entity real here: the ghost that it was, or a new object. */
  #embody(map: CutMap, id: number, packet: EntityPacket): Resident | undefined {
    const { world } = map.instance
    const { kind: told, group, isRestricted } = packet
    const kind = world.game.kindByName.get(told.name)
    if (!kind) return undefined
    const known = world.residentOf(id)
    if (known && !known.isGhost) return undefined
    // What was done to the ghost in this moment is done to what it becomes, when it comes back from who had it.
    if (known) this.#effects.sendWrittenTo(map, known)
    const entity = known?.entity ?? newEntity(kind, id, {})
    if (!this.#codec.give({ ...packet, kind }, entity)) return undefined
    const path = this.#neighbours.pathOf(id)
    const ghost = known ?? world.haunt(entity, kind, { group, isRestricted })
    if (!ghost) return undefined
    Object.assign(ghost, { group, isRestricted })
    this.#neighbours.hidden(id)
    const resident = world.embody(id)
    if (resident && path) resident.path = { ...path, stood: placeOf(entity) }
    return resident
  }

  /** What a region that died told others after it was saved last. */
  #bringUp(world: World, { entity, kind }: Resident, { known }: Adopt, { tick }: EntityPacket): void {
    if (known && known.tick > tick && giveTold(kind, entity, known.state)) world.bringOntoMap(entity)
  }

  #arrive(map: CutMap, resident: Resident, packet: EntityPacket, luggage: EntityLuggage | undefined): void {
    const { instance } = map
    const { world } = instance
    const { entity } = resident
    const carried = packet.player
    const { attributes, arrived } = this.#definition.options
    if (attributes && packet.attributes && !attributes.of(entity))
      attributes.add(entity, attributesOf(packet.attributes))
    const player = carried && this.#region.players.take(carried, luggage?.player, { entity, instance })
    if (luggage) {
      world.remember(resident, luggage.stood)
      const missed = packet.tick + 1
      if (missed < world.tick) {
        this.counts.late++
        world.catchUp(resident, Math.max(missed, world.tick - LATE_TICKS), player)
      }
      if (luggage.path) resident.path = { ...luggage.path, stood: placeOf(entity) }
    }
    if (carried && player)
      this.#region.players.serve(player, this.#region.gatewayNamed(carried.gateway), carried, {
        instance,
        luggage: luggage?.player,
      })
    const { realm } = this.#region
    this.#region.code.call('arrived', entity.kind, arrived, {
      world,
      instance,
      realm,
      entity: entity as never,
    })
  }

  // --- saving

  #save(): void {
    this.#saveAt = instant(this.#now + SAVE_MS)
    this.#round++
    this.keeper.save((entity) => this.#stateOf(entity), this.#now)
  }

  #stateOf(entity: number): Uint8Array | undefined {
    const isSaved = this.keeper.isSaved(entity)
    if (markedBy(entity) !== undefined) return isSaved ? undefined : MARKED
    const found = this.#find(entity)
    if (!found || found.resident.isGhost) return undefined
    const { map, resident } = found
    const isDue = !isSaved || this.#playerOf(map, resident.entity) || (entity + this.#round) % ROUNDS === 0
    return isDue ? this.#write(map, resident, false)?.state : undefined
  }

  /** Writes all of an entity; undefined, and a mistake of the game's, for one that cannot travel. */
  #write(
    map: CutMap,
    resident: Resident,
    hasLuggage = true,
  ): { readonly state: Uint8Array; readonly luggage: Uint8Array } | undefined {
    const { entity, kind, group, isRestricted } = resident
    const { world } = map.instance
    const { attributes } = this.#definition.options
    const { players } = this.#region
    try {
      const player = this.#playerOf(map, entity)
      const served = (player && players.servedOf(player)) ?? this.#frozen.get(entity.id)?.served
      const state = this.#codec.write(entity, {
        ...{ kind, group, isRestricted, tick: world.tick - 1 },
        attributes: attributes?.of(entity)?.record(),
        player: served && players.carriedOf(served),
      })
      const luggage = hasLuggage
        ? this.#codec.writeLuggage({
            path: this.#pathOf(map, resident),
            stood: world.stood(resident),
            player: served && players.luggageOf(served),
          })
        : MARKED
      return { state, luggage }
    } catch (error) {
      this.#region.code.failed('a field', kind.name, error, entity.id)
      return undefined
    }
  }

  #exactOf(resident: Resident): Uint8Array | undefined {
    const { entity, kind } = resident
    try {
      return this.#codec.exact(kind, entity)
    } catch {
      return undefined
    }
  }

  /** The path on which this region's author told an entity to be. */
  #pathOf({ instance }: CutMap, resident: Resident): EntityLuggage['path'] {
    const author = this.#region.authorOf(instance.id)
    const index = author ? author.indexOf(resident) : -1
    if (!author || index < 0) return undefined
    const { ledger } = author
    const table = ledger.tables[resident.kind.index]
    if (!table.layout?.isMotion) return undefined
    const row = ledger.entityRow[index]
    const [from, to] = [row * table.axes, (row + 1) * table.axes]
    const [place, velocity] = [[...table.place.slice(from, to)], [...table.velocity.slice(from, to)]]
    return { start: table.start[row], place, velocity }
  }

  /** Returns whose character an entity is. */
  #playerOf({ instance }: CutMap, entity: AnyEntity): Player | undefined {
    const { player: kind } = this.#definition.game
    return entity.kind === kind ? this.#region.players.whose(instance.world, entity.id) : undefined
  }

  /** Returns an entity of any map of this region's, ghosts included. */
  #find(entity: number): { readonly map: CutMap; readonly resident: Resident } | undefined {
    for (const map of this.maps.all) {
      const resident = map.instance.world.residentOf(entity)
      if (resident) return { map, resident }
    }
    return undefined
  }

  #tellHeld(): void {
    if (this.#held.length > 0) {
      const entities = this.#held
      this.#held = []
      for (const { entity } of entities) this.#neighbours.holders.forget(entity)
      for (const some of pages(entities)) this.#region.tell({ is: 'holds', entities: some })
    }
    if (this.#stood.size === 0) return
    const entities: StoodEntity[] = []
    for (const [entity, tick] of this.#stood)
      if (this.#frozen.has(entity) || !this.keeper.entities.has(entity)) entities.push({ entity, tick })
    this.#stood.clear()
    for (const some of pages(entities)) this.#region.tell({ is: 'stands', entities: some })
  }
}

/** A marker says all by being there. */
const MARKED = new Uint8Array(0)

/** Cuts what is told of entities into as much as one message takes. */
function pages<One>(all: readonly One[]): (readonly One[])[] {
  const cut: (readonly One[])[] = []
  for (let at = 0; at < all.length; at += HOLDS_MAX) cut.push(all.slice(at, at + HOLDS_MAX))
  return cut
}

function placeOf({ position }: AnyEntity): number[] {
  if (!position) return []
  const { x, y } = position
  const { z } = position as { readonly z?: number }
  return z === undefined ? [x, y] : [x, y, z]
}
