import { Counters, type Instant, instant, type Random } from '../core/index.ts'
import type { News, RefusalCode, Said } from '../dialect/index.ts'
import { NativeConversation } from '../dialect/native/index.ts'
import {
  Author,
  Changes,
  PacketWriter,
  type TopicKey,
  topicKey,
  topicName,
  View,
} from '../replication/index.ts'
import type { Link, StateLane } from '../transport/index.ts'
import { encode } from '../wire/index.ts'
import { type AnyEntity, emptyMap, type Player, type Told, World } from '../world/index.ts'
import { type AnyDefinition, Sorry } from './definition.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { Session } from './session.ts'

/** Ticks made up for after a stall; the rest of a longer one is skipped. */
const CATCH_UP_TICKS = 5
const FRAME_BYTES_MAX = 65_536
/** Bytes of one payload on a lane for state, and how many of them one tick may send. */
const PAYLOAD_BYTES_MAX = 1100
const PAYLOADS_PER_TICK_MAX = 4
const VIEW_RADIUS = 48
const NAME_LENGTH_MAX = 24
const NAME_BYTES_MAX = 64

export interface HostOptions {
  readonly limits?: Partial<Limits>
  readonly random: Random
  /** Fine time in ms, to measure work with; not used for anything the world does. */
  readonly stopwatch?: () => number
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
  readonly #changes: Changes
  readonly #sessions = new Set<Session>()
  readonly #addresses = new Map<string, number>()
  readonly #frame = new PacketWriter(FRAME_BYTES_MAX)
  readonly #payload = new PacketWriter(PAYLOAD_BYTES_MAX)
  readonly #dropped = new Counters(
    'too-many-bytes',
    'too-many-packets',
    'too-large',
    'nonsense',
    'too-many-requests',
  )
  readonly #closed = new Map<string, number>()
  readonly #stopwatch: () => number
  readonly #tickMs: number
  #now: Instant
  #nextTickAt: Instant
  #players = 0
  #workMs = 0
  #bytesOut = 0
  #packetsOut = 0
  #bytesIn = 0
  #packetsIn = 0
  #first = 0
  #isClosing = false

  constructor(definition: AnyDefinition, options: HostOptions, now: Instant) {
    const { game } = definition
    this.#definition = definition
    this.limits = { ...defaultLimits, ...options.limits }
    this.#stopwatch = options.stopwatch ?? (() => 0)
    const map = definition.options.map ?? emptyMap(game.map.width, game.map.height)
    this.world = new World(game, { map, random: options.random })
    this.author = new Author(this.world)
    this.#changes = new Changes(this.author.ledger)
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
    const closed: Record<string, number> = {}
    for (const [code, count] of this.#closed) closed[code] = count
    return {
      tick: this.world.tick,
      players: this.#players,
      connections: this.#sessions.size,
      entities: this.world.entityCount,
      tickMs: this.#workMs,
      bytesOut: this.#bytesOut,
      packetsOut: this.#packetsOut,
      bytesIn: this.#bytesIn,
      packetsIn: this.#packetsIn,
      advancesEncoded: this.#changes.encoded,
      dropped: this.#dropped.snapshot(),
      closed,
    }
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
      settleState: (id, isAcknowledged) => this.#settle(session, id, isAcknowledged),
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
    this.#changes.begin(world.tick)
    this.#tellEvents(world.told)
    const sessions = [...this.#sessions]
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
    this.#look(session)
    this.#send(session, true)
  }

  /** Points the view at the player's character. */
  #look(session: Session): void {
    const { player, view } = session
    if (!player || !view) return
    const { options } = this.#definition
    const character = player.entity as AnyEntity | undefined
    if (character?.position)
      view.lookAt(character.position.x, character.position.y, options.viewRadius ?? VIEW_RADIUS)
    view.own = character?.id ?? 0
    if (options.groups || this.world.restricted.size > 0 || view.extras.size !== 1)
      this.#followExtras(view, player)
  }

  #followExtras(view: View, player: Player): void {
    const { options } = this.#definition
    const wanted = new Set([topicKey({ kind: 'world', id: 0 })])
    for (const group of options.groups?.(this.world, player) ?? [])
      wanted.add(topicKey({ kind: 'group', id: group }))
    for (const resident of this.world.restricted)
      if (resident.entity === player.entity || options.canSee?.(this.world, player, resident.entity as never))
        wanted.add(topicKey({ kind: 'entity', id: resident.entity.id }))
    for (const key of view.extras) if (!wanted.has(key)) view.unfollow(key, this.#isGone(key))
    for (const key of wanted) view.follow(key)
  }

  /** Whether a topic was about one entity that is no longer in the world. */
  #isGone(key: TopicKey): boolean {
    const { kind, id } = topicName(key)
    return kind === 'entity' && this.world.get(id) === undefined
  }

  #send(session: Session, withNews: boolean): void {
    const { player, view, conversation, link } = session
    const frame = this.#frame
    frame.length = 0
    if (conversation instanceof NativeConversation) conversation.workMs = this.#workMs
    const news =
      withNews && player && view ? { view, tick: this.world.tick, applied: player.appliedCommand } : undefined
    const lane = link.state
    if (conversation.write(frame, lane ? undefined : news)) {
      if (!link.send(frame.finish())) {
        if (link.isOpen) this.#close(session, 'slow', 'The connection takes in too little to keep up.')
        return
      }
      this.#countOut(frame.length)
    }
    if (lane && news) this.#sendState(session, lane, news)
  }

  /** State on a lane of its own: as many payloads as the tick needs and the path takes. */
  #sendState(session: Session, lane: StateLane, news: News): void {
    const payload = this.#payload
    for (let count = 0; count < PAYLOADS_PER_TICK_MAX && !lane.isCrowded; count++) {
      payload.length = 0
      const number = session.conversation.writeState(payload, news)
      if (number === undefined) return
      const id = lane.send(payload.finish(), count > 0)
      this.#countOut(payload.length)
      if (id !== undefined && number > 0) session.flying.set(id, number)
      else if (number > 0) news.view.lost(number)
      if (number === 0) return
    }
  }

  #countOut(bytes: number): void {
    this.#bytesOut += bytes
    this.#packetsOut++
  }

  #settle(session: Session, id: number, isAcknowledged: boolean): void {
    const number = session.flying.get(id)
    session.flying.delete(id)
    if (number === undefined) return
    if (isAcknowledged) session.view?.acknowledged(number)
    else session.view?.lost(number)
  }

  #receive(session: Session, packet: Uint8Array, now: Instant): void {
    if (session.closing) return
    this.#now = now
    this.#bytesIn += packet.length
    this.#packetsIn++
    session.heardAt = now
    if (packet.length > this.limits.packetBytesMax) {
      this.#dropped.count('too-large')
      this.#close(
        session,
        'too-fast',
        `A packet of ${packet.length} bytes came; ${this.limits.packetBytesMax} are the most.`,
      )
      return
    }
    if (!session.bytes.take(packet.length, now)) {
      this.#dropped.count('too-many-bytes')
      this.#close(session, 'too-fast', `More than ${this.limits.bytesPerSecond} bytes a second came.`)
      return
    }
    if (!session.packets.take(1, now)) {
      this.#dropped.count('too-many-packets')
      this.#close(session, 'too-fast', `More than ${this.limits.packetsPerSecond} packets a second came.`)
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
      this.#dropped.count('nonsense')
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
    const name = asked.normalize('NFC').replace(/\s+/g, ' ').trim()
    if (!isName(name)) {
      this.#close(session, 'name', `A name has 1 to ${NAME_LENGTH_MAX} visible characters.`)
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
    session.view = new View(this.author, this.#changes, {
      isLossy: session.link.state !== undefined,
      bytesPerSecond: this.limits.viewBytesPerSecond,
    })
    session.conversation.welcome({
      player: player.id,
      entity: (player.entity as AnyEntity).id,
      tick: this.world.tick,
      serverName: this.#definition.options.name ?? this.#definition.game.name,
    })
  }

  #answer(session: Session, said: Said & { is: 'ask' }): void {
    const { player } = session
    const handler = this.#definition.options.requests?.[said.request as never] as
      | ((world: World, player: Player, ask: unknown) => unknown)
      | undefined
    if (!player) return
    if (!session.requests.take(1, this.#now)) {
      this.#dropped.count('too-many-requests')
      session.conversation.reply(said.id, { sorry: 'Too many requests; wait a moment.' })
      return
    }
    if (!handler) {
      session.conversation.reply(said.id, { sorry: `The server does not answer '${said.request}'.` })
      return
    }
    try {
      const answer = handler(this.world, player, said.body)
      const { reply } = this.#definition.game.requests[said.request]
      session.conversation.reply(said.id, { body: encode(reply, answer) })
    } catch (error) {
      if (!(error instanceof Sorry)) throw error
      session.conversation.reply(said.id, { sorry: error.message })
    }
  }

  #tellEvents(told: readonly Told[]): void {
    const { eventNames, events } = this.#definition.game
    for (const { name, body, audience } of told) {
      const index = eventNames.indexOf(name)
      const bytes = encode(events[name], body)
      for (const session of this.#sessions)
        if (session.player && this.#isAmong(session.player, audience)) session.conversation.tell(index, bytes)
    }
  }

  #isAmong(player: Player, audience: Told['audience']): boolean {
    if ('everyone' in audience) return true
    if ('to' in audience) return audience.to.id === player.id
    if ('group' in audience)
      return (this.#definition.options.groups?.(this.world, player) ?? []).includes(audience.group)
    const place = (player.entity as AnyEntity | undefined)?.position
    return (
      place !== undefined &&
      (place.x - audience.near.x) ** 2 + (place.y - audience.near.y) ** 2 <= audience.radius ** 2
    )
  }

  #close(session: Session, code: RefusalCode, reason: string): void {
    if (session.closing) return
    session.closing = { code, reason }
    this.#closed.set(code, (this.#closed.get(code) ?? 0) + 1)
    session.conversation.refuse({ code, reason })
    this.#send(session, false)
    this.#retire(session)
    session.link.close(reason)
  }

  #leave(session: Session, code: string): void {
    session.closing = { code: 'closing', reason: 'The player left.' }
    this.#closed.set(code, (this.#closed.get(code) ?? 0) + 1)
    this.#retire(session)
    session.link.close('Goodbye.')
  }

  /** The player behind a session is gone from the world. */
  #retire(session: Session): void {
    const { player } = session
    if (!player) return
    session.player = undefined
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
    if (!session.closing) this.#closed.set('lost', (this.#closed.get('lost') ?? 0) + 1)
    this.#retire(session)
  }
}

/** Whether a game can count on it: 1 to 24 visible characters, in at most 64 bytes of UTF-8 [N6]. */
function isName(name: string): boolean {
  const isShort = name.length > 0 && name.length <= NAME_LENGTH_MAX
  return isShort && new TextEncoder().encode(name).length <= NAME_BYTES_MAX && !/\p{C}/u.test(name)
}
