import { type Anchor, nearName } from '../encoding/item.ts'
import type { ResumeState } from '../encoding/resume-state.ts'
import type { DistrictRange } from '../ledger/districts.ts'
import { type Ledger, SLOTS_MAX } from '../ledger/ledger.ts'
import { cellKey, cellOf, REMOVED, type TopicKey, topicName } from '../ledger/topic.ts'
import { CellInterest } from './cell-interest.ts'
import type { DeskTables } from './desk-tables.ts'
import {
  ACKED_UNTIL,
  BORN,
  DISTANCE,
  EVERY,
  ID,
  KIND,
  LONG,
  ORDER,
  Progress,
  SENT,
  SERIAL,
} from './progress.ts'
import { SEATS } from './reach.ts'
import type { FollowingOptions } from './view-options.ts'

/** The smallest part of its radius that a crowd leaves to a view. */
const CROWD_LEAST = 0.25
/** A `born` that no topic has. */
const NO_TOPIC = -1

/** A topic that is no longer followed, of which the viewer has yet to hear so. */
export interface Leaving {
  /** Whether its subject has been removed from the world. */
  readonly isGone: boolean
  readonly born: number
  /** The first packet that may say so. */
  readonly since: number
}

/**
 * Which topics one viewer follows, and how far along it is with each of their chunks: the cells around its place,
 * and topics followed by name.
 *
 *     lookFrom, follow, unfollow  ->  settle()  ->  progress, leaving
 */
export class Following {
  /** One row for each chunk followed. */
  readonly progress: Progress
  /** Whether `leaving` may hold anything. */
  hasLeaving = false
  readonly leaving = new Map<TopicKey, Leaving>()
  readonly anchor: Anchor
  /** The topics followed by name. */
  readonly extras = new Set<TopicKey>()
  readonly #ledger: Ledger
  readonly #tables: DeskTables
  readonly #options: FollowingOptions
  readonly #interest: CellInterest
  /** The version of each of `extras` at the last look. */
  readonly #extraVersions = new Map<TopicKey, number>()
  /** Whether rows have to be made anew. */
  #isStale = true
  #cellExtras = 0
  #radius = 0
  #shrunk = 1
  #seenVersion = -1
  #serial = 0

  constructor(ledger: Ledger, tables: DeskTables, options: FollowingOptions) {
    this.#ledger = ledger
    this.#tables = tables
    this.#options = options
    this.progress = new Progress(tables.slab)
    this.#interest = new CellInterest(ledger, tables.reaches, options.hysteresis)
    const { columns, rows } = ledger.grid
    this.anchor = { column: 0, row: 0, columns, rows }
  }

  /** The radius in force, after a crowd has shrunk it, in metres. */
  get radius(): number {
    return this.#radius * this.#shrunk
  }

  /** The districts whose topics concern the viewer. */
  get districts(): DistrictRange {
    return this.#interest.districts
  }

  /** How many entities are in the chunks followed. */
  get entities(): number {
    let count = 0
    const { progress } = this
    for (let row = 0; row < progress.count; row++) count += this.countIn(row)
    return count
  }

  /** Returns whether nobody who is held moves. */
  isStill(tick: number): boolean {
    const { slots, entityKind, entityRow, tables, slotsPerChunk } = this.#ledger
    const { progress } = this
    const { stillness } = this.#tables
    for (let row = 0; row < progress.count; row++) {
      const chunk = progress.chunk(row)
      if (stillness.of(chunk, tick)) continue
      const first = chunk * SLOTS_MAX
      const held = progress.isRound(row) ? progress.held(row) : -1
      for (let slot = 0; slot < slotsPerChunk; slot++) {
        const index = slots[first + slot]
        if (index < 0 || ((held >>> slot) & 1) === 0) continue
        if (tables[entityKind[index]].isMoving(entityRow[index], tick)) return false
      }
    }
    return true
  }

  /** Returns how many entities of a row's chunk the viewer holds. */
  countIn(row: number): number {
    const { progress } = this
    return progress.isRound(row) ? bitsOf(progress.held(row)) : this.#ledger.chunkCount[progress.chunk(row)]
  }

