import type { Counters, Instant, Random } from '../../core/index.ts'
import type { Carrier } from './carrier.ts'

/** What the parts of a switchboard share: the carrier, the time, and what is told or looked at later. */
export interface Post {
  readonly carrier: Carrier
  readonly clock: () => Instant
  readonly random: Random
  readonly limits: BusLimits
  readonly counts: PostCounts
  /** Has something told soon, from `advance` and never from inside a call. */
  later(tell: () => void): void
  /** Has `advance` called at this time at the latest. */
  wake(at: Instant): void
}

export interface PostCounts {
  readonly out: Counters<'topic' | 'ask' | 'answer' | 'link' | 'again'>
  readonly in: Counters<'topic' | 'ask' | 'answer' | 'link'>
  readonly dropped: Counters<'nonsense' | 'again' | 'early' | 'stranger' | 'crowded'>
  bytesOut: number
  bytesIn: number
  gaps: number
  lost: number
}

/** The limits of a bus, all on by default. */
export interface BusLimits {
  /** How long a link lives on without a sign of its peer while something waits to be acknowledged, in ms. */
  readonly linkPatienceMs: number
  /** The most bytes that wait in one link to be acknowledged by the peer. */
  readonly linkBufferBytesMax: number
  /** The most bytes of one packet of a link. */
  readonly linkPacketBytesMax: number
  /** The most questions that wait for an answer at once. */
  readonly asksMax: number
  /** After how many ms without an answer something is sent again, where the carrier is not sure. */
  readonly againMs: number
}

export const defaultBusLimits: BusLimits = {
  linkPatienceMs: 10_000,
  linkBufferBytesMax: 8 * 1024 * 1024,
  linkPacketBytesMax: 65_536,
  asksMax: 65_536,
  againMs: 500,
}
