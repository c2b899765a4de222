import { BoundedQueue, type Instant } from '../../core/index.ts'
import type { PacketWriter } from '../../replication/index.ts'
import { decode, encode, type Field } from '../../wire/index.ts'
import type { AnyEntity, AnyGame, EntityId } from '../../world/index.ts'
import type { Conversation, News, Refusal, Said, ServerPace, Welcome, Whereabouts } from '../conversation.ts'
import type { Context, Dialect, Peer } from '../dialect.ts'
import type { DialectLimits } from '../limits.ts'
import { readLoginAnswer } from './account-answer.ts'
import { Framer } from './framer.ts'
import type { Framing, RefusedPlayer, Speaker } from './speaker.ts'
import { ValueView } from './value-view.ts'

/** Things said and not yet heard by the server. */
const SAID_MAX = 64
/** Requests that wait for their replies at a time. */
const ASKED_MAX = 64
/** Bytes of a name and of a password that are worth a look. */
const FORM_BYTES_MAX = 200

/** A stream's chunks are no measure of anything: its bytes are. */
const ANY_NUMBER = 1e9

/** A protocol that is not ours. */
export interface ForeignDialect extends Omit<Dialect, 'begin'> {
  /** For dialects that come as a stream: how it is cut into frames. Chunks come as they are when it is left out. */
  readonly framing?: Framing
  /**
   * Metres: `moved` tells of those alone who are in another square of this size, as of tiles, counted from the map's
   * corner. When it is left out, of whoever is elsewhere at all.
   */
  readonly stride?: number
  /** A peer is there: what speaks with it. */
  readonly begin: (interpreter: Interpreter, context: Context) => Speaker
}

/**
 * What a conversation is at:
 *
 *     greeting --login, register--> asking --account--> greeting | entering
 *         '----------join, enter, resume--> entering --welcome--> in --leave--> greeting
 *                                               '---- refuse ------'----> over
 */
type Stage =
  | { readonly at: 'greeting' }
  /** A page of accounts was asked. `name`: whose. */
  | { readonly at: 'asking'; readonly page: 'login' | 'register'; readonly name: string }
  | { readonly at: 'entering' }
  | { readonly at: 'in'; readonly view: ValueView; readonly instance: number }
  | { readonly at: 'over' }

/**
 * Stands between a speaker of a protocol that is not ours and the server: it has done what the speaker says, and
 * tells it in values what the server tells in the native dialect's bytes.
 *
 *     peer's bytes --> Framer --> speaker.receive --> join, login, intend, ask, leave --> Said --> server
 *     server --> welcome, view, events, replies --> speaker.joined, advanced, told, replied --> send --> peer
 *
 * Whatever the speaker is fed, it can do no more than a native client: what is no command or request of the game is not
 * said, and one that throws ends its own conversation alone.
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
  /** The token of the account that the peer has shown to be its own; empty for none. */
  #login = ''
  /** What the player wants until further notice: said anew in another world, where nothing holds from before. */
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

  /** Whether nothing more will come of it. */
  get isOver(): boolean {
    return this.#stage.at === 'over'
  }

  /** The player's character, as soon as it is in sight. */
  get character(): AnyEntity | undefined {
    return this.entity(this.#own)
  }

  /** Somebody in sight. */
  entity(id: EntityId): AnyEntity | undefined {
    return this.#stage.at === 'in' ? this.#stage.view.entity(id) : undefined
  }

  /** Everybody in sight. */
  get entities(): Iterable<AnyEntity> {
    return this.#stage.at === 'in' ? this.#stage.view.all() : []
  }

  /** Sends bytes to the peer: a packet, a datagram, or any piece of a stream. */
  send(bytes: Uint8Array): void {
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

  /** Comes in as a guest, whom nothing is kept of. */
  join(name: string): void {
    this.#enter(name, '')
  }

  /** Comes in with an account. A wrong password is told by `refused`, and another try is free. */
  login(name: string, password: string): void {
    this.#ask('login', name, password)
  }

  /** Makes an account: `registered` tells when it is there, and `enter` comes in with it. */
  register(name: string, password: string): void {
    this.#ask('register', name, password)
  }

  /** Comes in with the account that was made or shown on this connection before. */
  enter(name = ''): void {
    this.#enter(name, this.#login)
  }

  /** Goes on with a session, by the token that `joined` gave; where it is over, comes in as a guest of this name. */
  resume(token: Uint8Array, name: string): void {
    this.#enter(name, '', token)
  }

  /**
   * From now on the player wants this, until something else is said.
   *
   * @returns false for what is no command of the game; then nothing has changed
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
   * Asks a request of the game.
   *
   * @returns a number under which `replied` tells the answer; undefined for what is no request of the game, or when too
   *          many wait
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

  /** The player leaves the world. The connection stays, and somebody may come in over it once more. */
  leave(): void {
    if (this.#stage.at !== 'in') return
    this.#stage = { at: 'greeting' }
    this.#say({ is: 'leave' })
  }

  /** The player leaves, and the connection ends when what was sent has gone out. */
  close(): void {
    if (this.#stage.at === 'over') return
    this.#end()
    this.#say({ is: 'bye' })
  }

  /** Something came that makes no sense: it is counted, and too much of it ends the connection. */
  drop(kind: string): void {
    this.#context.dropped.count(kind)
    this.#say({ is: 'nonsense', dropped: kind })
  }

  /** Something came that is passed over: it is counted, and that is all. */
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
    if (this.#stage.at !== 'over') this.#guard(() => this.#speaker.tick?.(now))
  }

  welcome({ player, entity, tick, where, serverName, token, resumed }: Welcome): void {
    const view = new ValueView(this.game, this.#stride)
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
      const view = new ValueView(this.game, this.#stride)
      view.kept = this.#own
      this.#stage = { at: 'in', view, instance: where.instance }
      if (this.#intent) this.#say({ is: 'intend', ...this.#intent })
    }
    this.#guard(() => this.#speaker.arrived?.(where, isOther))
  }

  inform(): void {}

  writeContent(): boolean {
    return false
  }

  raise(): void {}

  lower(): void {}

  /** Bytes go to the peer when the speaker sends them: nothing is appended here. */
  write(_packet: PacketWriter, news: News | undefined): boolean {
    const stage = this.#stage
    if (news === undefined || stage.at !== 'in') return false
    const told = stage.view.advance(news.view, news.tick)
    this.#guard(() => this.#speaker.advanced?.(told))
    return false
  }

  writeState(): undefined {
    return undefined
  }

  #hear(frame: Uint8Array, now: Instant): void {
    if (this.#stage.at !== 'over') this.#guard(() => this.#speaker.receive(frame, now))
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
    this.#say({ is: 'hello', name, resume, content: '', login, character: '' })
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

  /** A dialect's own mistake ends the conversation that it was made in, and no other. */
  #guard(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.close()
      this.#context.mistake(error)
    }
  }
}

/** A value as it would arrive at the server from a native client; undefined for what is no such value. */
function settle<T>(field: Field<T>, value: unknown): T | undefined {
  try {
    return decode(field, encode(field, value as T))
  } catch {
    return undefined
  }
}
