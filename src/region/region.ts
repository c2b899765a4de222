import { type Instant, instant, type Measured, type Random, type Readings } from '../core/index.ts'
import type { WorldMap } from '../geometry/index.ts'
import type { Author, Source } from '../replication/index.ts'
import type { EntityFence } from '../store/index.ts'
import {
  type AnyEntity,
  GameCode,
  type GameMistake,
  type Instance,
  type Player,
  type Realm,
  type World,
} from '../world/index.ts'
import { AttachedGateway } from './attached-gateway.ts'
import type { AnyDefinition } from './definition.ts'
import { Interest } from './interest.ts'
import type { Commands, Down, EndingCode, RegionListener, Up } from './message/index.ts'
import { regionMetrics } from './metrics.ts'
import { Persistence, type PersistenceOptions } from './persistence.ts'
import { Players, type Saver } from './players.ts'
import { Requests } from './requests.ts'
import type { ServedPlayer } from './served-player.ts'
import type { ServedWorld } from './served-world.ts'
import { TickTiming } from './tick-timing.ts'
import { Worlds } from './worlds.ts'

/** The most ticks caught up after a stall; the rest of a longer one is skipped. */
const CATCH_UP_TICKS = 5
/**
 * The same at a time where several regions share the world, which catch up all: between, what others say is heard and
 * leases are renewed. A region whose ticks take nearly all of their time would else fall silent.
 */
const CATCH_UP_SHARED_TICKS = 2

export interface RegionOptions {
  readonly random: Random
  /** Fine time in ms, to measure work with; not used for anything the world does. */
  readonly stopwatch?: () => number
  /**
   * Told what the game's own code threw, or left where it cannot be told; the world goes on without it. Of one
   * place not more than one in ten seconds is told, and how many there were: see `GameCode`. Left out, it is
   * thrown: in tests a mistake should be seen.
   */
  readonly report?: (error: unknown, mistake: GameMistake) => void
  /** The means by which handlers persist things. */
  readonly persistence?: PersistenceOptions
  /** Saves the characters of accounts. */
  readonly saver?: Saver
  /** The interval between own states sent without cause, in seconds; 10 when left out, Infinity for none. */
  readonly ownWordSeconds?: number
  /**
   * Of several regions that share a world: which tick is made when, the same for all. Ticks of a stall are then caught
   * up, or left out of the count.
   */
  readonly shared?: SharedClock
}

/** What regions that share a world have in common. */
export interface SharedClock {
  /** The tick that is made at this time. */
  readonly tick: number
  readonly at: Instant
  /** The ids that it may give; `realm.ids.lend` adds to them. */
  readonly ids: { readonly first: number; readonly count: number }
}

/** Whoever cuts a world between regions. */
export interface Share {
  /** Called before each tick, with its number. */
  begin(tick: number, now: Instant): void
  /** Called after each tick, when it was told. */
  end(tick: number, now: Instant): void
  /** Called for each gateway, or neighbour, that follows this region from now on. */
  attached(gateway: AttachedGateway): void
  /** Whether what comes into being here can stay: else whoever wants to enter is sent back, to enter elsewhere. */
  readonly hasRoom: boolean
  /**
   * Returns in whose hands an entity is; 'elsewhere' for one that is another region's or may be soon, undefined for one
   * that no other region ever gets.
   */
  handOf(entity: number): EntityFence | 'elsewhere' | undefined
  /** Another region asks for something to become of an entity that is real here. */
  affect(message: Up & { is: 'affect' }): void
}

/** How long players whose gateway is gone stay, in ms. */
const STRANDED_MS = 30_000
/** How long what comes for a player who went to another region is sent back, in ms. */
const RETURN_MS = 5000
/** The most messages that wait while their player may be on the way to another region. */
const LEAVING_MAX = 1024
/** What a request is answered whose player is not here. */
const NOBODY = { sorry: 'The server cannot answer just now; ask again.' } as const
/** The longest stall that regions which share a world catch up, in ms: others take over what is silent for longer. */
const STALL_MS = 1500

/**
 * Runs the worlds and their players; it knows gateways only by their messages, and neither connections nor bytes.
 *
 *     gateway --Up--> receive: enter, commands, ask ... leave
 *     advance(now): each world: commands -> step -> publish; crossings
 *       -> each gateway: maps, ticks, ticked --Down--> gateway
 */
