import { type Instant, instant } from '../core/index.ts'
import { RemoteRegion } from '../gateway/index.ts'
import { type BytePipe, type Down, Holders, STAND_TICKS } from '../region/message/index.ts'
import {
  type Presence,
  placeTold,
  type ReplicaListener,
  readTold,
  type Source,
  toldSince,
  toldState,
  topicKey,
} from '../replication/index.ts'
import { type AnyEntity, type AnyGame, EntityState, newEntity, type Resident } from '../world/index.ts'
import type { CutMap, CutMaps } from './cut-map.ts'

const worldTopic = topicKey({ kind: 'world', id: 0 })
/** How often ghosts are looked through of which nobody tells any more, and how long somebody may yet, in ticks. */
const LOOK_TICKS = 10
const STALE_TICKS = 30
/** Sessions of `watch` say which cell of which world is looked from. */
const CELLS_MAX = 2 ** 20

interface Neighbour {
  readonly name: string
  readonly remote: RemoteRegion
  /** The newest tick that it has told of. */
  tick: number
  /** Whether the link to it broke: what it told stands still. */
  isLost: boolean
}

/** Where a ghost comes from. */
interface GhostSource {
  readonly neighbour: Neighbour
  readonly map: CutMap
  readonly presence: Presence
}

export interface GhostFeedOptions {
  readonly game: AnyGame
  readonly maps: CutMaps
  /** How far beyond its districts a region sees, in metres. */
  readonly reach: number
  /** Called when another region has set a district up. */
  readonly setUp: (district: number) => void
  /** Called before news overwrite what game code may have written into a ghost. */
  readonly overwrites: (map: CutMap, ghost: Resident) => void
}

/**
 * Shows what neighbours have as ghosts in this region's worlds: it follows them as a gateway does, around each border
 * cell of what is this region's.
 */
export class GhostFeed {
  readonly holders = new Holders()
  readonly #options: GhostFeedOptions
  readonly #neighbours = new Map<string, Neighbour>()
  readonly #sources = new Map<number, GhostSource>()
  /** By ghost: how it was when it was last brought up to date. */
  readonly #synced = new Map<number, EntityState>()
  /** By ghost of which nobody tells any more: since which tick. */
  readonly #stale = new Map<number, number>()
  #own: ReadonlySet<number> = new Set()
  /** The cells that are looked from, by session. */
  readonly #watched = new Map<number, { readonly map: CutMap; readonly cell: number }>()
  readonly #now: Instant = instant(0)

  constructor(options: GhostFeedOptions) {
    this.#options = options
  }

