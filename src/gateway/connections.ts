import { after, type Instant, type Measured, milliseconds, type Readings } from '../core/index.ts'
import type { Conversation, News, Said, ServerPace } from '../dialect/index.ts'
import type { Link } from '../transport/index.ts'
import { AddressCounts } from './address-counts.ts'
import type { Denial } from './admission.ts'
import { Connection, type Follower } from './connection.ts'
import type { Limits } from './limits/limits.ts'
import { gatewayMetrics } from './metrics.ts'
import { Outbox } from './outbox.ts'
import { TrafficCounts } from './traffic-counts.ts'

/** The layer above connections: their sessions, and the handling of their messages. */
export interface Above<F extends Follower> {
  /** Handles a message of a connection. */
  hear(connection: Connection<F>, said: Said): void
  /**
   * Returns a session's news of the tick; undefined when nothing is due. Called only for sessions about to be sent to.
   */
  newsOf(session: F): News | undefined
  /** Handles a player who left, or whose actions ended the session with the connection. */
  ended(session: F): void
  /** Handles a lost connection; the player may come back. `hasLeft`: whether the player's page went away itself. */
  lost(session: F, hasLeft: boolean): void
}

/**
 * Manages every open link from accept to close: limits, messages received and sent, counts per address. It knows
 * nothing of worlds, and of sessions only the `Follower` interface.
 *
 *     accept(link) --packet--> limits --> conversation --Said--> above.hear
 *     serve(now), once a tick: silent? slow? --> above.newsOf --> one frame --> link
 *     end | lose | hangUp --refusal--> link closes, at once or after the dialect's goodbye
 */
export class Connections<F extends Follower> implements Measured {
  readonly traffic = new TrafficCounts()
  /** Counts of connections and away players per address. */
  readonly addresses = new AddressCounts()
  readonly #shutOut = new Set<string>()
  /** The server's tick timings: sent with each answer to a ping. */
  pace: ServerPace = { workMs: 0, worstMs: 0, lateMs: 0 }
  now: Instant
  readonly #limits: Limits
  readonly #above: Above<F>
  readonly #outbox = new Outbox(this.traffic)
  /** Connections in serving order, starting at `#first` and wrapping around. */
  readonly #order: Connection<F>[] = []
  #first = 0
  /** Connections whose conversations advance by themselves. */
  readonly #lively = new Set<Connection<F>>()
  #isClosing = false

  constructor(limits: Limits, above: Above<F>, now: Instant) {
    this.#limits = limits
    this.#above = above
    this.now = now
  }

  measure(readings: Readings): void {
    readings.add(gatewayMetrics.connections, this.size)
    this.traffic.measure(readings)
  }

  /** Whether what is due for a player leaves in one frame, and not each message in one of its own. */
  set isBatching(isBatching: boolean) {
    this.#outbox.isBatching = isBatching
  }

  get size(): number {
    return this.#order.length
  }

  get all(): readonly Connection<F>[] {
    return this.#order
  }

  /** Refuses links from an address from now on. */
  shutOut(address: string): void {
    this.#shutOut.add(address)
  }

