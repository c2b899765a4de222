import { BoundedQueue, type Instant } from '../../core/index.ts'
import type { PacketWriter } from '../../replication/index.ts'
import { decode, encode, type Field } from '../../wire/index.ts'
import type { AnyEntity, AnyGame, EntityId } from '../../world/index.ts'
import type {
  Conversation,
  Flag,
  News,
  Refusal,
  Said,
  ServerPace,
  Welcome,
  Whereabouts,
} from '../conversation.ts'
import type { Context, Dialect, Peer } from '../dialect.ts'
import type { DialectLimits } from '../limits.ts'
import { readLoginAnswer } from './account-answer.ts'
import { Framer } from './framer.ts'
import type { Framing, RefusedPlayer, Speaker } from './speaker.ts'
import { ValueView } from './value-view.ts'

/** The most messages waiting for the server to poll them. */
const SAID_MAX = 64
/** The most requests waiting for replies at a time. */
const ASKED_MAX = 64
/** The longest name or password that is looked at, in bytes. */
const FORM_BYTES_MAX = 200

/** The packet limit of streams, which never applies: chunks measure nothing, so only bytes are limited. */
const ANY_NUMBER = 1e9

const encoder = new TextEncoder()
/** What is printed, until it is sent: links copy what they are given. */
const print = new Uint8Array(16_384)

/** A foreign protocol. */
export interface ForeignDialect extends Omit<Dialect, 'begin'> {
  /** The framing of a dialect that arrives as a stream. When left out, chunks are passed on as they come. */
  readonly framing?: Framing
  /**
   * The size of a square, in metres, such as a tile, counted from the map's corner: `moved` lists only entities
   * that entered another square. When left out, it lists every entity that moved at all.
   */
  readonly stride?: number
  /** Called when a peer connects: returns the speaker for it. */
  readonly begin: (interpreter: Interpreter, context: Context) => Speaker
}

/**
 * The stage of a conversation:
 *
 *     greeting --login, register--> asking --account--> greeting | entering
 *         '----------join, enter, resume--> entering --welcome--> in --leave--> greeting
 *                                               '---- refuse ------'----> over
 */
type Stage =
  | { readonly at: 'greeting' }
  /** An account page was asked, for the account `name`. */
  | { readonly at: 'asking'; readonly page: 'login' | 'register'; readonly name: string }
  | { readonly at: 'entering' }
  | { readonly at: 'in'; readonly view: ValueView; readonly instance: number }
  | { readonly at: 'over' }

/**
 * Connects the speaker of a foreign protocol to the server: passes on the speaker's actions, and gives it as values
 * what the server sends in the native dialect's bytes.
 *
 *     peer's bytes --> Framer --> speaker.receive --> join, login, intend, ask, leave --> Said --> server
 *     server --> welcome, view, events, replies --> speaker.joined, advanced, told, replied --> send --> peer
 *
 * Whatever bytes a speaker is fed, it can do no more than a native client: invalid commands and requests are not
 * passed on, and a speaker that throws ends only its own conversation.
 */
export class Interpreter implements Conversation {
  pace: ServerPace = { workMs: 0, worstMs: 0, lateMs: 0 }
  readonly isUrgent = false
  readonly limits: DialectLimits
  readonly #peer: Peer
  readonly #context: Context
  readonly #speaker: Speaker
  readonly #framer: Framer | undefined
  readonly #stride: { readonly stride: number | undefined }
  readonly #said = new BoundedQueue<Said>(SAID_MAX)
  readonly #asked = new Map<number, string>()
  #stage: Stage = { at: 'greeting' }
  #own: EntityId = 0
  #ids = 0
  /** The login token of the account that the peer has logged in to; empty for none. */
  #login = ''
  /** The content version that the peer has; empty when it is not known. */
  #content = ''
  #hasDropped = false
  /** The bytes sent since the view was last charged for them. */
  #sent = 0
  #room = Number.POSITIVE_INFINITY
  /** The player's standing command, sent again in another world, where earlier commands do not hold. */
  #intent: { readonly command: unknown } | undefined

