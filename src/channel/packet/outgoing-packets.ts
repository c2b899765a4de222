import { FOREVER, type Instant, instant, unwrapSequence } from '../../core/index.ts'
import { ByteRate } from '../congestion/byte-rate.ts'
import { Congestion, type PathSample } from '../congestion/congestion.ts'
import { DeliveryRate } from '../congestion/delivery-rate.ts'
import { LossDetector } from '../congestion/loss.ts'
import { Pacer } from '../congestion/pacer.ts'
import { RttEstimator } from '../congestion/rtt.ts'
import type { FullConnectionOptions } from '../options.ts'
import type { Header } from './header.ts'
import { type SentPacket, SentPackets } from './sent-packets.ts'

/** How long a packet that was given up is remembered, in case it arrives after all, in ms. */
const LOST_MEMORY_MS = 1500
/** Over how many packets the loss estimate forgets. */
const LOSS_MEMORY_PACKETS = 128

/** Hears what became of packets. */
export interface FateListener {
  /** The packet arrived. `isStateRefused`: its state was overtaken. `wasLost`: it had been given up before. */
  acknowledged(packet: SentPacket, how: { readonly isStateRefused: boolean; readonly wasLost: boolean }): void
  /** The packet is given up. */
  lost(packet: SentPacket): void
  /** Nobody can say yet whether the packet came: what it carried is to be sent again. */
  repeat(packet: SentPacket): void
}

/**
 * Remembers what was sent and what became of it: when the next packet may go, which have come, which are given up,
 * and what all that says of the path.
 *
 *     begin --> depart --> acknowledge(header) or giveUp --> FateListener
 */
