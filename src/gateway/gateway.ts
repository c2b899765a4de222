import { type Instant, instant, type Measured, type Readings } from '../core/index.ts'
import { type Said, type ServerInformation, serverInformation } from '../dialect/index.ts'
import { PROTOCOL_VERSION } from '../dialect/native/index.ts'
import type { Commands, Down, RegionLink, RegionListener, TickNews } from '../region/message/index.ts'
import type { Source, ViewChoice } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import { encode } from '../wire/index.ts'
import type { AnyGame } from '../world/index.ts'
import { AccountPages } from './account-pages.ts'
import type { Admission } from './admission.ts'
import type { Connection } from './connection.ts'
import { type Above, Connections, SLOW } from './connections.ts'
import { type ClientContent, ContentDesk } from './content-desk.ts'
import { Dialects, OURS, type Spoken } from './dialects.ts'
import type { Limits } from './limits/limits.ts'
import { gatewayMetrics } from './metrics.ts'
import type { Session } from './session.ts'
import { Sessions } from './sessions.ts'
import type { GatewaySwitches } from './switches.ts'
import { WorldDesk } from './world-desk.ts'

/** Ticks of silence from the region after which connections are served anyway. */
const BEAT_TICKS = 3

/** What a server states about itself, and what it requires of clients. */
export interface ServerFacts {
  readonly name: string
  readonly welcome: string
  readonly levelCap: number | undefined
  /** The treatment of a client whose content differs from the server's. */
  readonly outdated: 'refuse' | 'tell'
  /** What the game chooses of its players' views. */
  readonly view?: ViewChoice
}

export interface GatewayOptions {
  readonly game: AnyGame
  readonly facts: ServerFacts
  readonly limits: Limits
  /** The region that players are brought into. */
  readonly link: RegionLink
  /** Makes session tokens: 16 bytes that nobody can guess. */
  readonly secret: () => Uint8Array
  /**
   * Makes of a session's secret the key by which another gateway may claim it; left out where there is no other.
   */
  readonly resumeKey?: (secret: Uint8Array) => string
  /** Client content, which clients keep current from this server. */
  readonly content: ClientContent | undefined
  /** Decides who may enter; anyone with a name when left out. */
  readonly admission: Admission | undefined
  /** Called with errors thrown by a dialect's own code. */
  readonly mistake: (dialect: string, error: unknown) => void
}

/**
 * Serves players: holds connections, sessions, and views of the worlds that a region reports. It holds no world itself.
 *
 *     accept(link) --Said--> hear: sessions, content, or on to the region (Up)
 *     region --Down--> receive: worlds, players, replies; `ticked`: one frame for each player
 */
