/** How near a process is to the end of its memory: `short` lets nobody new in, `out` ends it while it still can. */
export type Pressure = 'none' | 'short' | 'out'

/** The share of the limit in use after a full collection from which memory is short. */
const SHORT_SHARE = 0.6
/** The share below which it no longer is. */
const AMPLE_SHARE = 0.55
/** How much of what is free V8 may fill before it collects: above this nothing but live objects fill the heap. */
const UNCOLLECTED_SHARE = 0.5

/**
 * Decides from readings of the heap how near the end is.
 *
 * What a reading shows may be garbage, so only one made right after a full collection says much. V8 collects at the
 * latest when half of what was free is filled: in between a reading counts only where even that cannot explain it.
 */
export class MemoryPressure {
  readonly #limit: number
  readonly #outShare: number
  #pressure: Pressure = 'none'

  /**
   * @param limit  bytes that long-lived objects may take
   * @param outShare  the share of it from which the process must end, 0 < outShare < 1
   */
  constructor(limit: number, outShare: number) {
    this.#limit = limit
    this.#outShare = outShare
  }

  get pressure(): Pressure {
    return this.#pressure
  }

  /**
   * Takes a reading.
   *
   * @param used  bytes in use
   * @param isCollected  whether a full collection has just ended
   * @returns the pressure; once `out`, always `out`
   */
  note(used: number, isCollected: boolean): Pressure {
    const share = used / this.#limit
    const out = isCollected ? this.#outShare : this.#outShare + (1 - this.#outShare) * UNCOLLECTED_SHARE
    if (share >= out || this.#pressure === 'out') this.#pressure = 'out'
    else if (isCollected && share >= Math.min(SHORT_SHARE, this.#outShare)) this.#pressure = 'short'
    else if (isCollected && share < AMPLE_SHARE) this.#pressure = 'none'
    return this.#pressure
  }
}

/** The flag that says how much the long-lived objects of a process may take, in MiB. */
const LIMIT_FLAG = /^--max[-_]old[-_]space[-_]size=(\d+)$/
/** Where it is not given, V8's limit is of long-lived and new objects, and new ones take a twentieth of it. */
const OLD_SHARE = 0.95

/**
 * Returns how many bytes the long-lived objects of a process may take.
 *
 * @param heapLimit  V8's limit of the whole heap, in bytes
 * @param flags  of the process, the one that counts last
 */
export function oldSpaceLimit(heapLimit: number, flags: readonly string[]): number {
  for (const flag of flags.toReversed()) {
    const found = LIMIT_FLAG.exec(flag)
    if (found && Number(found[1]) > 0) return Number(found[1]) * 2 ** 20
  }
  return heapLimit * OLD_SHARE
}
