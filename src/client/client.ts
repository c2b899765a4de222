import { type Instant, instant, milliseconds, type Random, ShardlessError } from '../core/index.ts'
import { NativeClient, type RefusalCode } from '../dialect/native/index.ts'
import { type LeaveReason, PacketWriter, Playback, type Presence, TickClock } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import { decode } from '../wire/index.ts'
import type {
  AnyGame,
  AskOf,
  CommandOf,
  EntitiesOf,
  EntityId,
  EntityOf,
  EventNames,
  EventOf,
  KindsOf,
  PlayerOf,
  ReplyOf,
  RequestNames,
} from '../world/index.ts'
import { Meter } from './meter.ts'

/** What a client needs of the world outside: links and dice. */
export interface Surroundings {
  /** Opens a link; rejects with a sentence when it cannot. */
  openLink(): Promise<Link>
  now(): Instant
  readonly random: Random
}

export interface ClientOptions {
  /** The name to play under: 1 to 24 visible characters. */
  readonly name: string
  /** Whether a lost connection is made anew by itself. Yes when left out. */
  readonly reconnects?: boolean
}

export type Status = 'connecting' | 'open' | 'reconnecting' | 'closed'

/** How the connection does. All averages are over the last few seconds. */
export interface ClientStats {
  readonly pingMs: number
  readonly jitterMs: number
  readonly bytesPerSecondIn: number
  readonly bytesPerSecondOut: number
  readonly packetsPerSecondIn: number
  /** What one tick takes on the server. */
  readonly serverTickMs: number
  /** The newest tick heard of. */
  readonly serverTick: number
  /** How far in the past others are shown. */
  readonly interpolationMs: number
  readonly entitiesInView: number
  /** Topics followed. */
  readonly topics: number
  /** Ticks with news that were received since the beginning. */
  readonly ticksReceived: number
  /** Times that nothing came for 750 ms or longer. */
  readonly stalls: number
  readonly bytesIn: number
  readonly bytesOut: number
}

/** The server refused this player; `code` says why, the message says it in a sentence. */
export class Refused extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode, reason: string) {
    super(reason)
    this.name = 'Refused'
    this.code = code
  }
}

const FRAME_BYTES_MAX = 40_000
const PING_MS = 1000
/** Milliseconds between two commands that say the same: a keep-alive. */
const COMMAND_REPEAT_MS = 500
/** Milliseconds of silence after which a connection counts as lost. The server answers a ping a second. */
const SILENCE_MS = 5000
const WAIT_LEAST_MS = 250
const WAIT_MOST_MS = 8000
/** Milliseconds without news that count as a stall: the server says something at least every half second. */
const STALL_MS = 750
/** Refusals after which trying again is of no use. */
const FINAL: readonly RefusalCode[] = ['protocol', 'game', 'name', 'kicked', 'nonsense']

type AnyCallback = (...values: never[]) => void

/**
 * A player's end of the world, in browser and Node.
 *
 * It is a machine: whoever joins it to a platform calls `poll` at `wakeAt` and, where something is drawn, `frame` for
 * each picture. Callbacks are called from within `poll`, `frame` and the link's own.
 */
export class Client<G extends AnyGame = AnyGame> {
  readonly game: G
  readonly #options: ClientOptions
  readonly #surroundings: Surroundings
  readonly #native: NativeClient
  readonly #clock: TickClock
  readonly #playback: Playback
  readonly #frame = new PacketWriter(FRAME_BYTES_MAX)
  readonly #listeners = new Map<string, Set<AnyCallback>>()
  readonly #asked = new Map<
    number,
    { request: string; resolve: (reply: never) => void; reject: (error: Error) => void }
  >()
  readonly #in = new Meter()
  readonly #out = new Meter()
  readonly #tickMs: number
  #link: Link | undefined
  #status: Status = 'connecting'
  #isDialling = false
  #nextAsk = 1
  #command: CommandOf<G> | undefined
  #hasCommandNews = false
  #commandNumber = 0
  #commandAt = 0
  #nextTickAt: Instant
  #pingAt = 0
  #heardAt: Instant
  #retryAt = Number.POSITIVE_INFINITY
  #waits = 0
  #pingMs = 0
  #jitterMs = 0
  #workMs = 0
  #ticksReceived = 0
  #stalls = 0
  #newsAt = 0
  #refusal: Refused | undefined

