import {
  after,
  BoundedQueue,
  Counters,
  earlier,
  FOREVER,
  type Instant,
  instant,
  milliseconds,
} from '../core/index.ts'
import type { Address } from './address.ts'
import { netcodeMetrics } from './metrics.ts'
import { EARLY, early, partsOfEarly, partsOfMove, tokenOfMove } from './packet/move.ts'
import { isBodySize, isReplayProtected, kindSet, PacketSeal } from './packet/packet.ts'
import {
  checkPayload,
  DISCONNECT_PACKETS,
  kinds,
  PACKET_BYTES_MIN,
  protocolBytes,
} from './packet/protocol.ts'
import { GlobalSequence } from './packet/sending-sequence.ts'
import type { Pending } from './server/pending-table.ts'
import { RequestJudge } from './server/request-judge.ts'
import {
  completeServerOptions,
  type FullServerOptions,
  type NetcodeServerOptions,
} from './server/server-options.ts'
import { NetcodeSession } from './server/session.ts'
import { SessionTable } from './server/session-table.ts'

export type DisconnectReason = 'timed out' | 'client left' | 'server closed'

export type ServerOutput =
  | { readonly do: 'send'; readonly to: Address; readonly packet: Uint8Array }
  | {
      readonly do: 'connected'
      readonly slot: number
      readonly clientId: bigint
      /** 256 bytes, as whoever issued the token wrote them. */
      readonly userData: Uint8Array
      readonly address: Address
    }
  | { readonly do: 'disconnected'; readonly slot: number; readonly reason: DisconnectReason }
  | { readonly do: 'payload'; readonly slot: number; readonly bytes: Uint8Array }

/** Why a server drops a packet. `denied` was answered; all others meet silence. */
export type ServerDrop = (typeof netcodeMetrics.dropped.values)[number]

const serverKinds = kindSet(kinds.request, kinds.response, kinds.keepAlive, kinds.payload, kinds.disconnect)
const moveKind = kindSet(kinds.move)
const earlyKinds = kindSet(kinds.keepAlive, kinds.payload, kinds.disconnect)
const nothing = new Uint8Array(0)
const noOne: readonly Pending[] = []
/** How often sessions are looked through for work that is due, at most. */
const lookEvery = milliseconds(5)

/**
 * The server's side of all its connections. It owns no socket and no timer: hand it what arrived and from where,
 * poll it until it says nothing, wake it at `wakeAt`.
 *
 *     request --valid token--> pending --challenge answered--> a slot --silence, disconnect--> free again
 *     a slot --move from another address, told a token, token sent back--> the same slot, at that address
 *
 * A stranger's packet costs one look-up; a request costs at most one opened token and one sealed answer, smaller than
 * the request; and nothing is remembered of anyone who has not shown a valid token.
 */
export class NetcodeServer {
  /** Packets that were dropped, by reason. */
  readonly dropped = new Counters(...netcodeMetrics.dropped.values)
  readonly maxClients: number
  readonly #options: FullServerOptions
  readonly #seal: PacketSeal
  readonly #globalSequence: GlobalSequence
  readonly #sessions: SessionTable
  readonly #admission: RequestJudge
  readonly #outputs: BoundedQueue<ServerOutput>
  #unixSecondsAtZero = 0
  #lookAt: Instant = FOREVER
  #isOpen = true

