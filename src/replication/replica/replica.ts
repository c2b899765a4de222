import { NEVER } from '../../core/index.ts'
import { BitReader } from '../../wire/index.ts'
import type { AnyGame, EntityId } from '../../world/index.ts'
import {
  type AdvanceHead,
  type Anchor,
  ITEM,
  NEAR_END,
  nearTopic,
  readAdvanceHead,
  readBases,
  readTopic,
} from '../encoding/item.ts'
import { readCount, readDestination, readSlots } from '../encoding/layout.ts'
import { PacketReader } from '../encoding/packet.ts'
import { kindBits } from '../encoding/position-layout.ts'
import { RESUME_CHUNKS_MAX, type ResumeState } from '../encoding/resume-state.ts'
import { StateReader } from '../encoding/state-reader.ts'
import { Ledger, NOBODY, SLOTS_MAX, type Topic } from '../ledger/ledger.ts'
import {
  cellKey,
  type Destination,
  ELSEWHERE,
  eastOf,
  isNearby,
  northOf,
  REMOVED,
  type TopicKey,
} from '../ledger/topic.ts'
import { type LeaveReason, type Presence, Presences, type ReplicaListener } from './presence.ts'
import type { StateMeter } from './state-meter.ts'
import { Statics } from './statics.ts'

/** What became of a packet. Acknowledge only an `applied` one. */
export type Receipt =
  | 'applied'
  /** A later tick overtook it, or some of it builds on a lost packet: it is told again. */
  | 'unsure'
  /** It makes no sense: close the connection. */
  | 'broken'

/** Every tick is below this one: three years at twenty ticks a second. */
export const TICK_END = 2 ** 31

export interface ReplicaLimits {
  /** The most chunks held at a time, and with them topics and entities: an author that tells of more is broken. */
  readonly chunksMax: number
}

export const defaultReplicaLimits: ReplicaLimits = { chunksMax: 4096 }

/**
 * A copy of topics that follows their author through packets. It keeps a ledger of its own, so that it can be
 * followed in turn.
 *
 *     receive(tick, packet)  ->  ledger, listener
 *
 * Bytes come from the network: senseless ones are answered with `broken`; nothing is thrown, and memory is bounded
 * by the limits.
 */
export class Replica {
  readonly ledger: Ledger
  readonly #limits: ReplicaLimits
  readonly #statics: Statics
  readonly #presences: Presences
  readonly #state: StateReader
  readonly #kindBits: number
  readonly #packet = new PacketReader()
  readonly #bits = new BitReader()
  readonly #followed = new Set<TopicKey>()
  /** By chunk: the tick of the last advance, and of the last one that told who is where. */
  readonly #advanced: number[] = []
  readonly #structure: number[] = []
  /** By slot, while an advance is read: where its occupant went, if it left. */
  readonly #departed = new Int8Array(SLOTS_MAX)
  readonly #anchor: Anchor
  /** The topic that this packet told of last. */
  #last: TopicKey = -1
  /** Which of its chunks that was. */
  #lastOrder = 0
  #tick = 0

  constructor(game: AnyGame, listener: ReplicaListener, limits: Partial<ReplicaLimits> = {}) {
    this.ledger = new Ledger(game)
    this.#limits = { ...defaultReplicaLimits, ...limits }
    this.#statics = new Statics(game)
    this.#presences = new Presences(this.ledger, this.#statics, listener)
    this.#state = new StateReader(this.ledger)
    this.#kindBits = kindBits(game)
    const { columns, rows } = this.ledger.grid
    this.#anchor = { column: 0, row: 0, columns, rows }
  }

  /** The known entities, by id. */
  get present(): ReadonlyMap<EntityId, Presence> {
    return this.#presences.present
  }

  /** The tick of the last packet. */
  get tick(): number {
    return this.#tick
  }

  /** The topics followed, in no order. */
  get followed(): ReadonlySet<TopicKey> {
    return this.#followed
  }

