import { NEVER } from '../core/index.ts'
import type { EntityId } from '../world/index.ts'
import type { Changes } from './changes.ts'
import { type Ledger, SLOTS_MAX } from './ledger.ts'
import {
  type Anchor,
  NAME_BYTES_MAX,
  type PacketWriter,
  staticsBytes,
  writeAdvanceHead,
  writeStatics,
  writeUnfollow,
} from './packet.ts'
import { type TopicKey, topicKey } from './topic.ts'

/** What a view follows: an author or a replica. */
export interface Source {
  readonly ledger: Ledger
  /** The once-told fields of an entity by index, encoded. */
  staticsOf(index: number): Uint8Array | undefined
}

export interface ViewOptions {
  /** Whether packets can get lost: then they are numbered, and `acknowledged` and `lost` have to be told. */
  readonly isLossy: boolean
  /** Bytes of state per second, headers of every packet counted. */
  readonly bytesPerSecond: number
  /** Bytes that a packet costs on the wire beside what the view writes. */
  readonly overheadBytes: number
  /** Metres beyond its radius that a cell is still followed, so that a border walker does not flicker. */
  readonly hysteresis: number
  /** Entities in view beyond which the radius shrinks. */
  readonly entitiesMax: number
}

export const defaultViewOptions: ViewOptions = {
  isLossy: false,
  bytesPerSecond: 64_000,
  overheadBytes: 46,
  hysteresis: 8,
  entitiesMax: 400,
}

/** How far this viewer has been told of one chunk. */
interface Progress {
  readonly key: TopicKey
  readonly chunk: number
  readonly order: number
  /** Metres from the viewer to the topic; 0 for one that has no place. */
  distance: number
  told: number
  /** The tick up to which it is known to have heard. */
  sure: number
  /** The tick of the last advance sent that said who is where, and of the last one known to have arrived. */
  structureTold: number
  structureSure: number
  /** Ticks that news of it have been waiting for room. */
  waited: number
  /** Whether anything was ever sent of it: then the viewer may follow it, whatever was lost since. */
  wasSent: boolean
  /** Which of the topics of this name it was. */
  readonly born: number
}

interface Sent {
  readonly number: number
  readonly tick: number
  readonly advances: { readonly progress: Progress; readonly from: number; readonly isStructural: boolean }[]
  readonly statics: EntityId[]
  readonly unfollowed: TopicKey[]
  fate: 'open' | 'acknowledged' | 'lost'
}

/** Ticks that a viewer is trusted to remember once-told fields after it was last told of their entity. */
const STATICS_TICKS = 600
const KNOWN_MAX = 4096
/** Bytes before an advance: the topic, its length, its chunk, what it stands on. */
const HEAD_BYTES_MAX = NAME_BYTES_MAX + 8
/** Metres that a viewer moves before its cells are looked at again. */
const STRIDE = 1
/** A lossy view with this many packets of unknown fate waits. */
const FLYING_MAX = 256
/** Smallest part of its radius that a crowd leaves to a view. */
const CROWD_LEAST = 0.25

/**
 * The topics one viewer follows, and how far along it is with each.
 *
 *     lookAt(place), follow(topic) -> write(packet) ... acknowledged(number) | lost(number)
 *
 * Each packet advances some topics. On a link that loses packets a view runs ahead, taking what it sent as told, and
 * falls back, topic by topic, to what is known to have arrived when a packet is lost. What does not fit the budget
 * waits, and grows in priority meanwhile; it is sent later and newer, so nothing queues.
 */
export class View {
  readonly #source: Source
  readonly #changes: Changes
  readonly #options: ViewOptions
  readonly #bytesPerTick: number
  readonly #burst: number
  #progress: Progress[] = []
  readonly #extras = new Set<TopicKey>()
  readonly #known = new Map<EntityId, number>()
  readonly #debts = new Set<EntityId>()
  readonly #leaving = new Map<TopicKey, { readonly isGone: boolean; readonly since: number }>()
  readonly #flying: Sent[] = []
  #anchor: Anchor
  #x = 0
  #y = 0
  #radius = 0
  #shrunk = 1
  #hasPlace = false
  #seenX = Number.NaN
  #seenY = Number.NaN
  #seenVersion = -1
  #allowance: number
  #nextNumber = 1
  #filledTick = 0
  #hasWaiting = false

  constructor(source: Source, changes: Changes, options: Partial<ViewOptions> = {}) {
    this.#source = source
    this.#changes = changes
    this.#options = { ...defaultViewOptions, ...options }
    const { columns, rows } = source.ledger.grid
    this.#anchor = { column: 0, row: 0, columns, rows }
    this.#bytesPerTick = this.#options.bytesPerSecond / source.ledger.game.ticksPerSecond
    // Enough to save up for the largest chunk, and no more than a quarter of a second's worth otherwise.
    this.#burst = Math.max(this.#options.bytesPerSecond / 4, 1400)
    this.#allowance = this.#burst
  }

