import type { Desk } from './desk.ts'
import { Interest } from './interest.ts'
import { type Anchor, nearName } from './item.ts'
import type { Ledger, Topic } from './ledger.ts'
import { BORN, CHUNK, DISTANCE, EVERY, ID, KIND, NAME, ORDER, Progress, SENT, SERIAL } from './progress.ts'
import { cellKey, type TopicKey } from './topic.ts'

/** Ticks between two looks at how crowded it is. */
const CROWD_TICKS = 16
/** Smallest part of its radius that a crowd leaves to a view. */
const CROWD_LEAST = 0.25

export interface FollowingOptions {
  /** Metres that a viewer leaves its seat by before its cells are chosen anew. */
  readonly hysteresis: number
  /** Entities in view beyond which the radius shrinks. */
  readonly entitiesMax: number
  /** Metres beyond which a cell is told of only every `farTicks` ticks. */
  readonly farBeyond: number
  readonly farTicks: number
}

/** A topic that is no longer followed, of which the viewer has yet to hear so. */
export interface Leaving {
  /** Whether what it was about has been removed from the world. */
  readonly isGone: boolean
  readonly born: number
  /** The first packet that may tell so. */
  readonly since: number
}

/**
 * Which topics one viewer follows, and how far along it is with each of their chunks: the cells around its place, and
 * topics it was told to follow.
 *
 *     lookAt, follow, unfollow  ->  settle()  ->  progress, leaving
 */
export class Following {
  /** One row for each chunk followed. Another object after each `settle` that changed anything. */
  progress = new Progress()
  /** The number of the next packet. */
  packet = 1
  readonly leaving = new Map<TopicKey, Leaving>()
  readonly anchor: Anchor
  readonly #ledger: Ledger
  readonly #desk: Desk
  readonly #options: FollowingOptions
  readonly #interest: Interest
  /** The topics followed by name. */
  readonly extras = new Set<TopicKey>()
  /** The version each of them had when it was last looked at. */
  readonly #extraVersions = new Map<TopicKey, number>()
  #x = 0
  #y = 0
  #radius = 0
  #shrunk = 1
  #hasPlace = false
  #hasOtherExtras = false
  #seenVersion = -1
  #serial = 0
  readonly #phase: number

  constructor(ledger: Ledger, desk: Desk, options: FollowingOptions) {
    this.#ledger = ledger
    this.#desk = desk
    this.#options = options
    this.#phase = desk.views++
    this.#interest = new Interest(ledger, desk.reaches, options.hysteresis)
    const { columns, rows } = ledger.grid
    this.anchor = { column: 0, row: 0, columns, rows }
  }

  /** Metres: the radius in force, after a crowd has shrunk it. */
  get radius(): number {
    return this.#radius * this.#shrunk
  }

  /** Entities in the chunks followed. */
  get entities(): number {
    let count = 0
    for (let row = 0; row < this.progress.count; row++)
      count += this.#ledger.chunkCount[this.progress.get(CHUNK, row)]
    return count
  }

  lookAt(x: number, y: number, radius: number): void {
    this.#x = x
    this.#y = y
    this.#radius = radius
    this.#hasPlace = true
  }

  follow(key: TopicKey): void {
    if (this.extras.has(key)) return
    this.extras.add(key)
    this.#hasOtherExtras = true
  }

  unfollow(key: TopicKey, isGone: boolean): void {
    if (!this.extras.delete(key)) return
    this.#extraVersions.delete(key)
    this.#hasOtherExtras = true
    const { progress } = this
    for (let row = 0; row < progress.count; row++) {
      if (progress.key(row) !== key || progress.get(SENT, row) === 0) continue
      this.leaving.set(key, { isGone, born: progress.get(BORN, row), since: this.packet })
      progress.set(SENT, row, 0)
    }
  }

