import type { Phase } from './congestion/congestion.ts'

/** What a connection has measured. Bytes count headers; estimates are exponentially forgetting. */
export interface ChannelStats {
  /** The smoothed round trip, without the peer's waiting (RFC 6298, gain 1/8). */
  readonly rttMs: number
  /** The smoothed distance of a round trip from `rttMs` (RFC 6298, gain 1/4). */
  readonly rttDeviationMs: number
  /** The smoothed distance of a round trip from the one before (RFC 3550, 6.4.1, gain 1/16). */
  readonly jitterMs: number
  /** The round trip of the empty path; Infinity before the first. */
  readonly baseRttMs: number
  /** The share of packets given up, over about the last 128 whose fate was decided; late ones are taken back. */
  readonly lossShare: number
  /** The share that the path loses with no queue before the bottleneck: not a sign of too much. */
  readonly naturalLoss: number
  /** What the bottleneck delivers, in bytes per second, as far as seen; 0 before the first measurement. */
  readonly bandwidth: number
  /** What may be sent at present, in bytes per second. */
  readonly bytesPerSecond: number
  /** Traffic in and out, in bytes per second over about the last second. */
  readonly bytesPerSecondIn: number
  readonly bytesPerSecondOut: number
  /** Bytes under way, and how many may be. */
  readonly inFlightBytes: number
  readonly windowBytes: number
  /** What the congestion controller is doing; 'silent' while nothing is acknowledged. */
  readonly phase: Phase | 'silent'
  readonly packetsIn: number
  readonly packetsOut: number
  /** Packets whose fate still matters. */
  readonly packetsRemembered: number
  /** Pieces of reliable messages sent again. */
  readonly resent: number
  /** Packets that were given up and arrived after all: what they carried was sent again for nothing. */
  readonly lateAcks: number
  /** Bytes received that wait: incomplete, early, or not yet taken by `next`. */
  readonly heldBytes: number
}
