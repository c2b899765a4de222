import type { Vector2, Vector3 } from '../core/index.ts'
import { hypot, type Random, ShardlessError, type Tick, tick } from '../core/index.ts'
import type { Body, WorldMap } from '../geometry/index.ts'
import { Grid, Query } from '../geometry/index.ts'
import { Scheduler } from '../task/index.ts'
import { encode } from '../wire/index.ts'
import { BODY_RADIUS } from './body-radius.ts'
import type { EntityId, EntityStart, Kind } from './entity.ts'
import { EntityState, mendFields, settleFields } from './entity-state.ts'
import { FieldWatch } from './field-watch.ts'
import type {
  AnyGame,
  CommandOf,
  EntitiesOf,
  EntityOf,
  EventNames,
  EventOf,
  KindsOf,
  PartsOfKind,
  PlayerOf,
} from './game.ts'
import { GameCode, isLater } from './game-code.ts'
import { Ghosts } from './ghosts.ts'
import { Hindsight, type Stood } from './hindsight.ts'
import { Ids } from './ids.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import { newEntity } from './new-entity.ts'
import { Player } from './player.ts'
import type { AnyEntity, Resident } from './resident.ts'

/** The audience of an event: those near a place, one player, the members of a group, or everyone. */
export type Audience =
  | { readonly near: Vector2; readonly radius: number }
  | { readonly to: Player }
  | { readonly group: number }
  | { readonly everyone: true }

/** An event told in this tick. */
export interface Told {
  readonly name: string
  readonly body: unknown
  /** The encoded body, as it was when the event was told. */
  readonly bytes: Uint8Array
  readonly audience: Audience
}

/** Limits who sees an entity. When left out: players near it, or everyone for a kind without a position. */
export interface Placement {
  /** The group whose members alone see it, 1 .. 2^32 - 1. */
  readonly group?: number
  /** Whether only players for whom the game's `canSee` holds see it. `world.restrict` can change it later. */
  readonly isRestricted?: boolean
}

export interface WorldOptions {
  readonly map: WorldMap
  readonly random: Random
  /** The allocator of ids that the worlds of one server share. */
  readonly ids?: Ids
  /**
   * The limit of lag compensation: how far back `seenBy` looks, in ms; 500 when left out. A player who sees the
   * world later than that has to aim ahead, so nobody is hit long after reaching cover.
   */
  readonly hindsightMs?: number
  /** Contains the errors of game code; they are thrown when left out. */
  readonly code?: GameCode
  /** The number of the first tick; 1 when left out. */
  readonly firstTick?: number
}

/** For the engine: who wants to know what comes and goes in a world that several regions share. */
export interface WorldWatcher {
  spawned(resident: Resident): void
  despawned(resident: Resident): void
  /** Game code wants something of an entity that another region has. */
  wished(ghost: Resident, wish: GhostWish): void
}

/** What game code wants of an entity that another region has, besides what it writes into its fields. */
export type GhostWish =
  | { readonly is: 'despawn' }
  | { readonly is: 'teleport'; readonly place: Vector2 }
  | { readonly is: 'restrict'; readonly isRestricted: boolean }

const HINDSIGHT_MS = 500
/** The functions that move entities by themselves, by kind name. */
type Moves = Readonly<Record<string, (self: AnyEntity, near: Neighbourhood) => boolean | undefined>>

/** The most events told in one tick: more means a runaway loop, so `tell` throws. */
const TOLD_MAX = 100_000
/** How far inside a map's far edge whoever is put back stands, in metres. */
const EDGE = 1 / 64
const ENTITIES_MAX = 1_000_000

const NO_GHOSTS: readonly (Resident | undefined)[] = []

/**
 * The world as game code sees it on the server: entities as plain objects, players, a clock, dice.
 *
 *     advance()  commands -> game.step -> game.moves -> tasks -> systems -> settle
 *                publish is the replication's, after it
 */
