import { NEVER } from '../../core/index.ts'
import type { EntityId } from '../../world/index.ts'
import type { Advance, Changes, CircleQuestion } from '../encoding/changes.ts'
import { Circle } from '../encoding/circle.ts'
import {
  FURTHER_MAX,
  ITEM,
  ITEM_HEAD_BYTES_MAX,
  UNFOLLOW_BYTES_MAX,
  writeAdvanceHead,
  writeBases,
  writeUnfollow,
} from '../encoding/item.ts'
import { type Ledger, SLOTS_MAX } from '../ledger/ledger.ts'
import type { Sent } from './flight.ts'
import type { Following } from './following.ts'
import type { Introductions } from './introductions.ts'
import type { PacketDraft } from './packet-draft.ts'
import {
  ACKED_UNTIL,
  BASE,
  BASE_BEFORE,
  BORN,
  CHUNK,
  DISTANCE,
  EVERY,
  HEAD,
  HELD,
  HOT,
  LONG,
  ONCE,
  ORDER,
  type Progress,
  ROUND,
  SENT,
  SENT_BEFORE,
  SENT_UNTIL,
  SERIAL,
  STRUCTURE_ACKED,
  STRUCTURE_BEFORE,
  STRUCTURE_SENT,
  WAITED,
} from './progress.ts'
import type { Slab } from './slab.ts'

/** The distance in metres at which a topic's news weigh half as much as those of the viewer's own cell. */
const HALF_WEIGHT = 16

/**
 * Tells of single chunks: new ones, waiting ones, far ones, and all of them on links that lose packets. The view
 * itself tells of those that are up to date as usual. One teller serves all views of a source in turn.
 */
export class Teller {
  /** Whether what waits goes by weight; else in the order of the ledger's chunks. */
  isRanked = true
  // Of the viewer at hand; one who begins a packet says all five.
  /** The tick up to which every row that is not behind has been told. */
  sentUntil: number = NEVER
  /** The tick up to which each of these rows had been told before that; NEVER where that is not so. */
  sentBefore: number = NEVER
  /** The tick before which nothing is predicted from: the viewer may have had nothing then. */
  floor: number = NEVER
  /** Whether what the last packet told is told once more, on a link that loses many. */
  isRepeating = false
  /** The same of what is then told whole. */
  isRepeatingWhole = false
  /** Whether anything waits for room. */
  hasWaiting = false
  /** Whether a chunk told of may hold entities to introduce. */
  hasArrivals = false
  /** Whether a row has caught up since this packet was begun. */
  hasCaughtUp = false
  readonly #changes: Changes
  readonly #ledger: Ledger
  readonly #slab: Slab
  #following!: Following
  #introductions!: Introductions
  /** The tick of the structure on which the present advance builds. */
  #structure: number = NEVER
  #start = 0
  #count = 0
  /** The viewer's circle, and whether everybody's place in it is looked at. */
  readonly #circle: Circle
  #isLooking = false
  #isRoundView = false
  #advance: Advance | undefined
  readonly #asked: CircleQuestion = { sentUntil: 0, ackedUntil: 0, held: 0, isLooking: false, isSure: false }
  readonly #order: number[] = []
  readonly #weights: number[] = []

  constructor(changes: Changes, slab: Slab) {
    this.#changes = changes
    this.#ledger = changes.ledger
    this.#slab = slab
    this.#circle = new Circle(changes.ledger)
  }

  /** Begins a packet for one viewer, whose fields are then set. */
  begin(following: Following, introductions: Introductions): this {
    this.#following = following
    this.#introductions = introductions
    this.hasCaughtUp = false
    this.hasWaiting = false
    this.hasArrivals = false
    this.#isRoundView = false
    return this
  }

  /**
   * Says where the viewer's rows lie in the slab, so that the commonest question needs nothing else of the viewer.
   */
  rowsAt(start: number, count: number): void {
    this.#start = start
    this.#count = count
  }

  /** Puts the circle around the viewer, in metres. @param isLooking  whether everybody's place in it is looked at */
  look(place: { readonly x: number; readonly y: number; readonly rim: number }, isLooking: boolean): void {
    this.#circle.at(place.x, place.y, this.#following.radius, place.rim)
    this.#isLooking = isLooking
    this.#isRoundView = true
  }

  /**
   * Returns the slots of a chunk that a viewer holds who reads the ledger itself; `look` was called before.
   *
   * @param held  the slots that it held at `since`
   */
  heldIn(chunk: number, since: number, held: number): number {
    return this.#changes.heldWithin(chunk, since, this.#circle, held, this.#isLooking)
  }

