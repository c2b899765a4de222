/**
 * Holds all worlds of one server: a home for each map, and instances made for a group.
 *
 *     advance()   each world whose tick is due advances -> whoever stands in a portal is carried across
 *                 then each due world is published and told of -> endTick()
 *
 * A character is in one world at every moment, and crosses between two ticks: it leaves one and is in the other
 * before either is published. Rules: docs/spec/movement.md.
 */

import type { Vector2 } from '../../core/index.ts'
import { Random, ShardlessError } from '../../core/index.ts'
import { holds, type MapObject, type WorldMap } from '../../geometry/index.ts'
import { BODY_RADIUS } from '../body-radius.ts'
import { type AnyGame, defineGame, type PlayerOf } from '../game.ts'
import { GameCode, isLater } from '../game-code.ts'
import { Ids } from '../ids.ts'
import type { Player } from '../player.ts'
import type { AnyEntity } from '../resident.ts'
import { standpoint } from '../standpoint.ts'
import { World } from '../world.ts'
import { Instance } from './instance.ts'

/**
 * The argument of game callbacks about a world: one object per world, the same at every call, so that no tick
 * allocates one.
 */
export interface WorldContext<G extends AnyGame = AnyGame> {
  readonly world: World<G>
  readonly instance: Instance<G>
  readonly realm: Realm<G>
}

/** The argument of game callbacks about a player: `world` is where they are. */
export interface PlayerContext<G extends AnyGame = AnyGame> {
  readonly world: World<G>
  readonly player: Player<G>
  readonly realm: Realm<G>
}

/** The argument of the game callback for a player who has stepped into a portal. */
export interface PortalContext<G extends AnyGame = AnyGame> {
  readonly portal: MapObject
  readonly player: Player<G>
  readonly from: Instance<G>
  readonly realm: Realm<G>
}

/** The move of a character from one world to another, for the game and for the keeper of sessions. */
export interface Crossing<G extends AnyGame = AnyGame> {
  readonly player: Player<G>
  readonly from: Instance<G>
  readonly to: Instance<G>
  /** The place where it arrived. */
  readonly place: Vector2
  /** The place where the player stood or looked in the world that they left; undefined if there was none. */
  readonly leftAt: Vector2 | undefined
  readonly realm: Realm<G>
}

/** The rules of a world: the same for the home of a map and for an instance. */
export interface WorldRules<G extends AnyGame = AnyGame> {
  /** Called once for each world, before its first tick: spawns the entities that exist from the start. */
  readonly begin?: (context: WorldContext<G>) => void
  /** Called in each tick of each world, after the players' commands. A returned promise is not awaited. */
  readonly update?: (context: WorldContext<G>) => void
}

/** Sets where players go when their instance is closed. */
export interface CloseOptions<G extends AnyGame> {
  readonly to?: Instance<G>
  /** The place: a name on the map, or metres. */
  readonly place?: string | Vector2
}

export interface InstanceOptions<G extends AnyGame> extends WorldRules<G> {
  /** The group: a number chosen by the game, 0 when left out. */
  readonly group?: number
  /** The name, for the game's own use: a match's number, a dungeon's depth. */
  readonly name?: string
  /** The tick rate of its own clock: a divisor of the realm's ticks per second; the realm's when left out. */
  readonly ticksPerSecond?: number
  /** The seed of its own dice; taken from the realm's when left out. */
  readonly seed?: number
  /** The grace period: how many seconds it stays open without a player, also at the start; 30 when left out. */
  readonly graceSeconds?: number
}

/**
 * The options of a realm. `begin` and `update` apply to homes, and to instances that are opened without their own.
 */
export interface RealmOptions<G extends AnyGame> extends WorldRules<G> {
  /** The maps by name. Each has a world of its own, its home, for as long as the server runs. */
  readonly maps: Readonly<Record<string, WorldMap>>
  readonly random: Random
  /** The lag compensation limit of its worlds: see `WorldOptions.hindsightMs`. */
  readonly hindsightMs?: number
  /** The most instances open at once, homes not counted; 1000 when left out. */
  readonly instancesMax?: number
  /**
   * Returns the world to which a portal leads a player; undefined keeps them where they are. When left out, a
   * portal leads to the home of its map.
   */
  readonly leadsTo?: (context: PortalContext<G>) => Instance<G> | undefined | Promise<Instance<G> | undefined>
  /** Contains the errors of game code; they are thrown when left out. */
  readonly code?: GameCode
  /** The number of the first tick; 1 when left out. Regions that share a world have the same tick at the same time. */
  readonly firstTick?: number
  /** The ids that may be given, of several regions that share a world; all when left out. */
  readonly ids?: { readonly first: number; readonly count: number } | undefined
  /** Called after a world was created, before `begin`. */
  readonly opened?: (context: WorldContext<G>) => void
  /** Called after a player has moved to another world. */
  readonly crossed?: (crossing: Crossing<G>) => void
}