export class World<G extends AnyGame = AnyGame> {
  readonly game: G
  readonly grid: Grid
  readonly random: Random
  /** Finds who stands where: within a radius, along a ray, nearest, in a shape. */
  readonly query: Query<EntitiesOf<G>>
  readonly players = new Map<number, Player<G>>()
  /**
   * Runs the micro-threads of the world, its minds and its players. One started `of` an entity or a player ends
   * with it.
   */
  readonly tasks: Scheduler
  /** For the engine: contains the errors of game code. */
  readonly code: GameCode
  readonly #residents: (Resident | undefined)[] = []
  readonly #freeIndexes: number[] = []
  readonly #byId = new Map<EntityId, Resident>()
  readonly #cells: Resident[][]
  /** For the engine: finds the line of the game that sets a field to what it cannot hold. */
  readonly fieldWatch = new FieldWatch()
  #map: WorldMap
  readonly #hindsight: Hindsight
  readonly #hindsightTicks: number
  #neighbourhood: Neighbourhood
  /** The player whose step is running, and how many entities it has spawned. */
  readonly #stepping: { player: Player | undefined; spawned: number } = { player: undefined, spawned: 0 }
  readonly #removed: Resident[] = []
  readonly #restricted = new Set<Resident>()
  #told: Told[] = []
  #tick: Tick
  readonly #ids: Ids
  /** What other regions have of this world; undefined where there are none. */
  #ghosts: Ghosts | undefined
  #watcher: WorldWatcher | undefined

