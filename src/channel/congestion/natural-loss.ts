/** No more than this share is believed to be lost whatever is sent. */
const SHARE_MAX = 0.35
/** Packets after which loss is judged, and after which it is judged if most were lost. */
const JUDGED_PACKETS = 100
const JUDGED_PACKETS_IF_MOST = 40
/** How much more than usual must be lost, as a share, besides two standard deviations of chance. */
const EXCESS = 0.1

/** What a path loses however little is sent, and whether it is losing clearly more than that. */
export class NaturalLoss {
  #share = 0
  #packets = 0
  #lost = 0

  /** 0 .. 0.35 */
  get share(): number {
    return this.#share
  }

  /** A round without a queue lost this share of so many packets. */
  learn(share: number, packets: number): void {
    this.#share += (Math.min(SHARE_MAX, share) - this.#share) * Math.min(0.25, packets / 200)
  }

  /** A round lost `lost` of so many packets. Judged over many, so that a burst does not count. */
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

  /** What is judged begins now. */
  forget(): void {
    this.#packets = 0
    this.#lost = 0
  }
}
