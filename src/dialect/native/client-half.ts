import { Counters, type Instant } from '../../core/index.ts'
import { PacketReader, PacketWriter, Replica, type ReplicaListener } from '../../replication/index.ts'
import { decode, encode, firstDifference } from '../../wire/index.ts'
import type { AnyGame } from '../../world/index.ts'
import type { RefusalCode } from '../dialect.ts'
import { CODE, hello, own, PROTOCOL_VERSION, ping, pong, refused, welcome, writeMessage } from './messages.ts'

/** What the server said to a client. */
export interface NativeClientListener extends ReplicaListener {
  welcomed(player: number, serverName: string): void
  refused(code: RefusalCode, reason: string): void
  told(event: string, body: unknown): void
  replied(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): void
  ponged(sent: number, workMs: number): void
  /** News of `tick` was applied; `applied` is the number of the last command the server used. */
  advanced(tick: number, applied: number): void
}

/** Bytes that wait for the next packet, at most: requests beyond it are refused to the program. */
const WAITING_BYTES_MAX = 32_768

/**
 * The client's half of the native dialect: server packets into a replica and calls, the player's doings into packets.
 * It belongs to one connection; the replica is cleared and used again by the next.
 */
export class NativeClient {
  readonly replica: Replica
  readonly dropped = new Counters('unknown-code', 'broken', 'unusable')
  /** The entity the player controls; 0 for none. */
  ownId = 0
  readonly #game: AnyGame
  readonly #listener: NativeClientListener
  readonly #reader = new PacketReader()
  readonly #waiting = new PacketWriter(WAITING_BYTES_MAX)
  #isBroken = false

  constructor(game: AnyGame, listener: NativeClientListener) {
    this.#game = game
    this.#listener = listener
    this.replica = new Replica(game, listener)
  }

  /** Whether the server said what makes no sense: the connection is of no more use. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Begins anew on a new connection: everything leaves. */
  restart(): void {
    this.replica.clear()
    this.#waiting.length = 0
    this.#isBroken = false
    this.ownId = 0
  }

  greet(name: string): void {
    const { fingerprint } = this.#game
    this.#push(CODE.hello, encode(hello, { protocol: PROTOCOL_VERSION, fingerprint, name }))
  }

  /** A command of the game's, encoded. */
  command(number: number, body: Uint8Array): void {
    const head = new PacketWriter(8)
    head.varint(number)
    this.#push(CODE.command, joined(head, body))
  }

  /** @returns whether there was room; @throws `wire/out-of-range` for a body that is not the request's */
  ask(id: number, request: string, body: unknown): boolean {
    const head = new PacketWriter(16)
    head.varint(id)
    head.varint(this.#game.requestNames.indexOf(request))
    return this.#push(CODE.ask, joined(head, encode(this.#game.requests[request].ask, body)))
  }

  ping(now: Instant): void {
    this.#push(CODE.ping, encode(ping, { sent: Math.max(0, Math.round(now)) }))
  }

  bye(): void {
    this.#push(CODE.bye, new Uint8Array(0))
  }

  /** Appends what waits. @returns whether anything was appended */
  write(packet: PacketWriter): boolean {
    if (this.#waiting.length === 0) return false
    packet.copy(this.#waiting.bytes, 0, this.#waiting.length)
    this.#waiting.length = 0
    return true
  }

  /** One packet from the server. */
  receive(packet: Uint8Array): void {
    const reader = this.#reader.reset(packet)
    while (reader.left > 0 && !this.#isBroken) {
      const code = reader.byte()
      if (code === CODE.state) {
        if (!this.#readState(packet, reader)) this.#break()
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
      if (!said) {
        this.#break()
        return
      }
      this.ownId = said.entity
      this.#listener.welcomed(said.player, said.serverName)
    } else if (code === CODE.refused) {
      const said = decode(refused, body)
      if (!said) {
        this.#break()
        return
      }
      this.#listener.refused(said.code, this.#explain(said.reason, said.description))
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
      this.#listener.ponged(said.sent, said.work / 100)
    } else if (code === CODE.own) {
      const said = decode(own, body)
      if (!said) {
        this.#break()
        return
      }
      this.ownId = said.entity
    } else this.dropped.count('unknown-code')
  }

  #receiveReply(body: Uint8Array): void {
    const reader = new PacketReader().reset(body)
    const id = reader.varint()
    const isAnswer = reader.byte() === 1
    if (reader.isBroken) {
      this.#break()
      return
    }
    const rest = body.slice(reader.at)
    this.#listener.replied(id, isAnswer ? { body: rest } : { sorry: new TextDecoder().decode(rest) })
  }

  /**
   * One payload of a lane for state, on which payloads get lost.
   *
   * @returns whether all of it could be applied; one that stands on what was lost is not acknowledged
   */
  receiveState(payload: Uint8Array): boolean {
    const isApplied = this.#readState(payload, this.#reader.reset(payload))
    if (!isApplied) this.dropped.count('unusable')
    return isApplied
  }

  /** @returns whether all of it could be applied */
  #readState(packet: Uint8Array, reader: PacketReader): boolean {
    const tick = reader.varint()
    const applied = reader.varint()
    const verdict = reader.isBroken ? 'broken' : this.replica.receive(tick, packet, reader.at)
    if (verdict !== 'broken') this.#listener.advanced(tick, applied)
    return verdict === 'applied'
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

function joined(head: PacketWriter, body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + body.length)
  whole.set(head.finish())
  whole.set(body, head.length)
  return whole
}