  constructor(dialect: ForeignDialect, peer: Peer, context: Context) {
    this.#peer = peer
    this.#context = context
    const isStream = peer.carries === 'stream'
    this.limits = { ...(isStream && { packetsPerSecond: ANY_NUMBER }), ...dialect.limits }
    this.#framer = dialect.framing && isStream ? new Framer(dialect.framing) : undefined
    this.#stride = { stride: dialect.stride }
    this.#speaker = dialect.begin(this, context)
  }

  get peer(): Peer {
    return this.#peer
  }

  get game(): AnyGame {
    return this.#context.game
  }

  /** Whether the player is in the world. */
  get isIn(): boolean {
    return this.#stage.at === 'in'
  }

  /** Whether the conversation has ended. */
  get isOver(): boolean {
    return this.#stage.at === 'over'
  }

  /** The player's character, once it is in sight. */
  get character(): AnyEntity | undefined {
    return this.#stage.at === 'in' ? this.#stage.view.own : undefined
  }

  /** Returns an entity in sight. */
  entity(id: EntityId): AnyEntity | undefined {
    return this.#stage.at === 'in' ? this.#stage.view.entity(id) : undefined
  }

  /** All entities in sight. */
  get entities(): Iterable<AnyEntity> {
    return this.#stage.at === 'in' ? this.#stage.view.all() : []
  }

  /**
   * The bytes that may go out now by the server's limit of bytes per second of state. When there is no room `advanced`
   * is not called: the next one tells of all that happened meanwhile. A speaker that sends state of its own accord
   * sends less then, or nothing.
   */
  get room(): number {
    return this.#room - this.#sent
  }

  /** Sends bytes to the peer: a packet, a datagram, or any piece of a stream. */
  send(bytes: Uint8Array): void {
    this.#sent += bytes.length
    const { carries, packetBytesMax } = this.#peer
    if (carries !== 'stream') {
      this.#peer.send(bytes)
      return
    }
    for (let at = 0; at < bytes.length; at += packetBytesMax)
      if (!this.#peer.send(bytes.subarray(at, at + packetBytesMax))) {
        // A stream with a hole in it makes no sense any more.
        this.#say({ is: 'slow' })
        return
      }
  }

  /** Sends a text in UTF-8. */
  print(text: string): void {
    if (text.length * 3 > print.length) this.send(encoder.encode(text))
    else this.send(print.subarray(0, encoder.encodeInto(text, print).written))
  }

  /** Joins as a guest, of whom nothing is stored. */
  join(name: string): void {
    this.#enter(name, '')
  }

  /** Joins with an account. A wrong password is reported by `refused`, and the player may try again. */
  login(name: string, password: string): void {
    this.#ask('login', name, password)
  }

  /** Creates an account: `registered` is called when it is ready, and `enter` joins with it. */
  register(name: string, password: string): void {
    this.#ask('register', name, password)
  }

  /** Joins with the account that was created or logged in to on this connection before. */
  enter(name = ''): void {
    this.#enter(name, this.#login)
  }

  /** Resumes a session by the token from `joined`; if it has ended, joins as a guest of this name. */
  resume(token: Uint8Array, name: string): void {
    this.#enter(name, '', token)
  }

