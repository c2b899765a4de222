import { type Instant, instant, type Random } from '../core/index.ts'
import { type News, type Said, type ServerInformation, serverInformation } from '../dialect/index.ts'
import { NativeConversation, PROTOCOL_VERSION } from '../dialect/native/index.ts'
import type { WorldMap } from '../geometry/index.ts'
import type { Author } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import { encode } from '../wire/index.ts'
import type { Player, Realm, World } from '../world/index.ts'
import { AccountPages } from './account-pages.ts'
import type { Admission } from './admission.ts'
import { Attendance } from './attendance.ts'
import { tellEvents } from './audience.ts'
import type { Connection } from './connection.ts'
import { type Above, Connections } from './connections.ts'
import { type ClientContent, ContentDesk } from './content-desk.ts'
import { Counter } from './counter.ts'
import type { AnyDefinition } from './definition.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { Outlook } from './outlook.ts'
import { Pace } from './pace.ts'
import { Persistence, type PersistenceOptions } from './persistence.ts'
import type { Session } from './session.ts'
import { type Station, Worlds } from './worlds.ts'

/** Ticks made up for after a stall; the rest of a longer one is skipped. */
const CATCH_UP_TICKS = 5

export interface HostOptions {
  readonly limits?: Partial<Limits>
  readonly random: Random
  /** Fine time in ms, to measure work with; not used for anything the world does. */
  readonly stopwatch?: () => number
  /**
   * Told what a request's handler threw by mistake; the player gets a sentence and the world goes on. Left out, it is
   * thrown: in tests a mistake should be seen.
   */
  readonly report?: (error: unknown) => void
  /** Makes 16 bytes that nobody can guess: the tokens of sessions. Taken from `random` when left out, as in the lab. */
  readonly secret?: () => Uint8Array
  /** What clients keep current from here. */
  readonly content?: ClientContent
  /** Who decides who comes in; whoever has a name when left out. */
  readonly admission?: Admission
  /** What handlers keep things with. */
  readonly persistence?: PersistenceOptions
}

/** What the server has done, for metrics and the curious. */
export interface HostStats {
  readonly tick: number
  readonly players: number
  /** Of these, how many have lost their connection and may come back. */
  readonly playersAway: number
  readonly connections: number
  readonly entities: number
  /** Homes of maps, and instances that are open. */
  readonly worlds: number
  /** Milliseconds a tick took, averaged over the last second or so. */
  readonly tickMs: number
  /** The longest that a tick took in the last second. */
  readonly tickMsWorst: number
  /** How late a tick began at most in the last second. */
  readonly tickLateMs: number
  /** Ticks that were left out after stalls. */
  readonly ticksSkipped: number
  /** Commands that came after their tick was made. */
  readonly commandsLate: number
  readonly bytesOut: number
  readonly packetsOut: number
  readonly bytesIn: number
  readonly packetsIn: number
  readonly advancesEncoded: number
  /** Views whose radius a crowd keeps down just now. */
  readonly viewsShrunk: number
  readonly dropped: Record<string, number>
  readonly closed: Record<string, number>
}

/**
 * A server without I/O: it is handed links and told the time, so that the same code runs over sockets and in the lab.
 *
 *     accept(link)           a connection; its packets go to its conversation as they come
 *     advance(now), wakeAt   each world: advance -> publish; crossings -> one frame for each player
 *
 * One packet's walk: link -> Connections -> Conversation.receive -> Said -> Player.receive -> step -> Author -> Changes -> View -> link.
 */
export class Host {
  readonly limits: Limits
  /** Client content: what is in it, and who gets how much of it. */
  readonly content: ContentDesk
  /** Where to connect, as it is told to whoever asks: "ws://0.0.0.0:4000". */
  listeners: readonly string[] = []
  /** Who is in the world. */
  readonly attendance: Attendance
  readonly #definition: AnyDefinition
  readonly #worlds: Worlds
  readonly #connections: Connections<Session>
  readonly #counter: Counter
  readonly #accountPages: AccountPages<Session>
  readonly #outlook: Outlook
  readonly #stopwatch: () => number
  readonly #report: ((error: unknown) => void) | undefined
  readonly #tickMs: number
  #nextTickAt: Instant
  #commandsLate = 0
  readonly #pace = new Pace()