  /** @throws `netcode/server-options` */
  constructor(given: NetcodeServerOptions) {
    const options = completeServerOptions(given)
    this.#options = options
    this.maxClients = options.maxClients
    this.#seal = new PacketSeal(options.cipher, protocolBytes(options.protocolId))
    this.#globalSequence = new GlobalSequence(options.cipher)
    this.#sessions = new SessionTable(options.maxClients)
    this.#admission = new RequestJudge(options, this.#sessions)
    // Beyond outputsMax only the server itself may queue: a farewell for each slot, and what one packet leads to.
    this.#outputs = new BoundedQueue(options.outputsMax + (DISCONNECT_PACKETS + 1) * options.maxClients + 8)
    this.tellUnixTime(options.unixSeconds, options.now)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** How many slots are taken. */
  get connectedCount(): number {
    return this.#sessions.size
  }

  /**
   * Returns a client's slot; undefined when it is not connected. While it is connected, a second token of the same
   * client is refused: to let a new login take over, disconnect this slot first.
   */
  slotOf(clientId: bigint): number | undefined {
    return this.#sessions.of(clientId)?.slot
  }

  /** Corrects the time of day, by which tokens expire: call it when the clock was set, or every minute. */
  tellUnixTime(unixSeconds: number, now: Instant): void {
    this.#unixSecondsAtZero = unixSeconds - now / 1000
  }

  /**
   * @param payload 1..1200 bytes, sealed at once: the caller may reuse them
   * @returns       whether it will be sent: the slot is taken, and there is room among the outputs
   * @throws        `netcode/payload-size`
   */
  send(slot: number, payload: Uint8Array, now: Instant): boolean {
    checkPayload(payload)
    const session = this.#sessions.in(slot)
    if (!session || this.#isBusy) return false
    if (!session.isConfirmed) this.#send(session, kinds.keepAlive, session.keepAlive, now)
    this.#send(session, kinds.payload, payload, now)
    return true
  }

  /** Frees a slot and tells its client, redundantly. An empty slot is left as it is. */
  disconnect(slot: number, now: Instant): void {
    const session = this.#sessions.in(slot)
    if (!session) return
    for (let i = 0; i < DISCONNECT_PACKETS; i++) this.#send(session, kinds.disconnect, nothing, now)
    this.#release(session, 'server closed')
  }

  /** Disconnects everybody; nothing is received any more. To serve again, make another server. */
  close(now: Instant): void {
    for (let slot = 0; slot < this.maxClients; slot++) this.disconnect(slot, now)
    this.#isOpen = false
  }

  /** @returns why the packet was dropped, which is counted too; undefined when it was believed */
  receive(packet: Uint8Array, from: Address, now: Instant): ServerDrop | undefined {
    const drop = this.#judge(packet, from, now)
    if (drop) this.dropped.count(drop)
    return drop
  }

  poll(now: Instant): ServerOutput | undefined {
    if (this.#outputs.length === 0 && now >= this.#lookAt) this.#look(now)
    return this.#outputs.shift()
  }

  get wakeAt(): Instant {
    return this.#outputs.length > 0 ? instant(0) : this.#lookAt
  }

  get #isBusy(): boolean {
    return this.#outputs.length >= this.#options.outputsMax
  }

  #judge(packet: Uint8Array, from: Address, now: Instant): ServerDrop | undefined {
    if (!this.#isOpen) return 'closed'
    if (this.#isBusy) return 'queue full'
    if (packet[0] === kinds.request) return this.#receiveRequest(packet, from, now)
    if (packet[0] === EARLY) return this.#receiveEarly(packet, from, now)
    if ((packet[0] & 15) === kinds.move) return this.#receiveMove(packet, from, now)
    const session = this.#sessions.at(from)
    const pending = session ? noOne : this.#admission.pendingAt(from, now)
    if (!session && pending.length === 0) return 'stranger'
    const fault = this.#seal.readHeader(packet, serverKinds)
    if (fault) return fault
    if (session) return this.#receiveConnected(packet, session, now)
    return this.#seal.kind === kinds.response
      ? this.#receiveResponse(packet, from, pending, now)
      : 'wrong state'
  }

  #receiveRequest(packet: Uint8Array, from: Address, now: Instant): ServerDrop | undefined {
    const unixSeconds = this.#unixSecondsAtZero + now / 1000
    const answer = this.#admission.request(packet, from, { now, unixSeconds })
    if (typeof answer === 'string') return answer
    if (answer.do === 'deny') return this.#deny(from, answer.key)
    this.#sendGlobal(kinds.challenge, { to: from, body: answer.body, key: answer.key })
    return undefined
  }

  #receiveResponse(
    packet: Uint8Array,
    from: Address,
    pending: readonly Pending[],
    now: Instant,
  ): ServerDrop | undefined {
    for (const one of pending) {
      const body = this.#seal.open(packet, one.token.clientToServerKey)
      if (body) return this.#answer(body, from, one, now)
    }
    return 'forged'
  }

  #answer(body: Uint8Array, from: Address, pending: Pending, now: Instant): ServerDrop | undefined {
    if (!isBodySize(kinds.response, body.length)) return 'body size'
    const challenge = this.#admission.response(body, pending)
    if (!challenge) return 'challenge forged'
    if (this.#sessions.of(challenge.clientId)) return 'client connected'
    const slot = this.#sessions.freeSlot
    if (slot < 0) return this.#deny(from, pending.token.serverToClientKey)
    this.#admission.settle(from, pending)
    const { keepAliveEvery } = this.#options
    const place = { slot, maxClients: this.maxClients, address: from, keepAliveEvery }
    const session = new NetcodeSession(this.#options.cipher, pending, place, now)
    session.window.mark(this.#seal.high, this.#seal.low)
    this.#sessions.add(session)
    const { clientId, userData } = challenge
    this.#outputs.push({ do: 'connected', slot, clientId, userData, address: from })
    this.#send(session, kinds.keepAlive, session.keepAlive, now)
    this.#lookAt = earlier(this.#lookAt, session.wakeAt)
    return undefined
  }

  #receiveConnected(packet: Uint8Array, session: NetcodeSession, now: Instant): ServerDrop | undefined {
    const { kind, high, low } = this.#seal
    if (!isReplayProtected(kind)) return 'wrong state'
    const freshness = session.window.judge(high, low)
    if (freshness !== 'fresh') return freshness
    const body = this.#seal.open(packet, session.receiveKey)
    if (!body) return 'forged'
    session.window.mark(high, low)
    if (!isBodySize(kind, body.length)) return 'body size'
    if (kind === kinds.disconnect) {
      this.#release(session, 'client left')
      return undefined
    }
    session.lastReceived = now
    session.isConfirmed = true
    if (kind === kinds.payload) this.#outputs.push({ do: 'payload', slot: session.slot, bytes: body })
    return undefined
  }

  /**
   * Takes a packet of a connected client that comes from another address: it is told a token there, and moves once it
   * has sent that back, both sealed. So it receives where it sends from, whoever passed its packets on.
   */
  #receiveMove(packet: Uint8Array, from: Address, now: Instant): ServerDrop | undefined {
    const parts = partsOfMove(packet)
    if (!parts) return packet.length < PACKET_BYTES_MIN ? 'too short' : 'body size'
    const session = this.#sessions.in(parts.slot)
    if (!session) return 'stranger'
    const there = this.#sessions.at(from)
    if (there) return there === session ? 'wrong state' : 'address connected'
    const fault = this.#seal.readHeader(parts.sealed, moveKind)
    if (fault) return fault
    const { high, low } = this.#seal
    const freshness = session.window.judge(high, low)
    if (freshness !== 'fresh') return freshness
    if (!this.#admission.mayOpen(now)) return 'request flood'
    const body = this.#seal.open(parts.sealed, session.receiveKey)
    if (!body) return 'forged'
    session.window.mark(high, low)
    if (!isBodySize(kinds.move, body.length)) return 'body size'
    const shown = tokenOfMove(body)
    if (shown && session.moving.isProven(from, shown, now)) this.#move(session, from, now)
    else {
      const { moving, lastPayload } = session
      const isNew = !moving.knows(from)
      const token = moving.ask({ address: from, bytes: packet.length }, this.#options.cipher, now)
      if (token) this.#sendWithin(session, from, this.#sealFor(session, kinds.way, token))
      // Its next payload may be a while.
      if (isNew && lastPayload) this.#sendWithin(session, from, early(lastPayload, session.slot))
    }
    return undefined
  }

  /**
   * Takes what a connected client says from an address that it has not proven, or has proven just now: it is sealed and
   * counts once, so it does not matter who passed it on.
   */
  #receiveEarly(packet: Uint8Array, from: Address, now: Instant): ServerDrop | undefined {
    const parts = partsOfEarly(packet)
    if (!parts) return 'too short'
    const session = this.#sessions.in(parts.slot)
    if (!session) return 'stranger'
    const there = this.#sessions.at(from)
    if (there && there !== session) return 'address connected'
    const fault = this.#seal.readHeader(parts.sealed, earlyKinds)
    if (fault) return fault
    const freshness = session.window.judge(this.#seal.high, this.#seal.low)
    if (freshness !== 'fresh') return freshness
    if (!there && !this.#admission.mayOpen(now)) return 'request flood'
    const drop = this.#receiveConnected(parts.sealed, session, now)
    if (drop === undefined) session.moving.heard(from, packet.length, now)
    return drop
  }

  #move(session: NetcodeSession, to: Address, now: Instant): void {
    session.moving.clear()
    this.#sessions.move(session, to)
    session.lastReceived = now
    this.#send(session, kinds.keepAlive, session.keepAlive, now)
  }

  /** Times out silent clients and keeps the others alive, as long as there is room among the outputs. */
  #look(now: Instant): void {
    for (const session of this.#sessions.sessions()) {
      if (this.#isBusy) return
      if (now >= session.timesOutAt) this.#release(session, 'timed out')
      else if (now >= session.keepAliveAt) this.#send(session, kinds.keepAlive, session.keepAlive, now)
    }
    const next = this.#sessions.wakeAt
    this.#lookAt = next === FOREVER ? FOREVER : (Math.max(next, after(now, lookEvery)) as Instant)
  }

  #release(session: NetcodeSession, reason: DisconnectReason): void {
    this.#sessions.remove(session)
    session.forget()
    this.#outputs.push({ do: 'disconnected', slot: session.slot, reason })
  }

  #deny(to: Address, key: Uint8Array): ServerDrop {
    this.#sendGlobal(kinds.denied, { to, body: nothing, key })
    return 'denied'
  }

  #sendGlobal(kind: number, { to, body, key }: { to: Address; body: Uint8Array; key: Uint8Array }): void {
    this.#outputs.push({
      do: 'send',
      to,
      packet: this.#seal.seal(kind, this.#globalSequence.take(), body, key),
    })
  }

  #send(session: NetcodeSession, kind: number, body: Uint8Array, now: Instant): void {
    const packet = this.#sealFor(session, kind, body)
    this.#outputs.push({ do: 'send', to: session.address, packet })
    session.lastSent = now
    if (kind === kinds.payload) session.lastPayload = packet
    if (!session.moving.isIdle) this.#sendCopies(session, packet, now)
  }

  /** Sends a packet to where its client may be by now too: as much as came from there, and no more. */
  #sendCopies(session: NetcodeSession, packet: Uint8Array, now: Instant): void {
    const copy = early(packet, session.slot)
    for (const to of session.moving.lively(now)) this.#sendWithin(session, to, copy)
  }

  /** Sends to an address that is not proven, within what came from there. */
  #sendWithin({ moving }: NetcodeSession, to: Address, packet: Uint8Array): void {
    if (!this.#isBusy && moving.spend(to, packet.length)) this.#outputs.push({ do: 'send', to, packet })
  }

  #sealFor(session: NetcodeSession, kind: number, body: Uint8Array): Uint8Array {
    return this.#seal.seal(kind, session.sequence.take(), body, session.sendKey)
  }
}