export class Gateway implements RegionListener, Measured {
  readonly connections: Connections<Session>
  readonly sessions: Sessions
  readonly content: ContentDesk
  /** The addresses to connect to, as reported to anyone who asks: "ws://0.0.0.0:4000". */
  listeners: readonly string[] = []
  readonly #options: GatewayOptions
  readonly #dialects: Dialects
  readonly #pages: AccountPages<Session>
  readonly #worlds = new Map<number, WorldDesk<Session>>()
  /** Worlds with news not yet served to players. */
  readonly #due: WorldDesk<Session>[] = []
  /** Sessions whose players are due their own character's state. */
  readonly #owing: Session[] = []
  /** Requests the region has not answered, by number: the connection that asked, and its own number for the request. */
  readonly #asks = new Map<number, { readonly connection: Connection<Session>; readonly id: number }>()
  #lastAsk = 0
  /** Advances encoded in worlds that are closed now. */
  #encodedBefore = 0
  #servedAt: Instant
  readonly #commands: Commands = {
    is: 'commands',
    session: 0,
    instance: 0,
    newest: 0,
    viewDelay: 0,
    changes: [],
  }

  constructor(options: GatewayOptions, now: Instant) {
    const { limits, link, secret, resumeKey, admission, facts, content } = options
    this.#options = options
    this.#servedAt = now
    const connections = new Connections<Session>(limits, this.#above(), now)
    this.connections = connections
    this.#dialects = new Dialects({
      game: options.game,
      information: () => this.information,
      traffic: connections.traffic,
      mistake: options.mistake,
    })
    this.content = new ContentDesk({
      content,
      maps: link,
      limits,
      traffic: connections.traffic,
      send: (connection, answer) => connections.sendContent(connection as Connection<Session>, answer),
    })
    const worldOf = (instance: number): WorldDesk<Session> | undefined => this.#worlds.get(instance)
    const { name: serverName, view } = facts
    this.sessions = new Sessions({
      ...{ limits, connections, link, worldOf, secret, resumeKey, admission, serverName, view },
    })
    this.#pages = new AccountPages(connections, admission)
    // A text that is too long is the program's mistake: it is thrown here, and not when a stranger asks.
    encode(serverInformation, this.information)
    link.open(this)
  }

  /** What the gateway does against bad networks, for lessons: a game leaves everything on. */
  readonly switches: GatewaySwitches = { delta: true, priority: true, batching: true }

  /** The server information that anyone may read without a login. */
  get information(): ServerInformation {
    const { game, facts, limits } = this.#options
    return {
      protocol: PROTOCOL_VERSION,
      name: facts.name,
      welcome: facts.welcome,
      game: game.name,
      version: game.version,
      fingerprint: game.fingerprint,
      content: this.content.version,
      players: this.sessions.size,
      playersMax: limits.players,
      levelCap: facts.levelCap,
      listeners: this.listeners.slice(0, 16),
    }
  }

  get limits(): Limits {
    return this.#options.limits
  }

  /** The number of views whose radius is currently reduced by a crowd. */
  get viewsShrunk(): number {
    let count = 0
    for (const { view } of this.sessions.all) if (view.isShrunk) count++
    return count
  }

  measure(readings: Readings): void {
    const { sessions } = this
    this.connections.measure(readings)
    this.content.measure(readings)
    sessions.measure(readings)
    this.#pages.measure(readings)
    this.#dialects.measure(readings)
    readings.add(gatewayMetrics.playersMax, this.#options.limits.players)
    readings.add(gatewayMetrics.asking, this.#asks.size)
    readings.add(gatewayMetrics.viewsShrunk, this.viewsShrunk)
    readings.add(gatewayMetrics.advancesEncoded, this.advancesEncoded)
  }

  /** The number of topic advances encoded for players. */
  get advancesEncoded(): number {
    let sum = this.#encodedBefore
    for (const { desk } of this.#worlds.values()) sum += desk.changes.encoded
    return sum
  }

  /** Takes over a link. @param spoken  its dialect, and how its bytes are carried; our own dialect when left out */
  accept(link: Link, clock: () => Instant, spoken: Spoken = OURS): void {
    this.connections.accept(link, this.#dialects.begin(link, spoken), clock)
  }

  /** Counts of dropped messages by reason, for each dialect besides our own. */
  get droppedByDialect(): Record<string, Record<string, number>> {
    return this.#dialects.dropped
  }

  /**
   * Returns the source that views of this world are written from; undefined for a world the region has not reported.
   */
  sourceOf(instance: number): Source | undefined {
    return this.#worlds.get(instance)?.desk.source
  }

  /** Tells players, with the next packet to them, that the map has changed and must be reloaded. */
  raise(flag: 'map', sessions: Iterable<number>): void {
    for (const id of sessions) this.sessions.of(id)?.raise(flag)
  }

  /** Tells every player why, and closes every link; sessions stay. */
  hangUp(reason: string): void {
    this.connections.hangUpAll(reason)
  }

  /** Tells every player why, closes every link, and ends every session. */
  close(reason: string): void {
    this.hangUp(reason)
    for (const session of [...this.sessions.all]) this.sessions.retire(session)
  }

  receive(message: Down): void {
    const { sessions } = this
    if (message.is === 'tick') this.#take(message)
    else if (message.is === 'ticked') {
      this.connections.pace = message.times
      this.serve(this.connections.now)
    } else if (message.is === 'reply') this.#reply(message)
    else if (message.is === 'entered') sessions.entered(message)
    else if (message.is === 'refused') sessions.refused(message)
    else if (message.is === 'reclaimed') sessions.reclaimed(message)
    else if (message.is === 'unclaimed') sessions.unclaimed(message)
    else if (message.is === 'heard') this.#hearLast(message)
    else if (message.is === 'moved') sessions.moved(message)
    else if (message.is === 'ended') sessions.ended(message)
    else if (message.is === 'gone') sessions.gone(message)
    else if (message.is === 'map') this.#tellMap(message)
    else if (message.is === 'leftOut') for (const world of this.#worlds.values()) world.leaveOut(message.ms)
    else if (message.is === 'closed') this.#close(message.instance)
    else if (message.is === 'opened') this.#open(message)
    // Whoever joins several regions has taken the rest in.
  }

  /** When connections must be served next if the region stays silent. */
  get wakeAt(): Instant {
    return instant(this.#servedAt + (BEAT_TICKS * 1000) / this.#options.game.ticksPerSecond)
  }

  /** Tells the time to a gateway whose region is in another process. */
  advance(now: Instant): void {
    this.connections.now = now
    if (now >= this.wakeAt) this.serve(now)
  }

  /** Serves each connection: checks it, and sends its player's news. Once a tick. */
  serve(now: Instant): void {
    this.#servedAt = now
    this.connections.serve(now)
    for (const world of this.#due) world.isDue = false
    this.#due.length = 0
    for (const session of this.#owing) session.giveBack()
    this.#owing.length = 0
    this.connections.advance(now)
    this.content.advance(this.connections.all, now)
    this.sessions.advance(now)
  }

  #open({ world: facts, tick }: Down & { is: 'opened' }): void {
    const source = this.#options.link.source(facts.instance)
    if (source) this.#worlds.set(facts.instance, new WorldDesk<Session>(facts, tick, source))
  }

  #close(instance: number): void {
    this.#encodedBefore += this.#worlds.get(instance)?.desk.changes.encoded ?? 0
    this.#worlds.delete(instance)
  }

  /** Takes in the news of one world's tick. */
  #take({ instance, tick, players, events }: TickNews): void {
    const world = this.#worlds.get(instance)
    if (!world) return
    world.begin(tick)
    this.#due.push(world)
    for (let i = 0; i < players.length; i++) {
      const session = this.sessions.of(players[i].session)
      if (session?.world === world && session.take(players[i])) this.#owing.push(session)
    }
    for (const { event, body, sessions } of events) {
      if (sessions === undefined)
        for (const { connection } of world.sessions) connection?.conversation.tell(event, body)
      else for (const id of sessions) this.sessions.of(id)?.connection?.conversation.tell(event, body)
    }
  }

  /** Passes on the last events a player heard in the world they leave. */
  #hearLast({ session, events }: Down & { is: 'heard' }): void {
    const conversation = this.sessions.of(session)?.connection?.conversation
    for (const { event, body } of events) conversation?.tell(event, body)
  }

  /** Tells the players in a world that its map has changed. */
  #tellMap({ world: facts, tick }: Down & { is: 'map' }): void {
    const world = this.#worlds.get(facts.instance)
    if (!world) return
    world.facts = facts
    for (const session of world.sessions) {
      const { connection } = session
      session.raise('map')
      connection?.conversation.map(facts, tick)
      if (connection) this.connections.send(connection)
    }
  }

  #reply({ ask, answer }: Down & { is: 'reply' }): void {
    const { connections } = this
    const asked = this.#asks.get(ask)
    this.#asks.delete(ask)
    if (!asked || !connections.isOpen(asked.connection)) return
    if (!asked.connection.conversation.reply(asked.id, answer)) connections.end(asked.connection, DEAF)
  }

  #above(): Above<Session> {
    return {
      hear: (connection, said) => this.#hear(connection, said),
      newsOf: (session) => {
        if (!session.world.isDue) return undefined
        session.look()
        this.#applySwitches(session)
        return session
      },
      ended: (session) => this.sessions.retire(session),
      lost: (session, hasLeft) => this.sessions.lose(session, hasLeft),
    }
  }

  #applySwitches({ view, world }: Session): void {
    const { delta, priority, batching } = this.switches
    if (!delta) view.restart()
    world.desk.teller.isRanked = priority
    this.connections.isBatching = batching
  }

  #hear(connection: Connection<Session>, said: Said): void {
    const { connections } = this
    if (said.is === 'commands') this.#command(connection, said)
    else if (said.is === 'ask') this.#ask(connection, said)
    else if (said.is === 'hello') this.#greet(connection, said)
    else if (said.is === 'page') this.#pages.ask(connection, said)
    else if (said.is === 'intend') this.#intend(connection, said.command)
    else if (said.is === 'leave') connections.leave(connection)
    else if (said.is === 'bye') connections.sayGoodbye(connection)
    else if (said.is === 'slow') connections.lose(connection, SLOW)
    else if (said.is === 'foreign') connections.end(connection, { code: 'game', reason: said.reason })
    else if (said.is === 'query') this.#inform(connection)
    else if (said.is === 'have') this.content.note(connection, said.content)
    else if (said.is === 'nonsense') connections.countNonsense(connection, said.dropped)
    else if (said.is === 'sense') connection.nonsense = 0
    else if (!this.content.ask(connection, said.ask, connections.now))
      connections.countNonsense(connection, 'broken-body')
  }

  #greet(connection: Connection<Session>, said: Said & { is: 'hello' }): void {
    const { resume, content } = said
    this.content.note(connection, content)
    if (resume && this.sessions.comeBack(connection, resume)) return
    if (this.content.isOld(content) && this.#options.facts.outdated === 'refuse')
      this.connections.end(connection, {
        code: 'content',
        reason: this.content.refusal(content),
        content: this.content.version,
      })
    else if (!this.sessions.reclaim(connection, said)) this.sessions.come(connection, said)
  }

  #command({ session }: Connection<Session>, said: Said & { is: 'commands' }): void {
    if (!session) return
    this.sessions.heard(session)
    const commands = this.#commands
    commands.session = session.id
    commands.instance = session.world.facts.instance
    commands.newest = said.newest
    commands.viewDelay = said.viewDelay
    commands.changes = said.changes
    this.#options.link.send(commands, this.connections.now)
  }

  #intend({ session }: Connection<Session>, command: unknown): void {
    if (!session) return
    this.sessions.heard(session)
    const { instance } = session.world.facts
    this.#options.link.send({ is: 'intend', session: session.id, instance, command }, this.connections.now)
  }

  /** Passes a game request to the region. It gets one reply, unless the connection is gone by then. */
  #ask(connection: Connection<Session>, { id, request, body }: Said & { is: 'ask' }): void {
    const { session, requests, conversation } = connection
    const { connections } = this
    if (!session) return
    if (!requests.take(1, connections.now)) {
      connections.traffic.dropped.count('too-many-requests')
      if (!conversation.reply(id, TOO_MANY)) connections.end(connection, DEAF)
      return
    }
    const ask = ++this.#lastAsk
    this.#asks.set(ask, { connection, id })
    this.#options.link.send({ is: 'ask', session: session.id, ask, request, body }, connections.now)
  }

  #inform(connection: Connection<Session>): void {
    const { connections } = this
    if (connection.requests.take(1, connections.now)) connection.conversation.inform(this.information)
    else connections.traffic.dropped.count('too-many-requests')
  }
}

const TOO_MANY = { sorry: 'Too many requests; wait a moment.' }
const DEAF = { code: 'slow', reason: 'The connection takes in too little to hear its replies.' } as const
