import type { Instant } from '../../core/index.ts'

/** The direction of a packet: `up` is from a player to the server. */
export type PacketWay = 'up' | 'down'

/** One packet as it sets out: its length in bytes without headers, and when its copies arrive; none: it is lost. */
export interface Departure {
  readonly way: PacketWay
  readonly length: number
  readonly now: Instant
  readonly arrivals: readonly Instant[]
}

/** Is told of everything that passes between a server and its players in a simulation. The bytes are only lent. */
export interface TrafficTap {
  /** Takes a packet that sets out for the first time or again, at the moment it does. */
  travels(player: number, departure: Departure): void
  /** Takes what a player's link or the server's has just handed over: the content of the last departure. */
  sent(player: number, way: PacketWay, bytes: Uint8Array): void
  /** Takes what a player's client or the server has just read. */
  received(player: number, way: PacketWay, bytes: Uint8Array, now: Instant): void
}
