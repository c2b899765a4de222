import { after, earlier, type Instant, type Milliseconds } from '../../core/index.ts'
import type { Address } from '../address.ts'
import type { Cipher } from '../cipher/cipher.ts'
import { patienceOf, viewOf } from '../packet/protocol.ts'
import { ReplayWindow } from '../packet/replay-window.ts'
import { SendingSequence } from '../packet/sending-sequence.ts'
import { Moving } from './moving.ts'
import type { Pending } from './pending-table.ts'

/** One connected client, as the server keeps it. */
export class NetcodeSession {
  readonly slot: number
  readonly clientId: bigint
  /** Where it sends from: it may move. */
  address: Address
  readonly moving = new Moving()
  readonly sendKey: Uint8Array
  readonly receiveKey: Uint8Array
  readonly sequence: SendingSequence
  readonly window = new ReplayWindow()
  /** The body of every keep-alive it is sent: its slot and how many there are. */
  readonly keepAlive = new Uint8Array(8)
  /** Whether the client has shown that it knows it is connected. */
  isConfirmed = false
  lastSent: Instant
  /** The payload that it was sent last, sealed. */
  lastPayload: Uint8Array | undefined
  lastReceived: Instant
  readonly #patience: Milliseconds
  readonly #keepAliveEvery: Milliseconds

  constructor(cipher: Cipher, pending: Pending, place: SlotPlace, now: Instant) {
    const { token } = pending
    this.slot = place.slot
    this.clientId = token.clientId
    this.address = place.address
    this.sendKey = token.serverToClientKey.slice()
    this.receiveKey = token.clientToServerKey.slice()
    this.sequence = new SendingSequence(cipher)
    viewOf(this.keepAlive).setUint32(0, place.slot, true)
    viewOf(this.keepAlive).setUint32(4, place.maxClients, true)
    this.#keepAliveEvery = place.keepAliveEvery
    this.#patience = patienceOf(token.timeoutSeconds)
    this.lastSent = now
    this.lastReceived = now
  }

  get timesOutAt(): Instant {
    return after(this.lastReceived, this.#patience)
  }

  get keepAliveAt(): Instant {
    return after(this.lastSent, this.#keepAliveEvery)
  }

  get wakeAt(): Instant {
    return earlier(this.timesOutAt, this.keepAliveAt)
  }

  /** Wipes the session's keys. */
  forget(): void {
    this.sendKey.fill(0)
    this.receiveKey.fill(0)
    this.lastPayload = undefined
  }
}

export interface SlotPlace {
  readonly slot: number
  readonly maxClients: number
  readonly address: Address
  readonly keepAliveEvery: Milliseconds
}