  /** Dials a neighbour over a pipe. @returns to be handed each packet of it */
  join(name: string, pipe: BytePipe): (packet: Uint8Array) => void {
    this.lost(name)
    const remote = new RemoteRegion(this.#options.game, pipe, {
      begins: (_instance, tick) => {
        neighbour.tick = Math.max(neighbour.tick, tick)
      },
      listenerOf: (instance) => this.#follow(neighbour, instance),
    })
    const neighbour: Neighbour = { name, remote, tick: 0, isLost: false }
    this.#neighbours.set(name, neighbour)
    remote.open({ receive: (message) => this.#hear(neighbour, message) })
    return (packet) => remote.take(packet)
  }

  /** Notes that the link to a neighbour broke: what it had stays where it was, until somebody tells of it. */
  lost(name: string): void {
    const neighbour = this.#neighbours.get(name)
    if (neighbour) neighbour.isLost = true
    this.#neighbours.delete(name)
    this.holders.lost(name)
  }

  /** Looks from the border cells of these districts, and from no others. */
  watch(districts: Iterable<number>): void {
    const wanted = new Map<number, { readonly map: CutMap; readonly cell: number }>()
    const { maps } = this.#options
    const own = new Set(districts)
    this.#own = own
    for (const district of own) {
      const map = maps.withDistrict(district)
      if (!map) continue
      for (const cell of map.grid.cellsOf(district))
        if (isAtBorder(map, cell, own)) wanted.set(map.instance.id * CELLS_MAX + cell, { map, cell })
    }
    for (const [session, { map }] of this.#watched) {
      if (wanted.has(session)) continue
      this.#watched.delete(session)
      for (const { remote } of this.#neighbours.values())
        remote.send(unwatch(session, map.instance.id), this.#now)
    }
    for (const [session, watch] of wanted) {
      if (this.#watched.has(session)) continue
      this.#watched.set(session, watch)
      for (const neighbour of this.#neighbours.values()) this.#tellWatch(neighbour, session, watch)
    }
  }

  /** Brings every ghost to where it was told to be at the end of a tick. */
  place(tick: number): void {
    for (const map of this.#options.maps.all) {
      const { world } = map.instance
      for (const ghost of world.ghostSlots) {
        if (!ghost) continue
        const { id } = ghost.entity
        const source = this.#sources.get(id)
        if (!source || source.presence.index < 0) continue
        const { name, isLost, tick: newest } = source.neighbour
        // It stands there by now, whatever its region says of itself over another link.
        if (isLost && tick - newest > STAND_TICKS) continue
        // What is frozen stays as it is, until another is known to have it: it may come back.
        if (world.isFrozen(id) && this.holders.of(id)?.region !== name) continue
        if (this.holders.isComing(id, name)) continue
        const shown = this.#shownAt(id, source, tick)
        if (shown !== undefined) this.#place(ghost, source, shown)
      }
      world.rememberGhosts()
    }
    if (tick % LOOK_TICKS === 0) this.#dispelStale(tick)
  }

  /**
   * Returns as of which tick a ghost is shown: this one, or the last that is known where the two are far apart.
   * Undefined where it stays as it is: its region is not listened to, and tells how it goes on.
   */
  #shownAt(id: number, { neighbour, map, presence }: GhostSource, tick: number): number | undefined {
    const known = this.holders.knownUntil(id, neighbour.tick)
    if (Math.abs(tick - known) < STAND_TICKS) return tick
    const replica = neighbour.remote.source(map.instance.id)
    return replica && toldSince(replica, presence.index) > known ? undefined : known
  }

  #readAt(source: GhostSource, tick: number): number {
    return this.#shownAt(source.presence.id, source, tick) ?? source.neighbour.tick
  }

  /** Takes out what a region told whose link broke, when another has its district by now and says nothing of it. */
  #dispelStale(tick: number): void {
    for (const { instance } of this.#options.maps.all)
      for (const { entity } of [...instance.world.ghosts]) {
        const { id } = entity
        const source = this.#sources.get(id)
        if (!source?.neighbour.isLost || instance.world.isFrozen(id) || !this.#isSucceeded(id)) {
          this.#stale.delete(id)
          continue
        }
        const since = this.#stale.get(id) ?? tick
        this.#stale.set(id, since)
        if (tick - since < STALE_TICKS) continue
        this.#stale.delete(id)
        this.#sources.delete(id)
        instance.world.dispel(id)
        this.hidden(id)
      }
  }

  /** Whether somebody who is there speaks for the district that an entity was in. */
  #isSucceeded(id: number): boolean {
    const holder = this.holders.of(id)
    return !holder || this.#own.has(holder.district) || this.holders.speakerOf(holder.district) !== undefined
  }

  /** Returns whether a neighbour that is listened to tells of an entity. */
  tellsOf(id: number): boolean {
    const source = this.#sources.get(id)
    return source !== undefined && this.holders.mayTell(source.neighbour.name, id)
  }

  /** Returns the path on which an entity was told to be; undefined for one that nobody tells of. */
  pathOf(id: number): { start: number; place: number[]; velocity: number[] } | undefined {
    const source = this.#sources.get(id)
    const ledger = source?.neighbour.remote.source(source.map.instance.id)?.ledger
    if (!source || !ledger || source.presence.index < 0) return undefined
    const table = ledger.tables[source.presence.kind.index]
    if (!table.layout?.isMotion) return undefined
    const row = ledger.entityRow[source.presence.index]
    const [from, to] = [row * table.axes, (row + 1) * table.axes]
    const [place, velocity] = [[...table.place.slice(from, to)], [...table.velocity.slice(from, to)]]
    return { start: table.start[row], place, velocity }
  }

  /** What is known of an entity, for whoever takes its district over. */
  toldOf(id: number): { readonly tick: number; readonly state: Uint8Array } | undefined {
    const source = this.#sources.get(id)
    const replica = source?.neighbour.remote.source(source.map.instance.id)
    if (!source || !replica || source.presence.index < 0) return undefined
    const known = this.holders.knownUntil(id, source.neighbour.tick)
    // Whoever tells how it goes on has it, listened to or not.
    const tick = toldSince(replica, source.presence.index) > known ? source.neighbour.tick : known
    const { game } = source.map.instance.world
    return { tick, state: toldState(game as never, replica, source.presence.index, tick) }
  }

  /** Returns how a ghost was when it was last brought up to date. */
  syncedOf(id: number): EntityState | undefined {
    return this.#synced.get(id)
  }

  /** Asks the region that has an entity for something. @returns false where nobody is known to have it */
  ask(id: number, message: Parameters<RemoteRegion['send']>[0]): boolean {
    const holder = this.holders.of(id)
    const name = holder?.region ?? this.#sources.get(id)?.neighbour.name
    const neighbour = name === undefined ? undefined : this.#neighbours.get(name)
    neighbour?.remote.send(message, this.#now)
    return neighbour !== undefined
  }

  /** An entity that is a ghost here from now on, which neighbours may tell of already. */
  shown(ghost: Resident): void {
    this.#synced.set(ghost.entity.id, new EntityState(ghost.kind).take(ghost.entity))
  }

  /** An entity is no ghost here any more. */
  hidden(id: number): void {
    this.#synced.delete(id)
  }

  #place(ghost: Resident, { neighbour, map, presence }: GhostSource, tick: number): void {
    const source = neighbour.remote.source(map.instance.id)
    if (!source) return
    const { entity } = ghost
    placeIn(ghost, source, presence)
    placeTold(source, presence.index, tick, entity)
    map.instance.world.settleGhost(ghost)
    this.#synced.get(entity.id)?.take(entity)
  }

  #hear(neighbour: Neighbour, message: Down): void {
    if (message.is === 'ticked')
      for (const entity of this.holders.heard(neighbour.name)) this.#showsWhatIsTold(neighbour, entity)
    else if (message.is === 'opened') {
      for (const [session, watch] of this.#watched)
        if (watch.map.instance.id === message.world.instance) this.#tellWatch(neighbour, session, watch)
    } else if (message.is === 'speaks') {
      this.holders.speaks(neighbour.name, message.district, message.epoch)
      if (message.epoch > 0) this.#options.setUp(message.district)
    } else if (message.is === 'stands')
      for (const stood of message.entities) this.holders.stands(neighbour.name, stood)
    else if (message.is === 'holds')
      for (const held of message.entities) this.holders.holds(neighbour.name, held)
  }

  #showsWhatIsTold(neighbour: Neighbour, entity: number): void {
    const found = neighbour.remote.presenceOf(entity)
    const map = found && this.#options.maps.of(found.instance)
    if (found?.presence.isKnown && map) this.#shows(neighbour, map, found.presence)
  }

  #tellWatch({ remote }: Neighbour, session: number, { map, cell }: { map: CutMap; cell: number }): void {
    const { x, y } = map.instance.world.grid.middleOf(cell)
    const instance = map.instance.id
    const extras = [worldTopic]
    const { reach: radius } = this.#options
    remote.send({ is: 'watch', session, instance, x, y, radius, extras, isRegion: true }, this.#now)
  }

  #follow(neighbour: Neighbour, instance: number): ReplicaListener {
    const map = this.#options.maps.of(instance)
    if (!map) return DEAF
    return {
      entered: (presence) => this.#shows(neighbour, map, presence),
      changed: (presence) => this.#changed(neighbour, map, presence),
      moved: () => {},
      left: ({ id }) => this.#left(neighbour, map, id),
    }
  }

