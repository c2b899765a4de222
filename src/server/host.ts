import { after, FOREVER, type Instant, instant, milliseconds, type Random } from '../core/index.ts'
import type { RefusalCode, Resume, Resumed, Said } from '../dialect/index.ts'
import { NativeConversation } from '../dialect/native/index.ts'
import { Author, Desk, PacketReader, readHeard, View } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import { emptyMap, type Player, World } from '../world/index.ts'
import { answer, type Reply } from './answer.ts'
import { tellEvents } from './audience.ts'
import { Connection } from './connection.ts'
import type { AnyDefinition } from './definition.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { NAME_WANTED, properName } from './name.ts'
import { Outbox, settle } from './outbox.ts'
import { Outlook } from './outlook.ts'
import { Pace } from './pace.ts'
import { Session, SessionBook } from './session.ts'
import { Tally } from './tally.ts'

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
}

/** What the server has done, for metrics and the curious. */
export interface HostStats {
  readonly tick: number
  readonly players: number
  /** Of these, how many have lost their connection and may come back. */
  readonly playersAway: number
  readonly connections: number
  readonly entities: number
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
 *     advance(now), wakeAt   world.advance -> author.publish -> one frame for each player
 *
 * One packet's walk: link -> Conversation.receive -> Said -> Player.receive -> step -> Author -> Changes -> View -> link.
 */
export class Host {
  readonly world: World
  readonly author: Author
  readonly limits: Limits
  readonly #definition: AnyDefinition
  readonly #desk: Desk
  readonly #connections = new Set<Connection>()
  readonly #sessions = new Set<Session>()
  readonly #book = new SessionBook()
  readonly #secret: () => Uint8Array
  /** How many have come from where: connections, and players who are away. */
  readonly #addresses = new Map<string, number>()
  readonly #tally = new Tally()
  readonly #outbox = new Outbox(this.#tally)
  readonly #outlook: Outlook
  readonly #stopwatch: () => number
  readonly #report: ((error: unknown) => void) | undefined
  readonly #tickMs: number
  #now: Instant
  #nextTickAt: Instant
  #commandsLate = 0
  #away = 0
  readonly #pace = new Pace()
  #first = 0
  #isClosing = false

  constructor(definition: AnyDefinition, options: HostOptions, now: Instant) {
    const { game } = definition
    this.#definition = definition
    this.limits = { ...defaultLimits, ...options.limits }
    this.#stopwatch = options.stopwatch ?? (() => 0)
    this.#report = options.report
    this.#secret =
      options.secret ?? (() => Uint8Array.from({ length: 16 }, () => options.random.integer(0, 255)))
    const map = definition.options.map ?? emptyMap(game.map.width, game.map.height)
    this.world = new World(game, { map, random: options.random, hindsightMs: definition.options.hindsightMs })
    this.world.tasks.report = ({ error }) => this.#report?.(error)
    this.author = new Author(this.world)
    this.#outlook = new Outlook(definition, this.world)
    this.#desk = new Desk(this.author)
    this.#tickMs = 1000 / game.ticksPerSecond
    this.#now = now
    this.#nextTickAt = instant(now + this.#tickMs)
    definition.options.begin?.(this.world)
  }

  /** When the next tick is due. */
  get wakeAt(): Instant {
    return this.#nextTickAt
  }

  get stats(): HostStats {
    const { bytesIn, packetsIn, bytesOut, packetsOut, dropped, closed } = this.#tally
    return {
      tick: this.world.tick,
      players: this.#sessions.size,
      playersAway: this.#away,
      connections: this.#connections.size,
      entities: this.world.entityCount,
      tickMs: this.#pace.workMs,
      tickMsWorst: this.#pace.worstMs,
      tickLateMs: this.#pace.lateMs,
      ticksSkipped: this.#pace.skipped,
      commandsLate: this.#commandsLate,
      bytesOut,
      packetsOut,
      bytesIn,
      packetsIn,
      advancesEncoded: this.#desk.changes.encoded,
      viewsShrunk: this.#viewsShrunk,
      dropped: dropped.snapshot(),
      closed,
    }
  }

