import { type Instant, instant, type Random } from '../core/index.ts'
import type { RefusalCode, Said } from '../dialect/index.ts'
import { NativeConversation } from '../dialect/native/index.ts'
import { Author, Desk, View } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import { type AnyEntity, emptyMap, type Player, World } from '../world/index.ts'
import { answer, type Reply } from './answer.ts'
import { tellEvents } from './audience.ts'
import type { AnyDefinition } from './definition.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { NAME_WANTED, properName } from './name.ts'
import { Outbox, settle } from './outbox.ts'
import { Outlook } from './outlook.ts'
import { Session } from './session.ts'
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
}

/** What the server has done, for metrics and the curious. */
export interface HostStats {
  readonly tick: number
  readonly players: number
  readonly connections: number
  readonly entities: number
  /** Milliseconds a tick took, averaged over the last second or so. */
  readonly tickMs: number
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
  readonly #sessions = new Set<Session>()
  readonly #addresses = new Map<string, number>()
  readonly #tally = new Tally()
  readonly #outbox = new Outbox(this.#tally)
  readonly #outlook: Outlook
  readonly #stopwatch: () => number
  readonly #report: ((error: unknown) => void) | undefined
  readonly #tickMs: number
  #now: Instant
  #nextTickAt: Instant
  #players = 0
  #workMs = 0
  #first = 0
  #isClosing = false

  constructor(definition: AnyDefinition, options: HostOptions, now: Instant) {
    const { game } = definition
    this.#definition = definition
    this.limits = { ...defaultLimits, ...options.limits }
    this.#stopwatch = options.stopwatch ?? (() => 0)
    this.#report = options.report
    const map = definition.options.map ?? emptyMap(game.map.width, game.map.height)
    this.world = new World(game, { map, random: options.random })
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
      players: this.#players,
      connections: this.#sessions.size,
      entities: this.world.entityCount,
      tickMs: this.#workMs,
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
    const session = new Session(link, { conversation, limits: this.limits, now })
    const refusal = this.admit(link.address)
    this.#sessions.add(session)
    this.#addresses.set(link.address, (this.#addresses.get(link.address) ?? 0) + 1)
    link.open({
      receive: (packet) => this.#receive(session, packet, clock()),
      closed: () => this.#forget(session),
      settleState: (id, isAcknowledged) => settle(session, id, isAcknowledged),
    })
    if (refusal) this.#close(session, 'full', refusal)
  }

  /** Makes the ticks that are due. */
  advance(now: Instant): void {
    this.#now = now
    for (let made = 0; this.#nextTickAt <= now; made++) {
      if (made === CATCH_UP_TICKS) {
        this.#nextTickAt = instant(now + this.#tickMs)
        break
      }
      this.#tickOnce(now)
      this.#nextTickAt = instant(this.#nextTickAt + this.#tickMs)
    }
  }

