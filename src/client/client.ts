import { type ContentAnswer, type ContentAsk, readAnswer, writeAsk } from '../content/index.ts'
import type { Vector2 } from '../core/index.ts'
import { FOREVER, type Instant, instant, ShardlessError } from '../core/index.ts'
import {
  type Flag,
  type Flags,
  HEARD_BYTES_MAX,
  NativeClient,
  type Notes,
  type ServerInformation,
  type Welcomed,
  type Whereabouts,
} from '../dialect/native/index.ts'
import type { Correction } from '../feel/index.ts'
import { type LeaveReason, PacketWriter, topicName, writeResumeState } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import {
  type AnyGame,
  type AskOf,
  type CommandOf,
  type EntitiesOf,
  type EntityId,
  type EntityOf,
  type EventNames,
  type EventOf,
  GameCode,
  type KindsOf,
  type PlayerOf,
  type ReplyOf,
  type RequestNames,
} from '../world/index.ts'
import { ContentAsks } from './ask/content-asks.ts'
import { MapAsks } from './ask/map-asks.ts'
import { PendingRequests } from './ask/pending-requests.ts'
import type { ClientStats } from './client-stats.ts'
import { Listeners } from './listeners.ts'
import { CommandStream } from './session/command-stream.ts'
import { Credentials, type LoginResult } from './session/credentials.ts'
import { Dialer, type Surroundings } from './session/dialer.ts'
import { type ClientOptions, checkVersion, troubleWith } from './session/options.ts'
import { Pulse } from './session/pulse.ts'
import { Refused } from './session/refused.ts'
import type { MapInfo } from './show/ground.ts'
import { Inspection } from './show/inspection.ts'
import { Scene, type Switches } from './show/scene.ts'
import { StutterMonitor } from './show/stutter-monitor.ts'

export type Status = 'connecting' | 'open' | 'reconnecting' | 'closed'

const FRAME_BYTES_MAX = 40_000
const nothing = new Uint8Array(0)
const HEARD_ROOM = 65_536
const PING_MS = 1000
const PING_EARLY_MS = 750

/**
 * A player's client, in browser and Node: connects to the server, shows the world and sends the player's commands.
 *
 * It is a machine: its platform calls `poll` at `wakeAt` and, where something is drawn, `frame` for each frame.
 * Callbacks are called from within `poll`, `frame` and the link's own.
 */
export class Client<G extends AnyGame = AnyGame> {
  readonly #options: ClientOptions
  readonly #surroundings: Surroundings
  readonly #native: NativeClient
  readonly #frame = new PacketWriter(FRAME_BYTES_MAX)
  readonly #code: GameCode
  readonly #listeners: Listeners
  readonly #pending: PendingRequests
  readonly #contentAsks = new ContentAsks()
  readonly #mapAsks: MapAsks
  readonly #queries: ((information: ServerInformation | undefined) => void)[] = []
  readonly #raised = { map: false, client: false }
  #content: string
  readonly #commands: CommandStream<CommandOf<G>>
  readonly #scene: Scene
  /** The last stutters by cause, each with the evidence. */
  readonly stutters: StutterMonitor
  readonly switches: Switches = { prediction: true, interpolation: true, lagCompensation: true }
  readonly #credentials: Credentials
  readonly #pulse = new Pulse()
  readonly #dialer: Dialer
  #tickMs: number
  #status: Status = 'connecting'
  #nextTickAt: Instant
  #pingAt = 0
  /** Whether commands go out with the next packet. */
  #hasSaid = false
  #refusal: Refused | undefined
  /** The token that resumes the session; empty where there is none. */
  #token: Uint8Array = nothing
  #wasLossy = false
  #isAside = false
  #greetedAt = 0
  /** The time from greeting to welcome, in ms. */
  #greetingMs = 0

