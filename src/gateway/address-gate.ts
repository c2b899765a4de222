import type { Instant } from '../core/index.ts'
import { Rate } from './limits/limits.ts'

/** The most addresses remembered; beyond that the one silent longest is forgotten. */
const ADDRESSES_MAX = 10_000
/** The time after which an address is forgotten, in ms: its whole burst is restored long before. */
const FORGET_MS = 10_000
/** Addresses checked for expiry on each call. */
const SWEPT = 2

/** Limits strangers to a rate per second for each address, or for each /64 network with IPv6. */
export class AddressGate {
  readonly #perSecond: number
  readonly #rates = new Map<string, { readonly rate: Rate; at: Instant }>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** The number of addresses remembered. */
  get size(): number {
    return this.#rates.size
  }

  /** @returns whether one more is within the rate */
  take(address: string, now: Instant): boolean {
    const place = placeOf(address)
    const known = this.#rates.get(place) ?? { rate: new Rate(this.#perSecond, now), at: now }
    known.at = now
    // Again at the end: the map keeps the order in which it was last asked.
    this.#rates.delete(place)
    this.#rates.set(place, known)
    let looked = 0
    for (const [oldest, { at }] of this.#rates) {
      if (this.#rates.size <= ADDRESSES_MAX && (looked++ === SWEPT || now - at < FORGET_MS)) break
      this.#rates.delete(oldest)
    }
    return known.rate.take(1, now)
  }
}

/** Returns an IPv4 address, or the first four groups of an IPv6 one: whoever has one address of a /64 has them all. */
function placeOf(address: string): string {
  if (!address.includes(':')) return address
  const [before, after = ''] = address.split('::')
  const left = before === '' ? [] : before.split(':')
  const right = after === '' ? [] : after.split(':')
  const zeros = address.includes('::') ? new Array(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