  /** Tells every player why, and closes every link. */
  close(reason: string): void {
    this.#isClosing = true
    for (const session of [...this.#sessions]) this.#close(session, 'closing', reason)
  }

  #tickOnce(now: Instant): void {
    const started = this.#stopwatch()
    const { world } = this
    world.advance(this.#definition.options.update)
    this.author.publish()
    this.#desk.begin(world.tick)
    const sessions = [...this.#sessions]
    tellEvents(this.#definition, world, sessions)
    // Whoever was served last is served first in the next tick, so that nobody is always the one who waits.
    this.#first = sessions.length > 0 ? (this.#first + 1) % sessions.length : 0
    for (let i = 0; i < sessions.length; i++) this.#serve(sessions[(i + this.#first) % sessions.length], now)
    world.endTick()
    this.#workMs += (this.#stopwatch() - started - this.#workMs) / 16
  }

  #serve(session: Session, now: Instant): void {
    const { limits } = this
    if (session.closing) return
    if (!session.player && now - session.connectedAt > limits.helloTimeoutMs) {
      this.#close(session, 'silent', 'No hello came in time.')
      return
    }
    if (now - session.heardAt > limits.silenceTimeoutMs) {
      this.#close(session, 'silent', `Nothing was heard for ${limits.silenceTimeoutMs / 1000} s.`)
      return
    }
    if (session.link.bufferedBytes > limits.slowBytes) {
      session.slowSince ??= now
      if (now - session.slowSince > limits.slowTimeoutMs)
        this.#close(session, 'slow', 'The connection takes in too little to keep up.')
      return
    }
    session.slowSince = undefined
    this.#outlook.point(session)
    this.#send(session, true)
  }

  /** @param withNews whether the view's news of the tick goes along, or only words that wait */
  #send(session: Session, withNews: boolean): void {
    const { player, view, link } = session
    session.conversation.workMs = this.#workMs
    const news =
      withNews && player && view ? { view, tick: this.world.tick, applied: player.appliedCommand } : undefined
    if (!this.#outbox.send(session, news) && link.isOpen)
      this.#close(session, 'slow', 'The connection takes in too little to keep up.')
  }

  #receive(session: Session, packet: Uint8Array, now: Instant): void {
    if (session.closing) return
    this.#now = now
    this.#tally.countIn(packet.length)
    session.heardAt = now
    const excess = session.excess(packet.length, now)
    if (excess) {
      this.#tally.dropped.count(excess.counts)
      this.#close(session, 'too-fast', excess.reason)
      return
    }
    session.conversation.receive(packet, now)
    for (let said = session.conversation.poll(); said && !session.closing; said = session.conversation.poll())
      this.#hear(session, said)
    if (session.conversation.isUrgent && !session.closing) this.#send(session, false)
  }

  #hear(session: Session, said: Said): void {
    const { player } = session
    if (said.is === 'hello') this.#join(session, said.name)
    else if (said.is === 'command') player?.receive(said.number, said.command as never)
    else if (said.is === 'ask') this.#answer(session, said)
    else if (said.is === 'bye') this.#leave(session, 'bye')
    else if (said.is === 'foreign') this.#close(session, 'game', said.reason)
    else {
      this.#tally.dropped.count('nonsense')
      session.nonsense++
      if (session.nonsense >= this.limits.nonsenseMax)
        this.#close(
          session,
          'nonsense',
          `${session.nonsense} messages made no sense (the last: ${said.dropped}).`,
        )
    }
  }

  #join(session: Session, asked: string): void {
    const name = properName(asked)
    if (name === undefined) {
      this.#close(session, 'name', NAME_WANTED)
      return
    }
    if (this.#players >= this.limits.players) {
      this.#close(session, 'full', `The server is full: ${this.#players} players.`)
      return
    }
    const player = this.world.addPlayer(name)
    player.entity = this.#definition.options.join(this.world, player)
    this.#players++
    session.player = player
    session.view = new View(this.#desk, {
      isLossy: session.link.state !== undefined,
      bytesPerSecond: this.limits.viewBytesPerSecond,
    })
    const id = (player.entity as AnyEntity | undefined)?.id ?? 0
    session.ownTold = id
    session.conversation.welcome({
      player: player.id,
      entity: id,
      tick: this.world.tick,
      serverName: this.#definition.options.name ?? this.#definition.game.name,
    })
  }

  #answer(session: Session, said: Said & { is: 'ask' }): void {
    const { player, conversation } = session
    if (!player) return
    const isTold = conversation.reply(said.id, this.#replyTo(session, player, said))
    if (!isTold) this.#close(session, 'slow', 'The connection takes in too little to hear its replies.')
  }

  #replyTo(session: Session, player: Player, said: Said & { is: 'ask' }): Reply {
    if (!session.requests.take(1, this.#now)) {
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

  #close(session: Session, code: RefusalCode, reason: string): void {
    if (session.closing) return
    session.closing = { code, reason }
    this.#tally.countClosed(code)
    session.conversation.refuse({ code, reason })
    this.#send(session, false)
    this.#retire(session)
    session.link.close(reason)
  }

  #leave(session: Session, code: string): void {
    session.closing = { code: 'closing', reason: 'The player left.' }
    this.#tally.countClosed(code)
    this.#retire(session)
    session.link.close('Goodbye.')
  }

  /** The player behind a session is gone from the world. */
  #retire(session: Session): void {
    const { player } = session
    if (!player) return
    session.player = undefined
    session.view?.close()
    session.view = undefined
    this.#players--
    this.#definition.options.leave?.(this.world, player)
    this.world.removePlayer(player)
  }

  #forget(session: Session): void {
    if (!this.#sessions.delete(session)) return
    const left = (this.#addresses.get(session.link.address) ?? 1) - 1
    if (left > 0) this.#addresses.set(session.link.address, left)
    else this.#addresses.delete(session.link.address)
    if (!session.closing) this.#tally.countClosed('lost')
    this.#retire(session)
  }
}
