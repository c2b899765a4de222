import type { Instant } from '../core/index.ts'
import { Rate } from './limits.ts'

/** Addresses remembered; beyond that the one unheard of longest gives way. */
const ADDRESSES_MAX = 10_000
/** Milliseconds after which an address is forgotten: it has its whole burst again long before. */
const FORGET_MS = 10_000
/** Addresses looked at for that, each time that one asks. */
const SWEPT = 2

/** How much strangers get: so many a second for each address, and of IPv6 for each network of 64 bits. */
export class AddressGate {
  readonly #perSecond: number
  readonly #rates = new Map<string, { readonly rate: Rate; at: Instant }>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Addresses that are remembered. */
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

/** An IPv4 address, or the first four groups of an IPv6 one: who has one address there has them all. */
function placeOf(address: string): string {
  if (!address.includes(':')) return address
  const [before, after = ''] = address.split('::')
  const left = before === '' ? [] : before.split(':')
  const right = after === '' ? [] : after.split(':')
  const zeros = address.includes('::') ? new Array(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