  constructor(game: G, options: ClientOptions, surroundings: Surroundings) {
    this.game = game
    this.#options = options
    this.#surroundings = surroundings
    this.#tickMs = 1000 / game.ticksPerSecond
    this.#clock = new TickClock(game.ticksPerSecond)
    this.#native = new NativeClient(game, {
      entered: (presence) => {
        this.#playback.show(presence, this.#native.replica.tick)
        this.#emit(`enter ${presence.kind.name}`, presence.entity)
      },
      changed: (presence, before) => this.#emit(`change ${presence.kind.name}`, presence.entity, before),
      moved: (presence, tick, hasJumped) => this.#playback.moved(presence, tick, hasJumped),
      left: (presence, why) => this.#left(presence, why),
      welcomed: () => this.#welcomed(),
      refused: (code, reason) => this.#refused(code, reason),
      told: (event, body) => this.#emit(`event ${event}`, body),
      replied: (id, answer) => this.#replied(id, answer),
      ponged: (sent, workMs) => this.#ponged(sent, workMs),
      advanced: (tick) => this.#advanced(tick),
    })
    this.#playback = new Playback(this.#native.replica.ledger)
    const now = surroundings.now()
    this.#heardAt = now
    this.#nextTickAt = now
    this.#dial()
  }

  get status(): Status {
    return this.#status
  }

  /** The player's own character, once it is in view. Its position is as shown. */
  get me(): PlayerOf<G> | undefined {
    const presence = this.#native.replica.present.get(this.#native.ownId)
    return presence?.isKnown ? (presence.entity as PlayerOf<G>) : undefined
  }

  /** An entity in view. */
  get(id: EntityId): EntitiesOf<G> | undefined {
    const presence = this.#native.replica.present.get(id)
    return presence?.isKnown ? (presence.entity as EntitiesOf<G>) : undefined
  }

  /** Every entity of one kind in view. Positions are as shown: call `frame` first. */
  *entities<K extends KindsOf<G>>(kind: K): Generator<EntityOf<G, K>> {
    for (const presence of this.#native.replica.present.values())
      if (presence.isKnown && presence.kind.name === kind) yield presence.entity as EntityOf<G, K>
  }

  /** Called when an entity comes into view, with all its fields. @returns stops calling */
  onEnter<K extends KindsOf<G>>(kind: K, callback: (entity: EntityOf<G, K>) => void): () => void {
    return this.#on(`enter ${kind}`, callback)
  }

  /** Called when an entity is no longer in view: out of range, or removed from the world. */
  onLeave<K extends KindsOf<G>>(
    kind: K,
    callback: (entity: EntityOf<G, K>, why: LeaveReason) => void,
  ): () => void {
    return this.#on(`leave ${kind}`, callback)
  }

  /** Called when fields of an entity in view changed; `before` holds the old values of those that did. */
  onChange<K extends KindsOf<G>>(
    kind: K,
    callback: (entity: EntityOf<G, K>, before: Partial<EntityOf<G, K>>) => void,
  ): () => void {
    return this.#on(`change ${kind}`, callback)
  }

  /** Called when the world tells an event. */
  on<N extends EventNames<G>>(event: N, callback: (body: EventOf<G, N>) => void): () => void {
    return this.#on(`event ${event}`, callback)
  }

  /** Called when the connection opens, is lost, or ends; `reason` is a sentence, empty where none is needed. */
  onStatus(callback: (status: Status, reason: string) => void): () => void {
    return this.#on('status', callback)
  }

  /**
   * What the player wants from now on. Call it as often as you like: it is sent once a tick when it changed.
   *
   * @throws `wire/out-of-range` at the next tick for a command that is not the game's
   */
  command(command: CommandOf<G>): void {
    const before = JSON.stringify(this.#command)
    this.#command = { ...(command as object) } as CommandOf<G>
    if (JSON.stringify(this.#command) !== before) this.#hasCommandNews = true
  }

  /**
   * Asks the server.
   *
   * @returns its reply; rejects with its sentence when it refuses, and when the connection is lost meanwhile
   * @throws `wire/out-of-range` for a body that is not the request's
   */
  ask<N extends RequestNames<G>>(request: N, body: AskOf<G, N>): Promise<ReplyOf<G, N>> {
    const id = this.#nextAsk++
    if (this.#status !== 'open')
      return Promise.reject(new Error('There is no connection; ask again when it is open.'))
    if (!(request in this.game.requests))
      throw new ShardlessError(
        'client/unknown-request',
        `the game has no request '${request}'; describe it in defineGame.`,
      )
    if (!this.#native.ask(id, request, body))
      return Promise.reject(new Error('Too many requests wait to be sent; wait for replies.'))
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { request, resolve, reject })
      this.#flush()
    })
  }

  /** Moves what is shown to the present picture. Call it once for each one drawn. */
  frame(): void {
    const shown = this.#clock.shownAt(this.#surroundings.now())
    for (const presence of this.#native.replica.present.values()) this.#playback.show(presence, shown)
  }

  get stats(): ClientStats {
    const now = this.#surroundings.now()
    return {
      pingMs: this.#pingMs,
      jitterMs: this.#jitterMs,
      bytesPerSecondIn: this.#in.bytesPerSecond(now),
      bytesPerSecondOut: this.#out.bytesPerSecond(now),
      packetsPerSecondIn: this.#in.packetsPerSecond(now),
      serverTickMs: this.#workMs,
      serverTick: this.#clock.heard,
      interpolationMs: this.#clock.delayTicks * this.#tickMs,
      entitiesInView: this.#native.replica.present.size,
      topics: this.#native.replica.followed.size,
      ticksReceived: this.#ticksReceived,
      stalls: this.#stalls,
      bytesIn: this.#in.bytes,
      bytesOut: this.#out.bytes,
    }
  }

  /** Leaves. The character is taken out of the world at once. */
  close(): void {
    if (this.#status === 'closed') return
    if (this.#link?.isOpen) {
      this.#native.bye()
      this.#flush()
    }
    this.#end('The player left.')
  }

  /** When `poll` next has something to do. */
  get wakeAt(): Instant {
    if (this.#status === 'closed') return instant(Number.POSITIVE_INFINITY)
    return instant(Math.min(this.#nextTickAt, this.#retryAt))
  }

  /** Does what is due: sends commands, pings, notices silence, tries again. */
  poll(): void {
    if (this.#status === 'closed') return
    const now = this.#surroundings.now()
    if (now >= this.#retryAt) this.#dial()
    if (now < this.#nextTickAt) return
    this.#nextTickAt = instant(Math.max(this.#nextTickAt + this.#tickMs, now))
    if (!this.#link) return
    if (now - this.#heardAt > SILENCE_MS) {
      this.#link.close('Nothing was heard from the server.')
      this.#lost('Nothing was heard from the server.')
      return
    }
    if (this.#status === 'open') this.#sendCommand(now)
    if (now - this.#pingAt >= PING_MS) {
      this.#pingAt = now
      this.#native.ping(now)
    }
    this.#flush()
    const { replica } = this.#native
    const tick = Math.floor(this.#clock.tickAt(now))
    if (tick > replica.tick + this.game.ticksPerSecond) replica.settle()
  }

  #sendCommand(now: Instant): void {
    this.#commandNumber++
    if (this.#command === undefined) return
    if (!this.#hasCommandNews && now - this.#commandAt < COMMAND_REPEAT_MS) return
    this.#native.command(this.#commandNumber, this.#command)
    this.#hasCommandNews = false
    this.#commandAt = now
  }

  #flush(): void {
    const frame = this.#frame
    frame.length = 0
    if (!this.#link || !this.#native.write(frame)) return
    if (this.#link.send(frame.finish())) this.#out.count(frame.length, this.#surroundings.now())
  }

  #dial(): void {
    if (this.#isDialling) return
    this.#isDialling = true
    this.#retryAt = Number.POSITIVE_INFINITY
    this.#surroundings.openLink().then(
      (link) => this.#opened(link),
      (error) => {
        this.#isDialling = false
        this.#lost(error instanceof Error ? error.message : String(error))
      },
    )
  }

  #opened(link: Link): void {
    this.#isDialling = false
    if (this.#status === 'closed') {
      link.close('The player left.')
      return
    }
    const now = this.#surroundings.now()
    this.#link = link
    this.#heardAt = now
    this.#native.restart()
    this.#clock.reset()
    this.#playback.clear()
    this.#native.greet(this.#options.name)
    link.open({
      receive: (packet) => this.#receive(link, packet),
      receiveState: (payload) => this.#receiveState(link, payload),
      closed: (reason) => {
        if (this.#link === link) this.#lost(reason || 'The connection was lost.')
      },
    })
    this.#flush()
  }

  #receive(link: Link, packet: Uint8Array): void {
    if (this.#link !== link) return
    const now = this.#surroundings.now()
    this.#heardAt = now
    this.#in.count(packet.length, now)
    this.#native.receive(packet)
    if (this.#native.isBroken && this.#link === link) {
      link.close('The server said what makes no sense.')
      this.#lost('The server said what makes no sense.')
    }
  }

  #receiveState(link: Link, payload: Uint8Array): boolean {
    if (this.#link !== link) return false
    const now = this.#surroundings.now()
    this.#heardAt = now
    this.#in.count(payload.length, now)
    return this.#native.receiveState(payload)
  }

  #welcomed(): void {
    this.#waits = 0
    this.#commandNumber = 0
    this.#hasCommandNews = this.#command !== undefined
    this.#newsAt = 0
    this.#become('open', '')
  }

  #advanced(tick: number): void {
    const now = this.#surroundings.now()
    this.#ticksReceived++
    if (this.#newsAt > 0 && now - this.#newsAt > STALL_MS) this.#stalls++
    this.#newsAt = now
    this.#clock.hear(tick, now)
  }

  #ponged(sent: number, workMs: number): void {
    const rtt = Math.max(0, this.#surroundings.now() - sent)
    this.#jitterMs =
      this.#pingMs === 0 ? 0 : this.#jitterMs + (Math.abs(rtt - this.#pingMs) - this.#jitterMs) / 8
    this.#pingMs = this.#pingMs === 0 ? rtt : this.#pingMs + (rtt - this.#pingMs) / 4
    this.#workMs = workMs
  }

  #replied(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): void {
    const asked = this.#asked.get(id)
    if (!asked) return
    this.#asked.delete(id)
    if ('sorry' in answer) {
      asked.reject(new Error(answer.sorry))
      return
    }
    const reply = decode(this.game.requests[asked.request].reply, answer.body)
    if (reply === undefined) asked.reject(new Error('The reply makes no sense.'))
    else asked.resolve(reply as never)
  }

  #left(presence: Presence, why: LeaveReason): void {
    this.#playback.left(presence.id)
    this.#emit(`leave ${presence.kind.name}`, presence.entity, why)
  }

  #refused(code: RefusalCode, reason: string): void {
    this.#refusal = new Refused(code, reason)
    if (FINAL.includes(code)) this.#end(reason)
  }

  /** The refusal that ended the connection, or the last one. */
  get refusal(): Refused | undefined {
    return this.#refusal
  }

  #lost(reason: string): void {
    this.#link = undefined
    if (this.#status === 'closed') return
    this.#forgetAsked(reason)
    // A first connection that fails is the program's to try again: the address may be wrong.
    if (this.#options.reconnects === false || this.#status === 'connecting') {
      this.#end(this.#refusal?.message ?? reason)
      return
    }
    // Growing waits, each with dice of its own, so that a restarted server is not met by everyone at once.
    const longest = Math.min(WAIT_MOST_MS, WAIT_LEAST_MS * 2 ** this.#waits++)
    const wait = milliseconds(longest * (0.5 + this.#surroundings.random.fraction() / 2))
    this.#retryAt = this.#surroundings.now() + wait
    this.#become('reconnecting', this.#refusal?.message ?? reason)
    this.#refusal = undefined
  }

  #end(reason: string): void {
    const link = this.#link
    this.#link = undefined
    this.#retryAt = Number.POSITIVE_INFINITY
    this.#forgetAsked(reason)
    this.#become('closed', reason)
    link?.close('The player left.')
  }

  #forgetAsked(reason: string): void {
    for (const { reject } of this.#asked.values()) reject(new Error(reason))
    this.#asked.clear()
  }

  #become(status: Status, reason: string): void {
    if (this.#status === status) return
    this.#status = status
    this.#emit('status', status, reason)
  }

  #on(what: string, callback: AnyCallback): () => void {
    let callbacks = this.#listeners.get(what)
    if (!callbacks) {
      callbacks = new Set()
      this.#listeners.set(what, callbacks)
    }
    callbacks.add(callback)
    return () => callbacks.delete(callback)
  }

  #emit(what: string, ...values: unknown[]): void {
    const callbacks = this.#listeners.get(what)
    if (callbacks) for (const callback of callbacks) (callback as (...values: unknown[]) => void)(...values)
  }
}