  /**
   * @throws `client/bad-option` for an option of another type, `client/bad-content`. One that no server takes, such as
   *   a name of no characters, makes a client that is closed, with the refusal.
   */
  constructor(game: G, options: ClientOptions, surroundings: Surroundings) {
    const trouble = troubleWith(options)
    this.#options = options
    this.#surroundings = surroundings
    this.#code = new GameCode({
      report: options.onError ?? surroundings.report ?? (() => {}),
      now: () => surroundings.now(),
    })
    this.#listeners = new Listeners(this.#code, () => surroundings.now())
    this.#tickMs = 1000 / game.ticksPerSecond
    this.#content = options.content ?? ''
    this.stutters = new StutterMonitor(game.ticksPerSecond)
    this.#pending = new PendingRequests(game)
    this.#commands = new CommandStream(game.command)
    this.#dialer = new Dialer(surroundings, {
      opened: (link) => this.#opened(link),
      received: (packet) => this.#received(packet),
      receivedState: (payload) => this.#receivedState(payload),
      settledState: (id, isAcknowledged) => this.#commands.settled(id, isAcknowledged),
      lost: (reason) => this.#lost(reason),
    })
    this.#credentials = new Credentials(options)
    this.#native = new NativeClient(game, {
      entered: (presence) => this.#scene.entered(presence),
      changed: (presence, before) =>
        this.#listeners.tell(`change ${presence.kind.name}`, presence.entity, before),
      moved: (presence, tick, hasJumped) => this.#scene.moved(presence, tick, hasJumped),
      left: (presence, why) => this.#scene.left(presence, why),
      welcomed: (welcome) => this.#welcomed(welcome),
      refused: (code, reason, more) => this.#refused(new Refused(code, reason, more)),
      answered: (_id, body) => this.#answered(body),
      told: (event, body) => this.#listeners.tell(`event ${event}`, body),
      replied: (id, answer) => this.#pending.receive(id, answer),
      flagged: (flags) => this.#flag(flags),
      informed: (information) => this.#informed(information),
      contentCame: (bytes) => this.#contentCame(bytes),
      ponged: (sent, pace) => {
        const now = surroundings.now()
        this.#pulse.ponged(sent, pace, now)
        this.stutters.ponged(pace, now)
      },
      // The first word here is for the tick after the one that led across: a tick more, which the lead gives back.
      arrived: (where, tick) =>
        this.#arrived(where, tick, (this.#pulse.pingMs || this.#greetingMs) + this.#tickMs),
      remapped: (where, tick) => this.#scene.remap(where, tick),
      advanced: (tick, notes) => this.#advanced(tick, notes),
    })
    this.#mapAsks = new MapAsks((ask) => this.#native.askContent(writeAsk(ask)))
    this.#scene = new Scene({
      native: this.#native,
      listeners: this.#listeners,
      code: this.#code,
      switches: this.switches,
      map: options.map,
      fetchPiece: (hash) => this.#fetchPiece(hash),
      now: () => surroundings.now(),
    })
    const now = surroundings.now()
    this.#nextTickAt = now
    if (trouble) this.#refused(trouble)
    else this.#dialer.dial()
  }

  /** The game on the player's current map: sizes and ticks differ from map to map. */
  get game(): G {
    return this.#native.game as G
  }

  /** The world that the player is in; undefined before the first welcome. */
  get map(): MapInfo | undefined {
    return this.#scene.ground.info
  }

  get status(): Status {
    return this.#status
  }

  /** The refusal that ended the connection, or the last one. */
  get refusal(): Refused | undefined {
    return this.#refusal
  }

  /** The result of the login or registration that `account` asked for; keep its token for the next time. */
  get login(): LoginResult | undefined {
    return this.#credentials.login
  }

  /**
   * The player's own character. Its position is as shown. Undefined until it is in view, which is a tick or so after
   * `connect` has answered, while the player is on the way to another world, and for players without a character: look
   * each time, or begin in `onEnter` of its kind, where `entity.id === client.me?.id`.
   */
  get me(): PlayerOf<G> | undefined {
    const { own } = this.#scene
    return own?.isKnown ? (own.entity as PlayerOf<G>) : undefined
  }

  /** The own character's last place from the server, which prediction runs ahead of: for looking into prediction. */
  get toldPlace(): Readonly<Vector2> | undefined {
    return this.me && (this.switches.prediction ? this.#scene.toldPlace : this.me.position)
  }

  /** The numbers of the map's cells that are followed at present: row by row from the south-west corner. */
  get cells(): number[] {
    const names = [...this.#native.replica.followed].map((key) => topicName(key))
    return names.filter(({ kind }) => kind === 'cell').map(({ id }) => id)
  }

  /** Returns the entity of this id, if it is in view. */
  get(id: EntityId): EntitiesOf<G> | undefined {
    const presence = this.#native.replica.present.get(id)
    return presence?.isKnown ? (presence.entity as EntitiesOf<G>) : undefined
  }

  /**
   * Returns the tick that an entity is shown at, with a fraction, as of the last frame: `stats.shownTick`, but a little
   * less for those further off in a crowd, of whom news come later; of the own character, while it is predicted, the
   * player's tick, ahead of the server. Undefined for who is not in view.
   */
  shownTickOf(id: EntityId): number | undefined {
    return this.#native.replica.present.get(id)?.shownTick
  }

  /**
   * Yields every entity of one kind in view, and those that prediction has spawned and the server has not confirmed
   * yet: their ids are negative. Positions are as shown: call `frame` first.
   */
  *entities<K extends KindsOf<G>>(kind: K): Generator<EntityOf<G, K>> {
    for (const presence of this.#native.replica.present.values())
      if (presence.isKnown && presence.kind.name === kind) yield presence.entity as EntityOf<G, K>
    for (const entity of this.#scene.ownPrediction.spawns.entities(kind)) yield entity as EntityOf<G, K>
  }

  /**
   * Called when an entity comes into view, with all its fields. The first listener of a kind is also told of those
   * that came before it and are still in view: all, up to 1,024, where the program has listened to nothing yet, or
   * began to no longer than ten seconds ago; later, those of the last ten seconds.
   *
   * @returns a function that stops the calls
   */
  onEnter<K extends KindsOf<G>>(kind: K, callback: (entity: EntityOf<G, K>) => void): () => void {
    return this.#listeners.add(
      `enter ${kind}`,
      callback,
      ({ id }: EntityOf<G, K>) => this.get(id) !== undefined,
    )
  }

  /**
   * Called when an entity is no longer in view: out of range, or removed from the world; 'withdrawn' for a
   * predicted one that the server did not confirm.
   */
  onLeave<K extends KindsOf<G>>(
    kind: K,
    callback: (entity: EntityOf<G, K>, why: LeaveReason | 'withdrawn') => void,
  ): () => void {
    return this.#listeners.add(`leave ${kind}`, callback)
  }

  /** Called when fields of an entity in view changed; `before` holds the old values of those that did. */
  onChange<K extends KindsOf<G>>(
    kind: K,
    callback: (entity: EntityOf<G, K>, before: Partial<EntityOf<G, K>>) => void,
  ): () => void {
    return this.#listeners.add(`change ${kind}`, callback)
  }

  /**
   * Called when the world sends an event. The first listener also gets the events before it, as in `onEnter`.
   */
  on<N extends EventNames<G>>(event: N, callback: (body: EventOf<G, N>) => void): () => void {
    return this.#listeners.add(`event ${event}`, callback)
  }

  /**
   * The flags that the server has raised: `map`, the map has changed; `client`, there is newer content than the
   * client's.
   */
  get flags(): Flags {
    return this.#raised
  }

  /**
   * Called when the server says with an answer that the map has changed and is to be loaded anew ('map', at each
   * change), or that there is newer content than the client's ('client', once each time that happens).
   */
  onFlag(flag: Flag, callback: () => void): () => void {
    return this.#listeners.add(`flag ${flag}`, callback)
  }

  /** Lowers a flag, once the program has done what it asks for. */
  lower(flag: Flag): void {
    this.#raised[flag] = false
  }

  /** The client content's version; empty when it names none. */
  get content(): string {
    return this.#content
  }

  /**
   * Tells the server the version, now and with each later connection. @throws `client/bad-content` for what is no
   * version
   */
  set content(version: string) {
    this.#content = checkVersion(version)
    this.#native.have(version)
    this.#flush()
  }

  /** Asks for the server's public information. @returns undefined when the connection is lost meanwhile */
  query(): Promise<ServerInformation | undefined> {
    if (!this.#dialer.isUp) return Promise.resolve(undefined)
    this.#native.query()
    this.#flush()
    return new Promise((resolve) => this.#queries.push(resolve))
  }

  /**
   * Asks for a piece of client content. @returns undefined when it cannot be asked for, or the connection is lost
   * meanwhile
   */
  askContent(ask: ContentAsk): Promise<ContentAnswer | undefined> {
    if (!this.#dialer.isUp || !this.#native.askContent(writeAsk(ask))) return Promise.resolve(undefined)
    this.#flush()
    return this.#contentAsks.wait(ask)
  }

  /** Called when the connection opens, is lost, or ends; `reason` is a sentence, empty where none is needed. */
  onStatus(callback: (status: Status, reason: string) => void): () => void {
    return this.#listeners.add('status', callback)
  }

  /**
   * Called when the player is in another world, when its map has changed, and when the map's content is at hand.
   * What was in view has left by then. The first call may come before `connect` has answered: look at `map`.
   */
  onMap(callback: (map: MapInfo) => void): () => void {
    return this.#listeners.add('map', callback)
  }

  /**
   * Sets the player's command from now on. Call it as often as you like: it is sent once a tick when it changed.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  command(command: CommandOf<G>): void {
    this.#commands.want(command)
  }

  /**
   * Adds to the player's command for one tick: to jump, to throw. It is not lost between two ticks.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  press(part: Partial<CommandOf<G>>): void {
    this.#commands.press(part)
  }

  /**
   * Sends the server a request.
   *
   * @returns its reply; rejects with its sentence when it refuses, and when the connection is lost meanwhile; with
   *   `client/unknown-request`, and with `wire/out-of-range` for a body that is not the request's
   */
  async ask<N extends RequestNames<G>>(request: N, body: AskOf<G, N>): Promise<ReplyOf<G, N>> {
    if (!Object.hasOwn(this.game.requests, request))
      throw new ShardlessError(
        'client/unknown-request',
        `the game has no request '${request}'; describe it in defineGame.`,
      )
    if (this.#status !== 'open') throw new Error('There is no connection; ask again when it is open.')
    const id = this.#pending.number()
    if (!this.#native.ask(id, request, body))
      throw new Error('Too many requests wait to be sent; wait for replies.')
    this.#flush()
    return this.#pending.wait(id, request)
  }

  /** Moves what is shown to the present. Call it once for each frame drawn. */
  frame(): void {
    // A timer may be late: make the ticks that are due before showing them.
    this.poll()
    const now = this.#surroundings.now()
    if (this.#status === 'open') this.stutters.frame(now, this.#scene.clock.shownAt(now))
    this.#listeners.hold()
    this.#scene.frame(now, this.#commands.wanted)
    this.#listeners.release()
  }

  get stats(): ClientStats {
    const now = this.#surroundings.now()
    const { clock, ownPrediction, ground } = this.#scene
    return {
      pingMs: this.#pulse.pingMs,
      jitterMs: this.#pulse.jitterMs,
      bytesPerSecondIn: this.#dialer.in.bytesPerSecond(now),
      bytesPerSecondOut: this.#dialer.out.bytesPerSecond(now),
      packetsPerSecondIn: this.#dialer.in.packetsPerSecond(now),
      serverTickMs: this.#pulse.pace.workMs,
      serverTick: clock.heard,
      interpolationMs: clock.delayTicks * this.#tickMs,
      shownTick: this.#scene.shownTick,
      serverTickMsWorst: this.#pulse.pace.worstMs,
      ...ownPrediction.stats,
      mapTrouble: ground.trouble,
      stutters: { ...this.stutters.counts },
      entitiesInView: this.#native.replica.present.size,
      topics: this.#native.replica.followed.size,
      ticksReceived: this.#pulse.ticksReceived,
      stalls: this.#pulse.stalls,
      bytesIn: this.#dialer.in.bytes,
      bytesOut: this.#dialer.out.bytes,
    }
  }

  /**
   * The last mispredictions: tick, part and by how much; newest last.
   */
  get corrections(): readonly Correction[] {
    return this.#scene.ownPrediction.corrections
  }

  /** Begins to inspect what is read, until the inspection is stopped. One at a time. */
  inspect(): Inspection {
    return new Inspection(this.#native, () => this.#surroundings.now())
  }

  /** Leaves the server. The character is removed from the world at once. */
  close(): void {
    if (this.#status === 'closed') return
    this.#sayGoodbye()
    this.#end('The player left.')
  }

  /**
   * Leaves as `close` does, but only until `takeUp`: for a program that is stopped and may go on. `connect` does
   * both for a page that its browser puts aside and brings back. A client that is not to reconnect is closed.
   */
  putAside(): void {
    if (this.#options.reconnects === false) this.close()
    if (this.#status === 'closed' || this.#isAside) return
    this.#isAside = true
    this.#sayGoodbye()
    this.#forget('The page was put aside.')
    this.#dialer.hangUp('The player left.')
    this.#scene.ownPrediction.pause()
    if (this.#status === 'open') this.#become('reconnecting', 'The page was put aside.')
  }

  /** Comes back at once: with the same token, character and name. */
  takeUp(): void {
    if (this.#isAside && this.#status !== 'closed') this.#dialer.dial()
    this.#isAside = false
  }

  #sayGoodbye(): void {
    if (!this.#dialer.isOpen) return
    this.#native.bye()
    this.#flush()
  }

  /** The time at which `poll` next has something to do. */
  get wakeAt(): Instant {
    if (this.#status === 'closed') return FOREVER
    return instant(Math.min(this.#nextTickAt, this.#dialer.retryAt))
  }

  /** Does what is due: makes the player's ticks, sends commands, pings, notices silence, reconnects. */
  poll(): void {
    if (this.#status === 'closed') return
    const now = this.#surroundings.now()
    if (now >= this.#dialer.retryAt) this.#dialer.dial()
    // It waits for a tick at most: where this computer's clock was set back, the next is due now.
    if (now < this.#nextTickAt && this.#nextTickAt - now <= 2 * this.#tickMs) return
    this.#nextTickAt = instant(Math.max(this.#nextTickAt + this.#tickMs, now))
    if (!this.#dialer.isUp || this.#dialer.endIfSilent(now)) return
    this.#hasSaid = false
    if (this.#status === 'open') this.#tick(now)
    this.#mapAsks.poll(now)
    // A ping goes with a command where one goes soon before it is due.
    if (now - this.#pingAt >= (this.#hasSaid ? PING_EARLY_MS : PING_MS)) {
      this.#pingAt = now
      this.#native.ping(now)
    }
    this.#flush()
    const { replica } = this.#native
    const tick = Math.floor(this.#scene.clock.tickAt(now))
    if (tick > replica.tick + this.game.ticksPerSecond) replica.settle()
  }

  /** Makes the player's ticks that are due, each with its command. */
  #tick(now: Instant): void {
    const { ownPrediction } = this.#scene
    const begun = ownPrediction.advance(now, (tick) => this.#commands.tick(tick))
    this.#nextTickAt = ownPrediction.nextAt(now)
    // Send only when a tick begins: the server measures arrival against the tick, and a message sent late in it
    // would count as late.
    if (begun === 0) return
    const isLossy = this.#dialer.state !== undefined
    const changes = this.#commands.next(now, { isLossy })
    if (!changes) return
    this.#hasSaid = true
    const commands = { newest: ownPrediction.tick, viewDelay: this.#scene.viewDelay, changes }
    if (!isLossy) this.#native.commands(commands)
    else {
      const id = this.#dialer.sendState(this.#native.commandPayload(commands))
      if (id !== undefined) this.#commands.leftAs(id)
    }
  }

  #flush(): void {
    const frame = this.#frame
    frame.length = 0
    if (this.#dialer.isUp && this.#native.write(frame)) this.#dialer.send(frame.finish())
  }

  #opened(link: Link): void {
    this.#native.restart()
    this.#mapAsks.restart()
    const { page } = this.#credentials
    if (page) this.#native.page(page)
    else this.#greet()
    this.#wasLossy = link.state !== undefined
    this.#dialer.listen(link)
    this.#flush()
  }

  #greet(): void {
    this.#greetedAt = this.#surroundings.now()
    const content = this.#content
    this.#native.greet(this.#options.name, {
      token: this.#token,
      heard: this.#heard(),
      content,
      ...this.#credentials.shown,
    })
  }

  /** Takes the answer of the server's accounts: says hello with the new token, or ends with the refusal. */
  #answered(body: string): void {
    const refusal = this.#credentials.receive(body)
    if (refusal) {
      this.#refused(refusal)
      return
    }
    this.#greet()
    this.#flush()
  }

  #received(packet: Uint8Array): void {
    this.#listeners.hold()
    try {
      this.#native.receive(packet)
    } finally {
      this.#listeners.release()
    }
    if (this.#native.isBroken && this.#dialer.isUp) this.#dialer.drop('The server said what makes no sense.')
    this.#keepTime(this.#surroundings.now())
  }

  /**
   * Keeps time from received packets: a background page's timers fire once a second or less, but packets come in time.
   */
  #keepTime(now: Instant): void {
    if (Math.abs(now - this.#nextTickAt) > this.#tickMs) this.poll()
  }

  #receivedState(payload: Uint8Array): boolean {
    this.#listeners.hold()
    let isUsed: boolean
    try {
      isUsed = this.#native.receiveState(payload)
    } finally {
      this.#listeners.release()
    }
    this.#keepTime(this.#surroundings.now())
    return isUsed
  }

  /** Returns what the replica holds, for the server to go on from there. */
  #heard(): Uint8Array {
    const heard =
      this.#token.length > 0 ? this.#native.replica.resumeState({ isLossy: this.#wasLossy }) : undefined
    if (heard === undefined) return nothing
    const packet = new PacketWriter(HEARD_ROOM)
    writeResumeState(packet, heard)
    return packet.length <= HEARD_BYTES_MAX ? packet.finish() : nothing
  }

  #welcomed({ tick, token, resumed, where }: Welcomed): void {
    const now = this.#surroundings.now()
    this.#token = token
    this.#dialer.proveGood()
    this.#pulse.restart()
    this.stutters.restart(now)
    if (resumed !== 'everything') this.#scene.clear()
    const isElsewhere = resumed === 'nothing' || where.instance !== this.map?.instance
    this.#greetingMs = now - this.#greetedAt
    if (isElsewhere) this.#arrived(where, tick, this.#greetingMs)
    else {
      this.#scene.goOn(tick, this.#greetingMs)
      this.#commands.restart()
      this.#nextTickAt = now
      if (where.hash !== this.map?.hash) this.#scene.remap(where, tick)
    }
    this.#become('open', '')
  }

  /** Enters another world: with another clock and other ticks, and none of the old state. */
  #arrived(where: Whereabouts, tick: number, rttMs: number): void {
    const { ticksPerSecond } = this.game
    this.#tickMs = 1000 / ticksPerSecond
    this.stutters.ticksPerSecond = ticksPerSecond
    this.#commands.restart()
    this.#nextTickAt = this.#surroundings.now()
    this.#scene.arrive(where, tick, rttMs)
  }

  #advanced(tick: number, notes: Notes): void {
    const now = this.#surroundings.now()
    this.#pulse.heard(now)
    this.stutters.heard(now)
    this.#scene.advanced(tick, notes, this.#pulse.leastMs)
  }

  #flag(flags: Flags): void {
    const wasRaised = this.#raised.client
    this.#raised.client = flags.client
    if (flags.map) this.#raised.map = true
    if (flags.map) this.#listeners.tell('flag map')
    if (flags.client && !wasRaised) this.#listeners.tell('flag client')
  }

  #contentCame(bytes: Uint8Array): void {
    const answer = readAnswer(bytes)
    // Ignore bytes that are no answer.
    if (!answer) return
    if (this.#mapAsks.receive(answer, this.#surroundings.now())) this.#flush()
    else this.#contentAsks.receive(answer)
  }

  #fetchPiece(hash: string): Promise<Uint8Array> {
    const piece = this.#mapAsks.fetch(hash)
    this.#mapAsks.poll(this.#surroundings.now())
    this.#flush()
    return piece
  }

  #informed(information: ServerInformation): void {
    for (const resolve of this.#queries.splice(0)) resolve(information)
  }

  #refused(refusal: Refused): void {
    this.#refusal = refusal
    if (refusal.isFinal) this.#end(refusal.message)
  }

  #lost(reason: string): void {
    this.#forget(reason)
    const { reconnects, retry } = this.#options
    // Leave a failed first connection to the program, unless it asked for retries: the address may be wrong.
    if (this.#status === 'connecting' ? retry !== true : reconnects === false) {
      this.#end(this.#refusal?.message ?? reason)
      return
    }
    this.#dialer.redial()
    this.#scene.ownPrediction.pause()
    if (this.#status !== 'connecting') this.#become('reconnecting', this.#refusal?.message ?? reason)
    this.#refusal = undefined
  }

  #end(reason: string): void {
    this.#forget(reason)
    this.#mapAsks.forget(reason)
    this.#dialer.close('The player left.')
    this.#become('closed', reason)
  }

  /** Ends every request that waits: no answer will come any more. */
  #forget(reason: string): void {
    this.#pending.forget(reason)
    this.#contentAsks.forget()
    for (const resolve of this.#queries.splice(0)) resolve(undefined)
  }

  #become(status: Status, reason: string): void {
    if (this.#status === status) return
    this.#status = status
    this.#listeners.tell('status', status, reason)
  }
}
