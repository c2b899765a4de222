import { BoundedQueue, Counters, hex, type Instant } from '../../core/index.ts'
import { PacketReader, PacketWriter } from '../../replication/index.ts'
import { decode, encode, type Field } from '../../wire/index.ts'
import type { AnyGame } from '../../world/index.ts'
import type {
  Conversation,
  Flag,
  News,
  Notes,
  Refusal,
  Said,
  ServerPace,
  Welcome,
  Whereabouts,
} from '../conversation.ts'
import { type ServerInformation, serverInformation } from '../information.ts'
import { readCommands } from './commands.ts'
import {
  ANSWER_BIT,
  answer,
  CODE,
  CONTENT_BYTES,
  FLAG_BITS,
  have,
  hello,
  map,
  own,
  PROTOCOL_VERSION,
  page,
  ping,
  pong,
  REASON_LENGTH_MAX,
  refused,
  splitFrame,
  TOKEN_BYTES,
  welcome,
  writeMessage,
} from './messages.ts'
import { nativeMetrics } from './metrics.ts'
import { WORLDS, writeNotes } from './notes.ts'

/** The most messages not yet polled. A packet with more is cut off there. */
const SAID_MAX = 64
/** The most bytes of events, replies and other messages waiting for the next packet. */
const WAITING_BYTES_MAX = 65_536

/** How often a quiet view is still sent the tick, per second. */
const KEEP_ALIVES = 5
/** The same where nobody in view moves. */
const STILL_KEEP_ALIVES = 2
/** The most pings that wait for a frame. */
const PINGS_MAX = 4
/** How many ticks a margin waits for a frame with other news. */
const MARGIN_TICKS = 2
/** The least free room needed to begin a state, in bytes. */
const STATE_ROOM = 64

/**
 * Speaks the server's half of the native dialect, for one player.
 *
 *     greeting --hello--> waiting --welcome--> playing
 *        '------------- refuse, foreign -----------------> over
 */
export class NativeConversation implements Conversation {
  readonly dropped: Counters
  readonly sendsNothing = true
  pace: ServerPace = { workMs: 0, worstMs: 0, lateMs: 0 }
  now: Instant | undefined
  readonly #game: AnyGame
  readonly #said = new BoundedQueue<Said>(SAID_MAX)
  readonly #waiting = new PacketWriter(WAITING_BYTES_MAX)
  readonly #reader = new PacketReader()
  #state: 'greeting' | 'waiting' | 'playing' | 'over' = 'greeting'
  #isUrgent = false
  /** The bits of the raised flags. */
  #flags = 0
  #lastNews = 0
  /** Pings that wait for the next frame to be answered in, and when they came. */
  readonly #pings: { readonly sent: number; readonly at: Instant | undefined }[] = []
  /** The tick from which on a margin waits for a frame; 0 for none. */
  #marginSince = 0
  #keepAliveTicks = 1
  #stillTicks = 1
  #heardAt: Instant | undefined
  /** The world that the player was last told of, and how many times it has changed. */
  #instance = 0
  #world = 0

  /** @param dropped  counts for several conversations together; for this one alone when left out */
  constructor(game: AnyGame, dropped?: Counters) {
    this.#game = game
    this.dropped = dropped ?? new Counters(...nativeMetrics.dropped.values)
  }

  get isUrgent(): boolean {
    return this.#isUrgent
  }

  receive(packet: Uint8Array, now?: Instant): void {
    this.#heardAt = now
    const reader = this.#reader.reset(packet)
    while (reader.left > 0 && this.#state !== 'over') {
      const code = reader.byte()
      const body = reader.take(reader.varint())
      if (reader.isBroken) {
        this.#drop('cut-short')
        return
      }
      this.#receiveMessage(code, body)
    }
  }

  receiveState(payload: Uint8Array): boolean {
    return this.#state === 'playing' && this.#receiveCommands(payload)
  }

  poll(): Said | undefined {
    return this.#said.shift()
  }

