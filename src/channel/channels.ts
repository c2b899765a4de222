import {
  Counters,
  earlier,
  FOREVER,
  type Instant,
  instant,
  SEQUENCE_MASK,
  ShardlessError,
  unwrapSequence,
} from '../core/index.ts'
import { BitReader, BitWriter } from '../wire/index.ts'
import { Arrivals } from './arrivals.ts'
import { Congestion, type PathSample } from './congestion.ts'
import { DeliveryRate } from './delivery-rate.ts'
import { type Frame, FrameList } from './frame.ts'
import { Header, type HeaderShape, writeHeader } from './header.ts'
import { type Happening, Inbox } from './inbox.ts'
import { ACK_DELAY_MS, LossDetector } from './loss.ts'
import { Meter } from './meter.ts'
import {
  type ConnectionOptions,
  type FullConnectionOptions,
  fillOptions,
  PACKET_BYTES_MAX,
  STATE_CHANNEL,
} from './options.ts'
import { Pacer } from './pacer.ts'
import type { DropReason, Receiver } from './receiver.ts'
import { ReliableReceiver } from './reliable-receiver.ts'
import { ReliableSender } from './reliable-sender.ts'
import { RttEstimator } from './rtt.ts'
import { Scheduler } from './scheduler.ts'
import type { SendResult } from './sender.ts'
import { type SentPacket, SentPackets } from './sent-packets.ts'
import { StateSender } from './state-sender.ts'
import type { ChannelStats } from './stats.ts'
import { UnreliableReceiver } from './unreliable-receiver.ts'
import { UnreliableSender } from './unreliable-sender.ts'

/** So many packets are acknowledged at once, without waiting for more. */
const ACK_PACKETS_MAX = 16
/** How long a packet that was given up is remembered, in case it comes after all, in ms. */
const LOST_MEMORY_MS = 1500
/** The loss estimate forgets over so many packets. */
const LOSS_MEMORY_PACKETS = 128

/**
 * Promises over packets that vanish: the channels of one connection, and state whose fate is told. It owns no link
 * and no timer.
 *
 *     send, sendState --> queues --scheduler--> poll(now) --> packet --> link
 *     next() <-- inbox <-- receivers <-- receive(packet, now) <--------- link
 *
 * Call `poll` until it answers undefined, then again at `wakeAt` or after any other call; call `next` until it answers
 * undefined after each `receive` and `poll`.
 */
export class Channels {
  /** What arrived and was not used, by reason. */
  readonly dropped = new Counters<DropReason>(
    'too-large',
    'malformed',
    'repeated',
    'too-old',
    'never-sent',
    'inbox-full',
    'no-room',
    'beyond-window',
    'contradiction',
    'repeated-message',
    'overtaken',
    'incomplete',
  )
  readonly #options: FullConnectionOptions
  readonly #senders: (ReliableSender | UnreliableSender)[] = []
  readonly #receivers: Receiver[] = []
  readonly #state: StateSender
  readonly #scheduler = new Scheduler()
  readonly #inbox: Inbox

  readonly #writer = new BitWriter(PACKET_BYTES_MAX)
  readonly #reader = new BitReader()
  readonly #header = new Header()
  readonly #frames: FrameList

