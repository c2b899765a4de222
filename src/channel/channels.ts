import {
  Counters,
  earlier,
  FOREVER,
  type Instant,
  instant,
  type Milliseconds,
  SEQUENCE_MASK,
  ShardlessError,
} from '../core/index.ts'
import { BitReader, BitWriter } from '../wire/index.ts'
import { ByteRate } from './congestion/byte-rate.ts'
import { ACK_DELAY_MS, ackDelayAfter } from './congestion/loss.ts'
import type { Delivery, DropReason, Receiver } from './lane/receiver.ts'
import { ReliableReceiver } from './lane/reliable-receiver.ts'
import { ReliableSender } from './lane/reliable-sender.ts'
import { SendScheduler } from './lane/send-scheduler.ts'
import type { SendResult } from './lane/sender.ts'
import { StateSender } from './lane/state-sender.ts'
import { UnreliableReceiver } from './lane/unreliable-receiver.ts'
import { UnreliableSender } from './lane/unreliable-sender.ts'
import { channelMetrics } from './metrics.ts'
import {
  type ConnectionOptions,
  type FullChannelOptions,
  type FullConnectionOptions,
  fillOptions,
  PACKET_BYTES_MAX,
  STATE_CHANNEL,
} from './options.ts'
import { ChannelInbox, type Happening } from './packet/channel-inbox.ts'
import { type Frame, FrameList } from './packet/frame.ts'
import { Header, type HeaderShape, writeHeader } from './packet/header.ts'
import { IncomingPackets } from './packet/incoming-packets.ts'
import { OutgoingPackets } from './packet/outgoing-packets.ts'
import type { SentPacket } from './packet/sent-packets.ts'
import type { ChannelStats } from './stats.ts'

/** So many packets are acknowledged at once, without waiting for more. */
const ACK_PACKETS_MAX = 8

/**
 * Promises over packets that vanish: the channels of one connection, and state whose fate is told. It owns no link
 * and no timer.
 *
 *     send, sendState --> senders --scheduler--> poll(now) --> packet --> link
 *     next() <-- inbox <-- receivers <-- receive(packet, now) <---------- link
 *
 * Call `poll` until it answers undefined, then again at `wakeAt` or after any other call; call `next` until it answers
 * undefined after each `receive` and `poll`.
 */
export class Channels {
  /** Counts what arrived and was not used, by reason. */
  readonly dropped: Counters<DropReason>
  readonly #options: FullConnectionOptions
  readonly #senders: (ReliableSender | UnreliableSender)[] = []
  readonly #receivers: Receiver[] = []
  readonly #state: StateSender
  readonly #scheduler = new SendScheduler()
  readonly #inbox: ChannelInbox

  readonly #writer = new BitWriter(PACKET_BYTES_MAX)
  readonly #reader = new BitReader()
  readonly #header = new Header()
  readonly #frames: FrameList

  readonly #departures: OutgoingPackets
  readonly #arrivals = new IncomingPackets()
  readonly #arrival = { isTaken: true, isStateRefused: false }
  readonly #meterIn = new ByteRate()
  #packetsIn = 0
  #ackDueAt: Instant = FOREVER
  /** When something that waited for its acknowledgement was last acknowledged. */
  #ackSentAt: Instant = instant(Number.NEGATIVE_INFINITY)
  #packetsUnacked = 0
  /** How many packets with frames have come one after the other, none missing. */
  #inOrder = 0
  #newestTurn = -1

