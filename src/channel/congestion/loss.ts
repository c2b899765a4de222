import {
  earlier,
  FOREVER,
  type Instant,
  instant,
  type Milliseconds,
  milliseconds,
  twoTo,
} from '../../core/index.ts'
import type { SentPacket, SentPackets } from '../packet/sent-packets.ts'
import type { RttEstimator } from './rtt.ts'

/** How long either end may hold back an acknowledgement. */
export const ACK_DELAY_MS = milliseconds(5)
/** The same of state on a calm path, where it rides with what is said anyway; a header can still say so much. */
const CALM_ACK_DELAY_MS = 60
/** After how many packets in order a path is calm, which no wifi is for long; each one more adds a millisecond. */
const CALM_PACKETS = 512

/** The longest wait before silence is judged again, however often there was none. */
const SILENCE_MS_MAX = 1000

/**
 * How many of the oldest packets are given up at the first silence: what they carried is sent again to probe the
 * path.
 */
const PROBES = 2
/** How many bytes a probe may have, headers counted; smaller ones may be more, until less than this is left. */
const PROBE_BYTES = 1228

/** Returns how long an acknowledgement of state may be held back after so many packets in order [C5]. */
export function ackDelayAfter(packetsInOrder: number): Milliseconds {
  const more = Math.max(0, packetsInOrder - CALM_PACKETS)
  return milliseconds(Math.min(CALM_ACK_DELAY_MS, ACK_DELAY_MS + more))
}

/**
 * Decides when a packet is given up. By time alone, never by counting packets, so that reordering costs nothing:
 *
 *     overtaken  one sent later was acknowledged, and this one has had a round trip and four deviations
 *     repeated   not given up, but what it carried is sent again once: few are sent, it has had its time, and so has
 *                the next one, if that was sent soon after it and so would have told of it
 *     silence    nothing at all was acknowledged for that long and a little more: the two oldest, which are sent
 *                again to learn whether only acknowledgements went missing; after twice as long, all
 *
 * In silence no more is sent than two full packets each time: a trickle of small ones goes on.
 */
export class LossDetector {
  readonly #sent: SentPackets
  readonly #rtt: RttEstimator
  #newestAckedSentAt = Number.NEGATIVE_INFINITY
  #progressAt = 0
  /** The numbers of packets that had the path for themselves for a while, oldest first; and of the newest packet. */
  readonly #lone: number[] = []
  #last = -1
  #silences = 0
  #probeBytes = 0
  /** How many packets with frames were acknowledged since one was missing: the peer has seen as many in order. */
  #inOrder = 0

  constructor(sent: SentPackets, rtt: RttEstimator) {
    this.#sent = sent
    this.#rtt = rtt
  }

  /** Whether the path has fallen silent, so that whatever is sent now is a probe. */
  get isProbing(): boolean {
    return this.#silences > 0
  }

  /** Whether one more probe may be sent in this silence, whatever is under way. */
  get mayProbe(): boolean {
    return this.#probeBytes >= PROBE_BYTES
  }