  get #viewsShrunk(): number {
    let count = 0
    for (const { view } of this.#sessions) if (view?.isShrunk) count++
    return count
  }

  /** Why a link from this address would be refused just now; undefined when it would not. */
  admit(address: string): string | undefined {
    if (this.#isClosing) return 'The server is closing.'
    const here = this.#addresses.get(address) ?? 0
    if (here >= this.limits.connectionsPerAddress)
      return `There are ${here} connections from this address already; close one first.`
    return undefined
  }

  /** Takes a link over. */
  accept(link: Link, now: Instant, clock: () => Instant): void {
    this.#now = now
    const conversation = new NativeConversation(this.#definition.game)
    const connection = new Connection(link, { conversation, limits: this.limits, now })
    const refusal = this.admit(link.address)
    this.#connections.add(connection)
    this.#countAddress(link.address, 1)
    link.open({
      receive: (packet) => this.#receive(connection, packet, clock()),
      receiveState: (payload) => this.#receiveState(connection, payload, clock()),
      closed: () => this.#forget(connection),
      settleState: (id, isAcknowledged) => settle(connection, id, isAcknowledged),
    })
    if (refusal) this.#close(connection, 'full', refusal)
  }

  /** Makes the ticks that are due. */
  advance(now: Instant): void {
    this.#now = now
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
    this.#isClosing = true
    for (const connection of [...this.#connections]) this.#close(connection, 'closing', reason)
    for (const session of [...this.#sessions]) this.#retire(session)
  }

  #tickOnce(now: Instant): void {
    const { world } = this
    world.advance(this.#definition.options.update)
    this.author.publish()
    this.#desk.begin(world.tick)
    const connections = [...this.#connections]
    tellEvents(this.#definition, world, connections)
    // Whoever was served last is served first in the next tick, so that nobody is always the one who waits.
    this.#first = connections.length > 0 ? (this.#first + 1) % connections.length : 0
    for (let i = 0; i < connections.length; i++)
      this.#serve(connections[(i + this.#first) % connections.length], now)
    world.endTick()
    if (this.#away > 0) this.#endAbsences(now)
  }

  #serve(connection: Connection, now: Instant): void {
    const { limits } = this
    const { session } = connection
    if (connection.closing) return
    if (!session && now - connection.connectedAt > limits.helloTimeoutMs) {
      this.#close(connection, 'silent', 'No hello came in time.')
      return
    }
    if (now - connection.heardAt > limits.silenceTimeoutMs) {
      this.#lose(connection, 'silent', `Nothing was heard for ${limits.silenceTimeoutMs / 1000} s.`)
      return
    }
    if (connection.link.bufferedBytes > limits.slowBytes) {
      connection.slowSince ??= now
      if (now - connection.slowSince > limits.slowTimeoutMs)
        this.#lose(connection, 'slow', 'The connection takes in too little to keep up.')
      return
    }
    connection.slowSince = undefined
    if (session) this.#outlook.point(session)
    this.#send(connection, true)
  }

  /** @param withNews whether the view's news of the tick goes along, or only words that wait */
  #send(connection: Connection, withNews: boolean): void {
    const { session, link, conversation } = connection
    const { world } = this
    conversation.pace = this.#pace
    const news =
      withNews && session
        ? { view: session.view, tick: world.tick, takeNotes: () => session.steering.take(world) }
        : undefined
    if (!this.#outbox.send(connection, news) && link.isOpen)
      this.#lose(connection, 'slow', 'The connection takes in too little to keep up.')
  }

  #receive(connection: Connection, packet: Uint8Array, now: Instant): void {
    if (!this.#take(connection, packet, now)) return
    const { conversation } = connection
    conversation.receive(packet, now)
    this.#hearAll(connection)
    if (conversation.isUrgent && !connection.closing) this.#send(connection, false)
  }

  #receiveState(connection: Connection, payload: Uint8Array, now: Instant): boolean {
    if (!this.#take(connection, payload, now)) return false
    const isUsed = connection.conversation.receiveState(payload)
    this.#hearAll(connection)
    return isUsed
  }

  /** @returns whether what came is within the limits; a connection that goes beyond them ends */
  #take(connection: Connection, { length }: Uint8Array, now: Instant): boolean {
    if (connection.closing) return false
    this.#now = now
    this.#tally.countIn(length)
    connection.heardAt = now
    const excess = connection.excess(length, now)
    if (excess === undefined) return true
    this.#tally.dropped.count(excess.counts)
    this.#close(connection, 'too-fast', excess.reason)
    return false
  }

  #hearAll(connection: Connection): void {
    const { conversation } = connection
    for (let said = conversation.poll(); said && !connection.closing; said = conversation.poll())
      this.#hear(connection, said)
  }

  #hear(connection: Connection, said: Said): void {
    if (said.is === 'hello') this.#greet(connection, said)
    else if (said.is === 'commands') this.#command(connection, said)
    else if (said.is === 'ask') this.#answer(connection, said)
    else if (said.is === 'bye') this.#leave(connection)
    else if (said.is === 'foreign') this.#close(connection, 'game', said.reason)
    else {
      this.#tally.dropped.count('nonsense')
      connection.nonsense++
      if (connection.nonsense >= this.limits.nonsenseMax)
        this.#close(
          connection,
          'nonsense',
          `${connection.nonsense} messages made no sense (the last: ${said.dropped}).`,
        )
    }
  }

  #command({ session }: Connection, said: Said & { is: 'commands' }): void {
    if (!session) return
    const { player, steering } = session
    const { tick } = this.world
    const late = player.commands.late
    for (const change of said.changes) player.commands.receive(change.tick, change.command as never, tick)
    this.#commandsLate += player.commands.late - late
    player.commands.hear(said.newest, tick)
    player.viewDelay = said.viewDelay
    const dueAt = this.#nextTickAt + (said.newest - tick) * this.#tickMs
    steering.heard(dueAt - this.#now, said.changes.length > 0)
  }

  #greet(connection: Connection, { name, resume }: Said & { is: 'hello' }): void {
    const session = resume && this.#book.take(resume.token)
    if (session) this.#resume(connection, session, resume)
    else this.#join(connection, name)
  }

  /** A player comes back, maybe before it was noticed that the connection is gone. */
  #resume(connection: Connection, session: Session, { heard }: Resume): void {
    const old = session.connection
    if (old instanceof Connection) {
      old.session = undefined
      this.#close(old, 'closing', 'The player came back over another connection.')
    } else this.#endAbsence(session)
    const isLossy = connection.link.state !== undefined
    const view = session.isLossy === isLossy ? session.view : this.#newView(isLossy)
    const known = readHeard(new PacketReader().reset(heard))
    const keeps = known !== undefined && view.resume(known)
    if (!keeps) view.restart()
    session.player.commands.restart()
    session.begin(connection, { token: this.#secret(), view })
    this.#welcome(session, connection, keeps ? 'everything' : 'session')
  }

  #join(connection: Connection, asked: string): void {
    const name = properName(asked)
    if (name === undefined) {
      this.#close(connection, 'name', NAME_WANTED)
      return
    }
    if (this.#sessions.size >= this.limits.players) {
      this.#close(connection, 'full', `The server is full: ${this.#sessions.size} players.`)
      return
    }
    const player = this.world.addPlayer(name)
    player.entity = this.#definition.options.join(this.world, player)
    const view = this.#newView(connection.link.state !== undefined)
    const session = new Session(player, view)
    this.#sessions.add(session)
    session.begin(connection, { token: this.#secret(), view })
    this.#welcome(session, connection, 'nothing')
  }

  #newView(isLossy: boolean): View {
    return new View(this.#desk, { isLossy, bytesPerSecond: this.limits.viewBytesPerSecond })
  }

  #welcome(session: Session, { conversation }: Connection, resumed: Resumed): void {
    this.#book.add(session)
    conversation.welcome({
      player: session.player.id,
      entity: session.ownTold,
      tick: this.world.tick,
      serverName: this.#definition.options.name ?? this.#definition.game.name,
      token: session.token,
      resumed,
    })
  }

  #answer(connection: Connection, said: Said & { is: 'ask' }): void {
    const { session, conversation } = connection
    if (!session) return
    const isTold = conversation.reply(said.id, this.#replyTo(connection, session.player, said))
    if (!isTold) this.#close(connection, 'slow', 'The connection takes in too little to hear its replies.')
  }

  #replyTo(connection: Connection, player: Player, said: Said & { is: 'ask' }): Reply {
    if (!connection.requests.take(1, this.#now)) {
      this.#tally.dropped.count('too-many-requests')
      return { sorry: 'Too many requests; wait a moment.' }
    }
    try {
      return answer(this.#definition, { world: this.world, player, said })
    } catch (error) {
      if (this.#report === undefined) throw error
      this.#report(error)
      return { sorry: 'The server could not answer that.' }
    }
  }

  /** Ends a connection and the session behind it. */
  #close(connection: Connection, code: RefusalCode, reason: string): void {
    const { session } = connection
    this.#hangUp(connection, code, reason)
    if (session) this.#retire(session)
  }

  /** Ends a connection that does not work; the player may come back over a better one. */
  #lose(connection: Connection, code: RefusalCode, reason: string): void {
    const { session } = connection
    this.#hangUp(connection, code, reason)
    if (session) this.#beginAbsence(session)
  }

  #hangUp(connection: Connection, code: RefusalCode, reason: string): void {
    if (connection.closing) return
    connection.closing = { code, reason }
    connection.session = undefined
    this.#tally.countClosed(code)
    connection.conversation.refuse({ code, reason })
    this.#outbox.send(connection, undefined)
    connection.link.close(reason)
  }

  #leave(connection: Connection): void {
    const { session } = connection
    connection.closing = { code: 'closing', reason: 'The player left.' }
    connection.session = undefined
    this.#tally.countClosed('bye')
    if (session) this.#retire(session)
    connection.link.close('Goodbye.')
  }

  #beginAbsence(session: Session): void {
    if (!this.#sessions.has(session) || session.connection === undefined) return
    if (this.limits.graceMs <= 0) {
      this.#retire(session)
      return
    }
    // Who is away counts as connected from there: coming and going makes no room for more.
    session.awayFrom = session.connection.link.address
    this.#countAddress(session.awayFrom, 1)
    session.connection = undefined
    session.until = after(this.#now, milliseconds(this.limits.graceMs))
    this.#away++
  }

  #endAbsence({ awayFrom }: Session): void {
    this.#away--
    this.#countAddress(awayFrom, -1)
  }

  #countAddress(address: string, by: 1 | -1): void {
    const count = (this.#addresses.get(address) ?? 0) + by
    if (count > 0) this.#addresses.set(address, count)
    else this.#addresses.delete(address)
  }

  #endAbsences(now: Instant): void {
    for (const session of this.#sessions)
      if (session.connection === undefined && now >= (session.until ?? FOREVER)) this.#retire(session)
  }

  /** The player is gone from the world. */
  #retire(session: Session): void {
    if (!this.#sessions.delete(session)) return
    if (session.connection === undefined) this.#endAbsence(session)
    const { player } = session
    this.#book.forget(session)
    session.view.close()
    this.#definition.options.leave?.(this.world, player)
    this.world.removePlayer(player)
  }

  /** The link is gone. */
  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return
    this.#countAddress(connection.link.address, -1)
    if (!connection.closing) this.#tally.countClosed('lost')
    const { session } = connection
    connection.session = undefined
    if (session) this.#beginAbsence(session)
  }
}
