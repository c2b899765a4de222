import type { Instant } from '../core/index.ts'
import type { Conversation, RefusalCode } from '../dialect/index.ts'
import type { View } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import { Flying } from './flying.ts'
import { type Limits, Rate } from './limits/limits.ts'

/** The reason a packet is rejected: the count it goes to, and the sentence for its sender. */
export interface Excess {
  readonly counts: 'too-large' | 'too-many-bytes' | 'too-many-packets'
  readonly reason: string
}

/**
 * The player a connection speaks for after entering: follows the world through a view, and learns the fate of state
 * payloads.
 */
export interface Follower {
  readonly view: View
  /** Records that the notes taken last left in the payload of this id. */
  leftAs(id: number): void
  /** Reports the fate of a payload. */
  settled(id: number, isAcknowledged: boolean): void
}

/**
 * The state of a connection:
 *
 *     greeting --hello--> asking --decided--> in
 *         '------------------------------------'--> closing
 */
export type ConnectionState<F extends Follower> =
  /** No hello yet. `since`: when waiting for it began; restarts with each fetch on the way. */
  | { readonly is: 'greeting'; since: Instant }
  /** Hello was said, and admission is being decided. */
  | { readonly is: 'asking'; readonly since: Instant }
  /** It speaks for a session. `flying`: state payloads of unknown fate, from the lane's id to the view's number. */
  | { readonly is: 'in'; readonly session: F; readonly flying: Flying }
  /** It was told to end, or said goodbye. `until`: when its link closes, where that is not done yet. */
  | { readonly is: 'closing'; readonly code: RefusalCode; readonly reason: string; readonly until?: Instant }

/** Holds one link, its conversation, and its usage of the limits. */
export class Connection<F extends Follower = Follower> {
  readonly link: Link
  readonly conversation: Conversation
  readonly requests: Rate
  readonly connectedAt: Instant
  state: ConnectionState<F>
  heardAt: Instant
  /** When its link began to hold too many unsent bytes; undefined while it keeps up. */
  slowSince: Instant | undefined
  /** Whether anything was sent since its link held nothing: others need not be asked in each tick. */
  mayHold = false
  nonsense = 0
  /** The server's limits, with the dialect's overrides. */
  readonly limits: Limits
  readonly #bytes: Rate
  readonly #packets: Rate

  constructor(link: Link, parts: { conversation: Conversation; limits: Limits; now: Instant }) {
    const { conversation, now } = parts
    const limits = conversation.limits ? { ...parts.limits, ...conversation.limits } : parts.limits
    this.link = link
    this.conversation = conversation
    this.state = { is: 'greeting', since: now }
    this.limits = limits
    this.#bytes = new Rate(limits.bytesPerSecond, now)
    this.#packets = new Rate(limits.packetsPerSecond, now)
    this.requests = new Rate(limits.requestsPerSecond, now)
    this.connectedAt = now
    this.heardAt = now
  }

  /** Whether it has been told to end. */
  get isClosing(): boolean {
    return this.state.is === 'closing'
  }

  /** The session it speaks for; undefined while there is none. */
  get session(): F | undefined {
    return this.state.is === 'in' ? this.state.session : undefined
  }

  /** Whether the link has a lane for state, on which payloads can get lost. */
  get isLossy(): boolean {
    return this.link.state !== undefined
  }

  /** Moves to `asking`: admission is being decided from `now` on. */
  ask(now: Instant): void {
    if (this.state.is === 'greeting') this.state = { is: 'asking', since: now }
  }

  /** Moves to `in`: it speaks for this session from now on. */
  speakFor(session: F): void {
    this.state = { is: 'in', session, flying: new Flying() }
  }

  /** Moves back to `greeting`: the player has left, and another may enter over it. */
  greetAgain(now: Instant): void {
    if (this.state.is !== 'closing') this.state = { is: 'greeting', since: now }
  }

  /** Restarts the wait for hello: a client that fetches something on the way is busy, not silent. */
  isBusy(now: Instant): void {
    if (this.state.is === 'greeting') this.state.since = now
  }

  /** Counts a packet. @returns why it exceeds the limits; undefined when it does not */
  excess(length: number, now: Instant): Excess | undefined {
    const { packetBytesMax, bytesPerSecond, packetsPerSecond } = this.limits
    if (length > packetBytesMax)
      return {
        counts: 'too-large',
        reason: `A packet of ${length} bytes came; ${packetBytesMax} are the most.`,
      }
    if (!this.#bytes.take(length, now))
      return { counts: 'too-many-bytes', reason: `More than ${bytesPerSecond} bytes a second came.` }
    if (!this.#packets.take(1, now))
      return { counts: 'too-many-packets', reason: `More than ${packetsPerSecond} packets a second came.` }
    return undefined
  }

  /** Reports the fate of a state payload to the view, so that lost state is sent again. */
  settle(id: number, isAcknowledged: boolean): void {
    if (this.state.is !== 'in') return
    const { session, flying } = this.state
    session.settled(id, isAcknowledged)
    const number = flying.take(id)
    if (number === 0) return
    if (isAcknowledged) session.view.acknowledged(number)
    else session.view.lost(number)
  }
}