  constructor(definition: AnyDefinition, options: HostOptions, now: Instant) {
    const { game } = definition
    this.#definition = definition
    this.limits = { ...defaultLimits, ...options.limits }
    this.#stopwatch = options.stopwatch ?? (() => 0)
    this.#report = options.report
    this.#worlds = new Worlds(definition, options.random, options.report)
    this.#outlook = new Outlook(definition, this.realm)
    this.#tickMs = 1000 / game.ticksPerSecond
    this.#nextTickAt = instant(now + this.#tickMs)
    const connections = new Connections<Session>(this.limits, this.#above(), now)
    connections.pace = this.#pace
    this.#connections = connections
    this.content = new ContentDesk({
      content: options.content,
      maps: this.#worlds.shelf,
      limits: this.limits,
      traffic: connections.traffic,
      send: (connection, answer) => connections.sendContent(connection as Connection<Session>, answer),
    })
    const joint = {
      definition,
      worlds: this.#worlds,
      mistake: (error: unknown) => this.#mistake(error),
      connections,
    }
    const dice = (): Uint8Array => Uint8Array.from({ length: 16 }, () => options.random.integer(0, 255))
    this.attendance = new Attendance({
      ...joint,
      limits: this.limits,
      admission: options.admission,
      secret: options.secret ?? dice,
    })
    const persistence = new Persistence(this.attendance.residents, options.persistence)
    this.#counter = new Counter({ ...joint, persistence })
    this.#accountPages = new AccountPages(connections, options.admission)
    // A text that is too long is the program's mistake: it is thrown here, and not when a stranger asks.
    encode(serverInformation, this.information)
  }

  /** All worlds: the home of each map, and the instances that are open. */
  get realm(): Realm {
    return this.#worlds.realm
  }

  /** The world where players come in. */
  get world(): World {
    return this.#worlds.home.world
  }

  /** What is told of that world; `authorOf` of others. */
  get author(): Author {
    return this.#worlds.home.author
  }

  /** What is told of the world of this id; undefined where there is none. */
  authorOf(instance: number): Author | undefined {
    const known = this.realm.get(instance)
    return known && this.#worlds.of(known).author
  }

  /** A piece of a map, or its index, by hash: what clients lack of the map that they were told of. */
  mapPiece(hash: string): Uint8Array | undefined {
    return this.#worlds.shelf.find(hash)
  }

  /**
   * Puts another map of the same size under the worlds of a map, and tells everyone there at once.
   *
   * @param name  the map where players come in when left out
   * @returns     how many stood in a new wall and were set free, and how many could not be
   * @throws      `world/wrong-map`, `world/unknown-map`, `world/lost-portal`; then nothing has changed
   */
  reloadMap(map: WorldMap, name = this.#worlds.home.instance.map): { freed: number; stuck: number } {
    const counts = this.realm.replaceMap(name, map)
    for (const station of this.#worlds.stations) this.#tellMap(station)
    return counts
  }

  /** When the next tick is due. */
  get wakeAt(): Instant {
    return this.#nextTickAt
  }

  get stats(): HostStats {
    const { bytesIn, packetsIn, bytesOut, packetsOut, dropped, closed } = this.#connections.traffic
    return {
      tick: this.world.tick,
      players: this.attendance.sessions.size,
      playersAway: this.attendance.away,
      connections: this.#connections.size,
      entities: this.#sum(({ world }) => world.entityCount),
      worlds: this.#sum(() => 1),
      tickMs: this.#pace.workMs,
      tickMsWorst: this.#pace.worstMs,
      tickLateMs: this.#pace.lateMs,
      ticksSkipped: this.#pace.skipped,
      commandsLate: this.#commandsLate,
      bytesOut,
      packetsOut,
      bytesIn,
      packetsIn,
      advancesEncoded: this.#sum(({ desk }) => desk.changes.encoded),
      viewsShrunk: this.#viewsShrunk,
      dropped: dropped.snapshot(),
      closed,
    }
  }

  #sum(of: (station: Station) => number): number {
    let sum = 0
    for (const station of this.#worlds.stations) sum += of(station)
    return sum
  }

  /** What anyone may know without a login. */
  get information(): ServerInformation {
    const { game, options } = this.#definition
    return {
      protocol: PROTOCOL_VERSION,
      name: options.name ?? game.name,
      welcome: options.welcome ?? '',
      game: game.name,
      version: game.version,
      fingerprint: game.fingerprint,
      content: this.content.version,
      players: this.attendance.sessions.size,
      playersMax: this.limits.players,
      levelCap: options.levelCap,
      listeners: this.listeners.slice(0, 16),
    }
  }

  get #viewsShrunk(): number {
    let count = 0
    for (const { view } of this.attendance.sessions) if (view?.isShrunk) count++
    return count
  }

  /** Says why a link from this address would be refused just now; undefined when it would not. */
  admit(address: string): string | undefined {
    return this.#connections.admit(address)
  }

  /** Takes a link over. */
  accept(link: Link, _now: Instant, clock: () => Instant): void {
    this.#connections.accept(link, new NativeConversation(this.#definition.game), clock)
  }

  /**
   * Tells players, with whatever they are answered next, that the map has changed and is to be loaded anew.
   *
   * @param whom  which players; all of them when left out
   */
  raise(flag: 'map', whom: (player: Player) => boolean = () => true): void {
    for (const session of this.attendance.sessions) if (whom(session.player)) session.raise(flag)
  }

  /** Makes the ticks that are due. */
  advance(now: Instant): void {
    this.#connections.now = now
    for (let made = 0; this.#nextTickAt <= now; made++) {
      if (made === CATCH_UP_TICKS) {
        const skipped = Math.ceil((now - this.#nextTickAt) / this.#tickMs)
        this.#pace.skipped += skipped
        this.#nextTickAt = instant(now + this.#tickMs)
        break
      }
      const late = now - this.#nextTickAt
      this.#nextTickAt = instant(this.#nextTickAt + this.#tickMs)
      const started = this.#stopwatch()
      this.#tickOnce(now)
      this.#pace.made({ tookMs: this.#stopwatch() - started, lateMs: late, now })
    }
  }

  /** Tells every player why, and closes every link. */
  close(reason: string): void {
    this.hangUp(reason)
    for (const session of [...this.attendance.sessions]) this.attendance.retire(session)
  }

  /**
   * Tells every player why, and closes every link; what is in the world stays, so that it can be saved. `close` comes after
   * that.
   */
  hangUp(reason: string): void {
    this.#connections.hangUpAll(reason)
  }

  #tickOnce(now: Instant): void {
    const worlds = this.#worlds
    worlds.advance()
    for (const { player } of worlds.realm.crossings) this.attendance.carry(player)
    for (const station of worlds.stations) {
      this.#tellMap(station)
      if (station.instance.isDue) tellEvents(this.#definition, station, this.realm)
    }
    this.#connections.serve(now)
    worlds.endTick()
    this.content.advance(this.#connections.all, now)
    this.attendance.advance(now)
  }

  /** Tells whoever is in a world that its map is another one, if it is. */
  #tellMap(station: Station): void {
    const { world, sessions } = station
    if (station.mapTold === world.map) return
    station.mapTold = world.map
    this.#definition.options.mapChanged?.({ world, instance: station.instance, realm: this.realm })
    const { where } = station
    for (const session of sessions) {
      const { player, connection } = session
      session.raise('map')
      // Its client has foreseen it on the old map.
      player.isSurprised = true
      connection?.conversation.map(where, world.tick)
      if (connection) this.#connections.send(connection)
    }
  }

  #above(): Above<Session> {
    return {
      hear: (connection, said) => this.#hear(connection, said),
      newsOf: (session) => {
        if (!session.stand.instance.isDue) return undefined
        this.#outlook.point(session)
        return newsOf(session)
      },
      ended: (session) => this.attendance.retire(session),
      lost: (session, hasLeft) => this.attendance.lose(session, hasLeft),
    }
  }

  #hear(connection: Connection<Session>, said: Said): void {
    const connections = this.#connections
    if (said.is === 'hello') this.#greet(connection, said)
    else if (said.is === 'page') this.#accountPages.ask(connection, said)
    else if (said.is === 'commands') this.#command(connection, said)
    else if (said.is === 'ask') this.#counter.ask(connection, said)
    else if (said.is === 'bye') connections.sayGoodbye(connection)
    else if (said.is === 'foreign') connections.end(connection, { code: 'game', reason: said.reason })
    else if (said.is === 'query') this.#inform(connection)
    else if (said.is === 'have') this.content.note(connection, said.content)
    else if (said.is === 'nonsense') connections.countNonsense(connection, said.dropped)
    else if (!this.content.ask(connection, said.ask, connections.now))
      connections.countNonsense(connection, 'broken-body')
  }

  #greet(connection: Connection<Session>, said: Said & { is: 'hello' }): void {
    const { resume, content } = said
    this.content.note(connection, content)
    if (resume && this.attendance.comeBack(connection, resume)) return
    if (this.content.isOld(content) && this.#definition.options.outdated === 'refuse')
      this.#connections.end(connection, {
        code: 'content',
        reason: this.content.refusal(content),
        content: this.content.version,
      })
    else this.attendance.come(connection, said)
  }

  #inform(connection: Connection<Session>): void {
    if (connection.requests.take(1, this.#connections.now)) connection.conversation.inform(this.information)
    else this.#connections.traffic.dropped.count('too-many-requests')
  }

  #command({ session }: Connection<Session>, said: Said & { is: 'commands' }): void {
    if (!session) return
    this.attendance.heard(session)
    const { player, steering, stand } = session
    const { tick, game } = stand.world
    // Between two ticks a player may be on the way to another world, where its own ticks count.
    if (this.realm.whereIs(player) !== stand.instance) return
    const late = player.commands.late
    for (const change of said.changes) player.commands.receive(change.tick, change.command as never, tick)
    this.#commandsLate += player.commands.late - late
    player.commands.hear(said.newest, tick)
    player.viewDelay = said.viewDelay
    const toNext = stand.instance.ticksToNext(this.realm.tick)
    if (toNext === undefined) return
    const nextAt = this.#nextTickAt + (toNext - 1) * this.#tickMs
    const dueAt = nextAt + (said.newest - tick) * game.secondsPerTick * 1000
    steering.heard(dueAt - this.#connections.now, said.changes.length > 0)
  }

  /** The game's own mistake: told where there is somebody to tell, thrown in tests. */
  #mistake(error: unknown): void {
    if (this.#report === undefined) throw error
    this.#report(error)
  }
}

/** What a session is told of the tick that its world has made. */
function newsOf({ view, stand, steering }: Session): News {
  const { world } = stand
  return { view, tick: world.tick, takeNotes: () => steering.take(world) }
}
