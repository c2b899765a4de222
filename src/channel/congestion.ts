/** One acknowledgement as the controller sees it; an object that is filled again and again. */
export interface PathSample {
  /** A round trip just measured, in ms, or undefined. */
  rttMs: number | undefined
  /** How far it usually is from the one before, in ms. */
  jitterMs: number
  /** How fast the path delivered, in bytes per second, or 0 when this acknowledgement does not tell. */
  bytesPerSecond: number
  /** Whether there was too little to send to learn the path's limit from that. */
  isAppLimited: boolean
  /** Bytes delivered when the newest packet acknowledged now was sent, or -1. */
  priorDelivered: number
  /** Bytes delivered so far. */
  delivered: number
  ackedPackets: number
  lostPackets: number
  /** Of all packets acknowledged or given up now. */
  decidedBytes: number
  /** Under way after this. */
  inFlightBytes: number
}

export type Phase = 'up' | 'down' | 'cruise'

const PACKET = 1228
/** Before the path is known: ten packets in a round trip of 100 ms (RFC 6928's initial window). */
const INITIAL_RATE = (10 * PACKET) / 0.1
const INITIAL_WINDOW = 20 * PACKET
const WINDOW_MIN = 4 * PACKET
/** How long acknowledgements may be held back by the peer and its timers, in ms. */
const FEEDBACK_MS = 20
const ROUND_MS_MIN = 20
const ROUND_PACKETS_MIN = 4
/** Round trips looked at between rounds, and the least time they must span to tell a rate, in ms. */
const RECENT = 8
const RECENT_MS_MIN = 50

const START_GAIN = 2.5
const PROBE_GAIN = 1.25
const DOWN_GAIN = 0.75
const CRUISE_GAIN = 0.95
/** Loss that has nothing to do with how much we send is made up for up to this share. */
const NATURAL_LOSS_MAX = 0.35

/**
 * How much the path carries: a model of its bandwidth and of its least round trip, kept by trying a little more, then
 * a little less, then staying just below. Delay is the sign of too much; loss is one only where it goes beyond what
 * the path loses anyway. Why so, and what was rejected: docs/spec/channel.md.
 *
 *     up --no faster, or a queue--> down --drained, one round--> cruise --after a while--> up
 *                                    ^------- a queue, or loss --'
 *
 * It counts in rounds: a round has passed when a packet sent after its beginning is acknowledged.
 */
export class Congestion {
  phase: Phase = 'up'
  readonly #rateMin: number
  readonly #rateMax: number
  #isStarting = true
  #gain = START_GAIN
  /** The fastest delivery in this cycle and in the one before, bytes per second; 0 unknown. */
  #bestNow = 0
  #bestBefore = 0
  /** The round trip without a queue, in ms. */
  #baseMs = Number.POSITIVE_INFINITY
  #naturalLoss = 0
  #jitterMs = 0
  /** The latest round trips since the last change of mind, and when and after how many bytes delivered; rings. */
  readonly #recentRtt = new Float64Array(RECENT)
  readonly #recentAt = new Float64Array(RECENT)
  readonly #recentDelivered = new Float64Array(RECENT)
  #recentCount = 0

  #roundEnd = 0
  #roundStartedAt = 0
  #roundRttMin = Number.POSITIVE_INFINITY
  #roundBest = 0
  #roundSent = 0
  #roundDecided = 0
  #roundAcked = 0
  #roundLost = 0
  #isRoundLimited = false

  /** Packets looked at since loss was last judged, and those lost. */
  #judged = 0
  #judgedLost = 0

  /** up: the bandwidth to beat, and rounds in which it was not beaten. */
  #reference = 0
  #flatRounds = 0
  #isDrained = false
  #cruiseRounds = 0
  /** Whether the bandwidth was taken back: then more is tried again soon. */
  #hasFallen = false

  constructor(options: { readonly bytesPerSecondMin: number; readonly bytesPerSecondMax: number }) {
    this.#rateMin = options.bytesPerSecondMin
    this.#rateMax = options.bytesPerSecondMax
  }