  /** Topics followed, in chunks, with how far along the view is with each. For people. */
  get topics(): readonly {
    readonly key: TopicKey
    readonly order: number
    readonly told: number
    readonly sure: number
  }[] {
    return this.#progress
  }

  /** Metres: the radius in force, after a crowd has shrunk it. */
  get radius(): number {
    return this.#radius * this.#shrunk
  }

  get anchor(): Anchor {
    return this.#anchor
  }

  /** Where the viewer stands and how far it sees, in metres. Call it each tick; it costs little when nothing changed. */
  lookAt(x: number, y: number, radius: number): void {
    this.#x = x
    this.#y = y
    this.#hasPlace = true
    if (radius !== this.#radius) this.#seenX = Number.NaN
    this.#radius = radius
  }

  /** Follows a topic that has no place: a group, the world, one restricted entity. */
  follow(key: TopicKey): void {
    if (this.#extras.has(key)) return
    this.#extras.add(key)
    this.#seenVersion = -1
  }

  /** @param isGone whether what it was about has been removed from the world */
  unfollow(key: TopicKey, isGone = false): void {
    if (!this.#extras.delete(key)) return
    if (this.#progress.some((progress) => progress.key === key && progress.wasSent))
      this.#leaving.set(key, { isGone, since: this.#nextNumber })
    this.#progress = this.#progress.filter((progress) => progress.key !== key)
  }

  /** The topics followed by `follow`. */
  get extras(): ReadonlySet<TopicKey> {
    return this.#extras
  }

  /** Forgets how far it was: everything is told anew. */
  restart(): void {
    for (const progress of this.#progress) {
      progress.told = progress.sure = NEVER
      progress.structureTold = progress.structureSure = NEVER
    }
    this.#known.clear()
    this.#flying.length = 0
    this.#leaving.clear()
  }

  /**
   * Appends the news to a packet: the anchor, then items. May be called again in the same tick for a further packet.
   *
   * @returns the packet's number, or 0, and nothing appended, when there is nothing to tell or no budget to tell it
   */
  write(packet: PacketWriter): number {
    const { tick } = this.#changes
    this.#refill(tick)
    this.#look()
    const start = packet.length
    if (this.#options.isLossy && this.#flying.length >= FLYING_MAX) return 0
    const sent: Sent = {
      number: this.#nextNumber,
      tick,
      advances: [],
      statics: [],
      unfollowed: [],
      fate: 'open',
    }
    this.#writeAnchor(packet)
    const body = packet.length
    let allowance = this.#allowance - this.#options.overheadBytes - (body - start)
    if (allowance > 0) {
      this.#writeUnfollows(packet, sent)
      this.#writeDebts(packet, sent)
      allowance -= packet.length - body
      this.#writeAdvances(packet, sent, allowance)
    }
    if (packet.length === body) {
      packet.length = start
      return 0
    }
    this.#allowance -= packet.length - start + this.#options.overheadBytes
    this.#nextNumber++
    if (this.#options.isLossy) this.#flying.push(sent)
    return sent.number
  }

  /** Appends a packet's worth of no news: only the tick, told by whoever writes the packet, goes on. */
  writeNothing(packet: PacketWriter): void {
    this.#writeAnchor(packet)
  }

  /** The packet of this number arrived and was applied. */
  acknowledged(number: number): void {
    this.#settle(number, 'acknowledged')
  }

  /** The packet of this number will never arrive, or could not be applied. */
  lost(number: number): void {
    this.#settle(number, 'lost')
  }

  #settle(number: number, fate: 'acknowledged' | 'lost'): void {
    const flying = this.#flying
    for (const sent of flying) if (sent.number === number && sent.fate === 'open') sent.fate = fate
    // In the order they were sent: what a packet proves depends on those before it.
    while (flying.length > 0 && flying[0].fate !== 'open') {
      const sent = flying.shift() as Sent
      if (sent.fate === 'lost') this.#fallBack(sent)
      else this.#advance(sent)
    }
  }

  #advance(sent: Sent): void {
    for (const { progress, from, isStructural } of sent.advances) {
      if (from > progress.sure) continue
      if (sent.tick > progress.sure) progress.sure = sent.tick
      if (isStructural) progress.structureSure = sent.tick
    }
    for (const key of sent.unfollowed) {
      const leaving = this.#leaving.get(key)
      // It may have been followed and left again since that packet.
      if (leaving && leaving.since <= sent.number) this.#leaving.delete(key)
    }
  }

  #fallBack(sent: Sent): void {
    for (const { progress } of sent.advances) {
      progress.told = progress.sure
      progress.structureTold = progress.structureSure
    }
    for (const id of sent.statics) {
      this.#known.delete(id)
      this.#debts.add(id)
    }
  }

  #refill(tick: number): void {
    const ticks = tick - this.#filledTick
    if (ticks <= 0) return
    this.#filledTick = tick
    this.#allowance = Math.min(this.#burst, this.#allowance + ticks * this.#bytesPerTick)
  }

  /** Brings the followed cells up to where the viewer stands. */
  #look(): void {
    const { ledger } = this.#source
    const moved = Math.max(Math.abs(this.#x - this.#seenX), Math.abs(this.#y - this.#seenY))
    const isCrowdDue = this.#changes.tick % 16 === 0 && this.#shrink()
    if (moved < STRIDE && ledger.version === this.#seenVersion && !isCrowdDue) return
    const { grid } = ledger
    const wanted = new Map<TopicKey, number>()
    if (this.#hasPlace) {
      const near = this.radius + STRIDE
      const far = near + this.#options.hysteresis
      const east = grid.column(this.#x + far)
      const north = grid.row(this.#y + far)
      const followed = new Set<TopicKey>()
      for (const { key } of this.#progress) followed.add(key)
      for (let row = grid.row(this.#y - far); row <= north; row++)
        for (let column = grid.column(this.#x - far); column <= east; column++) {
          const cell = column + row * grid.columns
          const distance = grid.distanceTo(cell, this.#x, this.#y)
          const key = topicKey({ kind: 'cell', id: cell })
          if (distance <= near || (distance <= far && followed.has(key))) wanted.set(key, distance)
        }
      this.#anchor = { ...this.#anchor, column: grid.column(this.#x), row: grid.row(this.#y) }
    }
    for (const key of this.#extras) wanted.set(key, 0)
    this.#follow(wanted)
    this.#seenX = this.#x
    this.#seenY = this.#y
    this.#seenVersion = ledger.version
  }

  #follow(wanted: ReadonlyMap<TopicKey, number>): void {
    const { ledger } = this.#source
    const kept: Progress[] = []
    const has = new Set<number>()
    for (const progress of this.#progress) {
      const distance = wanted.get(progress.key)
      if (distance === undefined) {
        if (progress.wasSent) this.#leaving.set(progress.key, { isGone: false, since: this.#nextNumber })
        continue
      }
      const topic = ledger.topicByKey(progress.key)
      if (topic?.born !== progress.born) continue
      progress.distance = distance
      kept.push(progress)
      has.add(progress.chunk)
    }
    for (const [key, distance] of wanted) {
      const topic = ledger.topicByKey(key)
      if (!topic) continue
      for (let order = 0; order < topic.chunks.length; order++) {
        const chunk = topic.chunks[order]
        // Followed again before the viewer is known to have heard that it was left: it may still follow it.
        const wasSent = this.#leaving.has(key)
        if (!has.has(chunk))
          kept.push(newProgress({ key, chunk, order, distance, wasSent, born: topic.born }))
      }
      this.#leaving.delete(key)
    }
    kept.sort((a, b) => a.distance - b.distance || a.key - b.key || a.order - b.order)
    this.#progress = kept
  }

  /** @returns whether the radius in force changed */
  #shrink(): boolean {
    const { ledger } = this.#source
    let inView = 0
    for (const { chunk } of this.#progress) inView += ledger.chunkCount[chunk]
    const before = this.#shrunk
    if (inView > this.#options.entitiesMax) this.#shrunk = Math.max(CROWD_LEAST, this.#shrunk * 0.9)
    else if (inView < this.#options.entitiesMax * 0.7) this.#shrunk = Math.min(1, this.#shrunk * 1.1)
    return this.#shrunk !== before
  }

  #writeAnchor(packet: PacketWriter): void {
    packet.varint(this.#anchor.column)
    packet.varint(this.#anchor.row)
  }

  #writeUnfollows(packet: PacketWriter, sent: Sent): void {
    for (const [key, { isGone }] of this.#leaving) {
      if (packet.room < NAME_BYTES_MAX + 1) return
      writeUnfollow(packet, key, isGone, this.#anchor)
      if (this.#options.isLossy) sent.unfollowed.push(key)
      else this.#leaving.delete(key)
    }
  }

  /** Once-told fields that were lost on the way. */
  #writeDebts(packet: PacketWriter, sent: Sent): void {
    if (this.#debts.size === 0) return
    const { ledger } = this.#source
    for (const { chunk } of this.#progress) {
      for (let slot = chunk * SLOTS_MAX; slot < (chunk + 1) * SLOTS_MAX; slot++) {
        const index = ledger.slots[slot]
        if (index >= 0 && this.#debts.has(ledger.entityId[index])) {
          const bytes = this.#source.staticsOf(index)
          if (bytes && packet.room < staticsBytes(ledger.entityId[index], bytes.length)) return
          this.#writeStaticsOf(packet, index, sent)
        }
      }
    }
    this.#debts.clear()
  }

  #writeAdvances(packet: PacketWriter, sent: Sent, allowanceAtStart: number): void {
    const { chunkChanged } = this.#source.ledger
    const { tick } = this.#changes
    let allowance = allowanceAtStart
    const order = this.#hasWaiting ? byPriority(this.#progress) : this.#progress
    this.#hasWaiting = false
    let isSpent = false
    for (let i = 0; i < order.length; i++) {
      const progress = order[i]
      if (chunkChanged[progress.chunk] <= progress.told) continue
      const advance = this.#changes.since(progress.chunk, progress.told, progress.sure)
      if (advance === undefined) continue
      const length = advance.end - advance.start
      const before = packet.length
      // Statics may go ahead of the arrival that needs them, so that a chunk of many names comes piece by piece.
      let isReady = !isSpent
      for (let a = 0; isReady && a < advance.arrivals.length; a++) {
        const cost = this.#staticsCost(advance.arrivals[a])
        isReady = cost <= Math.min(allowance - (packet.length - before), packet.room)
        if (isReady) this.#writeStaticsOf(packet, advance.arrivals[a], sent)
      }
      const left = allowance - (packet.length - before)
      if (!isReady || length + HEAD_BYTES_MAX > Math.min(left, packet.room)) {
        if (length + HEAD_BYTES_MAX > left) isSpent = true
        allowance = left
        progress.waited++
        this.#hasWaiting = true
        continue
      }
      const isUnsure =
        this.#options.isLossy && !advance.isWhole && progress.structureTold > progress.structureSure
      writeAdvanceHead(
        packet,
        {
          key: progress.key,
          order: progress.order,
          lag: isUnsure ? tick - progress.structureTold : 0,
          length,
        },
        this.#anchor,
      )
      packet.copy(advance.bytes, advance.start, advance.end)
      allowance -= packet.length - before
      if (this.#options.isLossy)
        sent.advances.push({
          progress,
          from: advance.isWhole ? NEVER : progress.told,
          isStructural: advance.isStructural,
        })
      else progress.sure = tick
      progress.told = tick
      progress.wasSent = true
      if (advance.isStructural) progress.structureTold = tick
      progress.waited = 0
    }
  }

  #staticsCost(index: number): number {
    const id = this.#source.ledger.entityId[index]
    if (this.#knows(id)) return 0
    const bytes = this.#source.staticsOf(index)
    return bytes === undefined ? 0 : staticsBytes(id, bytes.length)
  }

  #knows(id: EntityId): boolean {
    const told = this.#known.get(id)
    return told !== undefined && this.#changes.tick - told <= STATICS_TICKS
  }

  #writeStaticsOf(packet: PacketWriter, index: number, sent: Sent): void {
    const { ledger } = this.#source
    const id = ledger.entityId[index]
    const bytes = this.#source.staticsOf(index)
    if (bytes === undefined) return
    if (!this.#knows(id)) {
      writeStatics(packet, { id, kind: ledger.entityKind[index] }, bytes)
      if (this.#options.isLossy) sent.statics.push(id)
    }
    if (this.#known.size >= KNOWN_MAX) this.#forget()
    this.#known.set(id, this.#changes.tick)
  }

  #forget(): void {
    for (const [id, told] of this.#known)
      if (this.#changes.tick - told > STATICS_TICKS) this.#known.delete(id)
    // Still too many within the time: the oldest are told again, should they come back.
    for (const id of this.#known.keys()) {
      if (this.#known.size < KNOWN_MAX) break
      this.#known.delete(id)
    }
  }
}

function newProgress(
  of: Pick<Progress, 'key' | 'chunk' | 'order' | 'distance' | 'born' | 'wasSent'>,
): Progress {
  return {
    ...of,
    told: NEVER,
    sure: NEVER,
    structureTold: NEVER,
    structureSure: NEVER,
    waited: 0,
  }
}

/** What has waited longest goes first, the near before the far. */
function byPriority(progress: readonly Progress[]): Progress[] {
  const weight = (each: Progress): number => (each.waited + 1) / (1 + each.distance / 16)
  return [...progress].sort((a, b) => weight(b) - weight(a))
}
