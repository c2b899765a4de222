import { Counters, concat, fromHex, type Instant } from '../../core/index.ts'
import {
  PacketReader,
  PacketWriter,
  Replica,
  type ReplicaListener,
  type StateMeter,
  TICK_END,
} from '../../replication/index.ts'
import { decode, encode, firstDifference, type Infer } from '../../wire/index.ts'
import { type AnyGame, gameOn } from '../../world/index.ts'
import type { Notes, RefusalCode, ServerPace, Whereabouts } from '../conversation.ts'
import { type ServerInformation, serverInformation } from '../information.ts'
import { type NativeCommands, writeCommands } from './commands.ts'
import {
  ANSWER_BIT,
  answer,
  CODE,
  FLAG_BITS,
  have,
  hello,
  map,
  own,
  PROTOCOL_VERSION,
  page,
  ping,
  pong,
  refused,
  welcome,
  writeMessage,
} from './messages.ts'
import { nativeClientMetrics } from './metrics.ts'
import { readNotes, WORLDS } from './notes.ts'

/** The raised flags. */
export interface Flags {
  readonly map: boolean
  readonly client: boolean
}

/** The details in a client's hello. */
export interface Greeting {
  /** The token of the session to resume, and the contents of the replica; both empty for a new session. */
  readonly token: Uint8Array
  readonly heard: Uint8Array
  /** The content version that the client has, in hexadecimal digits; empty when it does not say. */
  readonly content: string
  /** A login token, empty for a guest, and the id of the account's character, empty for whichever there is. */
  readonly login?: string
  readonly character?: string
}

/** Receives the server's messages to a client. */
export interface NativeClientListener extends ReplicaListener {
  /** Called when the player has joined; a resumed session keeps everything that the replica held. */
  welcomed(welcome: Welcomed): void
  /**
   * @param more  with code `content`: the required version; with `banned`: the end of the ban, in ms since 1970, if
   *   it ends
   */
  refused(
    code: RefusalCode,
    reason: string,
    more: { readonly content?: string; readonly until?: number },
  ): void
  told(event: string, body: unknown): void
  replied(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): void
  /** Called with the answer of an account page, as JSON. */
  answered?(id: number, body: string): void
  ponged(sent: number, pace: ServerPace): void
  /**
   * Called when the player is in another world, whose ticks count from here on; the replica is empty, and of that
   * world's game.
   */
  arrived(where: Whereabouts, tick: number): void
  /** Called when the world's map has changed, from `tick` on. */
  remapped(where: Whereabouts, tick: number): void
  /** Called with the flags that an answer carried. */
  flagged(flags: Flags): void
  informed(information: ServerInformation): void
  /** Called with an answer about client content, encoded by the content room. */
  contentCame(answer: Uint8Array): void
  /**
   * Called at the start of the news of `tick`, with the server's notes for this player. News of entities follows.
   */
  advanced(tick: number, notes: Notes): void
}

export type Welcomed = Infer<typeof welcome>

const nothing = new Uint8Array(0)

/** The most bytes waiting for the next packet: `ask` refuses requests beyond it. */
const WAITING_BYTES_MAX = 32_768
/** The most cells of a map that a server may send a player to, unless the game's own map has more. */
const CELLS_MAX = 1 << 20

/**
 * Speaks the client's half of the native dialect: turns server packets into a replica and calls, and the player's
 * actions into packets. It serves one connection; the next one resumes with the replica, if it can.
 */
export class NativeClient {
  /** The replica of the world that the player is in; each world has its own. */
  replica: Replica
  readonly dropped = new Counters(...nativeClientMetrics.dropped.values)
  #ownId = 0
  readonly #game: AnyGame
  readonly #listener: NativeClientListener
  readonly #reader = new PacketReader()
  readonly #waiting = new PacketWriter(WAITING_BYTES_MAX)
  #isBroken = false
  #isWelcome = false
  /** The world that the replica belongs to, and how many times it has changed on this connection. */
  #instance = 0
  #world = 0
  #gameHere: AnyGame
  #meter: StateMeter | undefined

  constructor(game: AnyGame, listener: NativeClientListener) {
    this.#game = game
    this.#gameHere = game
    this.#listener = listener
    this.replica = new Replica(game, listener)
  }

  /** The game on the map where the player is. */
  get game(): AnyGame {
    return this.#gameHere
  }

  /** Sets the meter that counts the state read from here on, of any world; undefined for none. */
  set meter(meter: StateMeter | undefined) {
    this.#meter = meter
    this.replica.meter = meter
  }