export class OutgoingPackets {
  readonly rtt = new RttEstimator()
  readonly congestion: Congestion
  readonly #headerBytes: number
  readonly #listener: FateListener
  readonly #sent = new SentPackets()
  readonly #loss = new LossDetector(this.#sent, this.rtt)
  readonly #rate = new DeliveryRate()
  readonly #pacer = new Pacer()
  readonly #meter = new ByteRate()
  readonly #sample: PathSample = {
    rttMs: undefined,
    jitterMs: 0,
    bytesPerSecond: 0,
    isAppLimited: false,
    priorDelivered: -1,
    delivered: 0,
    ackedPackets: 0,
    lostPackets: 0,
    decidedBytes: 0,
    inFlightBytes: 0,
  }
  readonly #how = { isStateRefused: false, wasLost: false }
  #now: Instant = instant(0)

  /** Bytes under way, headers counted. */
  inFlightBytes = 0
  packets = 0
  lossShare = 0
  /** Packets that were given up and arrived after all. */
  lateAcks = 0

  constructor(options: FullConnectionOptions, listener: FateListener) {
    this.congestion = new Congestion(options)
    this.#headerBytes = options.headerBytes
    this.#listener = listener
  }

  /** The number of the next packet; no packet with this or a higher number has been sent. */
  get next(): number {
    return this.#sent.next
  }

  /** Packets whose fate still matters. */
  get remembered(): number {
    return this.#sent.length
  }

  get isSilent(): boolean {
    return this.#loss.isProbing
  }

  bytesPerSecondOut(now: Instant): number {
    return this.#meter.bytesPerSecond(now)
  }

  /** Whether a packet may be sent at all, be it only an acknowledgement. */
  get hasMemory(): boolean {
    return !this.#sent.isFull
  }

  /** Returns whether a packet that asks for an acknowledgement may be sent `now`. */
  isOpen(now: Instant): boolean {
    this.#pacer.refill(this.congestion.bytesPerSecond, now)
    return this.#hasWindow && this.#pacer.isReady
  }

  /** When `isOpen` becomes true if nothing comes in; FOREVER when only an acknowledgement can open it. */
  get openAt(): Instant {
    return this.#hasWindow ? this.#pacer.readyAt(this.congestion.bytesPerSecond) : FOREVER
  }

  /** When a packet could next be given up. */
  get lossAt(): Instant {
    return this.#loss.wakeAt
  }

  /** Notes that there is nothing to send although something could go. */
  idle(): void {
    this.#rate.appLimited(this.inFlightBytes)
  }

  /** Begins the next packet, to be filled in. */
  begin(now: Instant): SentPacket {
    const packet = this.#sent.begin()
    packet.sentAt = now
    return packet
  }

  /** Sends off the filled packet, of `length` bytes. */
  depart(packet: SentPacket, length: number): void {
    packet.cost = length + this.#headerBytes
    this.packets++
    this.#meter.add(packet.cost, packet.sentAt)
    if (!packet.isEliciting) return
    this.#rate.sent(packet, this.inFlightBytes)
    this.congestion.sent(packet.cost)
    this.#pacer.take(packet.cost)
    this.#loss.sent(packet)
    this.inFlightBytes += packet.cost
  }

  /** Returns whether a header acknowledges only what has been sent [C7]. */
  isBelievable(header: Header): boolean {
    return !header.hasAck || unwrapSequence(this.#sent.next, header.newest) < this.#sent.next
  }

  /** Takes the peer's word on which packets have come. */
  acknowledge(header: Header, now: Instant): void {
    const newest = unwrapSequence(this.#sent.next, header.newest)
    const wasSilent = this.#loss.isProbing
    this.#beginSample(now)
    this.#measure(this.#sent.get(newest), header.delayMs)
    this.#arrived(newest, header.isStateRefused(0))
    for (let i = 0; i < header.ackBytes; i++) {
      for (let bits = header.acks[i], back = i * 8 + 1; bits !== 0; bits >>>= 1, back++) {
        if ((bits & 1) === 1) this.#arrived(newest - back, header.isStateRefused(back))
      }
    }
    this.#loss.answered(newest)
    this.#loss.detect(now, this.#lose)
    this.#endSample()
    if (wasSilent && !this.#loss.isProbing) {
      this.congestion.resumed(this.#rate.delivered + this.inFlightBytes, now)
    }
  }

  /** Gives up every packet that is due. */
  giveUp(now: Instant): void {
    if (now < this.#loss.wakeAt) return
    this.#beginSample(now)
    this.#loss.detect(now, this.#lose)
    this.#endSample()
    for (let packet = this.#loss.repeat(now); packet !== undefined; packet = this.#loss.repeat(now)) {
      this.#listener.repeat(packet)
    }
  }

  #measure(packet: SentPacket | undefined, delayMs: number | undefined): void {
    if (packet === undefined || packet.fate === 'acknowledged' || delayMs === undefined) return
    const rttMs = Math.max(0, this.#now - packet.sentAt - delayMs)
    this.#sample.rttMs = rttMs
    this.rtt.sample(rttMs)
  }

  #arrived(sequence: number, isStateRefused: boolean): void {
    const packet = this.#sent.get(sequence)
    if (packet === undefined || packet.fate === 'acknowledged') return
    const wasLost = packet.fate === 'lost'
    packet.fate = 'acknowledged'
    this.#loss.acknowledged(packet, this.#now)
    if (packet.isEliciting) {
      this.#rate.acknowledged(packet, this.#now)
      if (wasLost) {
        this.lateAcks++
        if (packet.wasOvertaken) this.rtt.straggler(this.#now - packet.sentAt)
        this.lossShare = Math.max(0, this.lossShare - 1 / LOSS_MEMORY_PACKETS)
      } else {
        this.#decide(packet)
        this.#sample.ackedPackets++
        this.lossShare -= this.lossShare / LOSS_MEMORY_PACKETS
      }
    }
    this.#how.isStateRefused = isStateRefused
    this.#how.wasLost = wasLost
    this.#listener.acknowledged(packet, this.#how)
  }

  readonly #lose = (packet: SentPacket): void => {
    packet.fate = 'lost'
    packet.lostAt = this.#now
    if (!packet.isEliciting) return
    this.#decide(packet)
    this.#sample.lostPackets++
    this.lossShare += (1 - this.lossShare) / LOSS_MEMORY_PACKETS
    this.#listener.lost(packet)
  }

  #decide(packet: SentPacket): void {
    this.inFlightBytes -= packet.cost
    this.#sample.decidedBytes += packet.cost
  }

  #beginSample(now: Instant): void {
    this.#now = now
    const sample = this.#sample
    sample.rttMs = undefined
    sample.ackedPackets = 0
    sample.lostPackets = 0
    sample.decidedBytes = 0
    this.#rate.begin()
  }

  #endSample(): void {
    const sample = this.#sample
    this.#rate.end(this.#now, this.congestion.baseRttMs / 2)
    sample.jitterMs = this.rtt.jitter
    sample.bytesPerSecond = this.#rate.bytesPerSecond
    sample.isAppLimited = this.#rate.isAppLimited
    sample.priorDelivered = this.#rate.priorDelivered
    sample.delivered = this.#rate.delivered
    sample.inFlightBytes = this.inFlightBytes
    this.congestion.acknowledged(sample, this.#now)
    this.#sent.forget(this.#now - LOST_MEMORY_MS)
  }

  get #hasWindow(): boolean {
    if (this.#loss.isProbing) return this.#loss.mayProbe
    return this.inFlightBytes < this.congestion.windowBytes
  }
}
