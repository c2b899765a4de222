import type { ContentServing } from '../content/index.ts'
import type { Instant } from '../core/index.ts'
import type { Conversation, RefusalCode } from '../dialect/index.ts'
import type { Link } from '../transport/index.ts'
import { type Limits, Rate } from './limits.ts'
import type { Line, Session } from './session.ts'

/** Why what came is not taken: what it counts as, and the sentence for whoever sent it. */
export interface Excess {
  readonly counts: 'too-large' | 'too-many-bytes' | 'too-many-packets'
  readonly reason: string
}

/** One connection and, once it has said hello, the session it speaks for. */
export class Connection implements Line {
  readonly link: Link
  readonly conversation: Conversation
  readonly requests: Rate
  readonly connectedAt: Instant
  /** Since when a hello is waited for: connecting, or content or an account's page that was given out on the way to it. */
  waitsSince: Instant
  /** The content version that the client has; empty when it does not say. */
  content = ''
  /** Answers its asks for client content; undefined while there are none. */
  serving: ContentServing | undefined
  /** Whether a piece of content is being read for it: one at a time, for pieces go out in order. */
  isReading = false
  heardAt: Instant
  /** Since when its link has been holding too much; undefined while it keeps up. */
  slowSince: Instant | undefined
  session: Session | undefined
  nonsense = 0
  /** Whether it has said hello, and who comes in is being decided. */
  isAsking = false
  /** Pages of accounts that were asked for, and whether one of them waits for its answer. */
  pages = 0
  isPageAsked = false
  /** Requests whose handlers wait for something. */
  asking = 0
  /** State payloads whose fate is unknown: the lane's id to the view's number. */
  readonly flying = new Map<number, number>()
  /** Why it is closing; undefined while it is open. */
  closing: { readonly code: RefusalCode; readonly reason: string } | undefined
  readonly #limits: Limits
  readonly #bytes: Rate
  readonly #packets: Rate

  constructor(link: Link, parts: { conversation: Conversation; limits: Limits; now: Instant }) {
    const { conversation, limits, now } = parts
    this.link = link
    this.conversation = conversation
    this.#limits = limits
    this.#bytes = new Rate(limits.bytesPerSecond, now)
    this.#packets = new Rate(limits.packetsPerSecond, now)
    this.requests = new Rate(limits.requestsPerSecond, now)
    this.connectedAt = now
    this.waitsSince = now
    this.heardAt = now
  }

  /** A packet came. @returns why it is too much; undefined where it is not */
  excess(length: number, now: Instant): Excess | undefined {
    const { packetBytesMax, bytesPerSecond, packetsPerSecond } = this.#limits
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
}