  /** A neighbour tells of an entity: it is a ghost here, unless it is real. */
  #shows(neighbour: Neighbour, map: CutMap, presence: Presence): void {
    const { id, kind } = presence
    if (!this.holders.mayTell(neighbour.name, id)) return
    const source = { neighbour, map, presence }
    this.#sources.set(id, source)
    const { world } = map.instance
    const resident = world.residentOf(id)
    if (resident && !resident.isGhost) return
    const replica = neighbour.remote.source(map.instance.id)
    const ghost = resident ?? this.#haunt(map, presence)
    if (!ghost || !replica || presence.index < 0) return
    if (resident) this.#options.overwrites(map, ghost)
    if (ghost.kind === world.game.kindByName.get(kind.name))
      readTold(replica, presence.index, this.#readAt(source, world.tick - 1), ghost.entity)
    placeIn(ghost, replica, presence)
    // Brought within the map before it is noted how it was told to be: else that were a change of game code's.
    world.settleGhost(ghost)
    this.shown(ghost)
  }

  #haunt(map: CutMap, { id, kind, entity: told }: Presence): Resident | undefined {
    const { world } = map.instance
    const own = world.game.kindByName.get(kind.name)
    if (!own) return undefined
    const entity: AnyEntity = newEntity(own, id, {})
    for (const name of kind.staticNames) entity[name] = told[name]
    return world.haunt(entity, own, {})
  }

  #changed(neighbour: Neighbour, map: CutMap, presence: Presence): void {
    const source = this.#sources.get(presence.id)
    const ghost = map.instance.world.residentOf(presence.id)
    if (source?.presence !== presence || !ghost?.isGhost || presence.index < 0) return
    if (!this.holders.mayTell(neighbour.name, presence.id)) return
    const replica = neighbour.remote.source(map.instance.id)
    if (!replica) return
    this.#options.overwrites(map, ghost)
    const tick = this.#readAt(source, map.instance.world.tick - 1)
    readTold(replica, presence.index, tick, ghost.entity)
    this.#synced.get(presence.id)?.take(ghost.entity)
  }

  #left(neighbour: Neighbour, map: CutMap, id: number): void {
    if (this.#sources.get(id)?.neighbour !== neighbour) return
    this.#sources.delete(id)
    const { world } = map.instance
    const ghost = world.residentOf(id)
    if (!ghost?.isGhost || world.isFrozen(id)) return
    world.dispel(id)
    this.hidden(id)
  }
}

/** Notes who may know of a ghost: it says in which topic it is told. */
function placeIn(ghost: Resident, { ledger }: Source, { index }: Presence): void {
  const { kind, id } = ledger.topic(ledger.chunkTopic[ledger.entityChunk[index]]).name
  ghost.isRestricted = kind === 'entity'
  ghost.group = kind === 'group' ? id : 0
}

const DEAF: ReplicaListener = { entered() {}, changed() {}, moved() {}, left() {} }

function unwatch(session: number, instance: number) {
  return { is: 'watch', session, instance, x: 0, y: 0, radius: -1, extras: [], isRegion: true } as const
}

/** Returns whether a cell is beside one of a district that is not among these, or at the edge of its district. */
function isAtBorder({ grid, districtOf, instance }: CutMap, cell: number, own: ReadonlySet<number>): boolean {
  const { columns, rows } = instance.world.grid
  const [column, row] = [cell % columns, Math.floor(cell / columns)]
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++)
      if (!own.has(districtOf[x + y * columns])) return true
  return grid.size === 0
}