  /** Puts the viewer at (x, y) with a `radius`, all in metres. @returns the seat it takes */
  lookFrom(x: number, y: number, radius: number): { readonly column: number; readonly row: number } {
    this.#radius = radius
    if (this.#interest.lookFrom(x, y, Math.ceil(this.radius))) this.#isStale = true
    return this.#interest.seat
  }

  follow(key: TopicKey): void {
    if (this.extras.has(key)) return
    this.extras.add(key)
    if (cellOf(key) !== undefined) this.#cellExtras++
    this.#isStale = true
  }

  /** Whether cells are followed wherever the viewer looks, as a gateway's feed does. */
  get hasCellExtras(): boolean {
    return this.#cellExtras > 0
  }

  /** @param end  whether its subject has been removed from the world, and the packet that may first say so */
  unfollow(key: TopicKey, end: { readonly isGone: boolean; readonly since: number }): void {
    if (!this.extras.delete(key)) return
    if (cellOf(key) !== undefined) this.#cellExtras--
    this.#extraVersions.delete(key)
    this.#isStale = true
    const { progress } = this
    for (let row = 0; row < progress.count; row++) {
      if (progress.key(row) !== key || progress.get(SENT, row) === 0) continue
      this.#leave(key, { ...end, born: progress.get(BORN, row) })
      progress.set(SENT, row, 0)
    }
  }

  /**
   * Takes up a viewer that comes back and holds topics already: their rows continue from there, and topics no
   * longer followed are left.
   *
   * @param since  the first packet that may say so
   */
  takeUp({ topics, isLossless }: ResumeState, since: number): void {
    const { progress } = this
    const held = new Map(topics.map(({ key, ticks }) => [key, ticks]))
    for (let row = 0; row < progress.count; row++) {
      const ticks = held.get(progress.key(row))
      if (ticks === undefined || !this.#isSameTopic(progress.chunk(row), ticks)) continue
      const tick = ticks[progress.get(ORDER, row)] ?? 0
      // Whom of a circle it holds is not said: that is told anew.
      const isRound = progress.isRound(row)
      if (isLossless && !isRound && tick > progress.get(ACKED_UNTIL, row)) progress.begin(row, tick)
      progress.set(SENT, row, 1)
    }
    for (let row = 0; row < progress.count; row++)
      if (progress.get(SENT, row) === 1) held.delete(progress.key(row))
    for (const key of held.keys())
      if (!this.leaving.has(key)) this.#leave(key, { isGone: this.#isGone(key), born: NO_TOPIC, since })
  }

  /** Returns whether a chunk's topic is the very one of that name that was heard of at these ticks. */
  #isSameTopic(chunk: number, ticks: readonly number[]): boolean {
    const first = this.#ledger.topic(this.#ledger.chunkTopic[chunk]).chunks[0]
    return ticks.some((tick) => tick >= this.#ledger.chunkOpened[first])
  }

  /** Returns whether the one entity of a topic is known to have been removed. */
  #isGone(key: TopicKey): boolean {
    const chunk = topicName(key).kind === 'entity' ? this.#ledger.topicByKey(key)?.chunks[0] : undefined
    if (chunk === undefined || this.#ledger.chunkCount[chunk] > 0) return false
    return this.#ledger.departures.destinationOf(chunk, 0) === REMOVED
  }

  /**
   * Brings the rows up to the viewer's place and the ledger's state.
   *
   * @param now  the packet that may first say what is no longer followed, and the tick up to which the current rows
   *   were told
   */
  settle(isCrowdDue: boolean, now: { readonly since: number; readonly sentUntil: number }): void {
    if (isCrowdDue) this.#shrink()
    const { version } = this.#ledger
    if (version !== this.#seenVersion) {
      this.#seenVersion = version
      if (this.#interest.hasNewTopics() || this.#areExtrasOther()) this.#isStale = true
    }
    if (!this.#isStale) return
    this.#isStale = false
    this.#rebuild(now)
  }

  #areExtrasOther(): boolean {
    for (const [key, version] of this.#extraVersions) if (this.#ledger.versionOf(key) !== version) return true
    return false
  }

  #leave(key: TopicKey, leaving: Leaving): void {
    this.leaving.set(key, leaving)
    this.hasLeaving = true
  }

  #rebuild({ since, sentUntil }: { readonly since: number; readonly sentUntil: number }): void {
    const tables = this.#tables
    const ledger = this.#ledger
    const old = tables.before
    old.copy(this.progress)
    this.progress.count = 0
    tables.reserve(ledger.chunkChanged.length)
    const { rowOf } = tables
    for (let row = 0; row < old.count; row++) rowOf[old.chunk(row)] = row + 1
    this.anchor.column = Math.max(0, Math.floor(this.#interest.seat.column / SEATS))
    this.anchor.row = Math.max(0, Math.floor(this.#interest.seat.row / SEATS))
    for (const key of this.extras) {
      const topic = ledger.topicByKey(key)
      this.#extraVersions.set(key, topic?.version ?? 0)
      if (topic) this.#take({ key, first: topic.chunks[0], distance: 0 }, sentUntil)
    }
    const { cells, distances, count } = this.#interest
    for (let i = 0; i < count; i++) {
      const chunk = ledger.cellChunk[cells[i]]
      if (chunk < 0) continue
      const key = cellKey(cells[i])
      if (this.#cellExtras > 0 && this.extras.has(key)) continue
      this.#take({ key, first: chunk, distance: distances[i] }, sentUntil)
    }
    for (let row = 0; row < old.count; row++) {
      const chunk = old.chunk(row)
      if (rowOf[chunk] === 0) continue
      rowOf[chunk] = 0
      if (old.get(SENT, row) === 1)
        this.#leave(old.key(row), { isGone: false, born: old.get(BORN, row), since })
    }
  }

  /** Appends rows for a topic's chunks, from its first on, each as far along as it was before. */
  #take(topic: { key: TopicKey; first: number; distance: number }, sentUntil: number): void {
    const { key, first, distance } = topic
    const { rowOf, before: old } = this.#tables
    const { chunkNext, chunkBorn } = this.#ledger
    const { progress } = this
    const born = chunkBorn[first]
    // Followed again before the viewer is known to have heard that it was left: it may still follow it. If that was
    // another topic of this name, it has to hear of its end first.
    const isBack = this.hasLeaving && this.leaving.get(key)?.born === born
    if (isBack) this.leaving.delete(key)
    const cell = cellOf(key)
    const name = cell === undefined ? LONG : nearName(cell, this.anchor)
    const isRound =
      cell !== undefined && this.#options.rim < Number.POSITIVE_INFINITY && !this.extras.has(key)
    const isFar = cell !== undefined && distance > this.#options.farBeyond
    for (let order = 0, chunk = first; chunk >= 0; order++, chunk = chunkNext[chunk]) {
      const before = rowOf[chunk] - 1
      let row: number
      if (before >= 0 && old.get(BORN, before) === born) {
        rowOf[chunk] = 0
        row = progress.take(old, before)
      } else {
        row = progress.add(chunk)
        progress.set(KIND, row, key % 4)
        progress.set(ID, row, Math.floor(key / 4))
        progress.set(BORN, row, born)
        progress.set(ORDER, row, order)
        progress.set(SERIAL, row, ++this.#serial)
      }
      if (isBack) progress.set(SENT, row, 1)
      if (isRound) progress.setRound(row, true)
      else if (progress.isRound(row)) progress.forgetCircle(row)
      progress.setHead(row, name < 0 ? LONG : order === 0 ? name : -1 - order)
      progress.set(DISTANCE, row, distance)
      progress.set(EVERY, row, isFar ? this.#options.farTicks : 1)
      if (isFar && !progress.isBehind(row)) progress.fallBehind(row, sentUntil)
    }
  }

  #shrink(): void {
    const { entitiesMax } = this.#options
    const { entities } = this
    if (entities > entitiesMax) this.#shrunk = Math.max(CROWD_LEAST, this.#shrunk * 0.9)
    else if (this.#shrunk < 1 && entities < entitiesMax * 0.7) this.#shrunk = Math.min(1, this.#shrunk / 0.9)
    else return
    if (this.#interest.lookAsFarAs(Math.ceil(this.radius))) this.#isStale = true
  }
}

/** Returns how many bits are set. */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
