import type { SentPacket } from '../packet/sent-packets.ts'

/**
 * Measures how fast the path delivers, over each packet's flight: the bytes acknowledged between its sending and
 * its acknowledgement, divided by the longer of the time they took to be sent and the time they took to be
 * acknowledged.
 *
 * A flight during which there was nothing to send tells only how fast we sent: it is marked as limited by the
 * application.
 *
 * Source: draft-cheng-iccrg-delivery-rate-estimation.
 */
export class DeliveryRate {
  /** Bytes acknowledged so far, headers counted. */
  delivered = 0
  #deliveredAt = 0
  #firstSentAt = 0
  #appLimitedUntil = -1

  /** The sample since `begin`: bytes per second, or 0 when there is none. */
  bytesPerSecond = 0
  isAppLimited = false
  /** Bytes delivered when the sampled packet was sent; rounds are counted by it. */
  priorDelivered = -1
  #priorAt = 0
  #sendElapsed = 0

  sent(packet: SentPacket, inFlightBytes: number): void {
    if (inFlightBytes === 0) {
      this.#firstSentAt = packet.sentAt
      this.#deliveredAt = packet.sentAt
    }
    packet.delivered = this.delivered
    packet.deliveredAt = this.#deliveredAt
    packet.firstSentAt = this.#firstSentAt
    packet.isAppLimited = this.#appLimitedUntil >= 0
  }

  /**
   * Notes that there is nothing more to send: until what is under way has come, samples show how fast we send, not
   * the path.
   */
  appLimited(inFlightBytes: number): void {
    this.#appLimitedUntil = this.delivered + inFlightBytes
  }

  /** Begins an acknowledgement: forgets the last sample. */
  begin(): void {
    this.bytesPerSecond = 0
    this.priorDelivered = -1
  }

  acknowledged(packet: SentPacket, now: number): void {
    this.delivered += packet.cost
    this.#deliveredAt = now
    if (packet.delivered < this.priorDelivered) return
    this.priorDelivered = packet.delivered
    this.#priorAt = packet.deliveredAt
    this.isAppLimited = packet.isAppLimited
    this.#sendElapsed = packet.sentAt - packet.firstSentAt
    this.#firstSentAt = packet.sentAt
  }

  /** Ends an acknowledgement: works out the sample. Intervals shorter than `leastMs` tell nothing. */
  end(now: number, leastMs: number): void {
    if (this.#appLimitedUntil >= 0 && this.delivered > this.#appLimitedUntil) this.#appLimitedUntil = -1
    if (this.priorDelivered < 0) return
    const interval = Math.max(this.#sendElapsed, now - this.#priorAt)
    if (interval > 0 && interval >= leastMs) {
      this.bytesPerSecond = ((this.delivered - this.priorDelivered) / interval) * 1000
    }
  }
}