  /** Notes a packet sent that asks for an acknowledgement. */
  sent(packet: SentPacket): void {
    this.#probeBytes = Math.max(0, this.#probeBytes - packet.cost)
    const last = this.#sent.get(this.#last)
    if (last !== undefined && this.#lone.at(-1) === this.#last) {
      const after = packet.sentAt - last.sentAt
      if (after < this.#rtt.smoothed / 4) this.#lone.pop()
      else if (after < this.#rtt.smoothed / 2) last.witnessedAt = packet.sentAt
    }
    this.#last = packet.sequence
    packet.witnessedAt = packet.sentAt
    if (packet.carried.length > 0) this.#lone.push(packet.sequence)
  }

  acknowledged(packet: SentPacket, now: Instant): void {
    this.#newestAckedSentAt = Math.max(this.#newestAckedSentAt, packet.sentAt)
    this.#progressAt = now
    this.#silences = 0
    if (packet.isEliciting) this.#inOrder++
  }

  /** Notes that an acknowledgement named `newest`: with one before it missing, the peer answers at once again. */
  answered(newest: number): void {
    if (this.#sent.firstUnderWay < newest) this.#inOrder = 0
  }

  /** Gives up every packet that is due by `now`. */
  detect(now: Instant, giveUp: (packet: SentPacket) => void): void {
    const overtakenAfter = this.#rtt.overtakenAfter
    for (let at = this.#sent.firstUnderWay; at < this.#sent.next; at++) {
      const packet = this.#sent.get(at)
      if (packet === undefined || packet.fate !== 'under way') continue
      if (packet.sentAt > this.#newestAckedSentAt || packet.sentAt + overtakenAfter > now) break
      packet.wasOvertaken = true
      giveUp(packet)
    }
    if (now >= this.#silenceAt) this.#giveUpSilent(now, giveUp)
  }

  /** Returns the next packet whose content is to be sent again by `now` although it is not given up, once each. */
  repeat(now: Instant): SentPacket | undefined {
    if (now < this.#repeatAt) return undefined
    const packet = this.#sent.get(this.#lone.shift()!)!
    packet.isRepeated = true
    return packet
  }

  /** When `detect` or `repeat` could next have something to do. */
  get wakeAt(): Instant {
    const oldest = this.#sent.get(this.#sent.firstUnderWay)
    if (oldest === undefined) return FOREVER
    const overtakenAt =
      oldest.sentAt > this.#newestAckedSentAt ? FOREVER : instant(oldest.sentAt + this.#rtt.overtakenAfter)
    return earlier(earlier(overtakenAt, this.#silenceAt), this.#repeatAt)
  }

  /** In silence nothing is repeated: probes alone say whether the path is still there. */
  get #repeatAt(): Instant {
    while (this.#lone.length > 0 && this.#sent.get(this.#lone[0])?.fate !== 'under way') this.#lone.shift()
    if (this.#lone.length === 0 || this.#silences > 0) return FOREVER
    return instant(this.#sent.get(this.#lone[0])!.witnessedAt + this.#rtt.repeatAfter)
  }

  /** When silence is noticed: of what carries state alone later than of the first packet that says more. */
  get #silenceAt(): Instant {
    let first = FOREVER
    for (let at = this.#sent.firstUnderWay; at < this.#sent.next; at++) {
      const packet = this.#sent.get(at)
      if (packet?.fate !== 'under way' || !packet.isEliciting) continue
      const isState = isStateAlone(packet)
      if (isState && first !== FOREVER) continue
      const noticed = instant(Math.max(packet.sentAt, this.#progressAt) + this.#silenceAfter(isState))
      first = earlier(first, noticed)
      if (!isState) break
    }
    return first
  }

  #silenceAfter(isState: boolean): number {
    const once = this.#patience(isState)
    return Math.max(once, Math.min(SILENCE_MS_MAX, once * twoTo(Math.min(10, this.#silences))))
  }

  /** How long the acknowledgement of a packet may take while nothing is lost. */
  #patience(isState: boolean): Milliseconds {
    return this.#rtt.silenceAfter(isState ? ackDelayAfter(this.#inOrder) : ACK_DELAY_MS)
  }

  #giveUpSilent(now: Instant, giveUp: (packet: SentPacket) => void): void {
    let most = this.#silences === 0 ? PROBES : Number.POSITIVE_INFINITY
    for (let at = this.#sent.firstUnderWay; at < this.#sent.next && most > 0; at++) {
      const packet = this.#sent.get(at)
      if (packet?.fate !== 'under way') continue
      if (packet.sentAt + this.#patience(isStateAlone(packet)) > now) continue
      giveUp(packet)
      if (packet.isEliciting) most--
    }
    this.#silences++
    this.#probeBytes = PROBES * PROBE_BYTES
    this.#progressAt = now
  }
}

/** Returns whether the peer may hold back its acknowledgement [C5]. */
function isStateAlone({ stateId, carried }: SentPacket): boolean {
  return stateId >= 0 && carried.length === 0
}