  constructor(game: G, options: WorldOptions) {
    checkSize(game, options.map)
    this.game = game
    this.#map = options.map
    this.#ids = options.ids ?? new Ids()
    this.#tick = tick(options.firstTick ?? 1)
    this.random = options.random
    this.code = options.code ?? new GameCode()
    this.grid = new Grid(game.map)
    this.#cells = Array.from({ length: this.grid.cells }, () => [])
    this.query = new Query<EntitiesOf<G>>(this.grid, this.#cells)
    this.#hindsightTicks = Math.ceil(((options.hindsightMs ?? HINDSIGHT_MS) * game.ticksPerSecond) / 1000)
    this.#hindsight = new Hindsight(this.#hindsightTicks + 2)
    this.#neighbourhood = {
      seconds: game.secondsPerTick,
      map: options.map,
      spawn: (kind, start) => this.#spawnFromStep(kind as KindsOf<G>, start as never) as never,
    }
    this.tasks = new Scheduler({
      ticksPerSecond: game.ticksPerSecond,
      isPresent: (of) => {
        if (of instanceof Player) return this.players.get(of.id) === of
        if (!('id' in of) || this.#byId.get(of.id as EntityId)?.entity === of) return true
        return this.#ghosts?.isStashed(of as AnyEntity) ?? false
      },
    })
    if (this.code.isTold)
      this.tasks.report = ({ task, error }) => this.code.failed('the task', task.name, error)
  }

  /** The current tick, from 1. */
  get tick(): Tick {
    return this.#tick
  }

  /** The world time since its epoch, in seconds. */
  get seconds(): number {
    return this.#tick * this.game.secondsPerTick
  }

  /** The number of entities that are real here. */
  get entityCount(): number {
    return this.#byId.size - (this.#ghosts?.count ?? 0)
  }

  /**
   * Puts an entity into the world. Parts left out take their description's initial value.
   *
   * @throws `world/unknown-kind`, `world/unknown-part`, `world/off-map`, `world/full` beyond a million entities;
   *         `wire/out-of-range`, naming kind, entity and part, for a value that cannot travel
   */
  spawn<K extends KindsOf<G>>(
    kind: K,
    start: EntityStart<PartsOfKind<G, K>>,
    placement: Placement = {},
  ): EntityOf<G, K> {
    const described = this.game.kindByName.get(kind)
    if (!described)
      throw new ShardlessError(
        'world/unknown-kind',
        `the game has no kind '${kind}'; describe it in defineGame.`,
      )
    if (this.#byId.size >= ENTITIES_MAX)
      throw new ShardlessError('world/full', `the world holds ${ENTITIES_MAX} entities; despawn some first.`)
    const id = this.#ids.nextEntity()
    const listener = this.fieldWatch.listenerFor(described)
    const entity = newEntity(described, id, start as Record<string, unknown>, listener)
    this.#check(entity, described, entity.position)
    const resident = this.#house(entity, described, placement)
    if (listener) this.fieldWatch.spawned(entity, described, listener)
    this.#watcher?.spawned(resident)
    return entity as EntityOf<G, K>
  }

  /** Takes an entity out of the world. Does nothing if it has gone already. */
  despawn(entity: { readonly id: EntityId }): void {
    const resident = this.#byId.get(entity.id)
    if (!resident) return
    if (resident.isGhost) {
      this.#watcher?.wished(resident, { is: 'despawn' })
      return
    }
    this.#unhouse(resident)
    this.#removed.push(resident)
    this.fieldWatch.gone(resident.entity, resident.kind)
    this.tasks.stopAllOf(resident.entity)
    this.#watcher?.despawned(resident)
  }

  /** For the engine: removes every entity housed after the one of this serial number. */
  despawnNewerThan(serial: number): void {
    for (const resident of this.#residents)
      if (resident && resident.serial > serial) this.despawn(resident.entity)
  }

  /** For the engine: from now on this hears what comes and goes. */
  set watcher(watcher: WorldWatcher | undefined) {
    this.#watcher = watcher
    this.#ghosts ??= new Ghosts(this.#hindsightTicks + 2)
  }

  /** For the engine: what other regions have of this world. */
  get ghosts(): Iterable<Resident> {
    return this.#ghosts?.all ?? []
  }

  /** For the engine: the same by index; gaps are undefined. */
  get ghostSlots(): readonly (Resident | undefined)[] {
    return this.#ghosts?.slots ?? NO_GHOSTS
  }

  /** For the engine: returns an entity's record, ghosts included. */
  residentOf(id: EntityId): Resident | undefined {
    return this.#byId.get(id)
  }

  /** For the engine: shows an entity that another region has. Its object belongs to this world from now on. */
  haunt(entity: AnyEntity, kind: Kind, { group = 0, isRestricted = false }: Placement): Resident | undefined {
    const ghosts = this.#ghosts
    if (!ghosts || this.#byId.has(entity.id) || (kind.position && !this.#isOnMap(entity.position))) return
    const ghost = ghosts.add({ entity, kind, group, isRestricted }, this.#ids.nextSerial())
    this.#byId.set(entity.id, ghost)
    this.#settleOne(ghost)
    return ghost
  }

  /**
   * For the engine: an entity is another region's from now on, or nobody's for a moment: it becomes a ghost. Its author
   * keeps what it told of it, until `dispel` or `embody`.
   */
  freeze(id: EntityId): Resident | undefined {
    const resident = this.#byId.get(id)
    const ghosts = this.#ghosts
    if (!ghosts || !resident || resident.isGhost) return undefined
    this.#unhouse(resident)
    const ghost = ghosts.add(resident, resident.serial)
    ghosts.freeze(ghost, resident)
    ghosts.hindsight.note(ghost, this.#hindsight.before(resident, this.#tick + 1))
    this.#byId.set(id, ghost)
    this.#settleOne(ghost)
    return ghost
  }

  /** For the engine: a ghost is real from now on, here; its author goes on with what it told of it before. */
  embody(id: EntityId): Resident | undefined {
    const ghost = this.#byId.get(id)
    const ghosts = this.#ghosts
    if (!ghosts || !ghost?.isGhost) return undefined
    this.#byId.delete(id)
    if (ghost.cell >= 0) this.#leaveCell(ghost)
    const frozen = ghosts.remove(ghost)
    if (frozen) {
      this.#residents[frozen.index] = frozen
      this.#byId.set(id, frozen)
      this.restrict(frozen.entity, ghost.isRestricted)
      this.#settleOne(frozen)
    } else this.#house(ghost.entity, ghost.kind, ghost)
    const resident = this.#byId.get(id) as Resident
    this.#hindsight.note(resident, ghosts.hindsight.before(ghost, this.#tick + 1))
    return resident
  }

  /** For the engine: a ghost is no longer shown; what was frozen is told to be elsewhere. */
  dispel(id: EntityId): void {
    const ghost = this.#byId.get(id)
    if (!ghost?.isGhost || !this.#ghosts) return
    this.letGo(id)
    this.#byId.delete(id)
    if (ghost.cell >= 0) this.#leaveCell(ghost)
    this.#ghosts.remove(ghost)
    this.tasks.stopAllOf(ghost.entity)
  }

  /** For the engine: whether a ghost was real here, and what this region's author told of it stands. */
  isFrozen(id: EntityId): boolean {
    return this.#ghosts?.isFrozen(id) ?? false
  }

  /** For the engine: what this region's author told of a frozen entity is over, and the ghost stays. */
  letGo(id: EntityId): void {
    const frozen = this.#ghosts?.thaw(id)
    if (!frozen) return
    frozen.isElsewhere = true
    this.#removed.push(frozen)
  }

  /** For the engine: notes where an entity stood at ticks before, in another region. */
  remember(resident: Resident, stood: readonly Stood[]): void {
    const hindsight = resident.isGhost ? this.#ghosts?.hindsight : this.#hindsight
    hindsight?.note(resident, stood)
  }

  /** For the engine: lists where an entity stood at the last ticks, this one included if it was made. */
  stood(resident: Resident): Stood[] {
    const hindsight = resident.isGhost ? this.#ghosts?.hindsight : this.#hindsight
    return hindsight?.before(resident, this.#tick + 1) ?? []
  }

  /** For the engine: notes where ghosts stood at the end of the last tick, as they are now. */
  rememberGhosts(): void {
    this.#ghosts?.remember(this.#tick - 1)
  }

  /** For the engine: puts a ghost into the cell that it stands in. */
  settleGhost(ghost: Resident): void {
    if (!ghost.isGhost) return
    this.bringOntoMap(ghost.entity)
    this.#settleOne(ghost)
  }

  /** For the engine: where something was told to be, and how it goes on from there, may be a step beyond the edge. */
  bringOntoMap({ position }: AnyEntity): void {
    if (!position || this.#isOnMap(position)) return
    const { width, height } = this.map
    position.x = Math.max(0, Math.min(width - EDGE, position.x))
    position.y = Math.max(0, Math.min(height - EDGE, position.y))
  }

  /** For the engine: takes an entity out of the world, with its tasks going on, until `unstash`. */
  stash(id: EntityId): Resident | undefined {
    const resident = this.#byId.get(id)
    if (!this.#ghosts || !resident || resident.isGhost) return undefined
    this.#unhouse(resident)
    this.#byId.delete(id)
    this.#ghosts.stash(resident.entity)
    resident.isElsewhere = true
    this.#removed.push(resident)
    return resident
  }

  /** For the engine: what was stashed is in the world again. @param isKept  false where it never will be */
  unstash(resident: Resident, isKept: boolean): void {
    if (!this.#ghosts?.unstash(resident.entity)) return
    if (isKept) this.#house(resident.entity, resident.kind, resident)
    else this.tasks.stopAllOf(resident.entity)
  }

  /** For the engine: takes out a player who goes on in another process. */
  suspend(player: Player<G>): void {
    this.players.delete(player.id)
    this.tasks.stopAllOf(player)
  }

  /** For the engine: takes in a player who comes from another process. */
  resume(player: Player<G>): void {
    this.players.set(player.id, player)
  }

  /**
   * For the engine: makes up for ticks that a character or a body missed on its way here, up to the last that was made:
   * commands are used, and it moves by itself.
   *
   * @param from    the first tick that it missed
   * @param player  whose character it is
   */
  catchUp(resident: Resident, from: number, player?: Player<G>): void {
    for (let missed = from; missed < this.#tick; missed++) {
      if (player) this.#step(player, tick(missed))
      const move = (this.game.moves as Moves | undefined)?.[resident.kind.name]
      if (move) this.#moveOne(resident, move)
      if (this.#byId.get(resident.entity.id) !== resident) return
    }
    this.#settleOne(resident)
  }

  /** For the engine: leaves out ticks, up to this one, which is made next. */
  skipTo(next: number): void {
    this.#tick = tick(Math.max(this.#tick, next))
  }

  /**
   * Takes over a player from another world of the same game, with their character: the same object with the same
   * id. Their micro-threads end. A spectator watches the place from now on.
   *
   * @param place  where the character stands from now on, in metres
   * @throws       `world/not-here` unless player and character are in `from` and not in this world, `world/full`
   */
  welcome(player: Player<G>, from: World<G>, place: Vector2): void {
    const entity = player.entity as AnyEntity | undefined
    const resident = entity && from.#byId.get(entity.id)
    const kind = entity && this.game.kindByName.get(entity.kind)
    const isThere = !entity || (resident?.entity === entity && kind !== undefined && !resident.isGhost)
    if (from === this || from.players.get(player.id) !== player || !isThere)
      throw new ShardlessError(
        'world/not-here',
        `player ${player.id} and a character are not both in the world that they should leave.`,
      )
    if (this.#byId.size >= ENTITIES_MAX)
      throw new ShardlessError('world/full', `the world holds ${ENTITIES_MAX} entities; despawn some first.`)
    if (entity && kind) this.#check(entity, kind, { ...entity.position, ...place })
    from.players.delete(player.id)
    from.tasks.stopAllOf(player)
    this.players.set(player.id, player)
    player.arrive(this.game)
    if (player.watching !== undefined) player.watching = { ...place }
    if (!entity || !resident || !kind) return
    from.despawn(entity)
    Object.assign(entity.position as Vector2, place)
    const here = this.#house(entity, kind, resident)
    this.#watcher?.spawned(here)
  }

  /** The map, which stands still. */
  get map(): WorldMap {
    return this.#map
  }

  /**
   * Puts another map of the same size under the world. Frees every entity inside a solid: moves it to the nearest
   * free place, as a jump.
   *
   * @param bodyOf  returns an entity's shape; undefined for one that stays where it is. When left out, an entity
   *   with a `motion` position is a circle of 0.4 m, and all others stay
   * @returns       how many were freed, and how many could not be, as nothing near them is free
   * @throws        `world/wrong-map`
   */
  replaceMap(
    map: WorldMap,
    bodyOf: (entity: EntitiesOf<G>) => Body | undefined = (entity) =>
      this.game.kindByName.get((entity as AnyEntity).kind)?.position?.style === 'motion'
        ? BODY_RADIUS
        : undefined,
  ): { readonly freed: number; readonly stuck: number } {
    checkSize(this.game, map)
    this.#map = map
    this.#neighbourhood = { ...this.#neighbourhood, map }
    let freed = 0
    let stuck = 0
    for (const resident of this.#byId.values()) {
      const { entity } = resident
      const body = entity.position && !resident.isGhost && bodyOf(entity as EntitiesOf<G>)
      if (!entity.position || body === undefined || body === false) continue
      const { x, y } = entity.position
      if (map.isFree(x, y, body)) continue
      const place = map.nearestFree(x, y, body)
      if (place) {
        this.teleport(entity as { readonly id: EntityId; position: Vector2 }, place)
        this.#settleOne(resident)
        freed++
      } else stuck++
    }
    return { freed, stuck }
  }

  /** Returns the entity of this id, if it is in the world. */
  get(id: EntityId): EntitiesOf<G> | undefined {
    return this.#byId.get(id)?.entity as EntitiesOf<G> | undefined
  }

  /**
   * Iterates over all entities of one kind. Entities spawned meanwhile may or may not be visited.
   *
   * @param among  'own', when left out: where several processes share the world, only what this one has; 'shown': also
   *   what others have near its border, and what has no place
   */
  *entities<K extends KindsOf<G>>(kind: K, among: 'own' | 'shown' = 'own'): Generator<EntityOf<G, K>> {
    for (const resident of this.#residents)
      if (resident?.kind.name === kind) yield resident.entity as EntityOf<G, K>
    if (among === 'own') return
    for (const ghost of this.ghosts) if (ghost.kind.name === kind) yield ghost.entity as EntityOf<G, K>
  }

  /** Lists the entities with a position within `radius` metres of a place, in no order. */
  near(place: Vector2, radius: number): EntitiesOf<G>[] {
    const found: EntitiesOf<G>[] = []
    const { grid } = this
    // An entity that moved since the last tick's end is still listed where it stood: look one cell further.
    const reach = radius + grid.cellSize
    const east = grid.column(place.x + reach)
    const north = grid.row(place.y + reach)
    for (let row = grid.row(place.y - reach); row <= north; row++)
      for (let column = grid.column(place.x - reach); column <= east; column++)
        for (const { entity } of this.#cells[column + row * grid.columns]) {
          const { x, y } = entity.position as Vector2
          const dx = x - place.x
          const dy = y - place.y
          if (dx * dx + dy * dy <= radius * radius) found.push(entity as EntitiesOf<G>)
        }
    return found
  }

  /**
   * Moves an entity at once: viewers see a jump, without interpolation. One that is not in this world stays where
   * it is.
   *
   * @throws `world/off-map`; then it stays where it is
   */
  teleport(entity: { readonly id: EntityId; position: Vector2 }, place: Vector2): void {
    const resident = this.#byId.get(entity.id)
    if (!resident) return
    this.#check(resident.entity, resident.kind, { ...entity.position, ...place })
    if (resident.isGhost) {
      this.#watcher?.wished(resident, { is: 'teleport', place: { ...place } })
      return
    }
    Object.assign(entity.position, place)
    resident.hasJumped = true
    this.#settleOne(resident)
  }

  /** Shows an entity only to players for whom the game's `canSee` holds, or again to all near it. */
  restrict(entity: { readonly id: EntityId }, isRestricted: boolean): void {
    const resident = this.#byId.get(entity.id)
    if (!resident) return
    if (resident.isGhost) {
      this.#watcher?.wished(resident, { is: 'restrict', isRestricted })
      return
    }
    resident.isRestricted = isRestricted
    if (isRestricted) this.#restricted.add(resident)
    else this.#restricted.delete(resident)
  }

  /** Returns whether an entity is shown only to players for whom the game's `canSee` holds. */
  isRestricted(entity: { readonly id: EntityId }): boolean {
    return this.#byId.get(entity.id)?.isRestricted ?? false
  }

  /**
   * Tells an event once, in this tick.
   *
   * @throws `world/unknown-event`, `world/too-many-events`; `wire/out-of-range` for a body that is not the event's
   */
  tell<N extends EventNames<G>>(name: N, body: EventOf<G, N>, audience: Audience): void {
    if (!(name in this.game.events))
      throw new ShardlessError(
        'world/unknown-event',
        `the game has no event '${name}'; describe it in defineGame.`,
      )
    const bytes = encode(this.game.events[name], body)
    if (this.#told.length >= TOLD_MAX)
      throw new ShardlessError(
        'world/too-many-events',
        `${TOLD_MAX} events were told in one tick; is a loop running away?`,
      )
    // Where it was told, even if that was somebody's own position, and they go on.
    const at = 'near' in audience ? { near: { ...audience.near }, radius: audience.radius } : audience
    this.#told.push({ name, body, bytes, audience: at })
  }

  /** Adds a player. The game creates the character: see `Player.entity`. */
  addPlayer(name: string): Player<G> {
    const player = new Player<G>(this.#ids.nextPlayer(), name, this.game)
    this.players.set(player.id, player)
    return player
  }

  /** Removes a player, and their character if it is still there. */
  removePlayer(player: Player<G>): void {
    this.players.delete(player.id)
    this.tasks.stopAllOf(player)
    if (player.entity) this.despawn(player.entity)
  }

  /**
   * Makes one tick of a character without a player: the game's own `step`, with a command such as players give. For
   * entities of the player's kind; see `Minds`.
   */
  command(entity: PlayerOf<G>, command: CommandOf<G>): void {
    if (this.#ghosts && this.#byId.get((entity as AnyEntity).id)?.isGhost) return
    this.code.attempt('step', entity, this.game.step, entity as never, command as never, this.#neighbourhood)
  }

  /**
   * Returns where a player saw an entity when giving the command of this tick, to judge aimed actions by (lag
   * compensation), a command that came late as well. Looks back at most `hindsightMs`; undefined for an entity that
   * was not there then.
   *
   * Source: docs/spec/time.md [P8], [P9].
   */
  seenBy(player: Player<G>, entity: { readonly id: EntityId }): Vector2 | undefined {
    const resident = this.#byId.get(entity.id)
    const position = resident?.entity.position
    if (!resident || !position) return undefined
    const delay = Math.min(player.viewDelay + player.commands.lateness, this.#hindsightTicks)
    if (delay <= 0) return { x: position.x, y: position.y }
    // What is remembered begins with the last tick.
    const hindsight = (resident.isGhost ? this.#ghosts?.hindsight : undefined) ?? this.#hindsight
    return hindsight.at(resident, this.#tick - Math.max(1, delay), strideOf(resident.kind))
  }

  /**
   * Lists the entities that a player saw within `radius` metres of a place when giving the command of this tick.
   */
  nearSeenBy(player: Player<G>, place: Vector2, radius: number): EntitiesOf<G>[] {
    const stride = Math.max(...this.game.kinds.map(strideOf))
    const reach = Math.min(radius + stride * (this.#hindsightTicks + 1), this.map.width + this.map.height)
    return this.near(place, reach).filter((entity) => {
      const seen = this.seenBy(player, entity)
      return seen !== undefined && hypot(seen.x - place.x, seen.y - place.y) <= radius
    })
  }

  /**
   * Makes one tick: players' commands, entities that move by themselves, tasks, `systems`; then every entity is
   * assigned to its cell.
   */
  advance(systems?: (world: World<G>) => void): void {
    for (const player of this.players.values()) this.#step(player)
    if (this.game.moves) this.#move()
    if (this.tasks.tick < this.#tick) this.tasks.run(this.#tick)
    systems?.(this)
    const residents = this.#residents
    this.#hindsight.begin(this.#tick, residents.length)
    for (let index = 0; index < residents.length; index++) {
      const resident = residents[index]
      if (resident) this.#settleOne(resident)
      this.#hindsight.stand(index, resident)
    }
  }

  /** Ends the tick after it was published. */
  endTick(): void {
    for (const resident of this.#removed) this.#freeIndexes.push(resident.index)
    this.#removed.length = 0
    this.#told = []
    this.#tick = tick(this.#tick + 1)
  }

  /** For the engine: the entities shown only to players for whom `canSee` holds. */
  get restricted(): ReadonlySet<Resident> {
    return this.#restricted
  }

  /** For the engine: whether there may be entities shown only to some, ghosts included. */
  get hasRestricted(): boolean {
    return this.#restricted.size > 0 || this.#ghosts?.hasRestricted === true
  }

  /** For the engine: all entities by index; gaps are undefined. */
  get residents(): readonly (Resident | undefined)[] {
    return this.#residents
  }

  /** For the engine: the entities despawned in this tick. Their indexes are not reused before the tick ends. */
  get removed(): readonly Resident[] {
    return this.#removed
  }

  /** For the engine: the events of this tick. */
  get told(): readonly Told[] {
    return this.#told
  }

  #house(entity: AnyEntity, kind: Kind, { group = 0, isRestricted = false }: Placement): Resident {
    const index = this.#freeIndexes.pop() ?? this.#residents.length
    const serial = this.#ids.nextSerial()
    // Spread, its later fields would lie in memory of their own, and each tick looks at all residents.
    const resident: Resident = {
      entity,
      kind,
      group,
      isRestricted,
      cell: -1,
      hasJumped: false,
      index,
      serial,
      isGhost: false,
      isElsewhere: false,
      path: undefined,
    }
    this.#residents[index] = resident
    this.#byId.set(entity.id, resident)
    if (isRestricted) this.#restricted.add(resident)
    this.#settleOne(resident)
    return resident
  }

  /** Takes an entity out of the cells and lists of those that are real here. */
  #unhouse(resident: Resident): void {
    this.#byId.delete(resident.entity.id)
    this.#restricted.delete(resident)
    if (resident.cell >= 0) this.#leaveCell(resident)
    this.#residents[resident.index] = undefined
  }

  #step(player: Player<G>, now = this.#tick): void {
    const command = player.commands.next(now)
    if (player.commands.takeSurprise()) player.isSurprised = true
    const resident = player.entity && this.#byId.get((player.entity as AnyEntity).id)
    if (resident === undefined || resident.isGhost) return
    this.#putBackIfLost(resident)
    try {
      this.#stepOne(player, resident, command)
    } catch (error) {
      this.code.failed('step', resident.kind.name, error, resident.entity.id)
      this.#recover(player, resident)
    }
    this.#stepping.player = undefined
  }

  #stepOne(player: Player<G>, { entity, kind }: Resident, command: CommandOf<G> | undefined): void {
    if (!player.left?.fits(entity)) player.isSurprised = true
    if (command !== undefined) {
      this.#stepping.player = player as never
      this.#stepping.spawned = 0
      const given: unknown = this.game.step(entity as PlayerOf<G>, command, this.#neighbourhood)
      if (isLater(given)) this.code.watch('step', kind.name, given, entity.id)
    }
    // Of nearly everybody who stands nothing has changed: what was left was rounded already.
    if (player.left?.fits(entity)) return
    settleFields(kind, entity)
    player.left ??= new EntityState(kind)
    player.left.take(entity)
  }

  /** Recovers from an error in a step: the character keeps its valid fields, and its player is told. */
  #recover(player: Player<G>, { kind, entity }: Resident): void {
    mendFields(kind, entity, player.left)
    player.left = new EntityState(kind).take(entity)
    player.isSurprised = true
  }

  #move(): void {
    const moves = (this.game.moves ?? {}) as Moves
    for (const resident of this.#residents) {
      const move = resident && moves[resident.kind.name]
      if (move) this.#moveOne(resident, move)
    }
  }

  #moveOne(resident: Resident, move: Moves[string]): void {
    this.#putBackIfLost(resident)
    const { entity, kind } = resident
    try {
      const stays = move(entity, this.#neighbourhood)
      settleFields(kind, entity)
      if (isLater(stays)) this.code.watch('moves', kind.name, stays, entity.id)
      if (stays === false) this.despawn(entity)
    } catch (error) {
      this.code.failed('moves', kind.name, error, entity.id)
      mendFields(kind, entity)
    }
  }

  #spawnFromStep(kind: KindsOf<G>, start: EntityStart<PartsOfKind<G, KindsOf<G>>>): AnyEntity {
    const entity = this.spawn(kind, start) as AnyEntity
    const { player, spawned } = this.#stepping
    player?.hasSpawned({ tick: this.#tick, ordinal: spawned, id: entity.id })
    this.#stepping.spawned++
    return entity
  }

  #settleOne(resident: Resident): void {
    if (resident.kind.position === undefined) return
    let { position } = resident.entity
    if (!this.#isOnMap(position)) {
      this.#putBackIfLost(resident)
      position = resident.entity.position
    }
    const { x, y } = position as Vector2
    const cell = this.grid.cellAt(x, y)
    if (cell === resident.cell) return
    if (resident.cell >= 0) this.#leaveCell(resident)
    resident.cell = cell
    this.#cells[cell].push(resident)
  }

  /** Moves an entity with an invalid position back to where it stood at the end of the last tick, or near there. */
  #putBackIfLost(resident: Resident): void {
    const { entity, kind } = resident
    if (!kind.position || this.#isOnMap(entity.position)) return
    const error = offMap(entity, entity.position, this.map)
    // Where nobody is told of it, it stays as it is.
    this.code.failed('position', kind.name, error, entity.id)
    const { x, y } = this.#hindsight.at(resident, this.#tick - 1, 0) ?? this.grid.middleOf(resident.cell)
    const z = (entity.position as Partial<Vector3> | undefined)?.z ?? 0
    entity.position = kind.position.axes === 3 ? ({ x, y, z } as Vector2) : { x, y }
  }

  #isOnMap(position: Vector2 | undefined): boolean {
    const { width, height } = this.map
    if (typeof position !== 'object' || position === null) return false
    const { x, y } = position
    // What is no number may pass comparisons, or throw in them.
    if (typeof x !== 'number' || typeof y !== 'number') return false
    return x >= 0 && x < width && y >= 0 && y < height
  }

  /** @throws `world/off-map` for a place outside the map */
  #check(entity: AnyEntity, kind: Kind, position: Vector2 | undefined): void {
    if (kind.position && !this.#isOnMap(position)) throw offMap(entity, position, this.map)
  }

  #leaveCell(resident: Resident): void {
    const list = this.#cells[resident.cell]
    const at = list.indexOf(resident)
    list[at] = list[list.length - 1]
    list.pop()
  }
}

function offMap({ kind, id }: AnyEntity, position: Vector2 | undefined, map: WorldMap): ShardlessError {
  return new ShardlessError(
    'world/off-map',
    `${kind} ${id} stands at (${String(position?.x)}, ${String(position?.y)}); the map is ${map.width} x ${map.height} m, from 0 and short of its far edge.`,
  )
}

function checkSize(game: AnyGame, map: WorldMap): void {
  if (map.width === game.map.width && map.height === game.map.height) return
  throw new ShardlessError(
    'world/wrong-map',
    `the map is ${map.width} x ${map.height} m and the game says ${game.map.width} x ${game.map.height} m.`,
  )
}

/** Returns the farthest that an entity of this kind can move in a tick, in metres; a longer way was a jump. */
function strideOf({ position }: Kind): number {
  return position ? position.speedUnitsMax * position.unit : 0
}
