/** The least a round must last, in ms, and decide, in packets, to tell anything. */
const MS_MIN = 20
const PACKETS_MIN = 4

/** Counts what happens in one round: from its beginning until a packet sent after that is acknowledged. */
export class Round {
  /** The round ends with a packet that was sent after so many bytes had been delivered. */
  #end = 0
  #startedAt = 0
  /** The least round trip, in ms; Infinity when none was measured. */
  rttMsMin = Number.POSITIVE_INFINITY
  /** The fastest delivery, in bytes per second; 0 when none was measured. */
  best = 0
  /** Bytes sent, and bytes acknowledged or given up. */
  sent = 0
  decided = 0
  /** Packets acknowledged or given up, and those given up. */
  packets = 0
  lost = 0
  /** Whether the program had too little to send to show the path's limit. */
  isAppLimited = false

  begin(end: number, now: number): void {
    this.#end = end
    this.#startedAt = now
    this.rttMsMin = Number.POSITIVE_INFINITY
    this.best = 0
    this.sent = 0
    this.decided = 0
    this.packets = 0
    this.lost = 0
    this.isAppLimited = false
  }

  isOver(priorDelivered: number, now: number): boolean {
    return priorDelivered >= this.#end && now - this.#startedAt >= MS_MIN && this.packets >= PACKETS_MIN
  }

  get lossShare(): number {
    return this.packets === 0 ? 0 : this.lost / this.packets
  }
}