  /**
   * @param dropped  counts for several connections together; for this one alone when left out
   * @throws `channel/bad-options`
   */
  constructor(options: ConnectionOptions, dropped?: Counters<DropReason>) {
    this.dropped = dropped ?? new Counters(...channelMetrics.dropped.values)
    this.#options = fillOptions(options)
    this.#inbox = new ChannelInbox(this.#options)
    this.#frames = new FrameList(this.#options.channels)
    this.#departures = new OutgoingPackets(this.#options, {
      acknowledged: (packet, how) => this.#acknowledged(packet, how),
      lost: (packet) => this.#lost(packet),
      repeat: (packet) => this.#sendAgain(packet),
    })
    this.#state = new StateSender(this.#options.stateQueueMax)
    this.#scheduler.add(this.#state, this.#options.statePriority)
    this.#options.channels.forEach((channel, index) => {
      this.#addChannel(channel, index)
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
    return this.#sender(channel).send(bytes)
  }

  /**
   * Takes over a state payload: sent once, delivered only if no payload of a later turn was delivered before it, and
   * its fate told by `next` exactly once [C24].
   *
   * @param options `isSameTurn`: it belongs with the payload before; neither overtakes the other
   * @returns its id, or undefined when as many as may wait already do: skip this turn, send newer state later
   * @throws `channel/state-too-large` beyond STATE_BYTES_MAX
   */
  sendState(bytes: Uint8Array, options: { readonly isSameTurn?: boolean } = {}): number | undefined {
    return this.#state.send(bytes, options.isSameTurn !== true)
  }

  /**
   * Returns what has happened: a message, a state payload, the fate of one sent. Call it until it returns
   * undefined.
   */
  next(): Happening | undefined {
    const happening = this.#inbox.shift()
    if (happening?.do === 'acked' || happening?.do === 'lost') this.#state.settled()
    return happening
  }

  /** Takes a packet from the link. The bytes may be reused when the call returns. */
  receive(packet: Uint8Array, now: Instant): void {
    this.#meterIn.add(packet.length + this.#options.headerBytes, now)
    this.#packetsIn++
    const refusal = this.#read(packet)
    if (refusal !== undefined) {
      this.dropped.count(refusal)
      return
    }
    if (this.#header.hasAck) this.#departures.acknowledge(this.#header, now)
    const sequence = this.#arrivals.unwrap(this.#header.sequence)
    const arrival = this.#arrival
    arrival.isTaken = true
    arrival.isStateRefused = false
    let isReliable = false
    let isState = true
    for (let i = 0; i < this.#frames.length; i++) {
      const frame = this.#frames.at(i)
      if (frame.channel === STATE_CHANNEL)
        arrival.isStateRefused = !this.#receiveState(frame, packet, sequence)
      else {
        isState = false
        if (this.#receivers[frame.channel] instanceof ReliableReceiver) isReliable = true
        if (!this.#receivers[frame.channel].receive(frame, packet)) arrival.isTaken = false
      }
    }
    const isNext = sequence === this.#arrivals.newest + 1
    this.#arrivals.note(sequence, now, arrival)
    if (!isNext) this.#inOrder = 0
    if (this.#frames.length === 0 || !arrival.isTaken) return
    this.#inOrder++
    const delay = isState ? ackDelayAfter(this.#inOrder) : ACK_DELAY_MS
    this.#oweAck(now, { isUrgent: isReliable || !isNext, delay })
  }

  /**
   * Returns the next packet for the link, at most PACKET_BYTES_MAX bytes: a view, good until the next call.
   * Undefined: nothing to send now; see `wakeAt`.
   */
  poll(now: Instant): Uint8Array | undefined {
    this.#departures.giveUp(now)
    if (!this.#departures.hasMemory) return undefined
    if (this.#departures.isOpen(now)) {
      if (this.#scheduler.isWaiting) return this.#assemble(now)
      this.#departures.idle()
    }
    return now >= this.#ackDueAt ? this.#assembleAck(now) : undefined
  }

  /** When `poll` could next return something new, if nothing else is called. */
  get wakeAt(): Instant {
    const lossAt = this.#departures.lossAt
    if (!this.#departures.hasMemory) return lossAt
    const at = earlier(lossAt, this.#ackDueAt)
    return this.#scheduler.isWaiting ? earlier(at, this.#departures.openAt) : at
  }

  /** What the path bears at present, in bytes per second, headers counted. Replication should stay within it. */
  get bytesPerSecond(): number {
    return this.#departures.congestion.bytesPerSecond
  }

  /**
   * State payloads that wait for their packet: more than a few means that more is asked of the path than it bears.
   */
  get stateWaiting(): number {
    return this.#state.length
  }

  /** The bytes of those payloads, without headers. */
  get stateWaitingBytes(): number {
    return this.#state.waitingBytes
  }

  /**
   * Returns what waits or is unacknowledged on a channel.
   *
   * @throws `channel/no-such-channel`
   */
  queued(channel: number): { readonly messages: number; readonly bytes: number } {
    const sender = this.#sender(channel)
    return { messages: sender.length, bytes: sender.queuedBytes }
  }

  /** Returns the bytes of those: for whoever asks in each tick. */
  queuedBytes(channel: number): number {
    return this.#sender(channel).queuedBytes
  }

  /** Returns everything measured; ChannelStats defines each figure. */
  stats(now: Instant): ChannelStats {
    const departures = this.#departures
    const { rtt, congestion } = departures
    let resent = 0
    let heldBytes = this.#inbox.bytes
    for (const sender of this.#senders) if (sender instanceof ReliableSender) resent += sender.resent
    for (const receiver of this.#receivers) heldBytes += receiver.heldBytes
    return {
      rttMs: rtt.smoothed,
      rttDeviationMs: rtt.deviation,
      jitterMs: rtt.jitter,
      baseRttMs: congestion.baseRttMs,
      lossShare: departures.lossShare,
      naturalLoss: congestion.naturalLoss,
      bandwidth: congestion.bandwidth,
      bytesPerSecond: congestion.bytesPerSecond,
      bytesPerSecondIn: this.#meterIn.bytesPerSecond(now),
      bytesPerSecondOut: departures.bytesPerSecondOut(now),
      inFlightBytes: departures.inFlightBytes,
      windowBytes: congestion.windowBytes,
      phase: departures.isSilent ? 'silent' : congestion.phase,
      packetsIn: this.#packetsIn,
      packetsOut: departures.packets,
      packetsRemembered: departures.remembered,
      resent,
      lateAcks: departures.lateAcks,
      heldBytes,
    }
  }

  #addChannel(channel: FullChannelOptions, index: number): void {
    const delivery: Delivery = {
      dropped: this.dropped,
      hasRoom: (length) => this.#inbox.hasRoom(length),
      deliver: (bytes) => this.#inbox.push({ do: 'message', channel: index, bytes }),
    }
    const isReliable = channel.kind === 'reliable-ordered' || channel.kind === 'reliable-unordered'
    const sender = isReliable ? new ReliableSender(index, channel) : new UnreliableSender(index, channel)
    this.#senders.push(sender)
    this.#receivers.push(
      isReliable ? new ReliableReceiver(channel, delivery) : new UnreliableReceiver(channel, delivery),
    )
    this.#scheduler.add(sender, channel.priority)
  }

  #sender(channel: number): ReliableSender | UnreliableSender {
    const sender = this.#senders[channel]
    if (sender !== undefined) return sender
    throw new ShardlessError(
      'channel/no-such-channel',
      `There is no channel ${channel}; this connection has ${this.#senders.length}, counted from 0.`,
    )
  }

  /** Checks a whole packet before any of it is believed; `#header` and `#frames` hold it then. */
  #read(packet: Uint8Array): DropReason | undefined {
    if (packet.length > PACKET_BYTES_MAX) return 'too-large'
    const reader = this.#reader.reset(packet)
    if (!this.#header.read(reader) || !this.#frames.read(reader, packet)) return 'malformed'
    const arrival = this.#arrivals.check(this.#arrivals.unwrap(this.#header.sequence))
    if (arrival !== 'new') return arrival === 'repeat' ? 'repeated' : 'too-old'
    return this.#departures.isBelievable(this.#header) ? undefined : 'never-sent'
  }

  /** @returns whether it was delivered: the acknowledgement says so [C24] */
  #receiveState(frame: Frame, packet: Uint8Array, sequence: number): boolean {
    const turn = sequence - frame.turnAge
    const refusal = turn < this.#newestTurn ? 'overtaken' : this.#deliverState(frame, packet)
    if (refusal === undefined) this.#newestTurn = turn
    else this.dropped.count(refusal)
    return refusal === undefined
  }

  #deliverState({ start, length }: Frame, packet: Uint8Array): DropReason | undefined {
    const { takeState } = this.#options
    if (takeState !== undefined)
      return takeState(packet.subarray(start, start + length)) ? undefined : 'unusable'
    if (!this.#inbox.hasRoom(length)) return 'inbox-full'
    this.#inbox.push({ do: 'state', bytes: packet.slice(start, start + length) })
    return undefined
  }

  /** Notes that an acknowledgement is due: in a while, or as soon as another one was not sent just now [C5]. */
  #oweAck(now: Instant, { isUrgent, delay }: { isUrgent: boolean; delay: Milliseconds }): void {
    let due = instant(now + delay)
    if (isUrgent) due = instant(Math.max(now, this.#ackSentAt + ACK_DELAY_MS))
    if (++this.#packetsUnacked >= ACK_PACKETS_MAX) due = now
    this.#ackDueAt = earlier(this.#ackDueAt, due)
  }

  #acknowledged(
    packet: SentPacket,
    how: { readonly isStateRefused: boolean; readonly wasLost: boolean },
  ): void {
    this.#arrivals.told(packet.toldCount)
    const { carried, stateId } = packet
    for (let i = 0; i < carried.length; i += 2) this.#senders[carried[i]].acknowledged(carried[i + 1])
    if (stateId < 0 || how.wasLost) return
    this.#inbox.push({ do: how.isStateRefused ? 'lost' : 'acked', id: stateId })
  }

  #lost(packet: SentPacket): void {
    if (!packet.isRepeated) this.#sendAgain(packet)
    if (packet.stateId >= 0) this.#inbox.push({ do: 'lost', id: packet.stateId })
  }

  #sendAgain({ carried }: SentPacket): void {
    for (let i = 0; i < carried.length; i += 2) this.#senders[carried[i]].lost(carried[i + 1])
  }

  #assemble(now: Instant): Uint8Array {
    const packet = this.#begin(now)
    const headerLength = this.#writer.byteLength
    this.#scheduler.fill(this.#writer, packet)
    packet.isEliciting = this.#writer.byteLength > headerLength
    return this.#finish(packet)
  }

  #assembleAck(now: Instant): Uint8Array {
    return this.#finish(this.#begin(now))
  }

  #begin(now: Instant): SentPacket {
    const packet = this.#departures.begin(now)
    const hasAck = this.#arrivals.hasNews
    const shape: HeaderShape = {
      hasAck,
      hasRefusals: hasAck && this.#arrivals.hasRefusals,
      ackBytes: hasAck ? this.#arrivals.ackBytes : 0,
    }
    packet.toldCount = this.#arrivals.count
    this.#writer.reset()
    writeHeader(this.#writer, packet.sequence & SEQUENCE_MASK, shape)
    if (hasAck) this.#arrivals.write(this.#writer, now, shape)
    if (this.#packetsUnacked > 0) this.#ackSentAt = now
    this.#ackDueAt = FOREVER
    this.#packetsUnacked = 0
    return packet
  }

  #finish(packet: SentPacket): Uint8Array {
    const bytes = this.#writer.finish()
    this.#departures.depart(packet, bytes.length)
    return bytes
  }
}