  readonly #sent = new SentPackets()
  readonly #arrivals = new Arrivals()
  readonly #rtt = new RttEstimator()
  readonly #loss: LossDetector
  readonly #rate = new DeliveryRate()
  readonly #congestion: Congestion
  readonly #pacer = new Pacer()
  readonly #sample: PathSample = {
    rttMs: undefined,
    deviationMs: 0,
    bytesPerSecond: 0,
    isAppLimited: false,
    priorDelivered: -1,
    delivered: 0,
    ackedPackets: 0,
    lostPackets: 0,
    decidedBytes: 0,
    inFlightBytes: 0,
  }
  #inFlightBytes = 0
  #ackDueAt: Instant = FOREVER
  #elicitingUnacked = 0
  #newestTurn = -1

  readonly #meterOut = new Meter()
  readonly #meterIn = new Meter()
  #packetsOut = 0
  #packetsIn = 0
  #lossShare = 0
  #lateAcks = 0

  /** @throws `channel/bad-options` */
  constructor(options: ConnectionOptions) {
    this.#options = fillOptions(options)
    this.#inbox = new Inbox(this.#options)
    this.#frames = new FrameList(this.#options.channels)
    this.#loss = new LossDetector(this.#sent, this.#rtt)
    this.#congestion = new Congestion(this.#options)
    this.#state = new StateSender(this.#options.stateQueueMax)
    this.#scheduler.add(this.#state, this.#options.statePriority)
    this.#options.channels.forEach((channel, index) => {
      const delivery = {
        dropped: this.dropped,
        hasRoom: (length: number): boolean => this.#inbox.hasRoom(length),
        deliver: (bytes: Uint8Array): void => this.#inbox.push({ do: 'message', channel: index, bytes }),
      }
      const isReliable = channel.kind === 'reliable-ordered' || channel.kind === 'reliable-unordered'
      const sender = isReliable ? new ReliableSender(index, channel) : new UnreliableSender(index, channel)
      this.#senders.push(sender)
      this.#receivers.push(
        isReliable ? new ReliableReceiver(channel, delivery) : new UnreliableReceiver(channel, delivery),
      )
      this.#scheduler.add(sender, channel.priority)
    })
  }

  /**
   * Takes a message over. The bytes are kept, not copied, until they are sent (unreliable) or acknowledged (reliable):
   * do not change them. The same bytes may be given to any number of connections.
   *
   * @param channel its place in the list of channels
   * @throws `channel/no-such-channel`
   */
  send(channel: number, bytes: Uint8Array): SendResult {
    const sender = this.#senders[channel]
    if (sender === undefined) {
      throw new ShardlessError(
        'channel/no-such-channel',
        `There is no channel ${channel}; the last is ${this.#senders.length - 1}.`,
      )
    }
    return sender.send(bytes)
  }

  /**
   * Takes over a state payload: sent once, delivered only if no payload of a later turn was delivered before it, and
   * its fate told by `next` exactly once.
   *
   * @param options `isSameTurn`: it belongs with the payload before; neither overtakes the other
   * @returns its id, or undefined when as many as may wait already do: skip this turn, send newer state later
   * @throws `channel/state-too-large` beyond STATE_BYTES_MAX
   */
  sendState(bytes: Uint8Array, options: { readonly isSameTurn?: boolean } = {}): number | undefined {
    return this.#state.send(bytes, options.isSameTurn !== true)
  }

  /** What has happened: a message, a state payload, the fate of one sent. Ask until it answers undefined. */
  next(): Happening | undefined {
    const happening = this.#inbox.shift()
    if (happening?.do === 'acked' || happening?.do === 'lost') this.#state.settled()
    return happening
  }

  /** A packet came. The bytes may be reused when the call returns. */
  receive(packet: Uint8Array, now: Instant): void {
    this.#meterIn.add(packet.length + this.#options.headerBytes, now)
    this.#packetsIn++
    const refusal = this.#read(packet)
    if (refusal !== undefined) {
      this.dropped.count(refusal)
      return
    }
    const sequence = this.#arrivals.unwrap(this.#header.sequence)
    if (this.#header.hasAck) this.#receiveAck(now)
    let isTaken = true
    let isStateRefused = false
    for (let i = 0; i < this.#frames.length; i++) {
      const frame = this.#frames.at(i)
      if (frame.channel === STATE_CHANNEL) isStateRefused = !this.#receiveState(frame, packet, sequence)
      else if (!this.#receivers[frame.channel].receive(frame, packet)) isTaken = false
    }
    this.#arrivals.note(sequence, now, { isTaken, isStateRefused })
    if (this.#frames.length > 0 && isTaken) this.#oweAck(now)
  }

  /**
   * The next packet to hand to the link, at most PACKET_BYTES_MAX bytes: a view, good until the next call. Undefined:
   * nothing to send now; see `wakeAt`.
   */
  poll(now: Instant): Uint8Array | undefined {
    if (now >= this.#loss.wakeAt) this.#giveUp(now)
    this.#pacer.refill(this.#congestion.bytesPerSecond, now)
    if (!this.#sent.isFull) {
      if (this.#hasWindow && this.#pacer.isReady) {
        if (this.#scheduler.isWaiting) return this.#assemble(now)
        this.#rate.appLimited(this.#inFlightBytes)
      }
      if (now >= this.#ackDueAt) return this.#assembleAck(now)
    }
    return undefined
  }

  /** When `poll` could next answer something it would not answer now, if nothing else is called. */
  get wakeAt(): Instant {
    let at = earlier(this.#loss.wakeAt, this.#ackDueAt)
    if (this.#hasWindow && this.#scheduler.isWaiting) {
      at = earlier(at, this.#pacer.readyAt(this.#congestion.bytesPerSecond))
    }
    return at
  }

  /** What the path bears at present, in bytes per second, headers counted: what replication should stay within. */
  get bytesPerSecond(): number {
    return this.#congestion.bytesPerSecond
  }

  /** State payloads that wait for their packet: more than a few means the path bears less than is asked of it. */
  get stateWaiting(): number {
    return this.#state.length
  }

  /** Messages of a channel that wait or are unacknowledged. */
  queued(channel: number): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#senders[channel].length, bytes: this.#senders[channel].queuedBytes }
  }

  /** Everything measured; for definitions see ChannelStats. */
  stats(now: Instant): ChannelStats {
    let resent = 0
    let heldBytes = this.#inbox.bytes
    for (const sender of this.#senders) if (sender instanceof ReliableSender) resent += sender.resent
    for (const receiver of this.#receivers) heldBytes += receiver.heldBytes
    return {
      rttMs: this.#rtt.smoothed,
      rttDeviationMs: this.#rtt.deviation,
      jitterMs: this.#rtt.jitter,
      baseRttMs: this.#congestion.baseRttMs,
      lossShare: this.#lossShare,
      bandwidth: this.#congestion.bandwidth,
      bytesPerSecond: this.#congestion.bytesPerSecond,
      bytesPerSecondIn: this.#meterIn.bytesPerSecond(now),
      bytesPerSecondOut: this.#meterOut.bytesPerSecond(now),
      inFlightBytes: this.#inFlightBytes,
      windowBytes: this.#congestion.windowBytes,
      phase: this.#loss.isProbing ? 'silent' : this.#congestion.phase,
      packetsIn: this.#packetsIn,
      packetsOut: this.#packetsOut,
      packetsRemembered: this.#sent.length,
      resent,
      lateAcks: this.#lateAcks,
      heldBytes,
    }
  }

  /** Looks a packet over before any of it is believed; `#header` and `#frames` hold it then. */
  #read(packet: Uint8Array): DropReason | undefined {
    if (packet.length > PACKET_BYTES_MAX) return 'too-large'
    const reader = this.#reader.reset(packet)
    if (!this.#header.read(reader) || !this.#frames.read(reader, packet)) return 'malformed'
    const arrival = this.#arrivals.check(this.#arrivals.unwrap(this.#header.sequence))
    if (arrival !== 'new') return arrival === 'repeat' ? 'repeated' : 'too-old'
    if (this.#header.hasAck && unwrapSequence(this.#sent.next, this.#header.newest) >= this.#sent.next)
      return 'never-sent'
    return undefined
  }

  #receiveState(frame: Frame, packet: Uint8Array, sequence: number): boolean {
    const turn = sequence - frame.turnAge
    if (turn < this.#newestTurn) {
      this.dropped.count('overtaken')
      return false
    }
    if (!this.#inbox.hasRoom(frame.length)) {
      this.dropped.count('inbox-full')
      return false
    }
    this.#newestTurn = turn
    this.#inbox.push({ do: 'state', bytes: packet.slice(frame.start, frame.start + frame.length) })
    return true
  }

  #oweAck(now: Instant): void {
    this.#elicitingUnacked++
    const due = this.#elicitingUnacked >= ACK_PACKETS_MAX ? now : instant(now + ACK_DELAY_MS)
    this.#ackDueAt = earlier(this.#ackDueAt, due)
  }

  #receiveAck(now: Instant): void {
    const header = this.#header
    const newest = unwrapSequence(this.#sent.next, header.newest)
    const sample = this.#beginSample()
    const first = this.#sent.get(newest)
    if (first !== undefined && first.fate !== 'acknowledged' && header.delayMs !== undefined) {
      sample.rttMs = Math.max(0, now - first.sentAt - header.delayMs)
      this.#rtt.sample(sample.rttMs)
    }
    this.#acknowledge(first, header.isStateRefused(0), now)
    for (let i = 0; i < header.ackBytes; i++) {
      for (let bits = header.acks[i], back = i * 8 + 1; bits !== 0; bits >>>= 1, back++) {
        if ((bits & 1) === 1)
          this.#acknowledge(this.#sent.get(newest - back), header.isStateRefused(back), now)
      }
    }
    this.#loss.detect(now, this.#onLost(now))
    this.#endSample(now)
  }

  #acknowledge(packet: SentPacket | undefined, isStateRefused: boolean, now: Instant): void {
    if (packet === undefined || packet.fate === 'acknowledged') return
    const wasLost = packet.fate === 'lost'
    packet.fate = 'acknowledged'
    this.#arrivals.told(packet.toldCount)
    this.#loss.acknowledged(packet, now)
    for (let i = 0; i < packet.carried.length; i += 2)
      this.#senders[packet.carried[i]].acknowledged(packet.carried[i + 1])
    if (!packet.isEliciting) return
    this.#rate.acknowledged(packet, now)
    if (wasLost) {
      this.#lateAcks++
      this.#lossShare = Math.max(0, this.#lossShare - 1 / LOSS_MEMORY_PACKETS)
      return
    }
    this.#decide(packet)
    this.#sample.ackedPackets++
    this.#lossShare -= this.#lossShare / LOSS_MEMORY_PACKETS
    if (packet.stateId >= 0) this.#inbox.push({ do: isStateRefused ? 'lost' : 'acked', id: packet.stateId })
  }

  /** Time has shown that packets are lost. */
  #giveUp(now: Instant): void {
    this.#beginSample()
    this.#loss.detect(now, this.#onLost(now))
    this.#endSample(now)
  }

  #onLost(now: Instant): (packet: SentPacket) => void {
    return (packet) => {
      packet.fate = 'lost'
      packet.lostAt = now
      if (!packet.isEliciting) return
      this.#decide(packet)
      this.#sample.lostPackets++
      this.#lossShare += (1 - this.#lossShare) / LOSS_MEMORY_PACKETS
      for (let i = 0; i < packet.carried.length; i += 2)
        this.#senders[packet.carried[i]].lost(packet.carried[i + 1])
      if (packet.stateId >= 0) this.#inbox.push({ do: 'lost', id: packet.stateId })
    }
  }

  #decide(packet: SentPacket): void {
    this.#inFlightBytes -= packet.cost
    this.#sample.decidedBytes += packet.cost
  }

  #beginSample(): PathSample {
    const sample = this.#sample
    sample.rttMs = undefined
    sample.ackedPackets = 0
    sample.lostPackets = 0
    sample.decidedBytes = 0
    this.#rate.begin()
    return sample
  }

  #endSample(now: Instant): void {
    const sample = this.#sample
    this.#rate.end(now, this.#congestion.baseRttMs / 2)
    sample.deviationMs = this.#rtt.deviation
    sample.bytesPerSecond = this.#rate.bytesPerSecond
    sample.isAppLimited = this.#rate.isAppLimited
    sample.priorDelivered = this.#rate.priorDelivered
    sample.delivered = this.#rate.delivered
    sample.inFlightBytes = this.#inFlightBytes
    this.#congestion.acknowledged(sample, now)
    this.#sent.forget(now - LOST_MEMORY_MS)
  }

  get #hasWindow(): boolean {
    const window = this.#loss.isProbing ? 2 * PACKET_BYTES_MAX : this.#congestion.windowBytes
    return this.#inFlightBytes < window
  }

  #assemble(now: Instant): Uint8Array {
    const packet = this.#begin(now)
    const start = this.#writer.byteLength
    this.#scheduler.fill((sender) =>
      sender.write(this.#writer, packet, PACKET_BYTES_MAX - this.#writer.byteLength),
    )
    packet.isEliciting = this.#writer.byteLength > start
    return this.#finish(packet, now)
  }

  #assembleAck(now: Instant): Uint8Array {
    return this.#finish(this.#begin(now), now)
  }

  #begin(now: Instant): SentPacket {
    const packet = this.#sent.begin()
    const hasAck = this.#arrivals.hasNews
    const shape: HeaderShape = {
      hasAck,
      hasRefusals: hasAck && this.#arrivals.hasRefusals,
      ackBytes: hasAck ? this.#arrivals.ackBytes : 0,
    }
    packet.sentAt = now
    packet.toldCount = this.#arrivals.count
    this.#writer.reset()
    writeHeader(this.#writer, packet.sequence & SEQUENCE_MASK, shape)
    if (hasAck) this.#arrivals.write(this.#writer, now, shape)
    this.#ackDueAt = FOREVER
    this.#elicitingUnacked = 0
    return packet
  }

  #finish(packet: SentPacket, now: Instant): Uint8Array {
    const bytes = this.#writer.finish()
    packet.cost = bytes.length + this.#options.headerBytes
    this.#packetsOut++
    this.#meterOut.add(packet.cost, now)
    if (!packet.isEliciting) return bytes
    this.#rate.sent(packet, this.#inFlightBytes)
    this.#congestion.sent(packet.cost)
    this.#pacer.take(packet.cost)
    this.#inFlightBytes += packet.cost
    return bytes
  }
}