export class Region implements Measured {
  readonly timing = new TickTiming()
  readonly players: Players
  /** Commands that came after their tick was made. */
  commandsLate = 0
  readonly #definition: AnyDefinition
  readonly #worlds: Worlds
  readonly #interest: Interest
  readonly #requests: Requests
  readonly #gateways = new Set<AttachedGateway>()
  readonly #stopwatch: () => number
  /** Where the game's mistakes are contained. */
  readonly code: GameCode
  readonly #tickMs: number
  #nextTickAt: Instant
  #now: Instant
  #isTicking = false
  /**
   * Messages from gateways that came while a tick was being sent: handled after it, so that the next tick shows them.
   */
  readonly #waiting: { readonly gateway: AttachedGateway; readonly message: Up; readonly now: Instant }[] = []
  /** Whose maps have changed of which the game has not been told. */
  readonly #changed: Instance[] = []
  /** Cuts the world between this region and others; undefined for one alone. */
  share: Share | undefined
  readonly #isShared: boolean
  /** Gateways that are not there, whose players are. */
  readonly #absent = new Map<string, { readonly gateway: AttachedGateway; readonly until: number }>()

  constructor(definition: AnyDefinition, options: RegionOptions, now: Instant) {
    const { random, stopwatch = () => 0, report, saver, persistence, ownWordSeconds } = options
    this.#definition = definition
    this.#stopwatch = stopwatch
    this.#now = now
    this.code = new GameCode({
      report: report && ((mistake) => report(mistake.error, mistake)),
      now: () => this.#now,
    })
    const { shared } = options
    this.#isShared = shared !== undefined
    const { tick: firstTick = 1, ids } = shared ?? {}
    const worlds = new Worlds(definition, { random, code: this.code, firstTick, ids })
    this.#worlds = worlds
    worlds.opened = (world) => {
      for (const gateway of this.#gateways) tellOpened(gateway, world)
    }
    this.#interest = new Interest(definition, worlds.realm)
    this.#tickMs = 1000 / definition.game.ticksPerSecond
    this.#nextTickAt = shared?.at ?? instant(now + this.#tickMs)
    const items = persistence?.store.items
    this.players = new Players({ definition, worlds, saver, ownWordSeconds, items })
    const { kept: characters, possessions } = this.players
    const handOf = ({ entity }: Player) => entity && this.share?.handOf((entity as AnyEntity).id)
    this.#requests = new Requests({
      ...{ definition, worlds, possessions },
      persistence: new Persistence({ characters, possessions, handOf }, persistence),
    })
  }

  /** All worlds: the home of each map, and the instances that are open. */
  get realm(): Realm {
    return this.#worlds.realm
  }

  /** The world where players enter. */
  get home(): ServedWorld<ServedPlayer> {
    return this.#worlds.home
  }

  get worlds(): Iterable<ServedWorld<ServedPlayer>> {
    return this.#worlds.served
  }

  measure(readings: Readings): void {
    const { timing } = this
    let worlds = 0
    for (const { world } of this.worlds) {
      const { awake, sleeping } = world.tasks.stats
      worlds++
      readings.add(regionMetrics.entities, world.entityCount)
      readings.add(regionMetrics.tasks, awake, 'awake')
      readings.add(regionMetrics.tasks, sleeping, 'sleeping')
    }
    readings.add(regionMetrics.worlds, worlds)
    readings.add(regionMetrics.ticks, this.home.world.tick)
    readings.add(regionMetrics.ticksSkipped, timing.skipped)
    readings.add(regionMetrics.tickSeconds, timing.workMs / 1000)
    readings.add(regionMetrics.tickWorstSeconds, timing.worstMs / 1000)
    readings.add(regionMetrics.tickLateSeconds, timing.lateMs / 1000)
    readings.add(regionMetrics.commandsLate, this.commandsLate)
    for (const { ownStates } of this.#gateways) readings.add(regionMetrics.ownStates, ownStates)
    readings.addEach(regionMetrics.mistakes, this.code.mistakes)
    this.players.measure(readings)
  }

  /** When the next tick is due. */
  get wakeAt(): Instant {
    return this.#nextTickAt
  }

  /** Returns the author of the world of this id; undefined when there is none. */
  authorOf(instance: number): Author | undefined {
    return this.worldOf(instance)?.author
  }

  /** Returns a map piece, or a map's index, by hash. */
  find(hash: string): Uint8Array | undefined {
    return this.#worlds.shelf.find(hash)
  }

  /** Returns a map's index, and all the pieces it names, by the index's hash. */
  piecesOf(hash: string): readonly Uint8Array[] {
    return this.#worlds.shelf.piecesOf(hash)
  }

  /** Returns the world of this id; undefined when there is none. */
  worldOf(instance: number): ServedWorld<ServedPlayer> | undefined {
    const known = this.realm.get(instance)
    return known && this.#worlds.of(known)
  }

  /** Returns the source from which views of this world may be written, in the same process. */
  source(instance: number): Source | undefined {
    return this.authorOf(instance)
  }

  /** Attaches a gateway, and tells it of every world. @param name  its name where there are several regions */
  attach(listener: RegionListener, name = ''): AttachedGateway {
    const gateway = new AttachedGateway(listener, name)
    this.#gateways.add(gateway)
    for (const world of this.#worlds.served) tellOpened(gateway, world)
    this.share?.attached(gateway)
    const absent = this.#absent.get(name)
    if (absent && name !== '') {
      this.#absent.delete(name)
      this.players.passOn(absent.gateway, gateway)
    }
    return gateway
  }

  /** Returns the gateway of this name; one that tells nobody where it is not there. */
  gatewayNamed(name: string): AttachedGateway {
    for (const gateway of this.#gateways) if (gateway.name === name) return gateway
    const known = this.#absent.get(name)
    if (known) return known.gateway
    const gateway = new AttachedGateway(undefined, name)
    this.#absent.set(name, { gateway, until: this.#now + STRANDED_MS })
    return gateway
  }

  /** All gateways and neighbours that are there. */
  get gateways(): Iterable<AttachedGateway> {
    return this.#gateways
  }

  /** Tells all gateways and neighbours. */
  tell(message: Down): void {
    for (const gateway of this.#gateways) gateway.tell(message)
  }

  /** Detaches a gateway that is gone; its players leave, or wait for it where there are several regions. */
  detach(gateway: AttachedGateway): void {
    if (!this.#gateways.delete(gateway)) return
    this.players.withdrawClaims(gateway)
    if (this.#isShared && gateway.name !== '') {
      if (gateway.players.size > 0) this.players.passOn(gateway, this.gatewayNamed(gateway.name))
      return
    }
    for (const session of [...gateway.players.keys()])
      this.players.leave(gateway, { is: 'leave', session, how: 'left' })
  }

  /** Handles a message from a gateway. Messages about players who are gone are dropped. */
  receive(gateway: AttachedGateway, message: Up, now: Instant): void {
    this.#now = now
    // Whoever only looks in is the feed's concern.
    if (message.is === 'watch') return
    if (message.is === 'affect') {
      this.share?.affect(message)
      return
    }
    if (this.#isShared && message.is !== 'reclaim' && this.#isElsewhere(gateway, message, now)) return
    if (this.#isTicking && message.is !== 'settled') this.#waiting.push({ gateway, message, now })
    else if (message.is === 'enter') this.#enter(gateway, message)
    else if (message.is === 'reclaim') this.players.reclaim(gateway, message)
    else if (message.is === 'speak') this.players.speak(gateway, message.session)
    else if (message.is === 'leave') this.players.leave(gateway, message)
    else {
      const served = gateway.players.get(message.session)
      if (served) this.#hear(served, message, now)
      else if (message.is === 'ask') gateway.tell({ is: 'reply', ask: message.ask, answer: NOBODY })
    }
  }

  #enter(gateway: AttachedGateway, message: Up & { is: 'enter' }): void {
    if (this.share?.hasRoom ?? true) this.players.enter(gateway, message)
    else gateway.tell({ is: 'returned', message })
  }

  /** Keeps or sends back what concerns a player who is not here, or may not be for long. @returns whether it is that */
  #isElsewhere(gateway: AttachedGateway, message: Exclude<Up, { is: 'affect' }>, now: Instant): boolean {
    const { session } = message
    const leaving = gateway.leaving.get(session)
    if (leaving) {
      if (leaving.length < LEAVING_MAX) leaving.push({ ...message })
      return true
    }
    const until = gateway.left.get(session)
    if (until === undefined || gateway.players.has(session)) return false
    gateway.left.delete(session)
    if (now > until) return false
    gateway.left.set(session, until)
    gateway.tell({ is: 'returned', message })
    return true
  }

  /** For `Share`: a player may be another region's soon: nothing is done with what comes for them. */
  freeze(player: Player): ServedPlayer | undefined {
    return this.players.freeze(player)
  }

  /** For `Share`: the player stays after all, and what came is done. */
  thaw(served: ServedPlayer, instance: Instance): void {
    const { session } = served.news
    const gateway = this.#gatewayOf(served)
    const waiting = gateway.leaving.get(session) ?? []
    gateway.leaving.delete(session)
    this.players.thaw(served, instance, gateway)
    for (const message of waiting) this.receive(gateway, message, this.#now)
  }

  /** For `Share`: another region has the player: what came, and comes, is sent back to be sent there. */
  letGo(served: ServedPlayer): void {
    const { session } = served.news
    const gateway = this.#gatewayOf(served)
    const waiting = gateway.leaving.get(session) ?? []
    gateway.leaving.delete(session)
    gateway.left.set(session, this.#now + RETURN_MS)
    this.players.letGo(served)
    gateway.tell({ is: 'released', session })
    for (const message of waiting) gateway.tell({ is: 'returned', message })
  }

  /** For `Share`: a player without a character comes in anew in a region that has some of the world. */
  sendElsewhere(player: Player): void {
    const served = player.character ? undefined : this.freeze(player)
    if (!served) return
    const { key, isStandIn } = served
    const { session } = served.news
    this.letGo(served)
    const { name } = player
    const enter = { is: 'enter', session, name, account: undefined, character: undefined } as const
    this.#gatewayOf(served).tell({ is: 'returned', message: { ...enter, key, isStandIn } })
  }

  /** A frozen player's gateway, which may have gone and come back meanwhile. */
  #gatewayOf({ gateway }: ServedPlayer): AttachedGateway {
    const known = gateway as AttachedGateway
    return known.name === '' ? known : this.gatewayNamed(known.name)
  }

  /**
   * Puts another map of the same size under the worlds of a map, and tells everyone there at once.
   *
   * @param name  the map where players come in when left out
   * @returns     how many stood in a new wall and were set free, and how many could not be
   * @throws      `world/wrong-map`, `world/unknown-map`, `world/lost-portal`; then nothing has changed
   */
  reloadMap(map: WorldMap, name = this.home.instance.map): { freed: number; stuck: number } {
    const counts = this.realm.replaceMap(name, map)
    for (const world of this.#worlds.served) this.#tellMap(world)
    this.#callMapChanged()
    return counts
  }

  /** Ends the presence of a kept character that now belongs to another server. */
  lose(characterId: string, why: { readonly code: EndingCode; readonly reason: string }): void {
    this.players.lose(characterId, why)
  }

  /** Returns the sessions of all gateways whose players match. */
  sessionsOf(whom: (player: Player) => boolean): number[] {
    const sessions: number[] = []
    for (const { players } of this.#gateways)
      for (const [session, { player }] of players) if (whom(player)) sessions.push(session)
    return sessions
  }

  /** Runs the ticks that are due. */
  advance(now: Instant): void {
    this.#now = now
    const most = this.#isShared ? CATCH_UP_SHARED_TICKS : CATCH_UP_TICKS
    if (this.#isShared && now - this.#nextTickAt > STALL_MS) this.#skip(now)
    for (let made = 0; this.#nextTickAt <= now; made++) {
      if (made === most) {
        if (!this.#isShared) this.#leaveOut(Math.ceil(now + this.#tickMs - this.#nextTickAt))
        break
      }
      const late = now - this.#nextTickAt
      this.#nextTickAt = instant(this.#nextTickAt + this.#tickMs)
      const started = this.#stopwatch()
      this.#tickOnce()
      this.timing.made({ tookMs: this.#stopwatch() - started, lateMs: late, now })
    }
  }

  /** Leaves ticks out after a long stall; their numbers pass as for everybody else. */
  #skip(now: Instant): void {
    const ticks = Math.ceil((now - this.#nextTickAt) / this.#tickMs)
    this.timing.skipped += ticks
    this.#nextTickAt = instant(this.#nextTickAt + ticks * this.#tickMs)
    this.realm.skipTo(this.realm.tick + 1 + ticks)
  }

  /** Skips so many ms, which are not caught up. */
  #leaveOut(ms: number): void {
    this.timing.skipped += Math.floor(ms / this.#tickMs)
    this.#nextTickAt = instant(this.#nextTickAt + ms)
    for (const gateway of this.#gateways) gateway.tell({ is: 'leftOut', ms })
  }

  #tickOnce(): void {
    this.#isTicking = true
    try {
      this.share?.begin(this.realm.tick + 1, this.#now)
      this.#makeTick()
      this.share?.end(this.realm.tick, this.#now)
    } finally {
      this.#isTicking = false
    }
    if (this.#absent.size > 0) this.#forgetStranded()
    for (const { gateway, message, now } of this.#waiting.splice(0)) this.receive(gateway, message, now)
    this.players.advance(this.#now)
  }

  /** Players whose gateway has been gone for too long leave. */
  #forgetStranded(): void {
    for (const [name, { gateway, until }] of this.#absent) {
      if (this.#now < until && gateway.players.size + gateway.leaving.size > 0) continue
      if (gateway.leaving.size > 0) continue
      this.#absent.delete(name)
      for (const session of [...gateway.players.keys()])
        this.players.leave(gateway, { is: 'leave', session, how: 'left' })
    }
  }

  #makeTick(): void {
    try {
      this.#tellTick()
    } finally {
      this.#worlds.endTick()
    }
    this.#callMapChanged()
  }

  #tellTick(): void {
    const worlds = this.#worlds
    worlds.advance()
    for (const crossing of worlds.realm.crossings) this.players.carry(crossing)
    const isShared = this.#isShared
    const by = { definition: this.#definition, interest: this.#interest, realm: this.realm, isShared }
    for (const world of worlds.served) {
      this.#tellMap(world)
      if (world.instance.isDue) for (const gateway of this.#gateways) gateway.tellTick(world, by)
    }
    for (const gateway of this.#gateways) gateway.tell({ is: 'ticked', times: this.timing })
    for (const { id } of worlds.realm.closed)
      for (const gateway of this.#gateways) gateway.tell({ is: 'closed', instance: id })
  }

  /** Tells the players in a world that its map has changed, if it has. */
  #tellMap(served: ServedWorld<ServedPlayer>): void {
    const { world, instance, players } = served
    if (served.mapTold === world.map) return
    served.mapTold = world.map
    this.#changed.push(instance)
    // Their clients have foreseen them on the old map.
    for (const { player } of players) player.isSurprised = true
    const { facts } = served
    for (const gateway of this.#gateways) gateway.tell({ is: 'map', world: facts, tick: world.tick })
  }

  /** Tells the game of maps that have changed: between ticks, since whom it despawns within one is not told of. */
  #callMapChanged(): void {
    const { mapChanged } = this.#definition.options
    for (const instance of this.#changed.splice(0)) {
      const { world, map, id } = instance
      if (this.realm.get(id))
        this.code.call('mapChanged', map, mapChanged, { world, instance, realm: this.realm })
    }
  }

  #hear(
    served: ServedPlayer,
    message: Exclude<Up, { is: 'enter' | 'reclaim' | 'speak' | 'leave' | 'watch' | 'affect' }>,
    now: Instant,
  ): void {
    if (message.is === 'commands') this.#command(served, message, now)
    else if (message.is === 'intend') this.#intend(served, message)
    else if (message.is === 'ask') this.#requests.ask(served, message)
    else if (message.is === 'settled') served.feed.settled(message.tick, message.fate)
    else if (message.is === 'account') this.players.accountIs(served, message.account)
    else served.away()
  }

  #intend({ player, world: { instance } }: ServedPlayer, said: Up & { is: 'intend' }): void {
    if (instance.id === said.instance && this.realm.whereIs(player) === instance)
      player.commands.hold(said.command as never)
  }

  #command(served: ServedPlayer, said: Commands, now: Instant): void {
    const {
      player,
      feed,
      world: { world, instance },
    } = served
    const { tick, game } = world
    // Between two ticks a player may be on the way to another world, where its own ticks count.
    if (instance.id !== said.instance || this.realm.whereIs(player) !== instance) return
    const { commands } = player
    const late = commands.late
    // What is said again to the region that has just taken the player says nothing of the way here.
    const isRepeated = this.#isShared && (said.newest <= commands.said || tick < served.steadyFrom)
    for (const change of said.changes) commands.receive(change.tick, change.command as never, tick)
    this.commandsLate += commands.late - late
    commands.hear(said.newest, tick)
    player.viewDelay = said.viewDelay
    const toNext = instance.ticksToNext(this.realm.tick)
    if (toNext === undefined) return
    const nextAt = this.#nextTickAt + (toNext - 1) * this.#tickMs
    const dueAt = nextAt + (said.newest - tick) * game.secondsPerTick * 1000
    // What comes while ticks are late says nothing of the way here.
    const margin = isRepeated || now - this.#nextTickAt > this.#tickMs ? undefined : dueAt - now
    feed.heard(margin, said.changes.at(-1)?.tick)
  }
}

function tellOpened(gateway: AttachedGateway, served: ServedWorld<ServedPlayer>): void {
  const { world }: { readonly world: World } = served
  gateway.tell({ is: 'opened', world: served.facts, tick: world.tick })
}
