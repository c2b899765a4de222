/** The most that is believed to be lost whatever is sent, as a share. */
const SHARE_MAX = 0.35
/** How many packets are needed to judge loss, and to judge it when most were lost. */
const JUDGED_PACKETS = 100
const JUDGED_PACKETS_IF_MOST = 40
/** How much more than usual must be lost, as a share, besides two standard deviations of chance. */
const EXCESS = 0.1

/** Learns what a path loses however little is sent, and whether it now loses clearly more. */
export class NaturalLoss {
  #share = 0
  #packets = 0
  #lost = 0

  /** 0 .. 0.35 */
  get share(): number {
    return this.#share
  }

  /** Learns from a round without a queue, which lost this share of so many packets. */
  learn(share: number, packets: number): void {
    this.#share += (Math.min(SHARE_MAX, share) - this.#share) * Math.min(0.25, packets / 200)
  }

  /**
   * Returns whether a round lost too much: `lost` of so many packets. Judges many packets together, so that a burst
   * does not count.
   */
  isExceeded({ lost, packets }: { readonly lost: number; readonly packets: number }): boolean {
    this.#lost += lost
    this.#packets += packets
    const share = this.#lost / this.#packets
    const chance = Math.sqrt((this.#share * (1 - this.#share)) / this.#packets)
    const isEnough = this.#packets >= JUDGED_PACKETS
    const isMuch = isEnough && share > this.#share + EXCESS + 2 * chance
    const isMost = this.#packets >= JUDGED_PACKETS_IF_MOST && share > 0.5
    if (isEnough || isMost) this.forget()
    return isMuch || isMost
  }

  /** Begins judging anew. */
  forget(): void {
    this.#packets = 0
    this.#lost = 0
  }
}
