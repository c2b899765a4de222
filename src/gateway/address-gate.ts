import type { Instant } from '../core/index.ts'
import { Rate } from './limits.ts'

/** Addresses remembered; beyond that the one unheard of longest gives way. */
const ADDRESSES_MAX = 10_000

/** How much strangers get: so many a second for each address, and of IPv6 for each network of 64 bits. */
export class AddressGate {
  readonly #perSecond: number
  readonly #rates = new Map<string, Rate>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** @returns whether one more is within the rate */
  take(address: string, now: Instant): boolean {
    const place = placeOf(address)
    const rate = this.#rates.get(place) ?? new Rate(this.#perSecond, now)
    // Again at the end: the map keeps the order in which it was last asked.
    this.#rates.delete(place)
    this.#rates.set(place, rate)
    if (this.#rates.size > ADDRESSES_MAX) {
      for (const oldest of this.#rates.keys()) {
        this.#rates.delete(oldest)
        break
      }
    }
    return rate.take(1, now)
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