  welcome(to: Welcome): void {
    this.#state = 'playing'
    this.#beIn(to.where)
    this.#push(CODE.welcome, encode(welcome, { ...to, flags: this.#takeFlags() }))
    this.#isUrgent = true
  }

  refuse(refusal: Refusal): void {
    this.#refuse(refusal, refusal.content ?? '')
  }

  tell(event: number, body: Uint8Array): void {
    if (this.#waiting.room < body.length + 8) return
    this.#waiting.byte(CODE.event)
    this.#waiting.varint(body.length + 1)
    this.#waiting.byte(event)
    this.#waiting.copy(body, 0, body.length)
  }

  reply(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): boolean {
    const body = 'body' in answer ? answer.body : new TextEncoder().encode(answer.sorry.slice(0, 400))
    if (this.#waiting.room < body.length + 24) return false
    const head = new PacketWriter(16)
    head.varint(id)
    head.byte(this.#takeFlags() | ('body' in answer ? ANSWER_BIT : 0))
    this.#waiting.byte(CODE.reply)
    this.#waiting.varint(head.length + body.length)
    this.#waiting.copy(head.bytes, 0, head.length)
    this.#waiting.copy(body, 0, body.length)
    return true
  }

  answer(id: number, body: string): void {
    this.#push(CODE.answer, encode(answer, { id, body }))
    this.#isUrgent = true
  }

  own(entity: number): void {
    this.#push(CODE.own, encode(own, { entity }))
  }

  map(where: Whereabouts, tick: number): void {
    if (where.instance !== this.#instance) this.#world = (this.#world + 1) % WORLDS
    this.#beIn(where)
    this.#push(CODE.map, encode(map, { tick, where }))
    this.#isUrgent = true
  }

  inform(information: ServerInformation): void {
    this.#push(CODE.information, encode(serverInformation, information))
    this.#isUrgent = true
  }

  writeContent(packet: PacketWriter, answer: Uint8Array): boolean {
    return writeMessage(packet, CODE.content, answer)
  }

  raise(flag: Flag): void {
    this.#flags |= FLAG_BITS[flag]
  }

  lower(flag: Flag): void {
    this.#flags &= ~FLAG_BITS[flag]
  }

  /** Returns the flags to add to an answer. `map` is sent once, as links that carry answers lose none. */
  #takeFlags(): number {
    const bits = this.#flags
    this.lower('map')
    return bits
  }

  write(packet: PacketWriter, news: News | undefined): boolean {
    const start = packet.length
    const waiting = this.#waiting
    if (this.#pings.length > 0) {
      if (news && waiting.length === 0 && this.#mayStaySilent(news)) return this.#writeSilence(packet, news)
      this.#answerPings()
    }
    if (waiting.length > 0 && waiting.length <= packet.room) {
      packet.copy(waiting.bytes, 0, waiting.length)
      waiting.length = 0
      this.#isUrgent = false
    }
    if (news && this.#state === 'playing' && waiting.length === 0 && packet.room > STATE_ROOM) {
      // The state comes last in its packet and needs no length: it goes on to the end [N9].
      const isFrame = packet.length > start
      packet.byte(CODE.state)
      if (this.#writeState(packet, news, isFrame) === undefined) packet.length--
    }
    return packet.length > start
  }

  /** Writes the state of a silence, and before it the answers to pings, if the silence ends in this tick. */
  #writeSilence(packet: PacketWriter, news: News): boolean {
    const start = packet.length
    packet.byte(CODE.state)
    if (this.#writeState(packet, news, false) === undefined) {
      packet.length = start
      return false
    }
    this.#answerPings()
    const waiting = this.#waiting
    // A state that fills its packet goes alone; the answers follow in the next tick.
    if (waiting.length > packet.room) return true
    const state = packet.bytes.slice(start, packet.length)
    packet.length = start
    packet.copy(waiting.bytes, 0, waiting.length)
    waiting.length = 0
    packet.copy(state, 0, state.length)
    return true
  }

  /** Whether nobody in view moves and time need not be told yet: what answers the player alone waits with it [N9]. */
  #mayStaySilent({ view, tick }: News): boolean {
    return this.#state === 'playing' && tick - this.#lastNews < this.#stillTicks && view.isStill
  }

  split(frame: Uint8Array): readonly Uint8Array[] {
    return splitFrame(frame)
  }

  writeState(packet: PacketWriter, news: News): number | undefined {
    return this.#writeState(packet, news, false)
  }

  /** @param isFrame  whether a packet goes out anyway */
  #writeState(packet: PacketWriter, news: News, isFrame: boolean): number | undefined {
    const start = packet.length
    const { view, tick } = news
    // Time that goes on is news as well, after a while.
    const passed = tick - this.#lastNews
    const isSoon = passed < this.#keepAliveTicks || this.#mayStaySilent(news)
    if (news.hasMargin && this.#marginSince === 0) this.#marginSince = tick
    const isMarginLate = this.#marginSince > 0 && tick - this.#marginSince >= MARGIN_TICKS
    const isDue = isFrame || news.isUrgent === true || (isMarginLate && !this.#mayStaySilent(news))
    if (!isDue && isSoon && view.isPatient) return undefined
    packet.varint(tick)
    const notes = isDue || !isSoon ? news.takeNotes() : NO_NOTES
    writeNotes(packet, notes, this.#world)
    const number = view.write(packet)
    const isNothing = number === 0 && notes.margin === undefined && notes.own === undefined
    if (isNothing && isSoon) {
      packet.length = start
      return undefined
    }
    if (notes !== NO_NOTES) this.#marginSince = 0
    this.#lastNews = tick
    return number
  }

  #receiveMessage(code: number, body: Uint8Array): void {
    if (code === CODE.hello) this.#receiveHello(body)
    else if (code === CODE.bye) this.#say({ is: 'bye' })
    else if (code === CODE.ping) this.#receivePing(body)
    else if (code === CODE.query) this.#say({ is: 'query' })
    else if (code === CODE.askContent) this.#say({ is: 'ask content', ask: body.slice() })
    else if (code === CODE.have) this.#receiveHave(body)
    else if (code === CODE.page) this.#receivePage(body)
    else if (this.#state !== 'playing') this.#drop('out-of-order')
    else if (code === CODE.commands) this.#receiveCommands(body)
    else if (code === CODE.ask) this.#receiveAsk(body)
    else this.#drop('unknown-code')
  }

  #receiveHello(body: Uint8Array): void {
    if (this.#state !== 'greeting') {
      this.#drop('out-of-order')
      return
    }
    // The version is read alone first: what follows it may be laid out otherwise in another one.
    const version = new PacketReader().reset(body).varint()
    if (version !== PROTOCOL_VERSION) {
      const reason = `The server speaks protocol ${PROTOCOL_VERSION} and the client ${version}; update the older of the two.`
      this.#refuse({ code: 'protocol', reason }, '')
      this.#say({ is: 'foreign', reason })
      return
    }
    const greeting = decode(hello, body)
    if (!greeting || !isVersion(greeting.content)) {
      this.#drop('broken-body')
      return
    }
    if (greeting.fingerprint !== this.#game.fingerprint) {
      const reason = `The server plays ${this.#game.name} ${this.#game.version} with records that differ from the client's.`
      this.#refuse({ code: 'game', reason }, this.#game.description)
      this.#say({ is: 'foreign', reason })
      return
    }
    this.#state = 'waiting'
    const { name, token, heard, instance, login, character } = greeting
    const resume = token.length === TOKEN_BYTES ? { token, heard, instance } : undefined
    this.#say({ is: 'hello', name, resume, content: hex(greeting.content), login, character })
  }

  #receiveHave(body: Uint8Array): void {
    const said = decode(have, body)
    if (said && isVersion(said.content)) this.#say({ is: 'have', content: hex(said.content) })
    else this.#drop('broken-body')
  }

  #receivePage(body: Uint8Array): void {
    const asked = this.#state === 'greeting' ? decode(page, body) : undefined
    if (asked) this.#say({ is: 'page', ...asked })
    else this.#drop(this.#state === 'greeting' ? 'broken-body' : 'out-of-order')
  }

  #receivePing(body: Uint8Array): void {
    const asked = decode(ping, body)
    if (!asked) {
      this.#drop('broken-body')
      return
    }
    this.#pings.push({ sent: asked.sent, at: this.#heardAt })
    // Whoever plays gets a frame in each tick or two: the answer rides on it.
    if (this.#state === 'playing' && this.#pings.length < PINGS_MAX) return
    this.#answerPings()
    this.#isUrgent = true
  }

  #answerPings(): void {
    const { workMs, worstMs, lateMs } = this.pace
    const [work, worst, late] = [workMs, worstMs, lateMs].map((ms) => Math.round(ms * 100))
    for (const { sent, at } of this.#pings) {
      const waited = at === undefined || this.now === undefined ? 0 : Math.max(0, Math.floor(this.now - at))
      this.#push(CODE.pong, encode(pong, { sent, work, worst, late, flags: this.#takeFlags(), waited }))
    }
    this.#pings.length = 0
  }

  #receiveCommands(body: Uint8Array): boolean {
    const commands = readCommands(this.#game.command, body)
    if (commands === undefined) {
      this.#drop('broken-body')
      return false
    }
    // What was wanted before the player heard of this world counts ticks of another one.
    if (commands.world !== this.#world) return false
    const { newest, viewDelay, changes } = commands
    this.#say({ is: 'commands', newest, viewDelay, changes })
    return true
  }

  #beIn({ instance, ticksPerSecond }: Whereabouts): void {
    this.#instance = instance
    this.#keepAliveTicks = ticksPerSecond / KEEP_ALIVES
    this.#stillTicks = ticksPerSecond / STILL_KEEP_ALIVES
    this.#lastNews = 0
  }

  #receiveAsk(body: Uint8Array): void {
    const reader = new PacketReader().reset(body)
    const id = reader.varint()
    const request = this.#game.requestNames[reader.varint()]
    if (reader.isBroken || request === undefined) {
      this.#drop('broken-body')
      return
    }
    const asked = this.#read(this.#game.requests[request].ask, body.subarray(reader.at))
    if (asked === undefined) {
      this.#drop('broken-body')
      return
    }
    this.#say({ is: 'ask', id, request, body: asked })
  }

