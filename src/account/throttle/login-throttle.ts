import type { EpochMs } from '../../store/index.ts'
import { Throttle } from './throttle.ts'

const MINUTE = 60_000

/** A login's origin and account. */
export interface LoginAttempt {
  /** The account's name key; names that nobody has count too. */
  readonly account: string
  readonly address: string
}

/**
 * Limits how often passwords may be tried [A10] [A11]:
 *
 *     each address      20 free, then 1, 2, 4 ... up to 300 s
 *     each account      10 free, then 1, 2, 4 ... up to 60 s, all strange addresses together
 *     a known address   of that account: 10 free, then 1, 2, 4 ... up to 60 s, by itself
 *
 * An address is known to an account for 30 days after a good login from there. So strangers who try somebody's
 * account make each other wait, and not its owner; an owner at a new address waits 60 s at most, for a try made
 * while waiting does not count.
 */
export class LoginThrottle {
  readonly #addresses = new Throttle({ free: 20, waitMs: 1000, waitMaxMs: 5 * MINUTE, forgetMs: 15 * MINUTE })
  readonly #accounts = new Throttle({ free: 10, waitMs: 1000, waitMaxMs: MINUTE, forgetMs: 15 * MINUTE })
  readonly #known = new Map<string, EpochMs>()
  readonly #knownMax: number

  constructor(knownMax = 100_000) {
    this.#knownMax = knownMax
  }

  /**
   * Asks for one try, and counts it.
   *
   * @returns ms to wait first, and then nothing was counted; 0 when the try may be made now
   */
  take(attempt: LoginAttempt, now: EpochMs): number {
    const place = networkOf(attempt.address)
    const account = this.#accountKey(attempt, now)
    const wait = Math.max(this.#addresses.waitOf(place, now), this.#accounts.waitOf(account, now))
    if (wait > 0) return wait
    this.#addresses.take(place, now)
    this.#accounts.take(account, now)
    return 0
  }

  /** Notes that the try was good. */
  succeeded(attempt: LoginAttempt, now: EpochMs): void {
    const pair = pairOf(attempt)
    const account = this.#accountKey(attempt, now)
    // What strangers did to the account stays theirs to wait for.
    if (account === pair) this.#accounts.forget(pair)
    else this.#accounts.giveBack(account)
    this.#addresses.giveBack(networkOf(attempt.address))
    this.#known.delete(pair)
    this.#known.set(pair, now)
    let looked = 0
    for (const [oldest, at] of this.#known) {
      if (now - at < KNOWN_MS && this.#known.size <= this.#knownMax) break
      this.#known.delete(oldest)
      if (++looked === 2) break
    }
  }

  /** Takes a try back that said nothing about the password: the server was busy. */
  takeBack(attempt: LoginAttempt, now: EpochMs): void {
    this.#addresses.giveBack(networkOf(attempt.address))
    this.#accounts.giveBack(this.#accountKey(attempt, now))
  }

  #accountKey(attempt: LoginAttempt, now: EpochMs): string {
    const pair = pairOf(attempt)
    const at = this.#known.get(pair)
    return at !== undefined && now - at < KNOWN_MS ? pair : attempt.account
  }
}

const KNOWN_MS = 30 * 24 * 60 * MINUTE

function pairOf({ account, address }: LoginAttempt): string {
  return `${networkOf(address)}\n${account}`
}

/** Returns what counts as one address: for IPv6 the network of 64 bits, which one household has. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head, tail] = address.toLowerCase().split('%', 1)[0].split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : new Array(Math.max(0, 8 - front.length - back.length)).fill('0')
  const groups = [...front, ...zeros, ...back].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
  return `${groups.join(':')}::/64`
}
