import type { Instant } from '../core/index.ts'
import type { Conversation, RefusalCode } from '../dialect/index.ts'
import type { View } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import { type Limits, Rate } from './limits.ts'

/** Why what came is not taken: what it counts as, and the sentence for whoever sent it. */
export interface Excess {
  readonly counts: 'too-large' | 'too-many-bytes' | 'too-many-packets'
  readonly reason: string
}

/**
 * Whom a connection speaks for once somebody is in: they follow the world through a view, and hear what became of
 * state.
 */
export interface Follower {
  readonly view: View
  /** The notes that were taken last left in the payload of this id. */
  leftAs(id: number): void
  /** Tells what became of a payload. */
  settled(id: number, isAcknowledged: boolean): void
}

/**
 * What a connection is about:
 *
 *     greeting --hello--> asking --decided--> in
 *         '------------------------------------'--> closing
 */
export type ConnectionState<F extends Follower> =
  /** It has not said hello. `since`: when waiting for that began, anew with whatever it fetches on the way. */
  | { readonly is: 'greeting'; since: Instant }
  /** It has said hello, and who comes in is being decided. */
  | { readonly is: 'asking'; readonly since: Instant }
  /** It speaks for a session. `flying`: state payloads whose fate is unknown, the lane's id to the view's number. */
  | { readonly is: 'in'; readonly session: F; readonly flying: Map<number, number> }
  /** It has been told to end, or said goodbye. */
  | { readonly is: 'closing'; readonly code: RefusalCode; readonly reason: string }

/** One link, what is said over it, and what it has used of its limits. */
export class Connection<F extends Follower = Follower> {
  readonly link: Link
  readonly conversation: Conversation
  readonly requests: Rate
  readonly connectedAt: Instant
  state: ConnectionState<F>
  heardAt: Instant
  /** Since when its link has been holding too much; undefined while it keeps up. */
  slowSince: Instant | undefined
  nonsense = 0
  /** The server's, with what its dialect puts in their place. */
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

  /** Whom it speaks for; undefined while nobody is in over it. */
  get session(): F | undefined {
    return this.state.is === 'in' ? this.state.session : undefined
  }

  /** Whether the link has a lane for state, on which payloads get lost. */
  get isLossy(): boolean {
    return this.link.state !== undefined
  }

  /** Who came over it is being decided from `now` on. */
  ask(now: Instant): void {
    if (this.state.is === 'greeting') this.state = { is: 'asking', since: now }
  }

  /** It speaks for this session from here on. */
  speakFor(session: F): void {
    this.state = { is: 'in', session, flying: new Map() }
  }

  /** The player has left, and somebody may come in over it once more. */
  greetAgain(now: Instant): void {
    if (this.state.is !== 'closing') this.state = { is: 'greeting', since: now }
  }

  /** Whoever fetches something on the way to a hello is busy and not silent. */
  isBusy(now: Instant): void {
    if (this.state.is === 'greeting') this.state.since = now
  }

  /** A packet came. @returns why it is too much; undefined where it is not */
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

  /** Tells the view what became of a state payload, so that what was lost is told again. */
  settle(id: number, isAcknowledged: boolean): void {
    if (this.state.is !== 'in') return
    const { session, flying } = this.state
    session.settled(id, isAcknowledged)
    const number = flying.get(id)
    flying.delete(id)
    if (number === undefined) return
    if (isAcknowledged) session.view.acknowledged(number)
    else session.view.lost(number)
  }
}