export class Realm<G extends AnyGame = AnyGame> {
  readonly ids = new Ids()
  readonly game: G
  /** For the engine: contains the errors of game code. */
  readonly code: GameCode
  readonly #options: RealmOptions<G>
  readonly #instances = new Map<number, Instance<G>>()
  readonly #homes = new Map<string, Instance<G>>()
  /** The instance of each player, and the portal they already stand in and have to leave first. */
  readonly #players = new Map<Player<G>, { in: Instance<G>; standsIn: MapObject | undefined }>()
  #crossings: Crossing<G>[] = []
  #closed: Instance<G>[] = []
  #nextId = 1
  #tick = 0

  /** @throws `world/lost-portal` for one that leads to a map or place that is not there; what `World` throws */
  constructor(game: G, options: RealmOptions<G>) {
    this.game = game
    this.code = options.code ?? new GameCode()
    this.#options = options
    this.#tick = (options.firstTick ?? 1) - 1
    if (options.ids) this.ids.lend(options.ids.first, options.ids.count)
    const contexts: WorldContext<G>[] = []
    for (const [name, map] of Object.entries(options.maps)) {
      checkPortals(name, options.maps)
      const context = this.#make({ map: name, worldMap: map, isHome: true })
      this.#homes.set(name, context.instance)
      contexts.push(context)
    }
    for (const context of contexts) this.#begin(context)
  }

  /** Returns the world of a map that everyone shares. @throws `world/unknown-map` */
  home(map: string): Instance<G> {
    const home = this.#homes.get(map)
    if (!home)
      throw new ShardlessError(
        'world/unknown-map',
        `there is no map '${map}'; there are ${[...this.#homes.keys()].join(', ')}.`,
      )
    return home
  }