  #read<T>(field: Field<T>, body: Uint8Array): T | undefined {
    return decode(field, body)
  }

  #refuse(refusal: Refusal, description: string): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    const text = new TextEncoder().encode(description)
    const body = encode(refused, {
      code: refusal.code,
      reason: refusal.reason.slice(0, REASON_LENGTH_MAX).toWellFormed(),
      until: refusal.until ?? 0,
      description: text.length <= 32_768 ? text : new Uint8Array(0),
    })
    this.#waiting.length = 0
    this.#pings.length = 0
    this.#push(CODE.refused, body)
    this.#isUrgent = true
  }

  #say(said: Said): void {
    if (!this.#said.push(said)) this.dropped.count('too-many')
  }

  #drop(kind: (typeof nativeMetrics.dropped.values)[number]): void {
    this.dropped.count(kind)
    this.#say({ is: 'nonsense', dropped: kind })
  }

  /** Queues a message if it fits: a peer that does not read is closed by its link's own limit. */
  #push(code: number, body: Uint8Array): void {
    writeMessage(this.#waiting, code, body)
  }
}

const NO_NOTES: Notes = {}

/** Returns whether the bytes are a content version, or empty for none. */
function isVersion({ length }: Uint8Array): boolean {
  return length === 0 || length === CONTENT_BYTES
}
