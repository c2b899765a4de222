/** What became of a packet, as far as is known. */
export type PacketFate = 'under way' | 'acknowledged' | 'lost'

/** A packet that was sent: what it carried, and what the path had delivered by then. Used again and again. */
export class SentPacket {
  sequence = 0
  sentAt = 0
  /** Its length and headers, in bytes. */
  cost = 0
  fate: PacketFate = 'under way'
  /** When it was given up. */
  lostAt = 0
  /** Whether a later one had been acknowledged by then, so that this one should have come before. */
  wasOvertaken = false
  /** When the packet was sent whose acknowledgement should tell what became of this one: itself, or the next. */
  witnessedAt = 0
  /** Whether what it carried is sent again already, though it may yet have come. */
  isRepeated = false
  /** False for an acknowledgement and nothing else, which nobody waits for. */
  isEliciting = false
  /** The state payload in the packet, or -1. */
  stateId = -1
  /** How many packets it told the peer of. */
  toldCount = 0
  /** Pairs: a channel's number and the key of what it sent. */
  readonly carried: number[] = []
  /** The delivery sample begun with it: see DeliveryRate. */
  delivered = 0
  deliveredAt = 0
  firstSentAt = 0
  isAppLimited = false
}

/** The most packets remembered at a time; sending waits while there are so many. */
const SPAN_MAX = 8192

/**
 * The packets whose fate still matters, found by number. Memory grows with what is under way, up to a bound, and
 * packets are taken from what was used before.
 */
export class SentPackets {
  #ring: (SentPacket | undefined)[] = new Array(32).fill(undefined)
  readonly #spare: SentPacket[] = []
  #first = 0
  #next = 0
  #firstUnderWay = 0

  /** The number that the next packet will have. */
  get next(): number {
    return this.#next
  }

  get isFull(): boolean {
    return this.#next - this.#first >= SPAN_MAX
  }

  /** How many packets are remembered. */
  get length(): number {
    return this.#next - this.#first
  }

  /** The number of the first packet under way, or of the next one. */
  get firstUnderWay(): number {
    while (this.#firstUnderWay < this.#next) {
      const packet = this.get(this.#firstUnderWay)
      if (packet !== undefined && packet.fate === 'under way') break
      this.#firstUnderWay++
    }
    return this.#firstUnderWay
  }

  get(sequence: number): SentPacket | undefined {
    if (sequence < this.#first || sequence >= this.#next) return undefined
    return this.#ring[sequence & (this.#ring.length - 1)]
  }

  /** Begins the next packet, blank but for its number. */
  begin(): SentPacket {
    if (this.#next - this.#first === this.#ring.length) this.#grow()
    const packet = this.#spare.pop() ?? new SentPacket()
    packet.sequence = this.#next
    packet.fate = 'under way'
    packet.stateId = -1
    packet.isEliciting = false
    packet.wasOvertaken = false
    packet.isRepeated = false
    packet.carried.length = 0
    this.#ring[this.#next & (this.#ring.length - 1)] = packet
    this.#next++
    return packet
  }

  /** Forgets the oldest packets: those acknowledged, and those given up before `lostBefore`. */
  forget(lostBefore: number): void {
    while (this.#first < this.#next) {
      const slot = this.#first & (this.#ring.length - 1)
      const packet = this.#ring[slot]!
      if (packet.fate === 'under way' || (packet.fate === 'lost' && packet.lostAt > lostBefore)) return
      this.#ring[slot] = undefined
      this.#first++
      if (this.#spare.length < 64) this.#spare.push(packet)
    }
  }

  #grow(): void {
    const larger: (SentPacket | undefined)[] = new Array(this.#ring.length * 2).fill(undefined)
    for (let at = this.#first; at < this.#next; at++) larger[at & (larger.length - 1)] = this.get(at)
    this.#ring = larger
  }
}