  /**
   * Holds this command from now on, until the next call.
   *
   * @returns false for an invalid command; then nothing has changed
   */
  intend(command: unknown): boolean {
    if (this.#stage.at !== 'in') return false
    const settled = settle(this.game.command, command)
    if (settled === undefined) return false
    this.#intent = { command: settled }
    this.#say({ is: 'intend', command: settled })
    return true
  }

  /**
   * Sends a request of the game.
   *
   * @returns the number under which `replied` gives the answer; undefined for an invalid request, or when too many
   *   are waiting
   */
  ask(request: string, body: unknown): number | undefined {
    const known = Object.hasOwn(this.game.requests, request) ? this.game.requests[request] : undefined
    if (this.#stage.at !== 'in' || known === undefined || this.#asked.size >= ASKED_MAX) return undefined
    const settled = settle(known.ask, body)
    if (settled === undefined) return undefined
    const id = ++this.#ids
    this.#asked.set(id, request)
    this.#say({ is: 'ask', id, request, body: settled })
    return id
  }

  /** Leaves the world. The connection stays, and somebody may join over it again. */
  leave(): void {
    if (this.#stage.at !== 'in') return
    this.#stage = { at: 'greeting' }
    this.#say({ is: 'leave' })
  }

  /** Leaves the world, and closes the connection once all sent bytes have gone out. */
  close(): void {
    if (this.#stage.at === 'over') return
    this.#end()
    this.#say({ is: 'bye' })
  }

  /** Counts a malformed message; too many of them end the connection. */
  drop(kind: string): void {
    this.#context.dropped.count(kind)
    this.#hasDropped = true
    this.#say({ is: 'nonsense', dropped: kind })
  }

  /** Forgives the malformed messages so far, for protocols where only so many in a row are too many. */
  forgive(): void {
    if (!this.#hasDropped) return
    this.#hasDropped = false
    this.#say({ is: 'sense' })
  }

  /** Discards all bytes that have come after the present frame, for protocols that begin anew after an error. */
  discard(): void {
    this.#framer?.discard()
  }

  /** Tells that the peer has this version of the client content: `flagged` tells when there is another. */
  haveContent(version: string): void {
    this.#content = version
    this.#say({ is: 'have', content: version })
  }

  /** Asks for client content, encoded by the content room; `content` gives the answer. One may get lost. */
  askContent(ask: Uint8Array): void {
    this.#say({ is: 'ask content', ask })
  }

  /** Counts a message that is ignored, without further effect. */
  ignore(kind: string): void {
    this.#context.dropped.count(kind)
  }

  // What follows is the server's side: see `Conversation`.

  receive(packet: Uint8Array, now: Instant): void {
    if (this.#stage.at === 'over') return
    if (this.#framer)
      this.#framer.push(
        packet,
        (frame) => this.#hear(frame, now),
        () =>
          this.#guard(() => {
            this.drop('broken-frame')
            this.#speaker.broken?.()
          }),
      )
    else this.#hear(packet, now)
  }

  receiveState(): boolean {
    return false
  }

  poll(): Said | undefined {
    return this.#said.shift()
  }

  advance(now: Instant): void {
    if (this.#stage.at === 'over') return
    // Each does this once a tick: no closure is made for it.
    try {
      this.#speaker.tick?.(now)
    } catch (error) {
      this.#fail(error)
    }
  }

  welcome({ player, entity, tick, where, serverName, token, resumed }: Welcome): void {
    const view = new ValueView(this.#stride)
    view.kept = entity
    this.#own = entity
    this.#stage = { at: 'in', view, instance: where.instance }
    this.#intent = undefined
    this.#asked.clear()
    const joined = { player, own: entity, tick, where, serverName, token, isResumed: resumed !== 'nothing' }
    this.#guard(() => this.#speaker.joined(joined))
  }

  refuse({ code, reason, until }: Refusal): void {
    if (this.#stage.at === 'over') return
    this.#end()
    this.#guard(() => this.#speaker.refused({ code, reason, until, isOver: true }))
  }

  tell(event: number, body: Uint8Array): void {
    const name = this.game.eventNames[event]
    if (this.#stage.at !== 'in' || this.#speaker.told === undefined) return
    const value = decode(this.game.events[name] as Field<unknown>, body)
    this.#guard(() => this.#speaker.told?.(name, value))
  }

  reply(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): boolean {
    const request = this.#asked.get(id)
    this.#asked.delete(id)
    if (request === undefined || this.#stage.at !== 'in') return true
    const reply =
      'sorry' in answer
        ? answer
        : { body: decode(this.game.requests[request].reply as Field<unknown>, answer.body) }
    this.#guard(() => this.#speaker.replied?.(id, reply))
    return true
  }

  answer(_id: number, body: string): void {
    const stage = this.#stage
    if (stage.at !== 'asking') return
    this.#stage = { at: 'greeting' }
    const answer = readLoginAnswer(body)
    if (answer.is === 'refused') this.#refused(answer)
    else {
      this.#login = answer.token
      if (stage.page === 'login') this.#enter('', answer.token)
      else this.#guard(() => this.#speaker.registered?.(stage.name))
    }
  }

  own(entity: EntityId): void {
    this.#own = entity
    if (this.#stage.at !== 'in') return
    this.#stage.view.kept = entity
    this.#guard(() => this.#speaker.owns?.(entity))
  }

  map(where: Whereabouts): void {
    const stage = this.#stage
    if (stage.at !== 'in') return
    const isOther = where.instance !== stage.instance
    if (isOther) {
      const view = new ValueView(this.#stride)
      view.kept = this.#own
      this.#stage = { at: 'in', view, instance: where.instance }
      if (this.#intent) this.#say({ is: 'intend', ...this.#intent })
    }
    this.#guard(() => this.#speaker.arrived?.(where, isOther))
  }

  inform(): void {}

  /** Appends nothing: the speaker is told. */
  writeContent(_packet: PacketWriter, answer: Uint8Array): boolean {
    if (this.#stage.at === 'over') return false
    this.#guard(() => this.#speaker.content?.(answer))
    return true
  }

  raise(flag: Flag): void {
    if (this.#stage.at !== 'over') this.#guard(() => this.#speaker.flagged?.(flag, true))
  }

  lower(flag: Flag): void {
    if (this.#stage.at !== 'over') this.#guard(() => this.#speaker.flagged?.(flag, false))
  }

  /** Appends nothing: bytes go to the peer when the speaker sends them. */
  write(_packet: PacketWriter, news: News | undefined): boolean {
    const stage = this.#stage
    if (news === undefined || stage.at !== 'in') return false
    const { view } = news
    if (this.#sent > 0) view.spend(this.#sent)
    this.#sent = 0
    this.#room = view.room
    if (this.#room <= 0) {
      this.#context.dropped.count('over-budget')
      return false
    }
    const told = stage.view.advance(view, news.tick)
    try {
      this.#speaker.advanced?.(told)
    } catch (error) {
      this.#fail(error)
    }
    return false
  }

  writeState(): undefined {
    return undefined
  }

  #hear(frame: Uint8Array, now: Instant): void {
    if (this.#stage.at === 'over') return
    try {
      this.#speaker.receive(frame, now)
    } catch (error) {
      this.#fail(error)
    }
  }

  #ask(page: 'login' | 'register', name: string, password: string): void {
    if (this.#stage.at === 'over') return
    if (this.#stage.at !== 'greeting') {
      this.#refused({
        code: 'busy',
        reason: 'One thing after the other: wait for the answer, or leave first.',
      })
      return
    }
    if (name.length > FORM_BYTES_MAX || password.length > FORM_BYTES_MAX) {
      this.#refused({ code: 'form', reason: 'That name or password is too long.' })
      return
    }
    this.#stage = { at: 'asking', page, name }
    this.#say({ is: 'page', id: ++this.#ids, page, login: '', body: JSON.stringify({ name, password }) })
  }

  #enter(name: string, login: string, token?: Uint8Array): void {
    if (this.#stage.at === 'over') return
    if (this.#stage.at !== 'greeting') {
      this.#refused({ code: 'busy', reason: 'You are in, or about to be; leave first.' })
      return
    }
    this.#stage = { at: 'entering' }
    const resume = token && { token, heard: new Uint8Array(0), instance: 0 }
    this.#say({ is: 'hello', name, resume, content: this.#content, login, character: '' })
  }

  #refused(refused: Omit<RefusedPlayer, 'isOver'>): void {
    this.#guard(() => this.#speaker.refused({ ...refused, isOver: false }))
  }

  #end(): void {
    this.#stage = { at: 'over' }
    this.#framer?.stop()
  }

  #say(said: Said): void {
    if (!this.#said.push(said)) this.#context.dropped.count('too-many')
  }

  /** Runs the dialect's code; an error in it ends this conversation and no other. */
  #guard(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.close()
    this.#context.mistake(error)
  }
}

/** Returns a value as it would arrive from a native client; undefined for an invalid one. */
function settle<T>(field: Field<T>, value: unknown): T | undefined {
  try {
    return decode(field, encode(field, value as T))
  } catch {
    return undefined
  }
}