  /** Brings the rows up to where the viewer stands and to what the ledger has. It costs little when nothing changed. */
  settle(tick: number): void {
    if ((tick + this.#phase) % CROWD_TICKS === 0) this.#shrink()
    const hasMoved = this.#hasPlace && this.#interest.lookFrom(this.#x, this.#y, this.radius)
    const { version } = this.#ledger
    if (!hasMoved && !this.#hasOtherExtras) {
      if (version === this.#seenVersion) return
      this.#seenVersion = version
      const areCellsOther = this.#interest.hasNewTopics()
      if (!this.#areExtrasOther() && !areCellsOther) return
    }
    this.#seenVersion = version
    this.#hasOtherExtras = false
    this.#rebuild()
  }

  #areExtrasOther(): boolean {
    for (const [key, version] of this.#extraVersions) if (this.#ledger.versionOf(key) !== version) return true
    return false
  }

  #rebuild(): void {
    const desk = this.#desk
    const ledger = this.#ledger
    const old = this.progress
    const next = desk.spare
    next.count = 0
    desk.reserve(ledger.chunkChanged.length)
    const { rowOf } = desk
    for (let row = 0; row < old.count; row++) rowOf[old.get(CHUNK, row)] = row + 1
    this.anchor.column = this.#interest.column
    this.anchor.row = this.#interest.row
    for (const key of this.extras) {
      const topic = ledger.topicByKey(key)
      this.#extraVersions.set(key, topic?.version ?? 0)
      if (topic) this.#take(topic, old, next, 0)
    }
    const { cells, distances, count } = this.#interest
    for (let i = 0; i < count; i++) {
      const key = cellKey(cells[i])
      if (ledger.cellVersion[cells[i]] === 0 || this.extras.has(key)) continue
      this.#take(ledger.topicByKey(key) as Topic, old, next, distances[i])
    }
    this.progress = next
    desk.spare = old
    for (let row = 0; row < old.count; row++) {
      const chunk = old.get(CHUNK, row)
      if (rowOf[chunk] === 0) continue
      rowOf[chunk] = 0
      if (old.get(SENT, row) === 1)
        this.leaving.set(old.key(row), { isGone: false, born: old.get(BORN, row), since: this.packet })
    }
  }

  /** Appends rows for a topic's chunks, each as far along as it was before. */
  #take(topic: Topic, old: Progress, next: Progress, distance: number): void {
    const { rowOf } = this.#desk
    const { key, chunks, born } = topic
    // Followed again before the viewer is known to have heard that it was left: it may still follow it. If that was
    // another topic of this name, it has to hear of its end first.
    const isBack = this.leaving.get(key)?.born === born
    if (isBack) this.leaving.delete(key)
    const isCell = topic.name.kind === 'cell'
    const name = isCell ? nearName(topic.name.id, this.anchor) : -1
    const isFar = isCell && distance > this.#options.farBeyond
    for (let order = 0; order < chunks.length; order++) {
      const chunk = chunks[order]
      const before = rowOf[chunk] - 1
      let row: number
      if (before >= 0 && old.get(BORN, before) === born) {
        rowOf[chunk] = 0
        row = next.take(old, before)
      } else {
        row = next.add()
        next.set(CHUNK, row, chunk)
        next.set(KIND, row, key % 4)
        next.set(ID, row, topic.name.id)
        next.set(BORN, row, born)
        next.set(ORDER, row, order)
        next.set(SERIAL, row, ++this.#serial)
      }
      if (isBack) next.set(SENT, row, 1)
      next.set(NAME, row, name)
      next.set(DISTANCE, row, distance)
      next.set(EVERY, row, isFar ? this.#options.farTicks : 1)
    }
  }

  #shrink(): void {
    const { entitiesMax } = this.#options
    const { entities } = this
    if (entities > entitiesMax) this.#shrunk = Math.max(CROWD_LEAST, this.#shrunk * 0.9)
    else if (entities < entitiesMax * 0.7) this.#shrunk = Math.min(1, this.#shrunk / 0.9)
  }
}
