import type { Instant } from '../../core/index.ts'
import type { AnyGame } from '../../world/index.ts'

/** Limits on what strangers may do, per connection unless stated otherwise. All are on by default. */
export interface Limits {
  /** Connections from one address at a time. */
  readonly connectionsPerAddress: number
  /** Players at a time. */
  readonly players: number
  /** Bytes a second from one connection, over the last few seconds. More where commands come to more: `limitsFor`. */
  readonly bytesPerSecond: number
  /** Packets a second from one connection, over the last few seconds. More in a game of many ticks: see `limitsFor`. */
  readonly packetsPerSecond: number
  /** Bytes of the largest packet from a client. */
  readonly packetBytesMax: number
  /** Requests a second from one player, over the last few seconds. */
  readonly requestsPerSecond: number
  /** Connect tokens a second for one address, over the last few seconds. */
  readonly tokensPerSecond: number
  /** HTTP requests a second from one address, over the last few seconds; those for client content count below. */
  readonly httpRequestsPerSecond: number
  /** Milliseconds before an HTTP socket is closed on which nothing moves, in or out. */
  readonly httpIdleTimeoutMs: number
  /** Asks for client content a second from one address, in-band and over HTTP together, over the last few seconds. */
  readonly contentAsksPerSecond: number
  /** Bytes a second of client content to one connection. */
  readonly contentBytesPerSecond: number
  /** Milliseconds that a connection may fetch client content without a hello. */
  readonly contentTimeoutMs: number
  /** Dropped messages before a connection is closed. */
  readonly nonsenseMax: number
  /** Milliseconds from connecting to the first hello. */
  readonly helloTimeoutMs: number
  /** Milliseconds of silence before a connection counts as lost. */
  readonly silenceTimeoutMs: number
  /**
   * Milliseconds in which a player may come back after a lost connection; meanwhile the character stays. 0 for none.
   */
  readonly graceMs: number
  /** As `graceMs`, where the page went away itself, with no goodbye that was heard: it may be loading again. */
  readonly leavingGraceMs: number
  /** Bytes a link may hold unsent before its player's news waits. */
  readonly slowBytes: number
  /** Milliseconds a link may stay that slow before it is closed. */
  readonly slowTimeoutMs: number
  /** Bytes of state a second to one player. */
  readonly viewBytesPerSecond: number
  /**
   * For how many ticks news of those not nearby may wait for further ones, so that fewer packets go out; 1 for none.
   * 2 unless the game chooses otherwise.
   */
  readonly newsTicks: number
}

export const defaultLimits: Limits = {
  connectionsPerAddress: 512,
  players: 5000,
  bytesPerSecond: 16_384,
  packetsPerSecond: 100,
  packetBytesMax: 4096,
  requestsPerSecond: 10,
  tokensPerSecond: 100,
  httpRequestsPerSecond: 500,
  httpIdleTimeoutMs: 30_000,
  contentAsksPerSecond: 1000,
  contentBytesPerSecond: 1_000_000,
  contentTimeoutMs: 600_000,
  nonsenseMax: 8,
  helloTimeoutMs: 5000,
  silenceTimeoutMs: 10_000,
  graceMs: 30_000,
  leavingGraceMs: 2500,
  slowBytes: 65_536,
  slowTimeoutMs: 15_000,
  viewBytesPerSecond: 64_000,
  newsTicks: 2,
}

/** Packets a second a client sends besides one a tick and its requests: pings, asks for content, repeats. */
const OTHER_PACKETS = 20
/** The factor by which a client's clock may run faster than the server's while it is being corrected. */
const FASTER = 1.25
/** The size of a command message without its changes, in bytes, and the changes that may await acknowledgement. */
const MESSAGE_BYTES = 64
const CHANGES_MAX = 32

/**
 * Returns the limits for a server of this game: those given, and otherwise the defaults. Honest players never reach
 * those on bytes and packets: a command that changes each tick, and all the requests allowed, fit in any game.
 */
export function limitsFor(
  { ticksPerSecond, command }: Pick<AnyGame, 'ticksPerSecond' | 'command'>,
  given: Partial<Limits> = {},
): Limits {
  const chosen = Object.fromEntries(Object.entries(given).filter(([, limit]) => limit !== undefined))
  const limits: Limits = { ...defaultLimits, ...chosen }
  const messages = Math.ceil(ticksPerSecond * FASTER)
  const packets = messages + limits.requestsPerSecond + OTHER_PACKETS
  const bytes = messages * (MESSAGE_BYTES + CHANGES_MAX * (Math.ceil(command.bitsMax / 8) + 1))
  return {
    ...limits,
    packetsPerSecond: roomFor(packets, limits.packetsPerSecond, defaultLimits.packetsPerSecond),
    bytesPerSecond: roomFor(bytes, limits.bytesPerSecond, defaultLimits.bytesPerSecond),
  }
}

/** Returns a chosen limit unchanged; raises the default to what is needed. */
function roomFor(needed: number, limit: number, byDefault: number): number {
  return limit === byDefault ? Math.max(limit, needed) : limit
}

/** The size of a burst, in seconds' worth of the rate. */
const BURST_SECONDS = 3

/** Limits to an average rate per second, with bursts of a few seconds' worth. */
export class Rate {
  readonly #perMs: number
  readonly #most: number
  #left: number
  #at: Instant

  constructor(perSecond: number, now: Instant) {
    this.#perMs = perSecond / 1000
    this.#most = perSecond * BURST_SECONDS
    this.#left = this.#most
    this.#at = now
  }

  /** Takes `count` from the budget. @returns whether they are within the rate */
  take(count: number, now: Instant): boolean {
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#perMs)
    this.#at = now
    if (count > this.#left) return false
    this.#left -= count
    return true
  }
}
