import {
  after,
  BoundedQueue,
  Counters,
  earlier,
  FOREVER,
  type Instant,
  instant,
  type Milliseconds,
  milliseconds,
} from '../core/index.ts'
import type { Address } from './address.ts'
import type { Cipher } from './cipher/cipher.ts'
import {
  type ClientState,
  type ClientStateName,
  type ConnectAttempt,
  clientStates,
  type RestingState,
} from './client-state.ts'
import { netcodeClientMetrics } from './metrics.ts'
import { EARLY, early, moveBody, partsOfEarly, withSlot } from './packet/move.ts'
import { isBodySize, isReplayProtected, kindSet, PacketSeal } from './packet/packet.ts'
import { checkPayload, DISCONNECT_PACKETS, kinds, patienceOf, sendEvery, viewOf } from './packet/protocol.ts'
import { ReplayWindow } from './packet/replay-window.ts'
import { writeRequest } from './packet/request.ts'
import { SendingSequence } from './packet/sending-sequence.ts'
import { readKeyedToken } from './token/connect-token.ts'
import { SILENCE_MS, type WayNumber, Ways } from './ways.ts'

export type ClientOutput =
  | { readonly do: 'send'; readonly to: Address; readonly packet: Uint8Array; readonly way: WayNumber }
  /** Open another socket, which has another address or may have one, and send and receive over it as this way. */
  | { readonly do: 'open way'; readonly way: WayNumber }
  | { readonly do: 'close way'; readonly way: WayNumber }
  | { readonly do: 'payload'; readonly bytes: Uint8Array }
  | { readonly do: 'state'; readonly state: ClientStateName }

export interface NetcodeClientOptions {
  readonly cipher: Cipher
  /** The most outputs that may wait to be polled; beyond it payloads are dropped and sends refused. */
  readonly outputsMax?: number
  /**
   * Whether to try other ways when the server is silent, as after a change of the client's address: its owner must
   * open a socket for each. No when left out.
   */
  readonly moves?: boolean
  /** After how long without anything else it keeps the connection alive. Default: 100 ms, as the standard proposes. */
  readonly keepAliveEvery?: Milliseconds
}

/** Why a client drops a packet. */
export type ClientDrop = (typeof netcodeClientMetrics.dropped.values)[number]

const standardKinds = [kinds.denied, kinds.challenge, kinds.keepAlive, kinds.payload, kinds.disconnect]
const clientKinds = kindSet(...standardKinds)
const earlyKinds = kindSet(kinds.keepAlive, kinds.payload, kinds.disconnect)
const movingKinds = kindSet(...standardKinds, kinds.way)
/** The most packets that one `send` leads to: one for each way. */
const WAYS_MAX = 5

/** When a packet came, and over which way; undefined for one that came early, over a way that is not proven yet. */
interface Arrival {
  readonly now: Instant
  readonly way: WayNumber | undefined
}

const nothing = new Uint8Array(0)
const emptyKeepAlive = new Uint8Array(8)

/**
 * The client's side of one connection. It owns no socket and no timer: hand it what arrived, poll it until it says
 * nothing, wake it at `wakeAt`.
 *
 *     disconnected --connect--> sending connection request --challenge--> sending connection response
 *          ^                      |  ^                                      |     |
 *          |                      |  '---- denied or no answer: the next ---'     | keep-alive
 *          |                      '------- server of the token, else an error     v
 *          '------- disconnect, either side ------------------------------- connected --silence--> an error
 *
 * One client serves one token after another; its sequence numbers go on counting, so no two packets share a nonce.
 */
export class NetcodeClient {
  /** Packets that were dropped, by reason. */
  readonly dropped = new Counters(...netcodeClientMetrics.dropped.values)
  readonly #cipher: Cipher
  readonly #outputs: BoundedQueue<ClientOutput>
  readonly #outputsMax: number
  readonly #window = new ReplayWindow()
  readonly #sequence: SendingSequence
  readonly #ways: Ways | undefined
  readonly #keepAliveEvery: Milliseconds
  #seal: PacketSeal | undefined
  #state: ClientState = { at: 'disconnected' }
  #tokenExpiresAt: Instant = FOREVER
  #lastSent: Instant = instant(Number.NEGATIVE_INFINITY)
  #lastReceived: Instant = instant(0)