  /** Returns a circle around a place, in metres, good until the next call. */
  circleAround(x: number, y: number): Circle {
    return this.#circle.at(x, y, 0, 0)
  }

  /** Tells of every chunk that has news, by weight, because some have been waiting. */
  tellInTurn(letter: PacketDraft, own: EntityId): void {
    const { count } = this.#progress
    const order = this.#order
    const weights = this.#weights
    order.length = count
    for (let row = 0; row < count; row++) {
      order[row] = row
      weights[row] = this.isRanked ? this.#weight(row, own) : -this.#progress.chunk(row)
    }
    order.sort((a, b) => weights[b] - weights[a] || a - b)
    for (let i = 0; i < count; i++) this.tell(letter, order[i])
  }

  /** Tells of one chunk, if it has news and there is room. */
  tell(letter: PacketDraft, row: number): void {
    const progress = this.#progress
    const { tick } = this.#changes
    const { sent } = letter
    const chunk = progress.chunk(row)
    const sentUntil = this.#sentUntilOf(row)
    const isRound = progress.isRound(row)
    const hasNews = this.#ledger.chunkChanged[chunk] > sentUntil || (isRound && this.#isLooking)
    if (this.#changes.isPredicting) this.#stand(sent, row, sentUntil)
    if (sent !== undefined && this.#repeat(letter, sent, { row, sentUntil })) return
    if (!hasNews) {
      if (sent === undefined) this.#catchUp(row)
      return
    }
    const every = progress.get(EVERY, row)
    // All who are told of a chunk seldom are told at the same ticks, and share what is told.
    const isDue =
      every === 1 ||
      sentUntil === NEVER ||
      (isRound && this.#isLooking) ||
      turnOf(tick + chunk, every) > turnOf(sentUntil + chunk, every)
    if (!isDue || this.#isReborn(row)) {
      progress.fallBehind(row, sentUntil)
      return
    }
    const ackedUntil = sent === undefined ? sentUntil : progress.get(ACKED_UNTIL, row)
    if (isRound && !this.#hasNewsWithin(letter, row, sentUntil, ackedUntil)) return
    const advance = letter.isSpent
      ? undefined
      : isRound
        ? this.#advance
        : this.#changes.since(chunk, sentUntil, ackedUntil)
    if (advance === undefined || !this.hasRoom(letter, advance)) {
      this.wait(row, sentUntil)
      return
    }
    this.#structure = progress.get(STRUCTURE_SENT, row)
    this.write(letter, row, advance)
    if (isRound) progress.set(SENT, row, 1)
    if (isRound && advance.isStructural) progress.setHeld(row, advance.held)
    if (sent === undefined) {
      if (isRound && advance.isStructural) progress.set(STRUCTURE_SENT, row, tick)
      this.#catchUp(row)
    } else this.#noteSent(sent, advance, { row, sentUntil, from: sentUntil, isAgain: false })
  }

  /**
   * Tells of a row of the circle that is not behind, on a link that loses nothing: the way of almost all news. It
   * touches only what lies in the slab.
   */
  tellNear(letter: PacketDraft, at: number): void {
    const { data, beside } = this.#slab
    const chunk = data[at + CHUNK]
    const head = data[at + HEAD]
    const sentUntil = this.sentUntil
    const isPlain = beside[at + ROUND] === 1 && head >= 0 && !this.#following.hasLeaving
    if (!isPlain || sentUntil < this.#ledger.departures.forgotten[chunk] || sentUntil === NEVER) {
      this.tell(letter, (at - this.#start) / HOT)
      return
    }
    const asked = this.#asked
    asked.sentUntil = sentUntil
    asked.ackedUntil = sentUntil
    asked.held = beside[at + HELD]
    asked.isLooking = this.#isLooking
    const row = (at - this.#start) / HOT
    if (this.#changes.isPredicting) this.#stand(undefined, row, sentUntil)
    const advance = this.#changes.within(chunk, this.#circle, asked)
    if (advance === undefined) return
    if (letter.isSpent || !this.hasRoom(letter, advance)) {
      this.wait(row, sentUntil)
      return
    }
    letter.row = row
    if (advance.base !== NEVER) this.sayBases(letter, advance)
    letter.packet.byte(head)
    letter.packet.copyWords(advance.memory, advance.start, advance.end - advance.start)
    if (!advance.isStructural) return
    beside[at + HELD] = advance.held
    if (this.#changes.isPredicting) this.#progress.set(STRUCTURE_SENT, row, this.#changes.tick)
    this.#progress.set(SENT, row, 1)
  }

  /**
   * Tells of a chunk what others have been told already: almost all news of views that hold whole chunks.
   *
   * @param head  how an advance of its row begins, as the slab has it
   * @returns     whether it was told; else it has to be found out
   */
  tellPlain(letter: PacketDraft, row: number, head: number, chunk: number): boolean {
    const byte = head >= 0 ? head : furtherByte(head, row, letter.row)
    if (byte < 0 || letter.isSpent) return false
    const length = this.#changes.findPlain(chunk, this.sentUntil)
    if (length < 0 || !letter.fits(length + ITEM_HEAD_BYTES_MAX)) return false
    letter.row = row
    letter.packet.byte(byte)
    this.#changes.copyPlain(chunk, letter.packet)
    return true
  }

  /**
   * Finds what a row of the circle has to be told, for which `#advance` is then the answer.
   *
   * @returns whether there is anything
   */
  #hasNewsWithin({ sent }: PacketDraft, row: number, sentUntil: number, ackedUntil: number): boolean {
    const progress = this.#progress
    const chunk = progress.chunk(row)
    const asked = this.#asked
    asked.sentUntil = sentUntil
    asked.ackedUntil = ackedUntil
    asked.held = progress.held(row)
    asked.isLooking = this.#isLooking
    asked.isSure = progress.get(SENT, row) === 1
    this.#advance = this.#changes.within(chunk, this.#circle, asked)
    if (this.#advance !== undefined) return true
    if (sentUntil === NEVER) progress.setHeld(row, 0)
    if (sent === undefined) this.#catchUp(row, false)
    else if (sentUntil === ackedUntil && sentUntil > NEVER) {
      // What is nothing need not be acknowledged.
      progress.set(SENT_UNTIL, row, this.#changes.tick)
      progress.set(ACKED_UNTIL, row, this.#changes.tick)
    }
    return false
  }

  /**
   * Tells of one chunk both what the last packet told and what is new, if there is room for both: so one lost
   * packet delays nothing.
   *
   * @returns whether it did
   */
  #repeat(letter: PacketDraft, sent: Sent, { row, sentUntil }: { row: number; sentUntil: number }): boolean {
    const progress = this.#progress
    const from = progress.get(SENT_BEFORE, row)
    if (from === ONCE || !this.isRepeating || letter.isSpent || this.#isReborn(row)) return false
    progress.set(SENT_BEFORE, row, ONCE)
    const ackedUntil = progress.get(ACKED_UNTIL, row)
    const chunk = progress.chunk(row)
    const advance = !progress.isRound(row)
      ? this.#changes.since(chunk, from, ackedUntil)
      : from === NEVER
        ? this.#wholeAgain(row, sentUntil)
        : this.#changes.within(chunk, this.#circle, {
            ...{ sentUntil: from, ackedUntil, held: progress.held(row) },
            ...{ isLooking: this.#isLooking, isSure: true },
          })
    if (advance === undefined || progress.get(EVERY, row) > 1 || !this.hasRoom(letter, advance)) return false
    this.#structure = progress.get(STRUCTURE_BEFORE, row)
    this.write(letter, row, advance)
    const isAgain = progress.isRound(row) && from === NEVER
    this.#noteSent(sent, advance, { row, sentUntil, from, isAgain })
    if (progress.isRound(row) && advance.isStructural) progress.setHeld(row, advance.held)
    return true
  }

  /** Returns all that the viewer of a circle holds of a row, for one who may have missed who came and went. */
  #wholeAgain(row: number, sentUntil: number): Advance | undefined {
    const chunk = this.#progress.chunk(row)
    const held = this.#progress.held(row)
    if (!this.isRepeatingWhole) return undefined
    if (sentUntil === NEVER || sentUntil < this.#ledger.departures.forgotten[chunk]) return undefined
    return this.#changes.wholeWithin(chunk, sentUntil, this.#circle, { held, isLooking: this.#isLooking })
  }

  /** Says on which states of the past a row's news may stand: those that the viewer surely has [T45]. */
  #stand(sent: Sent | undefined, row: number, sentUntil: number): void {
    const progress = this.#progress
    let base = sentUntil
    let before = progress.isBehind(row) ? NEVER : this.sentBefore
    if (sent !== undefined) {
      base = progress.get(BASE, row)
      before = progress.get(BASE_BEFORE, row)
    }
    // Whom of a circle the viewer held before that is not known.
    const least = progress.isRound(row) ? progress.get(STRUCTURE_SENT, row) : NEVER
    this.#standOn(base, before, Math.max(least, this.floor))
  }

  /** The same of what is told to a viewer who has been told of all until now. */
  standAsTold(): void {
    this.#standOn(this.sentUntil, this.sentBefore, this.floor)
  }

  #standOn(base: number, before: number, least: number): void {
    this.#changes.standOn(base < least ? NEVER : base, before < least ? NEVER : before)
  }

  /** Says on which states of the past an advance stands, where that is not what was said before it. */
  sayBases({ packet, span }: PacketDraft, { base, before }: Advance): void {
    const age = this.#changes.tick - base
    const gap = before === NEVER ? 0 : base - before
    if (age === span.age && gap === span.gap) return
    span.age = age
    span.gap = gap
    writeBases(packet, span)
  }

  /** Writes an advance for which there is room. */
  write(letter: PacketDraft, row: number, advance: Advance): void {
    if (advance.base !== NEVER) this.sayBases(letter, advance)
    const head = this.#progress.head(row)
    if (head >= 0 && !this.#isUnsure(letter, row, advance)) letter.packet.byte(head)
    else this.#writeLongHead(letter, row, advance)
    letter.row = row
    letter.packet.copyWords(advance.memory, advance.start, advance.end - advance.start)
  }

  /**
   * Returns whether there is room for an advance after the introductions of its arrivals. Introductions go ahead as
   * far as they fit, so that a chunk of many names comes piece by piece.
   */
  hasRoom(letter: PacketDraft, advance: Advance): boolean {
    const { arrivals } = advance
    for (let i = 0; i < arrivals.length; i++) {
      if (!this.#isRoundView && this.#knew(arrivals[i])) continue
      this.hasArrivals = true
      if (!this.#introductions.introduce(letter, arrivals[i])) return false
    }
    return letter.fits(advance.end - advance.start + ITEM_HEAD_BYTES_MAX)
  }

  /** Notes that the row's news wait for room. */
  wait(row: number, sentUntil: number): void {
    const progress = this.#progress
    progress.fallBehind(row, sentUntil)
    progress.set(WAITED, row, progress.get(WAITED, row) + 1)
    this.hasWaiting = true
  }

  /**
   * Tells which topics are no longer followed; last, so that entities which moved to another topic have arrived
   * there before.
   */
  writeUnfollows(letter: PacketDraft): void {
    const { leaving, anchor } = this.#following
    for (const [key, { isGone }] of leaving) {
      if (!letter.fits(UNFOLLOW_BYTES_MAX)) return
      writeUnfollow(letter.packet, key, isGone, anchor)
      if (letter.sent) letter.sent.unfollowed.push(key)
      else leaving.delete(key)
    }
    this.#following.hasLeaving = leaving.size > 0
  }

  get #progress(): Progress {
    return this.#following.progress
  }

  /** Notes that the row is as far as the view as a whole once this packet is written. */
  #catchUp(row: number, isTold = true): void {
    const progress = this.#progress
    if (!progress.isBehind(row)) return
    // What is told of seldom goes on saying for itself how far it is.
    if (progress.get(EVERY, row) > 1) progress.set(SENT_UNTIL, row, this.#changes.tick)
    else {
      this.hasCaughtUp = true
      progress.setBehind(row, false)
    }
    if (isTold) progress.set(SENT, row, 1)
    progress.set(WAITED, row, 0)
  }

  /**
   * @param told  `sentUntil`: the tick up to which the viewer had been told before; `from`: the tick from which it was
   *   told now; `isAgain`: whether a row of the circle was told whole once more
   */
  #noteSent(
    sent: Sent,
    advance: Advance,
    told: { row: number; sentUntil: number; from: number; isAgain: boolean },
  ): void {
    const { row, sentUntil, from, isAgain } = told
    const progress = this.#progress
    const chunk = progress.chunk(row)
    const to = this.#ledger.chunkChanged[chunk]
    sent.note(progress.get(SERIAL, row), advance.isWhole ? NEVER : from, to, advance.isStructural)
    const isRound = progress.isRound(row)
    if (isRound && advance.isStructural) {
      // Whom the viewer held before is not remembered: told once more, it is told whole.
      progress.set(SENT_BEFORE, row, isAgain && to <= sentUntil ? ONCE : NEVER)
      if (!isAgain || to > sentUntil || advance.held !== progress.held(row))
        progress.set(STRUCTURE_SENT, row, sent.tick)
    } else if (to > sentUntil) {
      progress.set(SENT_BEFORE, row, sentUntil)
      progress.set(STRUCTURE_BEFORE, row, progress.get(STRUCTURE_SENT, row))
    }
    progress.set(SENT_UNTIL, row, to)
    progress.set(SENT, row, 1)
    progress.set(WAITED, row, 0)
    if (
      !isRound &&
      advance.isStructural &&
      (advance.isWhole || this.#hasMovedSince(chunk, sentUntil, advance))
    )
      progress.set(STRUCTURE_SENT, row, sent.tick)
  }

  /** Returns whether anybody came or went after `sentUntil`, beyond what was told before. */
  #hasMovedSince(chunk: number, sentUntil: number, { arrivals }: Advance): boolean {
    const { departures, entityArrived } = this.#ledger
    if (departures.countSince(chunk, sentUntil) > 0) return true
    for (let i = 0; i < arrivals.length; i++) if (entityArrived[arrivals[i]] > sentUntil) return true
    return false
  }

  #sentUntilOf(row: number): number {
    return this.#progress.isBehind(row) ? this.#progress.get(SENT_UNTIL, row) : this.sentUntil
  }

  /** Returns whether another topic of this name was followed before: the viewer has to hear of its end first. */
  #isReborn(row: number): boolean {
    return this.#following.hasLeaving && this.#following.leaving.has(this.#progress.key(row))
  }

  /** Returns whether an advance builds on a structure that was told in a packet that may be lost. */
  #isUnsure({ sent }: PacketDraft, row: number, advance: Advance): boolean {
    if (sent === undefined || advance.isWhole) return false
    return this.#structure > this.#progress.get(STRUCTURE_ACKED, row)
  }

  /**
   * Returns whether an entity came, in this very tick, out of a chunk that the viewer was told of in the last one.
   */
  #knew(index: number): boolean {
    const { tick } = this.#changes
    const from = this.#ledger.entityFrom[index]
    return (
      from >= 0 &&
      this.sentUntil === tick - 1 &&
      !this.hasCaughtUp &&
      this.#ledger.entityArrived[index] === tick &&
      this.#isCurrent(from)
    )
  }

  /** Returns whether a chunk has a row that is not behind the view as a whole. */
  #isCurrent(chunk: number): boolean {
    const { data } = this.#slab
    const end = this.#start + this.#count * HOT
    for (let at = this.#start; at < end; at += HOT) if (data[at + CHUNK] === chunk) return true
    return false
  }

  /** Begins an advance in a form longer than one byte. */
  #writeLongHead(letter: PacketDraft, row: number, advance: Advance): void {
    const { packet } = letter
    const progress = this.#progress
    const order = progress.get(ORDER, row)
    const isUnsure = this.#isUnsure(letter, row, advance)
    if (!isUnsure && letter.row >= 0 && progress.get(BORN, letter.row) === progress.get(BORN, row)) {
      const further = order - progress.get(ORDER, letter.row)
      if (further >= 1 && further <= FURTHER_MAX) packet.byte(ITEM.further + further - 1)
      else {
        packet.byte(ITEM.again)
        packet.varint(order)
      }
      return
    }
    const lag = isUnsure ? this.#changes.tick - this.#structure : 0
    const topic = { key: progress.key(row), anchor: this.#following.anchor }
    writeAdvanceHead(packet, topic, { order, lag, length: advance.end - advance.start })
  }

  /** Weighs a row: the longest waiting first, the near before the far, and the own character before all. */
  #weight(row: number, own: EntityId): number {
    const progress = this.#progress
    if (own > 0 && this.#holds(progress.chunk(row), own)) return Number.POSITIVE_INFINITY
    return (progress.get(WAITED, row) + 1) / (1 + progress.get(DISTANCE, row) / HALF_WEIGHT)
  }

  #holds(chunk: number, id: EntityId): boolean {
    const { slots, entityId } = this.#ledger
    for (let slot = chunk * SLOTS_MAX; slot < (chunk + 1) * SLOTS_MAX; slot++)
      if (slots[slot] >= 0 && entityId[slots[slot]] === id) return true
    return false
  }
}

/**
 * Returns the byte that begins an advance of a chunk of the topic told of just before; -1 where that is another. The
 * rows of a topic follow each other.
 */
function furtherByte(head: number, row: number, rowBefore: number): number {
  const first = row + 1 + head
  const further = row - rowBefore
  const isFurther = head < LONG && rowBefore >= first && further >= 1 && further <= FURTHER_MAX
  return isFurther ? ITEM.further + further - 1 : -1
}

/** Returns to which turn of so many ticks a tick belongs. */
function turnOf(tick: number, every: number): number {
  return Math.floor(tick / every)
}
