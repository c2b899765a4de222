import { after, FOREVER, type Instant, instant, type Random, ShardlessError } from '../core/index.ts'
import { NativeClient, type RefusalCode } from '../dialect/native/index.ts'
import { type LeaveReason, PacketWriter, Playback, type Presence, TickClock } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
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
import { Callbacks } from './callbacks.ts'
import type { ClientStats } from './client-stats.ts'
import { CommandStream } from './command-stream.ts'
import { Inspection } from './inspection.ts'
import { Meter } from './meter.ts'
import { Patience } from './patience.ts'
import { Pulse } from './pulse.ts'
import { Questions } from './questions.ts'
import { Refused } from './refused.ts'

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

const FRAME_BYTES_MAX = 40_000
const PING_MS = 1000
/** Milliseconds of silence after which a connection counts as lost. The server answers a ping a second. */
const SILENCE_MS = 5000

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
  readonly #callbacks = new Callbacks()
  readonly #questions: Questions
  readonly #commands: CommandStream<CommandOf<G>>
  readonly #patience: Patience
  readonly #pulse = new Pulse()
  readonly #in = new Meter()
  readonly #out = new Meter()
  readonly #tickMs: number
  #link: Link | undefined
  #status: Status = 'connecting'
  #isDialling = false
  #nextTickAt: Instant
  #pingAt = 0
  #heardAt: Instant
  #retryAt = FOREVER
  #refusal: Refused | undefined

  constructor(game: G, options: ClientOptions, surroundings: Surroundings) {
    this.game = game
    this.#options = options
    this.#surroundings = surroundings
    this.#tickMs = 1000 / game.ticksPerSecond
    this.#clock = new TickClock(game.ticksPerSecond)
    this.#questions = new Questions(game)
    this.#commands = new CommandStream(game.command)
    this.#patience = new Patience(surroundings.random)
    this.#native = new NativeClient(game, {
      entered: (presence) => {
        this.#playback.show(presence, this.#native.replica.tick)
        this.#callbacks.tell(`enter ${presence.kind.name}`, presence.entity)
      },
      changed: (presence, before) =>
        this.#callbacks.tell(`change ${presence.kind.name}`, presence.entity, before),
      moved: (presence, tick, hasJumped) => this.#playback.moved(presence, tick, hasJumped),
      left: (presence, why) => this.#left(presence, why),
      welcomed: () => this.#welcomed(),
      refused: (code, reason) => this.#refused(code, reason),
      told: (event, body) => this.#callbacks.tell(`event ${event}`, body),
      replied: (id, answer) => this.#questions.receive(id, answer),
      ponged: (sent, workMs) => this.#pulse.ponged(sent, workMs, surroundings.now()),
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

  /** The refusal that ended the connection, or the last one. */
  get refusal(): Refused | undefined {
    return this.#refusal
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
    return this.#callbacks.add(`enter ${kind}`, callback)
  }

  /** Called when an entity is no longer in view: out of range, or removed from the world. */
  onLeave<K extends KindsOf<G>>(
    kind: K,
    callback: (entity: EntityOf<G, K>, why: LeaveReason) => void,
  ): () => void {
    return this.#callbacks.add(`leave ${kind}`, callback)
  }

  /** Called when fields of an entity in view changed; `before` holds the old values of those that did. */
  onChange<K extends KindsOf<G>>(
    kind: K,
    callback: (entity: EntityOf<G, K>, before: Partial<EntityOf<G, K>>) => void,
  ): () => void {
    return this.#callbacks.add(`change ${kind}`, callback)
  }

  /** Called when the world tells an event. */
  on<N extends EventNames<G>>(event: N, callback: (body: EventOf<G, N>) => void): () => void {
    return this.#callbacks.add(`event ${event}`, callback)
  }

  /** Called when the connection opens, is lost, or ends; `reason` is a sentence, empty where none is needed. */
  onStatus(callback: (status: Status, reason: string) => void): () => void {
    return this.#callbacks.add('status', callback)
  }

  /**
   * What the player wants from now on. Call it as often as you like: it is sent once a tick when it changed.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  command(command: CommandOf<G>): void {
    this.#commands.want(command)
  }

  /**
   * Asks the server.
   *
   * @returns its reply; rejects with its sentence when it refuses, and when the connection is lost meanwhile
   * @throws `client/unknown-request`; `wire/out-of-range` for a body that is not the request's
   */
  ask<N extends RequestNames<G>>(request: N, body: AskOf<G, N>): Promise<ReplyOf<G, N>> {
    if (!(request in this.game.requests))
      throw new ShardlessError(
        'client/unknown-request',
        `the game has no request '${request}'; describe it in defineGame.`,
      )
    if (this.#status !== 'open')
      return Promise.reject(new Error('There is no connection; ask again when it is open.'))
    const id = this.#questions.number()
    if (!this.#native.ask(id, request, body))
      return Promise.reject(new Error('Too many requests wait to be sent; wait for replies.'))
    this.#flush()
    return this.#questions.wait(id, request)
  }

  /** Moves what is shown to the present picture. Call it once for each one drawn. */
  frame(): void {
    const shown = this.#clock.shownAt(this.#surroundings.now())
    for (const presence of this.#native.replica.present.values()) this.#playback.show(presence, shown)
  }

  get stats(): ClientStats {
    const now = this.#surroundings.now()
    return {
      pingMs: this.#pulse.pingMs,
      jitterMs: this.#pulse.jitterMs,
      bytesPerSecondIn: this.#in.bytesPerSecond(now),
      bytesPerSecondOut: this.#out.bytesPerSecond(now),
      packetsPerSecondIn: this.#in.packetsPerSecond(now),
      serverTickMs: this.#pulse.serverTickMs,
      serverTick: this.#clock.heard,
      interpolationMs: this.#clock.delayTicks * this.#tickMs,
      entitiesInView: this.#native.replica.present.size,
      topics: this.#native.replica.followed.size,
      ticksReceived: this.#pulse.ticksReceived,
      stalls: this.#pulse.stalls,
      bytesIn: this.#in.bytes,
      bytesOut: this.#out.bytes,
    }
  }

  /** Looks into what is read from here on, until the inspection is stopped. One at a time. */
  inspect(): Inspection {
    return new Inspection(this.#native.replica, () => this.#surroundings.now())
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
    if (this.#status === 'closed') return FOREVER
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
    const said = this.#commands.next(now)
    if (said) this.#native.command(said.number, said.body)
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
    this.#retryAt = FOREVER
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
    this.#patience.reset()
    this.#commands.restart()
    this.#pulse.restart()
    this.#become('open', '')
  }

  #advanced(tick: number): void {
    const now = this.#surroundings.now()
    this.#pulse.heard(now)
    this.#clock.hear(tick, now)
  }

  #left(presence: Presence, why: LeaveReason): void {
    this.#playback.left(presence.id)
    this.#callbacks.tell(`leave ${presence.kind.name}`, presence.entity, why)
  }

  #refused(code: RefusalCode, reason: string): void {
    this.#refusal = new Refused(code, reason)
    if (this.#refusal.isFinal) this.#end(reason)
  }

  #lost(reason: string): void {
    this.#link = undefined
    if (this.#status === 'closed') return
    this.#questions.forget(reason)
    // A first connection that fails is the program's to try again: the address may be wrong.
    if (this.#options.reconnects === false || this.#status === 'connecting') {
      this.#end(this.#refusal?.message ?? reason)
      return
    }
    this.#retryAt = after(this.#surroundings.now(), this.#patience.next())
    this.#become('reconnecting', this.#refusal?.message ?? reason)
    this.#refusal = undefined
  }

  #end(reason: string): void {
    const link = this.#link
    this.#link = undefined
    this.#retryAt = FOREVER
    this.#questions.forget(reason)
    this.#become('closed', reason)
    link?.close('The player left.')
  }

  #become(status: Status, reason: string): void {
    if (this.#status === status) return
    this.#status = status
    this.#callbacks.tell('status', status, reason)
  }
}