  /** Whether the server sent malformed bytes: the connection is of no more use. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /**
   * Begins on a new connection. The replica keeps what it holds until the server says that it cannot resume with
   * it.
   */
  restart(): void {
    this.#waiting.length = 0
    this.#isBroken = false
    this.#isWelcome = false
    this.#world = 0
  }

  greet(name: string, { token, heard, content, login = '', character = '' }: Greeting): void {
    const { fingerprint } = this.#game
    const said = { protocol: PROTOCOL_VERSION, fingerprint, name, token, heard, login, character }
    this.#push(CODE.hello, encode(hello, { ...said, content: fromHex(content), instance: this.#instance }))
  }

  /** Asks for the server's public information. */
  query(): void {
    this.#push(CODE.query, nothing)
  }

  /** @param ask  encoded by the content room. @returns whether there was room */
  askContent(ask: Uint8Array): boolean {
    return this.#push(CODE.askContent, ask)
  }

  /** Tells the server which content version the client has now. */
  have(content: string): void {
    this.#push(CODE.have, encode(have, { content: fromHex(content) }))
  }

  /** Asks for an account page, before `greet`. @param body  its form, in JSON */
  page(asked: Infer<typeof page>): void {
    this.#push(CODE.page, encode(page, asked))
  }

  /** The id of the entity that the player controls, until the server changes it; 0 for none. */
  get ownId(): number {
    return this.#ownId
  }