  /** Returns why a link from this address would be refused now; undefined when it would not. */
  admit(address: string): string | undefined {
    if (this.#isClosing) return 'The server is closing.'
    if (this.#shutOut.has(address)) return 'The operator lets nobody in from this address.'
    const here = this.addresses.of(address)
    if (here >= this.#limits.connectionsPerAddress)
      return `There are ${here} connections from this address already; close one first.`
    return undefined
  }

  /** Takes over a link that carries this conversation. */
  accept(link: Link, conversation: Conversation, clock: () => Instant): void {
    this.now = clock()
    const connection = new Connection<F>(link, { conversation, limits: this.#limits, now: this.now })
    const refusal = this.admit(link.address)
    // Between who was served last and who was first: after the one whose turn is next.
    this.#order.splice(this.#first, 0, connection)
    this.addresses.add(link.address, 1)
    if (conversation.advance) this.#lively.add(connection)
    this.traffic.accepted++
    link.open({
      receive: (packet) => this.#receive(connection, packet, clock()),
      receiveState: (payload) => this.#receiveState(connection, payload, clock()),
      closed: (_reason, hasLeft = false) => this.#forget(connection, hasLeft),
      settleState: (id, isAcknowledged) => connection.settle(id, isAcknowledged),
    })
    if (refusal) this.end(connection, { code: 'full', reason: refusal })
  }

  /** Returns whether a connection is still there and has not been told to end. */
  isOpen(connection: Connection<F>): boolean {
    return !connection.isClosing && !this.#isClosing
  }

  /**
   * Ends silent or slow connections, and sends the others their queued messages and the news of the tick. Once a tick.
   */
  serve(now: Instant): void {
    this.now = now
    const order = this.#order
    const { length } = order
    // Whoever was served last is served first in the next tick, so that nobody is always the one who waits. No link
    // calls back from inside `send` or `close`, so the order stays as it is meanwhile.
    this.#first = length > 0 ? (this.#first + length - 1) % length : 0
    for (let i = this.#first; i < length; i++) this.#serve(order[i], now)
    for (let i = 0; i < this.#first; i++) this.#serve(order[i], now)
  }

  /** Advances conversations that go on by themselves. Once a tick, after everybody has been served. */
  advance(now: Instant): void {
    this.now = now
    for (const connection of this.#lively) {
      if (connection.isClosing) continue
      connection.conversation.advance?.(now)
      this.#hearAll(connection)
    }
  }

  /** Sends queued messages at once. */
  send(connection: Connection<F>): void {
    this.#send(connection, undefined)
  }

  /** Sends queued messages at once, if any of them should not wait for the tick. */
  flush(connection: Connection<F>): void {
    if (connection.conversation.isUrgent && !connection.isClosing) this.#send(connection, undefined)
  }

  /** Sends a piece of client content. @returns whether the link took it */
  sendContent(connection: Connection<F>, answer: Uint8Array): boolean {
    return this.#outbox.sendContent(connection, answer)
  }

  /** Counts a dropped message; too many of them end the connection. */
  countNonsense(connection: Connection<F>, dropped: string): void {
    this.traffic.dropped.count('nonsense')
    connection.nonsense++
    if (connection.nonsense < connection.limits.nonsenseMax) return
    const reason = `${connection.nonsense} messages made no sense (the last: ${dropped}).`
    this.end(connection, { code: 'nonsense', reason })
  }

  /** Ends a connection and its session, and tells the client why. */
  end(connection: Connection<F>, denial: Denial): void {
    const { session } = connection
    this.hangUp(connection, denial)
    if (session) this.#above.ended(session)
  }

  /** Ends a failing connection; the player may come back over a better one. */
  lose(connection: Connection<F>, denial: Denial): void {
    const { session } = connection
    this.hangUp(connection, denial)
    if (session) this.#above.lost(session, false)
  }

  /** Tells the client why, and ends the connection; its session is left to the caller. */
  hangUp(connection: Connection<F>, { code, reason, until, content }: Denial): void {
    if (connection.isClosing) return
    const { conversation, link, session } = connection
    // Who was never in has nothing to come back to.
    const goodbyeMs = session && code !== 'closing' ? (conversation.limits?.goodbyeMs ?? 0) : 0
    connection.state = { is: 'closing', code, reason, until: after(this.now, milliseconds(goodbyeMs)) }
    this.traffic.countClosed(code)
    conversation.refuse({ code, reason, until, content })
    this.#outbox.send(connection, undefined)
    if (goodbyeMs === 0) link.close(reason)
  }

  /** Handles a goodbye. */
  sayGoodbye(connection: Connection<F>): void {
    const { session } = connection
    connection.state = { is: 'closing', code: 'closing', reason: 'The player left.' }
    this.traffic.countClosed('bye')
    if (session) this.#above.ended(session)
    connection.link.close('Goodbye.')
  }

  /** Handles a player who leaves the world while the connection stays. */
  leave(connection: Connection<F>): void {
    const { session } = connection
    connection.greetAgain(this.now)
    if (session) this.#above.ended(session)
  }

  /** Stops accepting, tells everyone why, and closes every link; sessions are left to the caller. */
  hangUpAll(reason: string): void {
    this.#isClosing = true
    for (const connection of [...this.#order]) {
      this.hangUp(connection, { code: 'closing', reason })
      connection.link.close(reason)
    }
  }

  #serve(connection: Connection<F>, now: Instant): void {
    const { state, link } = connection
    const { helloTimeoutMs, silenceTimeoutMs, slowBytes, slowTimeoutMs } = connection.limits
    if (state.is === 'closing') {
      if (state.until !== undefined && now >= state.until) link.close(state.reason)
      return
    }
    if (state.is !== 'in' && now - state.since > helloTimeoutMs) {
      if (state.is === 'asking') this.end(connection, TOO_LONG)
      else this.end(connection, { code: 'silent', reason: 'No hello came in time.' })
      return
    }
    if (now - connection.heardAt > silenceTimeoutMs) {
      this.lose(connection, { code: 'silent', reason: `Nothing was heard for ${silenceTimeoutMs / 1000} s.` })
      return
    }
    if (connection.mayHold || connection.conversation.sendsNothing !== true) {
      const held = link.bufferedBytes
      connection.mayHold = held > 0
      if (held > slowBytes) {
        connection.slowSince ??= now
        if (now - connection.slowSince > slowTimeoutMs) this.lose(connection, SLOW)
        return
      }
      connection.slowSince = undefined
    }
    this.#send(connection, state.is === 'in' ? this.#above.newsOf(state.session) : undefined)
  }

  /** @param news the view's news of the tick; undefined when only messages are queued */
  #send(connection: Connection<F>, news: News | undefined): void {
    connection.conversation.pace = this.pace
    connection.conversation.now = this.now
    if (!this.#outbox.send(connection, news) && connection.link.isOpen) this.lose(connection, SLOW)
  }

  #receive(connection: Connection<F>, packet: Uint8Array, now: Instant): void {
    if (!this.#take(connection, packet, now)) return
    connection.conversation.receive(packet, now)
    this.#hearAll(connection)
    this.flush(connection)
  }

  #receiveState(connection: Connection<F>, payload: Uint8Array, now: Instant): boolean {
    if (!this.#take(connection, payload, now)) return false
    const isUsed = connection.conversation.receiveState(payload)
    this.#hearAll(connection)
    return isUsed
  }

  /** @returns whether the packet is within the limits; a connection that exceeds them ends */
  #take(connection: Connection<F>, { length }: Uint8Array, now: Instant): boolean {
    if (connection.isClosing) return false
    this.now = now
    this.traffic.countIn(length)
    connection.heardAt = now
    const excess = connection.excess(length, now)
    if (excess === undefined) return true
    this.traffic.dropped.count(excess.counts)
    this.end(connection, { code: 'too-fast', reason: excess.reason })
    return false
  }

  #hearAll(connection: Connection<F>): void {
    const { conversation } = connection
    for (let said = conversation.poll(); said && !connection.isClosing; said = conversation.poll())
      this.#above.hear(connection, said)
  }

  /** Removes a connection whose link is gone. */
  #forget(connection: Connection<F>, hasLeft: boolean): void {
    const at = this.#order.indexOf(connection)
    if (at < 0) return
    this.#order.splice(at, 1)
    this.#lively.delete(connection)
    if (at < this.#first) this.#first--
    this.addresses.add(connection.link.address, -1)
    const { session } = connection
    if (connection.isClosing) return
    this.traffic.countClosed('lost')
    connection.state = { is: 'closing', code: 'closing', reason: 'The link is gone.' }
    if (session) this.#above.lost(session, hasLeft)
  }
}

export const SLOW: Denial = { code: 'slow', reason: 'The connection takes in too little to keep up.' }
const TOO_LONG: Denial = {
  code: 'busy',
  reason: 'The server takes too long to look up accounts just now; try again in a moment.',
}