  /**
   * Opens a separate world for a group: a match, a dungeon. It is closed when it has been empty for its grace
   * period.
   *
   * Resolves to undefined when `instancesMax` are open already. Rejects with `world/unknown-map`,
   * `world/bad-instance`.
   */
  open(map: string, options: InstanceOptions<G> = {}): Promise<Instance<G> | undefined> {
    return this.#promised('open', () => {
      const { instancesMax = 1000 } = this.#options
      const worldMap = this.home(map).world.map
      if (this.#instances.size - this.#homes.size >= instancesMax) return undefined
      const context = this.#make({ ...options, map, worldMap, isHome: false })
      this.#begin(context, options.begin)
      return context.instance
    })
  }

  /** The number of ticks that the realm has made. */
  get tick(): number {
    return this.#tick
  }

  /**
   * Puts another map of the same size under every world of this name: see `World.replaceMap`.
   *
   * @returns how many entities were set free, and how many could not be
   * @throws  `world/unknown-map`, `world/wrong-map`; `world/lost-portal` for one of any map that would lead
   *   nowhere. Then nothing has changed
   */
  replaceMap(name: string, map: WorldMap): { readonly freed: number; readonly stuck: number } {
    this.home(name)
    const maps: Record<string, WorldMap> = {}
    for (const [each, { world }] of this.#homes) maps[each] = each === name ? map : world.map
    for (const each of this.#homes.keys()) checkPortals(each, maps)
    const sum = { freed: 0, stuck: 0 }
    for (const { map: of, world } of this.#instances.values()) {
      if (of !== name) continue
      const { freed, stuck } = world.replaceMap(map)
      sum.freed += freed
      sum.stuck += stuck
    }
    // Whoever stands in a portal stands in the one that is there now, and is not carried off by it.
    for (const [{ entity }, at] of this.#players) {
      const { position } = (entity as AnyEntity | undefined) ?? {}
      if (at.in.map === name && at.standsIn && position) at.standsIn = portalAt(map, position)
    }
    return sum
  }

  /** Returns the world of this id, if it is open. */
  get(id: number): Instance<G> | undefined {
    return this.#instances.get(id)
  }

  /** All homes and instances, the oldest first. */
  get instances(): Iterable<Instance<G>> {
    return this.#instances.values()
  }

  /** The players' moves from one world to another in this tick. */
  get crossings(): readonly Crossing<G>[] {
    return this.#crossings
  }

  /** The instances closed in this tick, so that their publisher can forget them. */
  get closed(): readonly Instance<G>[] {
    return this.#closed
  }

  /** Returns the instance that a player is in; undefined for a player who is not in this realm. */
  whereIs(player: Player<G>): Instance<G> | undefined {
    return this.#players.get(player)?.in
  }

  /** Adds a player to the given world. The game creates the character. */
  addPlayer(name: string, to: Instance<G>): Player<G> {
    const player = to.world.addPlayer(name)
    this.#players.set(player, { in: to, standsIn: undefined })
    return player
  }

  /** For the engine: takes a player out who goes on in another process; the character stays where it is. */
  suspend(player: Player<G>): void {
    const { world } = this.#players.get(player)?.in ?? {}
    this.#players.delete(player)
    world?.suspend(player)
  }

  /** For the engine: takes a player in who comes from another process, or was suspended. */
  resume(player: Player<G>, to: Instance<G>): void {
    to.world.resume(player)
    const { position } = (player.entity as AnyEntity | undefined) ?? {}
    this.#players.set(player, { in: to, standsIn: position && portalAt(to.world.map, position) })
  }

  /** For the engine: leaves out ticks, up to this one, which is made next. */
  skipTo(tick: number): void {
    if (tick <= this.#tick + 1) return
    this.#tick = tick - 1
    for (const { world } of this.#homes.values()) world.skipTo(tick)
  }

  /** Removes a player for good, and the character with them. */
  removePlayer(player: Player<G>): void {
    const { world } = this.#players.get(player)?.in ?? {}
    this.#players.delete(player)
    world?.removePlayer(player)
  }

  /**
   * Moves a player and their character to another world: the same object with the same id, in exactly one world.
   * Within one process the move is done before the promise is returned.
   *
   * Rejects with `world/not-here` for a player who is not in this realm, or whose character is not there; `world/full`.
   *
   * @param place  a place's name on the other map, or metres; the nearest free ground to it is taken
   */
  carry(player: Player<G>, to: Instance<G>, place: string | Vector2): Promise<void> {
    return this.#promised('carry', () => this.#carry(player, to, place))
  }

  /** Makes one tick of the realm. */
  advance(): void {
    this.#tick++
    for (const instance of this.#instances.values()) instance.advance(this.#tick)
    // A portal's rules may bring players or send them away meanwhile, which a Map's own loop allows for.
    if (this.#hasPortals()) for (const [player, at] of this.#players) if (at.in.isDue) this.#cross(player, at)
    for (const instance of this.#instances.values()) if (instance.isOver(this.#tick)) this.#close(instance)
  }

  /** Returns whether a map of this tick has a portal: in most games nobody need be looked at for that. */
  #hasPortals(): boolean {
    for (const { isDue, world } of this.#instances.values())
      if (isDue && world.map.portals.length > 0) return true
    return false
  }

  /** Ends the tick, after all due worlds have been published. */
  endTick(): void {
    for (const instance of this.#instances.values()) if (instance.isDue) instance.world.endTick()
    this.#crossings = []
    this.#closed = []
  }

  /**
   * Closes an instance: players still in it are moved out. A home stays open. Events told in the instance in this
   * tick still reach them.
   *
   * @param where  the world they go to, when left out the home where players come in; and the place there, when
   *   left out the starting place
   */
  close(instance: Instance<G>, where: CloseOptions<G> = {}): Promise<void> {
    return this.#promised('close', () => this.#close(instance, where))
  }

  /** Does something at once, and promises its outcome. Game code that does not wait for that ends no process by it. */
  #promised<Result>(name: string, act: () => Result): Promise<Result> {
    const outcome = new Promise<Result>((resolve) => resolve(act()))
    if (this.code.isTold) this.code.watch(name, 'realm', outcome)
    return outcome
  }

  #carry(player: Player<G>, to: Instance<G>, place?: string | Vector2): void {
    const at = this.#players.get(player)
    if (!at || this.#instances.get(to.id) !== to)
      throw new ShardlessError(
        'world/not-here',
        `player ${player.id} and the world ${to.id} are not both in this realm.`,
      )
    const { map } = to.world
    const wanted = (typeof place === 'string' ? map.place(place) : place) ?? map.spawns[0] ?? middleOf(map)
    const free = map.nearestFree(wanted.x, wanted.y, BODY_RADIUS) ?? wanted
    const from = at.in
    const stood = standpoint(player as never, from.world as never)
    const leftAt = stood && { ...stood }
    if (from === to && player.entity) to.world.teleport(player.entity as never, free)
    else if (from !== to) {
      to.world.welcome(player as never, from.world as never, free)
      at.in = to
    }
    at.standsIn = portalAt(map, free)
    const crossing: Crossing<G> = { player, from, to, place: free, leftAt, realm: this }
    this.#crossings.push(crossing)
    this.code.call('crossed', to.map, this.#options.crossed, crossing)
  }

  #close(instance: Instance<G>, { to, place }: CloseOptions<G> = {}): void {
    if (instance.isHome || this.#instances.get(instance.id) !== instance) return
    const [first] = this.#homes.values()
    const isOpen = to !== undefined && to !== instance && this.#instances.get(to.id) === to
    const goal = isOpen ? to : first
    for (const [player, at] of [...this.#players]) {
      if (at.in !== instance) continue
      // Whoever has lost their character there looks on from where they come to.
      if (!instance.world.get((player.entity as AnyEntity | undefined)?.id ?? 0)) player.entity = undefined
      this.#carry(player, goal, place)
    }
    this.#instances.delete(instance.id)
    this.#closed.push(instance)
  }

  #cross(player: Player<G>, at: { in: Instance<G>; standsIn: MapObject | undefined }): void {
    const entity = player.entity as PlayerOf<G> & AnyEntity
    if (!entity?.position || at.in.world.get(entity.id) === undefined) return
    const portal = portalAt(at.in.world.map, entity.position)
    if (portal === at.standsIn) return
    at.standsIn = portal
    if (!portal) return
    const { leadsTo } = this.#options
    const place = String(portal.properties.place)
    if (!leadsTo) {
      this.#carry(player, this.home(String(portal.properties.map)), place)
      return
    }
    const from = at.in
    const to = this.code.call('leadsTo', from.map, leadsTo, { portal, player, from, realm: this })
    if (!isLater(to)) {
      if (to) this.#lead(player, to, place)
      return
    }
    // Who has left the portal meanwhile, or the world, stays.
    const follow = (late: Instance<G> | undefined): void => {
      const now = this.#players.get(player)
      if (late && now?.in === from && now.standsIn === portal) this.#lead(player, late, place)
    }
    to.then(follow, () => {})
  }

  /** Moves a player to where the game says, if there is such a world. */
  #lead(player: Player<G>, to: Instance<G>, place: string): void {
    try {
      this.#carry(player, to, place)
    } catch (error) {
      this.code.failed('leadsTo', to.map, error)
    }
  }

  /**
   * Begins a world: reports it to whoever serves it, and lets the game spawn the entities that exist from the
   * start.
   */
  #begin(context: WorldContext<G>, begin = this.#options.begin): void {
    this.#options.opened?.(context)
    this.code.call('begin', context.instance.map, begin, context)
  }

  #make(options: InstanceOptions<G> & { map: string; worldMap: WorldMap; isHome: boolean }): WorldContext<G> {
    const { map, worldMap, seed, ticksPerSecond = this.game.ticksPerSecond } = options
    const { update = this.#options.update } = options
    const world = new World<G>(gameOn(this.game, { ...worldMap, ticksPerSecond }), {
      map: worldMap,
      random: seed === undefined ? this.#options.random.fork() : new Random(seed),
      ids: this.ids,
      hindsightMs: this.#options.hindsightMs,
      code: this.code,
      firstTick: options.isHome ? this.#tick + 1 : 1,
    })
    const systems = update && (() => void this.code.call('update', map, update, context))
    const instance = new Instance<G>(
      options.isHome || !this.#options.ids ? this.#nextId++ : this.ids.nextEntity(),
      world,
      {
        ...options,
        map,
        ticksOfRealm: this.game.ticksPerSecond,
        systems,
      },
    )
    const context: WorldContext<G> = { world, instance, realm: this }
    this.#instances.set(instance.id, instance)
    return context
  }
}

/**
 * Returns the game for a map of another size or with another tick rate: client and server both derive it when a
 * player arrives there.
 *
 * @throws `world/bad-game` where the map is no whole number of the game's cells
 */
export function gameOn<G extends AnyGame>(
  game: G,
  to: { readonly width: number; readonly height: number; readonly ticksPerSecond?: number },
): G {
  const { width, height, ticksPerSecond = game.ticksPerSecond } = to
  if (width === game.map.width && height === game.map.height && ticksPerSecond === game.ticksPerSecond)
    return game
  return defineGame({ ...game, ticksPerSecond, map: { ...game.map, width, height } }) as unknown as G
}

function portalAt(map: WorldMap, { x, y }: Vector2): MapObject | undefined {
  for (const portal of map.portals) if (holds(portal, x, y)) return portal
  return undefined
}

function middleOf({ width, height }: WorldMap): Vector2 {
  return { x: width / 2, y: height / 2 }
}

function checkPortals(name: string, maps: RealmOptions<AnyGame>['maps']): void {
  for (const { id, properties } of maps[name].portals) {
    const { map, place } = properties
    const target = Object.hasOwn(maps, String(map)) ? maps[String(map)] : undefined
    if (target?.place(String(place))) continue
    const what = target ? `the map '${map}' has no object named '${place}'` : `there is no map '${map}'`
    throw new ShardlessError(
      'world/lost-portal',
      `on the map '${name}', portal ${id} leads nowhere: ${what}.`,
    )
  }
}