  /** Returns the player's commands as a separate payload. */
  commandPayload(commands: NativeCommands): Uint8Array {
    return writeCommands(this.#game.command, commands, this.#world)
  }

  /** Adds the player's commands to the next packet. */
  commands(commands: NativeCommands): void {
    this.#push(CODE.commands, this.commandPayload(commands))
  }

  /** @returns whether there was room; @throws `wire/out-of-range` for a body that is not the request's */
  ask(id: number, request: string, body: unknown): boolean {
    const head = new PacketWriter(16)
    head.varint(id)
    head.varint(this.#game.requestNames.indexOf(request))
    return this.#push(CODE.ask, concat([head.finish(), encode(this.#game.requests[request].ask, body)]))
  }

  ping(now: Instant): void {
    this.#push(CODE.ping, encode(ping, { sent: Math.max(0, Math.floor(now)) }))
  }

  bye(): void {
    this.#push(CODE.bye, nothing)
  }

  /** Appends all waiting messages. @returns whether anything was appended */
  write(packet: PacketWriter): boolean {
    if (this.#waiting.length === 0) return false
    packet.copy(this.#waiting.bytes, 0, this.#waiting.length)
    this.#waiting.length = 0
    return true
  }

  /** Reads one packet from the server. */
  receive(packet: Uint8Array): void {
    const reader = this.#reader.reset(packet)
    while (reader.left > 0 && !this.#isBroken) {
      const code = reader.byte()
      if (code === CODE.state) {
        if (!this.#isWelcome || !this.#readState(packet, reader)) this.#break()
        return
      }
      const body = reader.take(reader.varint())
      if (reader.isBroken) {
        this.#break()
        return
      }
      this.#receiveMessage(code, body)
    }
  }

  #receiveMessage(code: number, body: Uint8Array): void {
    if (code === CODE.welcome) {
      const said = decode(welcome, body)
      const game = said && this.#gameOn(said.where)
      if (!said || !game || this.#isWelcome || said.tick >= TICK_END) {
        this.#break()
        return
      }
      if (said.resumed !== 'everything') this.#begin(game)
      this.#instance = said.where.instance
      this.#own(said.entity)
      this.#isWelcome = true
      this.#listener.welcomed(said)
      this.#flag(said.flags)
    } else if (code === CODE.refused) {
      const said = decode(refused, body)
      if (!said) {
        this.#break()
        return
      }
      const { code, reason, description } = said
      const until = said.until === 0 ? undefined : said.until
      if (code === 'content')
        this.#listener.refused(code, reason, { content: new TextDecoder().decode(description) })
      else this.#listener.refused(code, this.#explain(reason, description), { until })
    } else if (code === CODE.answer) {
      const said = decode(answer, body)
      if (!said) {
        this.#break()
        return
      }
      this.#listener.answered?.(said.id, said.body)
    } else if (code === CODE.event) {
      const name = this.#game.eventNames[body[0]]
      const event = name === undefined ? undefined : decode(this.#game.events[name], body.subarray(1))
      if (event === undefined) {
        this.#break()
        return
      }
      this.#listener.told(name, event)
    } else if (code === CODE.reply) this.#receiveReply(body)
    else if (code === CODE.pong) {
      const said = decode(pong, body)
      if (!said) {
        this.#break()
        return
      }
      const { sent, waited, work, worst, late } = said
      // What the answer waited is none of the way.
      this.#listener.ponged(sent + waited, { workMs: work / 100, worstMs: worst / 100, lateMs: late / 100 })
      this.#flag(said.flags)
    } else if (code === CODE.own) {
      const said = decode(own, body)
      if (!said) {
        this.#break()
        return
      }
      this.#own(said.entity)
    } else if (code === CODE.map) this.#receiveMap(body)
    else if (code === CODE.information) {
      const said = decode(serverInformation, body)
      if (said) this.#listener.informed(said)
      else this.#break()
    } else if (code === CODE.content) this.#listener.contentCame(body)
    else this.dropped.count('unknown-code')
  }

  #receiveMap(body: Uint8Array): void {
    const said = decode(map, body)
    const game = said && this.#gameOn(said.where)
    if (!said || !game || !this.#isWelcome || said.tick >= TICK_END) {
      this.#break()
      return
    }
    const { where, tick } = said
    if (where.instance === this.#instance) {
      this.#listener.remapped(where, tick)
      return
    }
    this.#world = (this.#world + 1) % WORLDS
    this.#instance = where.instance
    this.#begin(game)
    this.#listener.arrived(where, tick)
  }

  /** Removes every entity, so that the replica is empty. */
  #begin(game: AnyGame): void {
    this.replica.clear()
    if (game === this.#gameHere) return
    this.#gameHere = game
    this.replica = new Replica(game, this.#listener)
    this.replica.meter = this.#meter
    this.replica.kept = this.#ownId
  }

  #own(id: number): void {
    this.#ownId = id
    this.replica.kept = id
  }

  /** Returns the game on the map that the server names; undefined for a map that cannot exist. */
  #gameOn({ width, height, ticksPerSecond }: Whereabouts): AnyGame | undefined {
    const here = this.#gameHere
    const isHere = (game: AnyGame) =>
      game.map.width === width && game.map.height === height && game.ticksPerSecond === ticksPerSecond
    if (isHere(here)) return here
    if (isHere(this.#game)) return this.#game
    const columns = width / here.map.cellSize
    const rows = height / here.map.cellSize
    const areWhole = Number.isInteger(columns) && Number.isInteger(rows) && columns > 0 && rows > 0
    if (!areWhole || columns > 4096 || rows > 4096 || columns * rows > CELLS_MAX) return undefined
    if (ticksPerSecond < 1 || ticksPerSecond > 128) return undefined
    return gameOn(this.#game, { width, height, ticksPerSecond })
  }

  #receiveReply(body: Uint8Array): void {
    const reader = new PacketReader().reset(body)
    const id = reader.varint()
    const bits = reader.byte()
    const isAnswer = (bits & ANSWER_BIT) !== 0
    if (reader.isBroken) {
      this.#break()
      return
    }
    const rest = body.slice(reader.at)
    this.#listener.replied(id, isAnswer ? { body: rest } : { sorry: new TextDecoder().decode(rest) })
    this.#flag(bits)
  }

  #flag(bits: number): void {
    this.#listener.flagged({ map: (bits & FLAG_BITS.map) !== 0, client: (bits & FLAG_BITS.client) !== 0 })
  }

  /**
   * Reads one payload of the lane for state, on which payloads get lost.
   *
   * @returns whether all of it could be applied; one that builds on a lost payload is not acknowledged, nor is one
   *   that overtook the welcome, before which it is unknown what the replica may keep
   */
  receiveState(payload: Uint8Array): boolean {
    const isApplied = this.#isWelcome && this.#readState(payload, this.#reader.reset(payload))
    if (!isApplied) this.dropped.count('unusable')
    return isApplied
  }

  /** @returns whether all of it could be applied */
  #readState(packet: Uint8Array, reader: PacketReader): boolean {
    const tick = reader.varint()
    const notes = readNotes(reader, this.#world)
    if (notes === undefined || tick >= TICK_END) return false
    this.#listener.advanced(tick, notes)
    return this.replica.receive(tick, packet, reader.at) === 'applied'
  }

  #explain(reason: string, description: Uint8Array): string {
    if (description.length === 0) return reason
    const difference = firstDifference(this.#game.description, new TextDecoder().decode(description))
    return `${reason} ${difference}`
  }

  #push(code: number, body: Uint8Array): boolean {
    return writeMessage(this.#waiting, code, body)
  }

  #break(): void {
    this.dropped.count('broken')
    this.#isBroken = true
  }
}
