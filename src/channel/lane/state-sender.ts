import { ShardlessError } from '../../core/index.ts'
import type { BitWriter } from '../../wire/index.ts'
import { STATE_BYTES_MAX } from '../options.ts'
import { stateBytes, writeState } from '../packet/frame.ts'
import type { SentPacket } from '../packet/sent-packets.ts'
import type { Sender } from './sender.ts'

/** The most packets that a turn may span: one byte on the wire. */
const TURN_AGE_MAX = 255
/** The most payloads whose fate is unknown, or known and not yet taken. */
const PENDING_MAX = 1024

interface Waiting {
  readonly id: number
  readonly bytes: Uint8Array
  readonly isNewTurn: boolean
}

/**
 * Sends opaque payloads of state, at most one in a packet, whose fate is told exactly once: acknowledged or lost.
 *
 * Payloads of one turn do not overtake each other; one of a later turn overtakes all of an earlier one.
 */
export class StateSender implements Sender {
  readonly #queueMax: number
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #nextId = 0
  #turnBegan = 0
  /** Payloads sent whose fate has not been taken by the caller. */
  #pending = 0

  constructor(queueMax: number) {
    this.#queueMax = queueMax
  }

  /** @returns the payload's id, or undefined when the queue is full */
  send(bytes: Uint8Array, isNewTurn: boolean): number | undefined {
    if (bytes.length > STATE_BYTES_MAX) {
      throw new ShardlessError(
        'channel/state-too-large',
        `A state payload of ${bytes.length} bytes does not fit a packet; ${STATE_BYTES_MAX} do. Split it over a turn.`,
      )
    }
    if (this.#waiting.length >= this.#queueMax || this.#pending >= PENDING_MAX) return undefined
    this.#waiting.push({ id: this.#nextId, bytes, isNewTurn })
    this.#waitingBytes += bytes.length
    this.#pending++
    return this.#nextId++
  }

  /** Payloads that wait for their packet. */
  get length(): number {
    return this.#waiting.length
  }

  /** The bytes of those payloads. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0
  }

  write(writer: BitWriter, packet: SentPacket, room: number): number {
    if (packet.stateId >= 0 || this.#waiting.length === 0) return 0
    const { id, bytes, isNewTurn } = this.#waiting[0]
    const size = stateBytes(bytes.length)
    if (size > room) return 0
    this.#waiting.shift()
    this.#waitingBytes -= bytes.length
    if (isNewTurn || packet.sequence - this.#turnBegan > TURN_AGE_MAX) this.#turnBegan = packet.sequence
    writeState(writer, packet.sequence - this.#turnBegan, bytes)
    packet.stateId = id
    return size
  }

  /** Notes that the caller has been told of one more fate. */
  settled(): void {
    this.#pending--
  }

  acknowledged(): void {}

  lost(): void {}
}