  constructor(options: NetcodeClientOptions) {
    const { cipher, outputsMax = 1024, moves = false, keepAliveEvery = sendEvery } = options
    this.#cipher = cipher
    this.#sequence = new SendingSequence(cipher)
    // Beyond outputsMax only the client itself may queue: a farewell, and what one poll or one packet leads to.
    this.#outputs = new BoundedQueue(outputsMax + WAYS_MAX * (DISCONNECT_PACKETS + 1) + 8)
    this.#outputsMax = outputsMax
    this.#ways = moves ? new Ways() : undefined
    this.#keepAliveEvery = keepAliveEvery
  }

  get state(): ClientStateName {
    return this.#state.at
  }

  /** The slot the server gave this client and how many it has; undefined unless connected. */
  get place(): { readonly slot: number; readonly maxClients: number } | undefined {
    if (this.#state.at !== 'connected') return undefined
    const { slot, maxClients } = this.#state
    return { slot, maxClients }
  }

  /** The server being asked or connected to. */
  get server(): Address | undefined {
    return 'server' in this.#state ? this.#state.server : undefined
  }

  /** Begins with the first server of a connect token. What was under way is disconnected first. */
  connect(connectToken: Uint8Array, now: Instant): void {
    this.disconnect(now)
    const token = readKeyedToken(connectToken)
    if (!token) {
      this.#enter({ at: 'invalid connect token' })
      return
    }
    this.#seal = new PacketSeal(this.#cipher, token.protocolId)
    this.#tokenExpiresAt = after(now, milliseconds(token.lifeSeconds * 1000))
    this.#ask({ token, request: writeRequest(token), index: 0, server: token.servers[0] }, now)
  }

  /** Leaves, with redundant disconnect packets where the server may know of this client. */
  disconnect(now: Instant): void {
    const state = this.#state
    if (clientStates[state.at] <= 0) return
    if (state.at === 'connected' || state.at === 'sending connection response') {
      for (let i = 0; i < DISCONNECT_PACKETS; i++) this.#send(state, kinds.disconnect, nothing, now)
    }
    this.#enter({ at: 'disconnected' })
  }

  /**
   * @param payload 1..1200 bytes, sealed at once: the caller may reuse them
   * @returns       whether it will be sent: connected, and room among the outputs
   * @throws        `netcode/payload-size`
   */
  send(payload: Uint8Array, now: Instant): boolean {
    checkPayload(payload)
    if (this.#state.at !== 'connected' || this.#outputs.length >= this.#outputsMax) return false
    this.#send(this.#state, kinds.payload, payload, now)
    return true
  }

  /**
   * @param way  over which of the client's ways it came; the one in use when left out
   * @returns why the packet was dropped, which is counted too; undefined when it was believed
   */
  receive(packet: Uint8Array, from: Address, now: Instant, way = this.#way): ClientDrop | undefined {
    const parts = this.#ways && packet[0] === EARLY ? partsOfEarly(packet) : undefined
    const drop = this.#judge(parts?.sealed ?? packet, from, { now, way: parts ? undefined : way })
    if (drop) this.dropped.count(drop)
    return drop
  }

  poll(now: Instant): ClientOutput | undefined {
    if (this.#outputs.length === 0) this.#advance(now)
    return this.#outputs.shift()
  }

  get wakeAt(): Instant {
    if (this.#outputs.length > 0) return instant(0)
    const state = this.#state
    if (!('token' in state)) return FOREVER
    const next = earlier(this.#sendAt, after(this.#lastReceived, patienceOf(state.token.timeoutSeconds)))
    if (state.at !== 'connected') return earlier(next, this.#tokenExpiresAt)
    return this.#ways ? earlier(next, this.#ways.wakeAt(this.#silentAt)) : next
  }

  get #sendAt(): Instant {
    return after(this.#lastSent, this.#state.at === 'connected' ? this.#keepAliveEvery : sendEvery)
  }

  get #silentAt(): Instant {
    return after(this.#lastReceived, SILENCE_MS)
  }

  get #way(): WayNumber {
    return this.#ways?.current ?? 0
  }

  #judge(packet: Uint8Array, from: Address, { now, way }: Arrival): ClientDrop | undefined {
    const state = this.#state
    const seal = this.#seal
    if (!('server' in state) || !seal) return 'not connecting'
    if (!from.equals(state.server)) return 'wrong address'
    if (this.#outputs.length >= this.#outputsMax) return 'queue full'
    const fault = seal.readHeader(
      packet,
      way === undefined ? earlyKinds : this.#ways ? movingKinds : clientKinds,
    )
    if (fault) return fault
    const { kind, high, low } = seal
    const freshness = isReplayProtected(kind) ? this.#window.judge(high, low) : 'fresh'
    if (freshness !== 'fresh') return freshness
    const body = seal.open(packet, state.token.serverToClientKey)
    if (!body) return 'forged'
    if (isReplayProtected(kind)) this.#window.mark(high, low)
    if (!isBodySize(kind, body.length)) return 'body size'
    return this.#believe(kind, body, { now, way }) ? undefined : 'wrong state'
  }

  /** @returns whether an authentic packet makes sense in the present state */
  #believe(kind: number, body: Uint8Array, { now, way }: Arrival): boolean {
    const state = this.#state
    if (way === undefined) return state.at === 'connected' && this.#believeEarly(kind, body)
    if (state.at === 'connected') {
      if (kind === kinds.way) return this.#challenged(state, way, body)
      for (const closed of this.#ways?.heard(way) ?? []) this.#outputs.push({ do: 'close way', way: closed })
      return this.#believeConnected(kind, body, now)
    }
    if (state.at !== 'sending connection request' && state.at !== 'sending connection response') return false
    if (kind === kinds.denied) {
      this.#next(state, 'connection denied', now)
      return true
    }
    if (kind === kinds.challenge && state.at === 'sending connection request') {
      this.#lastReceived = now
      this.#lastSent = instant(Number.NEGATIVE_INFINITY)
      this.#enter({ ...attemptOf(state), at: 'sending connection response', challenge: body })
      return true
    }
    if (kind === kinds.keepAlive && state.at === 'sending connection response') {
      this.#lastReceived = now
      const view = viewOf(body)
      const place = { slot: view.getUint32(0, true), maxClients: view.getUint32(4, true) }
      this.#enter({ ...attemptOf(state), at: 'connected', ...place })
      return true
    }
    return false
  }

  /** Sends back what the server wants to see from a way, over that way. */
  #challenged(state: ConnectAttempt & { readonly slot: number }, way: WayNumber, token: Uint8Array): boolean {
    if (this.#ways?.challenged(way, token) !== true) return false
    this.#sendMove(state, way, token)
    return true
  }

  /** Tries other ways while the server is silent, and gives up those that nobody needed. */
  #move(state: ConnectAttempt & { readonly slot: number }, ways: Ways, now: Instant): void {
    if (now < this.#silentAt) {
      for (const way of ways.tidy(now)) this.#outputs.push({ do: 'close way', way })
      return
    }
    const next = ways.open(now)
    if (next?.closed !== undefined) this.#outputs.push({ do: 'close way', way: next.closed })
    if (next) this.#outputs.push({ do: 'open way', way: next.opened })
    if (ways.ask(now)) for (const { way, token } of ways.fresh) this.#sendMove(state, way, token)
  }

  #sendMove(
    { server, token: { clientToServerKey }, slot }: ConnectAttempt & { readonly slot: number },
    way: WayNumber,
    token: Uint8Array | undefined,
  ): void {
    const sealed = this.#seal!.seal(kinds.move, this.#sequence.take(), moveBody(token), clientToServerKey)
    this.#outputs.push({ do: 'send', to: server, packet: withSlot(sealed, slot), way })
  }

  #believeConnected(kind: number, body: Uint8Array, now: Instant): boolean {
    if (kind === kinds.disconnect) {
      this.#enter({ at: 'disconnected' })
      return true
    }
    if (kind !== kinds.payload && kind !== kinds.keepAlive) return false
    this.#lastReceived = now
    if (kind === kinds.payload) this.#outputs.push({ do: 'payload', bytes: body })
    return true
  }

  /** Takes what the server says before it has moved: the old way counts as silent all the same. */
  #believeEarly(kind: number, body: Uint8Array): boolean {
    if (kind === kinds.disconnect) this.#enter({ at: 'disconnected' })
    if (kind === kinds.payload) this.#outputs.push({ do: 'payload', bytes: body })
    return true
  }

  #advance(now: Instant): void {
    const state = this.#state
    if (!('token' in state)) return
    const isLate = now >= after(this.#lastReceived, patienceOf(state.token.timeoutSeconds))
    if (state.at === 'connected') {
      if (isLate) this.#enter({ at: 'connection timed out' })
      else {
        if (this.#isTimeToSend(now)) this.#send(state, kinds.keepAlive, emptyKeepAlive, now)
        if (this.#ways) this.#move(state, this.#ways, now)
      }
    } else if (now >= this.#tokenExpiresAt) {
      this.#enter({ at: 'connect token expired' })
    } else if (state.at === 'sending connection request') {
      if (isLate) this.#next(state, 'connection request timed out', now)
      else if (this.#isTimeToSend(now)) this.#sendRequest(state, now)
    } else {
      if (isLate) this.#next(state, 'connection response timed out', now)
      else if (this.#isTimeToSend(now)) this.#send(state, kinds.response, state.challenge, now)
    }
  }

  #isTimeToSend(now: Instant): boolean {
    return now >= this.#sendAt
  }

  /** Gives up a server: goes on to the next one of the token, or ends with the given error. */
  #next(attempt: ConnectAttempt, error: RestingState, now: Instant): void {
    const index = attempt.index + 1
    const server = attempt.token.servers[index]
    if (server) this.#ask({ ...attemptOf(attempt), index, server }, now)
    else this.#enter({ at: error })
  }

  #ask(attempt: ConnectAttempt, now: Instant): void {
    for (const way of this.#ways?.restart() ?? []) this.#outputs.push({ do: 'close way', way })
    this.#window.reset()
    this.#lastReceived = now
    this.#lastSent = instant(Number.NEGATIVE_INFINITY)
    this.#enter({ ...attempt, at: 'sending connection request' })
  }

  #sendRequest({ server, request }: ConnectAttempt, now: Instant): void {
    this.#outputs.push({ do: 'send', to: server, packet: request, way: this.#way })
    this.#lastSent = now
  }

  #send(
    { server, token, slot }: ConnectAttempt & { readonly slot?: number },
    kind: number,
    body: Uint8Array,
    now: Instant,
  ): void {
    const packet = this.#seal!.seal(kind, this.#sequence.take(), body, token.clientToServerKey)
    this.#outputs.push({ do: 'send', to: server, packet, way: this.#way })
    this.#lastSent = now
    const fresh = this.#ways?.fresh ?? []
    if (fresh.length === 0 || slot === undefined) return
    // What the server has had already it drops.
    const copy = early(packet, slot)
    for (const { way } of fresh) this.#outputs.push({ do: 'send', to: server, packet: copy, way })
  }

  #enter(state: ClientState): void {
    this.#state = state
    this.#outputs.push({ do: 'state', state: state.at })
  }
}

const attemptOf = ({ token, request, index, server }: ConnectAttempt): ConnectAttempt => ({
  token,
  request,
  index,
  server,
})
