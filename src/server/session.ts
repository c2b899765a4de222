import type { Instant } from '../core/index.ts'
import type { Conversation, RefusalCode } from '../dialect/index.ts'
import type { View } from '../replication/index.ts'
import type { Link } from '../transport/index.ts'
import type { Player } from '../world/index.ts'
import { type Limits, Rate } from './limits.ts'

/** One connection and, once it has said hello, the player behind it. */
export class Session {
  readonly link: Link
  readonly conversation: Conversation
  readonly bytes: Rate
  readonly packets: Rate
  readonly requests: Rate
  readonly connectedAt: Instant
  heardAt: Instant
  /** Since when its link has been holding too much; undefined while it keeps up. */
  slowSince: Instant | undefined
  player: Player | undefined
  view: View | undefined
  nonsense = 0
  /** State payloads whose fate is unknown: the lane's id to the view's number. */
  readonly flying = new Map<number, number>()
  /** Why it is closing; undefined while it is open. */
  closing: { readonly code: RefusalCode; readonly reason: string } | undefined

  constructor(link: Link, parts: { conversation: Conversation; limits: Limits; now: Instant }) {
    const { conversation, limits, now } = parts
    this.link = link
    this.conversation = conversation
    this.bytes = new Rate(limits.bytesPerSecond, now)
    this.packets = new Rate(limits.packetsPerSecond, now)
    this.requests = new Rate(limits.requestsPerSecond, now)
    this.connectedAt = now
    this.heardAt = now
  }
}