  /** What the path delivers at its bottleneck, as far as was seen; 0 when nothing is known. */
  get bandwidth(): number {
    return Math.max(this.#bestNow, this.#bestBefore)
  }

  /** The round trip of an empty path, in ms; Infinity when nothing is known. */
  get baseRttMs(): number {
    return this.#baseMs
  }

  /** The share of packets lost while there was no queue: what the path loses anyway. */
  get naturalLoss(): number {
    return this.#naturalLoss
  }

  /** Bytes per second that may be sent, headers counted. */
  get bytesPerSecond(): number {
    const gain = this.phase === 'up' ? this.#gain : this.phase === 'down' ? DOWN_GAIN : CRUISE_GAIN
    const rate = (gain * this.bandwidth) / (1 - this.#naturalLoss)
    const atLeast = this.#isStarting ? INITIAL_RATE : this.#rateMin
    return Math.min(this.#rateMax, Math.max(atLeast, rate))
  }

  /** Bytes that may be under way. */
  get windowBytes(): number {
    if (this.bandwidth === 0 || this.#baseMs === Number.POSITIVE_INFINITY) return INITIAL_WINDOW
    const perMs = this.bandwidth / 1000 / (1 - this.#naturalLoss)
    if (this.phase === 'down') return Math.max(WINDOW_MIN, perMs * (this.#baseMs + FEEDBACK_MS))
    const gain = this.phase === 'up' ? 1 + this.#gain / 2 : 1.5
    const slack = FEEDBACK_MS + 3 * this.#jitterMs
    const window = perMs * (gain * this.#baseMs + slack) + WINDOW_MIN
    return this.#isStarting ? Math.max(INITIAL_WINDOW, (INITIAL_RATE * this.#baseMs) / 1000, window) : window
  }

  sent(cost: number): void {
    this.#roundSent += cost
  }

  acknowledged(sample: PathSample, now: number): void {
    this.#jitterMs = sample.jitterMs
    if (sample.rttMs !== undefined) {
      this.#roundRttMin = Math.min(this.#roundRttMin, sample.rttMs)
      this.#baseMs = Math.min(this.#baseMs, sample.rttMs)
      this.#noteRecent(sample.rttMs, sample.delivered, now)
    }
    if (sample.bytesPerSecond > 0) {
      this.#isRoundLimited = sample.isAppLimited
      this.#roundBest = Math.max(this.#roundBest, sample.bytesPerSecond)
      if (!sample.isAppLimited || sample.bytesPerSecond > this.bandwidth) {
        this.#bestNow = Math.max(this.#bestNow, sample.bytesPerSecond)
      }
    }
    this.#roundAcked += sample.ackedPackets
    this.#roundLost += sample.lostPackets
    this.#roundDecided += sample.decidedBytes
    if (this.phase === 'down' && !this.#isDrained && sample.inFlightBytes <= this.windowBytes) {
      this.#isDrained = true
      this.#beginRound(sample.delivered + sample.inFlightBytes, now)
    }
    if (sample.rttMs !== undefined) this.#lookAtRecent()
    const hasPassed = sample.priorDelivered >= this.#roundEnd && now - this.#roundStartedAt >= ROUND_MS_MIN
    if (hasPassed && this.#roundAcked + this.#roundLost >= ROUND_PACKETS_MIN) {
      this.#endRound()
      this.#beginRound(sample.delivered, now)
    }
  }

  #noteRecent(rttMs: number, delivered: number, now: number): void {
    const slot = this.#recentCount++ % RECENT
    this.#recentRtt[slot] = rttMs
    this.#recentAt[slot] = now
    this.#recentDelivered[slot] = delivered
  }

  /** A long queue is answered at once: rounds are as long as the queue. */
  #lookAtRecent(): void {
    if (this.#recentCount < RECENT) return
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < RECENT; i++) least = Math.min(least, this.#recentRtt[i])
    const queue = least - this.#baseMs
    if (this.phase === 'up') {
      if (queue > this.#queueAllowedMs) this.#enterDown()
      return
    }
    const newest = (this.#recentCount - 1) % RECENT
    const oldest = this.#recentCount % RECENT
    const span = this.#recentAt[newest] - this.#recentAt[oldest]
    if (queue < 2 * this.#queueAllowedMs || this.#isRoundLimited || span < RECENT_MS_MIN) return
    const rate = ((this.#recentDelivered[newest] - this.#recentDelivered[oldest]) / span) * 1000
    if (this.phase === 'down' && rate > 0.7 * this.bandwidth) return
    this.#fall(rate, 0)
    this.#enterDown()
  }

  /**
   * The path was silent and is not any more: what the silence did to round trips and rates is not to be learnt from.
   *
   * @param end the round ends when so many bytes have been delivered: all those now under way
   */
  resumed(end: number, now: number): void {
    this.#beginRound(end, now)
  }

  #beginRound(end: number, now: number): void {
    this.#roundEnd = end
    this.#roundStartedAt = now
    this.#roundRttMin = Number.POSITIVE_INFINITY
    this.#roundBest = 0
    this.#roundSent = 0
    this.#roundDecided = 0
    this.#roundAcked = 0
    this.#roundLost = 0
    this.#isRoundLimited = false
  }

  #endRound(): void {
    const isQueued =
      this.#roundRttMin < Number.POSITIVE_INFINITY && this.#roundRttMin - this.#baseMs > this.#queueAllowedMs
    const lossShare = this.#roundLost / (this.#roundAcked + this.#roundLost)
    // While there is little to send, a queue is ours only if more went in than came out.
    const isLimited = this.#isRoundLimited && !(isQueued && this.#roundSent > 1.25 * this.#roundDecided)
    if (this.phase === 'up') this.#endUpRound(isQueued, isLimited, lossShare)
    else if (this.phase === 'down') this.#endDownRound(isQueued, lossShare)
    else this.#endCruiseRound(isQueued, isLimited, lossShare)
  }

  #endUpRound(isQueued: boolean, isLimited: boolean, lossShare: number): void {
    if (isLimited) return
    const hasGrown = this.bandwidth >= 1.15 * this.#reference
    if (hasGrown) {
      if (!isQueued) this.#learnLoss(lossShare)
      this.#reference = this.bandwidth
      this.#flatRounds = 0
      if (!this.#isStarting) this.#gain = Math.min(START_GAIN, this.#gain * 1.25)
    } else this.#flatRounds++
    const isLossy = this.#isLossy()
    if (isQueued || isLossy || this.#flatRounds >= (this.#isStarting ? 3 : 2)) this.#enterDown()
  }

  #endDownRound(isQueued: boolean, lossShare: number): void {
    if (!this.#isDrained) return
    if (isQueued && this.#roundBest < 0.6 * this.bandwidth) {
      this.#fall(this.#roundBest, lossShare)
      this.#enterDown()
      return
    }
    if (isQueued) this.#baseMs = this.#roundRttMin
    else this.#learnLoss(lossShare)
    this.phase = 'cruise'
    this.#cruiseRounds = 0
  }

  #endCruiseRound(isQueued: boolean, isLimited: boolean, lossShare: number): void {
    const isLossy = this.#isLossy()
    if (!isQueued) this.#learnLoss(lossShare)
    if (isLimited && !isLossy) return
    if (isQueued || isLossy) {
      this.#fall(this.#roundBest, lossShare)
      this.#enterDown()
      return
    }
    const rounds = this.#hasFallen ? 2 : Math.max(4, Math.min(30, 800 / this.#baseMs))
    if (++this.#cruiseRounds < rounds) return
    this.#hasFallen = false
    this.phase = 'up'
    this.#recentCount = 0
    this.#gain = PROBE_GAIN
    this.#reference = this.bandwidth
    this.#flatRounds = 0
    this.#bestBefore = this.#bestNow
    this.#bestNow = 0
  }

  #enterDown(): void {
    this.phase = 'down'
    this.#isStarting = false
    this.#isDrained = false
    this.#recentCount = 0
    this.#forgetLoss()
  }

  /** Down to what was delivered: all the way if most was lost, else by no more than 40 %. */
  #fall(bytesPerSecond: number, lossShare: number): void {
    const before = this.bandwidth
    const least = lossShare > 0.5 ? this.#rateMin : 0.6 * before
    this.#bestNow = Math.min(before, Math.max(bytesPerSecond, least))
    this.#bestBefore = this.#bestNow
    this.#hasFallen = this.#bestNow < 0.9 * before
  }

  /** Whether clearly more is lost than the path loses anyway. Judged over many packets, so that bursts do not count. */
  #isLossy(): boolean {
    this.#judgedLost += this.#roundLost
    this.#judged += this.#roundAcked + this.#roundLost
    const share = this.#judgedLost / this.#judged
    const spread = Math.sqrt((this.#naturalLoss * (1 - this.#naturalLoss)) / this.#judged)
    const isLossy =
      (this.#judged >= 100 && share > this.#naturalLoss + 0.1 + 2 * spread) ||
      (this.#judged >= 40 && share > 0.5)
    if (this.#judged >= 100 || isLossy) this.#forgetLoss()
    return isLossy
  }

  #forgetLoss(): void {
    this.#judged = 0
    this.#judgedLost = 0
  }

  #learnLoss(share: number): void {
    const weight = Math.min(0.25, (this.#roundAcked + this.#roundLost) / 200)
    this.#naturalLoss += (Math.min(NATURAL_LOSS_MAX, share) - this.#naturalLoss) * weight
  }

  /** How much slower than the empty path a whole round may be without there being a queue, in ms. */
  get #queueAllowedMs(): number {
    const noise = Math.min(150, Math.max(10, this.#baseMs / 4, 3 * this.#jitterMs))
    return noise + (2 * PACKET * 1000) / Math.max(1, this.bandwidth)
  }
}