  /**
   * Returns what to say on the next connection after a lost one, so that nothing is told twice. Everything stays as
   * it is meanwhile.
   *
   * @param link  whether packets sent over it may have been lost
   * @returns     undefined when there is too much to say: then forget everything (`clear`), and come back as a new
   *   viewer
   */
  resumeState(link: { readonly isLossy: boolean }): ResumeState | undefined {
    if (this.ledger.sizes.chunks > RESUME_CHUNKS_MAX) return undefined
    const topics = [...this.ledger.topics].map(({ key, chunks }) => ({
      key,
      ticks: chunks.map((chunk) =>
        link.isLossy || this.#isComplete(chunk) ? (this.#advanced[chunk] ?? NEVER) : NEVER,
      ),
    }))
    topics.sort((a, b) => a.key - b.key)
    return { tick: this.#tick, isLossless: !link.isLossy, topics }
  }

  /** The viewer's own entity, which stays until it is removed, whatever packets are lost; 0 for none. */
  set kept(id: EntityId) {
    this.#presences.kept = id
  }

  /** Counts what is read from here on; undefined to stop. */
  set meter(meter: StateMeter | undefined) {
    this.#state.meter = meter
  }

  /** Returns the once-told fields of an entity, as they travel, for followers of this replica. */
  staticsOf(index: number): Uint8Array | undefined {
    const introduction = this.#statics.get(this.ledger.entityId[index])
    return introduction?.kind === this.ledger.entityKind[index] ? introduction.bytes : undefined
  }

  /** Applies the items of a packet, from byte `at` to its end, as the news of `tick`. */
  receive(tick: number, packet: Uint8Array, at = 0): Receipt {
    if (tick < this.#tick) return 'unsure'
    if (!(tick < TICK_END)) return 'broken'
    this.#tick = tick
    this.#last = -1
    this.#state.begin(tick, this.#stamp)
    const reader = this.#packet.reset(packet, at)
    let verdict: Receipt = 'applied'
    while (reader.left > 0) {
      const item = this.#receiveItem(reader)
      if (item === 'broken' || reader.isBroken) return 'broken'
      if (item === 'unsure') verdict = 'unsure'
    }
    this.settle()
    return verdict
  }

  /** Notes that time has reached the tick of the last packet: entities that did not arrive are gone. */
  settle(): void {
    this.#presences.settle(this.#tick, (key) => this.#followed.has(key))
  }

  /** Forgets everything, as after a lost connection. Every entity leaves. */
  clear(): void {
    for (const key of [...this.#followed]) this.#unfollow(key, 'out of range')
    this.#presences.clear()
    this.#statics.clear()
    this.#tick = 0
  }

  /** The tick as of which news are noted: their packet's, or a later one if followers were already told of that. */
  get #stamp(): number {
    return Math.max(this.#tick, this.ledger.begun + 1)
  }

  #receiveItem(reader: PacketReader): Receipt {
    const { meter } = this.#state
    const start = reader.at
    const code = reader.byte()
    if (code < NEAR_END) return this.#receiveAdvance(reader, nearTopic(code, this.#anchor), undefined, start)
    if (code === ITEM.advance) {
      const key = readTopic(reader, this.#anchor)
      return this.#receiveAdvance(reader, key, readAdvanceHead(reader), start)
    }
    if (code === ITEM.again)
      return this.#receiveAdvance(reader, this.#last, { order: reader.varint(), lag: 0, length: -1 }, start)
    if (code >= ITEM.further) {
      const order = this.#lastOrder + code - ITEM.further + 1
      return this.#receiveAdvance(reader, this.#last, { order, lag: 0, length: -1 }, start)
    }
    if (code === ITEM.anchor) {
      this.#anchor.column = reader.varint()
      this.#anchor.row = reader.varint()
      meter?.count('', 'anchor', (reader.at - start) * 8)
      const isOnMap = this.#anchor.column < this.#anchor.columns && this.#anchor.row < this.#anchor.rows
      return isOnMap ? 'applied' : 'broken'
    }
    if (code === ITEM.unfollow || code === ITEM.gone) {
      const key = readTopic(reader, this.#anchor)
      meter?.count('', 'unfollow', (reader.at - start) * 8)
      if (key === undefined) return 'broken'
      this.#unfollow(key, code === ITEM.gone ? 'removed' : 'out of range')
      return 'applied'
    }
    if (code === ITEM.bases) {
      const span = readBases(reader)
      meter?.count('', 'bases', (reader.at - start) * 8)
      if (span === undefined || reader.isBroken) return 'broken'
      this.#state.standOn(span)
      return 'applied'
    }
    return code === ITEM.statics ? this.#receiveStatics(reader, start) : 'broken'
  }

  #receiveStatics(reader: PacketReader, start: number): Receipt {
    const id = reader.varint()
    const kind = reader.byte()
    const bytes = reader.take(reader.varint())
    if (reader.isBroken || !this.#statics.learn(id, kind, bytes)) return 'broken'
    this.#state.meter?.enter(id, this.#tick)
    this.#state.meter?.count(this.ledger.game.kinds[kind].name, 'once told', (reader.at - start) * 8)
    this.#presences.introduced(id)
    return 'applied'
  }

  /** @param head  the head in the packet; undefined for the first chunk, of unstated length */
  #receiveAdvance(
    reader: PacketReader,
    key: TopicKey | undefined,
    head: AdvanceHead | undefined,
    start: number,
  ): Receipt {
    const { order = 0, lag = 0, length = -1 } = head ?? {}
    if (key === undefined || key < 0 || reader.isBroken || length > reader.left) return 'broken'
    const end = length < 0 ? reader.bytes.length : reader.at + length
    const bits = this.#bits.reset(reader.bytes, reader.at, end)
    this.#last = key
    this.#lastOrder = order
    this.#state.meter?.count('', 'heads', (reader.at - start) * 8)
    const verdict = this.#apply(bits, key, order, lag > 0 ? this.#tick - lag : NEVER)
    if (verdict === 'unsure') {
      reader.at = end
      return verdict
    }
    bits.align()
    if (verdict === 'broken' || bits.isBroken || (length >= 0 && bits.bitsLeft > 0)) return 'broken'
    reader.at = end - (bits.bitsLeft >>> 3)
    return verdict
  }

  /**
   * Applies what happened in one chunk [T6].
   *
   * @param structure  the tick of the advance that told who is in which slot, on which this one builds; NEVER when
   *   it need not be checked
   */
  #apply(bits: BitReader, key: TopicKey, order: number, structure: number): Receipt {
    const chunk = this.#chunkOf(key, order)
    if (chunk < 0) return 'broken'
    const { ledger } = this
    const topic = ledger.topic(ledger.chunkTopic[chunk])
    const stands = this.#structure[chunk] ?? NEVER
    const isStructural = bits.bits(1) === 1
    const isWhole = isStructural && bits.bits(1) === 1
    if (!isWhole && structure > stands) return 'unsure'
    this.#departed.fill(NOBODY)
    if (isStructural && !isWhole && bits.bits(1) === 1) this.#readDepartures(bits, stands)
    const before = bits.bitsLeft
    const news = readSlots(bits)
    this.#state.meter?.count('', 'slots', before - bits.bitsLeft)
    if (bits.isBroken || (ledger.slotsPerChunk < SLOTS_MAX && news >>> ledger.slotsPerChunk !== 0))
      return 'broken'
    const first = chunk * SLOTS_MAX
    if (isWhole)
      for (let slot = 0; slot < ledger.slotsPerChunk; slot++)
        if (((news >>> slot) & 1) === 0) this.#vacate(first + slot, ELSEWHERE, topic)
    for (let rest = news; rest !== 0; rest &= rest - 1) {
      const slot = 31 - Math.clz32(rest & -rest)
      const isArrival = isWhole || (isStructural && bits.bits(1) === 1)
      const isFine = isArrival
        ? this.#readArrival(bits, topic, chunk, slot)
        : this.#readChange(bits, topic, ledger.slots[first + slot])
      if (!isFine || bits.isBroken) return 'broken'
      if (isArrival) this.#departed[slot] = NOBODY
    }
    for (let slot = 0; slot < ledger.slotsPerChunk; slot++)
      if (this.#departed[slot] !== NOBODY) this.#vacate(first + slot, this.#departed[slot], topic)
    if (isStructural) this.#structure[chunk] = this.#tick
    this.#advanced[chunk] = this.#tick
    return 'applied'
  }

  /** Returns whether every entity in a chunk has been introduced. */
  #isComplete(chunk: number): boolean {
    const { slots, entityId } = this.ledger
    for (let at = chunk * SLOTS_MAX; at < (chunk + 1) * SLOTS_MAX; at++)
      if (slots[at] >= 0 && this.present.get(entityId[slots[at]])?.isKnown !== true) return false
    return true
  }

  /** Returns the chunk at this place of a topic, opening it if needed; -1 beyond the limits. */
  #chunkOf(key: TopicKey, order: number): number {
    const { ledger } = this
    const known = ledger.topicByKey(key)
    const missing = order + 1 - (known?.chunks.length ?? 0)
    if (missing > 0 && ledger.sizes.chunks + missing > this.#limits.chunksMax) return NOBODY
    const topic = known ?? ledger.open(key)
    this.#followed.add(key)
    while (topic.chunks.length <= order) ledger.addChunk(topic)
    return topic.chunks[order]
  }

  /**
   * Reads the departures after `stands`: earlier ones have been applied, and their slots may have been taken since.
   */
  #readDepartures(bits: BitReader, stands: number): void {
    const before = bits.bitsLeft
    let more = true
    while (more && !bits.isBroken) {
      const word = bits.bits(6)
      more = word >= SLOTS_MAX
      const tick = this.#tick - readCount(bits)
      const destination = readDestination(bits)
      if (tick > stands) this.#departed[word & (SLOTS_MAX - 1)] = destination
    }
    this.#state.meter?.count('', 'departures', before - bits.bitsLeft)
  }

  #readArrival(bits: BitReader, topic: Topic, chunk: number, slot: number): boolean {
    const { ledger } = this
    const before = bits.bitsLeft
    const kind = bits.bits(this.#kindBits)
    const id = readCount(bits)
    if (bits.isBroken || kind >= ledger.tables.length || id === 0) return false
    const at = chunk * SLOTS_MAX + slot
    const occupant = ledger.slots[at]
    const isSame = occupant >= 0 && ledger.entityId[occupant] === id && ledger.entityKind[occupant] === kind
    if (!isSame) this.#vacate(at, this.#departed[slot] === NOBODY ? ELSEWHERE : this.#departed[slot], topic)
    const index = isSame ? occupant : ledger.arriveAt({ id, kind }, { chunk, slot }, this.#stamp)
    this.#state.meter?.enter(id, this.#tick)
    this.#state.meter?.count(ledger.tables[kind].kind.name, 'arrival', before - bits.bitsLeft)
    this.#state.readArrival(bits, topic, index)
    if (bits.isBroken) return false
    ledger.touch(index, this.#stamp)
    return this.#presences.arrived(index, this.#state.hasJumped, this.#tick)
  }

  #readChange(bits: BitReader, topic: Topic, index: number): boolean {
    if (index < 0) return false
    const { ledger } = this
    this.#state.meter?.enter(ledger.entityId[index], this.#tick)
    this.#state.readChange(bits, topic, index)
    if (bits.isBroken) return false
    ledger.touch(index, this.#stamp)
    this.#presences.changed(index, this.#state, this.#tick)
    return true
  }

  #vacate(at: number, destination: Destination, topic: Topic): void {
    const { ledger } = this
    const index = ledger.slots[at]
    if (index < 0) return
    this.#state.meter?.enter(ledger.entityId[index], this.#tick)
    this.#state.meter?.count(ledger.tables[ledger.entityKind[index]].kind.name, 'left', 0)
    const bound = this.#followedNear(topic, destination)
    this.#presences.vacated(index, { destination, bound }, this.#tick)
    ledger.depart(index, destination, this.#stamp)
  }

  /** Returns the topic of the neighbouring cell that a destination means, if that is followed. */
  #followedNear(topic: Topic, destination: Destination): TopicKey | undefined {
    if (!isNearby(destination) || topic.name.kind !== 'cell') return undefined
    const key = cellKey(topic.name.id + eastOf(destination) + northOf(destination) * this.ledger.grid.columns)
    return this.#followed.has(key) ? key : undefined
  }

  /** Stops following a topic: its entities are out of range unless they are in another. */
  #unfollow(key: TopicKey, why: LeaveReason): void {
    const { ledger } = this
    const topic = ledger.topicByKey(key)
    this.#followed.delete(key)
    if (!topic) return
    for (const chunk of topic.chunks) {
      for (let slot = 0; slot < ledger.slotsPerChunk; slot++)
        this.#vacate(chunk * SLOTS_MAX + slot, why === 'removed' ? REMOVED : ELSEWHERE, topic)
      this.#structure[chunk] = NEVER
      this.#advanced[chunk] = NEVER
    }
    ledger.close(topic)
  }
}
