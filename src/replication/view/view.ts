import { NEVER } from '../../core/index.ts'
import type { EntityId } from '../../world/index.ts'
import type { Advance, Changes } from '../encoding/changes.ts'
import { ANCHOR_BYTES_MAX, writeAnchor } from '../encoding/item.ts'
import type { PacketWriter } from '../encoding/packet.ts'
import type { ResumeState } from '../encoding/resume-state.ts'
import { type DistrictRange, Districts } from '../ledger/districts.ts'
import type { Source } from '../ledger/source.ts'
import type { TopicKey } from '../ledger/topic.ts'
import type { Desk } from './desk.ts'
import { Flight } from './flight.ts'
import { Following } from './following.ts'
import { Introductions } from './introductions.ts'
import { land } from './landing.ts'
import type { PacketDraft } from './packet-draft.ts'
import {
  ACKED_UNTIL,
  CHUNK,
  DISTANCE,
  EVERY,
  HEAD,
  HELD,
  HOT,
  ORDER,
  ROUND,
  SENT,
  SENT_UNTIL,
  WAITED,
} from './progress.ts'
import type { Teller } from './teller.ts'
import type { Terms } from './terms.ts'
import type { ViewOptions } from './view-options.ts'

/** One chunk that a view follows, for people. */
export interface Followed {
  readonly key: TopicKey
  readonly order: number
  /** Metres. */
  readonly distance: number
  /** The ticks up to which the viewer was told, and has surely heard. */
  readonly sentUntil: number
  readonly ackedUntil: number
  /** How many ticks its news have been waiting for room. */
  readonly waited: number
}

/** Rows of a view that have news, and of each the slots that are held now and were not, or the other way about. */
export class RowTurns {
  readonly rows: number[] = []
  readonly slots: number[] = []
  count = 0

  add(row: number, slots: number): void {
    this.rows[this.count] = row
    this.slots[this.count++] = slots
  }
}

/** How many ticks pass between two checks of the crowd. */
const CROWD_TICKS = 16
/** A rate in bytes per second that no link bears; a small whole number, so that it lies with the others. */
const BORNE_MAX = 2 ** 30
/** The share of lost packets beyond which each change is told in two packets, one tick after the other. */
const LOSSY = 0.04
/** The same beyond which who comes and goes within a circle is told twice: that tells the chunk whole. */
const VERY_LOSSY = 0.08
/** Every slot of a chunk, as bits. */
const EVERY_SLOT = -1
/** How many ticks pass between two looks at who is within the circle, and how far a viewer walks before, in metres. */
const LOOK_TICKS = 8
const LOOK_METRES = 2
/** How many places of a viewer a metre has: places are small whole numbers, which lie in the view itself. */
const PLACES = 1024
const LOOK_PLACES = LOOK_METRES * PLACES

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
  // Fields lie in memory as they stand here: what each tick reads comes first, in the order in which it is read.
  /** The viewer's own character, told of before everything else; 0 for none. */
  own: EntityId = 0
  /** Whether views hold who is within a circle, and not whole cells. */
  readonly #isRound: boolean
  readonly #terms: Terms
  /** Where the seat begins, and the radius seen, in metres. */
  #west = -1_000_000
  #south = -1_000_000
  #radius = 0
  readonly #changes: Changes
  readonly #flight: Flight | undefined
  #tick = 0
  /** How many bytes may go out. */
  #saved: number
  #borne = BORNE_MAX
  /** The tick of the last check of the crowd. */
  #crowdAt: number
  /** Whether the followed topics may have changed, or the viewer has yet to hear that they did. */
  #isStale = true
  #seenVersion = -1
  readonly #desk: Desk
  #nextNumber = 1
  /** Whether the anchor has to be told. */
  #isAdrift = true
  /** Whether introductions are owed. */
  #hasDebts = false
  readonly #following: Following
  readonly #introductions: Introductions
  /** The tick up to which the viewer has been told of every chunk whose row says nothing else. */
  #sentUntil: number = NEVER
  /** The same of the time before; NEVER where a row that was behind then is not any more. */
  #sentBefore: number = NEVER
  /** The tick before which the viewer may have had nothing to predict from. */
  #floor: number = NEVER
  /** The rows of the progress, in the slab. */
  #start = 0
  #count = 0
  #hasWaiting = true
  /** The tick of the last packet. */
  #wroteAt: number = NEVER
  /** Of a circle: where the viewer stands, and where it stood at the last look: whole numbers, see `PLACES`. */
  #x = 0
  #y = 0
  #lookedX = 0
  #lookedY = 0
  #lookedAt: number = NEVER
  /** The tick from which on nothing is to be told until something changes nearby; NEVER where that is not known. */
  #quietAt: number = NEVER
  /** Whether other cells, or another radius, were chosen since the last look at the circle. */
  #isChosenAnew = true
  /** How many entities were held then. */
  #held = 0
  // These are seldom read.
  #districts: DistrictRange = Districts.none()
  #isShrunk = false
  /** Spreads the views over the ticks in which they check the crowd. */
  readonly #phase: number
  /** What a returning viewer has, until it is told of again. */
  #heard: ResumeState | undefined

  /** @throws `replication/small-budget` */
  constructor(desk: Desk, options: Partial<ViewOptions> = {}) {
    const { source, changes, tables } = desk
    this.#terms = desk.termsOf(options)
    this.#desk = desk
    this.#changes = changes
    this.#phase = desk.views++
    this.#crowdAt = -(this.#phase % CROWD_TICKS)
    this.#isRound = this.#terms.options.rim < Number.POSITIVE_INFINITY
    this.#saved = this.#terms.budget.burst
    this.#flight = this.#terms.options.isLossy ? new Flight() : undefined
    this.#following = new Following(source.ledger, tables, this.#terms.options)
    this.#introductions = new Introductions(source, changes)
  }

  /** What it is a view of: the same for all views of one world. */
  get source(): Source {
    return this.#desk.source
  }

  /** What the link bears at present, in bytes per second; below the budget, it is the budget. */
  set borne(bytesPerSecond: number) {
    this.#borne = Math.min(BORNE_MAX, Math.floor(bytesPerSecond))
  }

  /** The topics followed, in chunks, with how far along the view is with each. */
  get topics(): readonly Followed[] {
    const { progress } = this.#following
    return Array.from({ length: progress.count }, (_, row) => ({
      key: progress.key(row),
      order: progress.get(ORDER, row),
      distance: progress.get(DISTANCE, row),
      sentUntil: this.#sentUntilOf(row),
      ackedUntil: this.#flight ? progress.get(ACKED_UNTIL, row) : this.#sentUntilOf(row),
      waited: progress.get(WAITED, row),
    }))
  }

  /** The radius in force, after a crowd has shrunk it, in metres. */
  get radius(): number {
    return this.#following.radius
  }

  /** Whether a crowd keeps the radius down. */
  get isShrunk(): boolean {
    return this.#isShrunk
  }

  /** How many entities are in the topics followed. */
  get entities(): number {
    return this.#following.entities
  }

  /**
   * Says where the viewer stands and how far it sees, in metres. Call it each tick; it costs little when nothing
   * changed.
   */
  lookAt(x: number, y: number, radius: number): void {
    if (this.#isRound) this.#stand(Math.floor(x * PLACES), Math.floor(y * PLACES))
    const { before, beyond } = this.#terms
    const east = x - this.#west
    const north = y - this.#south
    const isSeated = east >= before && east <= beyond && north >= before && north <= beyond
    if (isSeated && radius === this.#radius) return
    const { seatSize } = this.#desk.tables.reaches
    const seat = this.#following.lookFrom(x, y, radius)
    this.#west = seat.column * seatSize
    this.#south = seat.row * seatSize
    this.#radius = radius
    this.#isStale = true
  }

  #stand(x: number, y: number): void {
    if (x === this.#x && y === this.#y) return
    this.#x = x
    this.#y = y
    this.#quietAt = NEVER
  }

  /** Follows a topic that has no place: a group, the world, one restricted entity. */
  follow(key: TopicKey): void {
    this.#following.follow(key)
    this.#isStale = true
  }

  /** @param isGone whether its subject has been removed from the world */
  unfollow(key: TopicKey, isGone = false): void {
    this.#following.unfollow(key, { isGone, since: this.#nextNumber })
    this.#isStale = true
  }

  /** The topics followed by `follow`. */
  get extras(): ReadonlySet<TopicKey> {
    return this.#following.extras
  }

  /** Whether nobody whom the viewer holds moves, on a link that loses nothing: on others silence may be a loss. */
  get isStill(): boolean {
    return this.#flight === undefined && (this.#isQuiet() || this.#following.isStill(this.#changes.tick))
  }

  /**
   * Whether all there is to tell can wait for the next tick [T44]: a packet was written just before, and nobody nearby
   * moves differently since.
   */
  get isPatient(): boolean {
    const { newsTicks } = this.#terms.options
    if (newsTicks === 1) return false
    const { tick } = this.#changes
    if (tick - this.#wroteAt >= newsTicks || tick === this.#wroteAt) return false
    if (!this.#isRound || this.#isStale || this.#hasWaiting || this.#hasDebts) return false
    return !(this.#flight && this.#flight.lossShare > LOSSY) && !this.#hasUrgentNews()
  }

  /**
   * Brings the chunks followed, and who of them is within the circle, up to date, for a reader in this process who
   * reads them in the ledger itself: an alternative to `write`, not to be mixed with it. Call it once a tick, after
   * `lookAt`.
   *
   * @param turns  is filled with the rows of `chunks` that have news, and the slots of each that are held now and were
   *   not before, or the other way about
   * @returns      whether other chunks may be followed now than after the last call: then all rows may be others
   */
  settle(turns: RowTurns): boolean {
    turns.count = 0
    const isCrowdDue = this.#isCrowdDue(this.#changes.tick)
    const isOther = this.#isStale || isCrowdDue || this.#mayHaveNewTopics
    if (isOther) {
      this.#settle(isCrowdDue)
      // Nobody is told that a topic is not followed any more.
      this.#following.leaving.clear()
      this.#following.hasLeaving = false
      this.#isStale = false
    }
    this.#hold(turns)
    return isOther
  }

  /** Returns the slots of the chunk at a place in `chunks` whose entities the viewer sees, as bits. */
  heldAt(row: number): number {
    const { progress } = this.#following
    return progress.isRound(row) ? progress.held(row) : EVERY_SLOT
  }

  /**
   * The bytes that may go out before the budget is used up; less than nothing after more was sent than it had room
   * for. For a reader in this process, which says by `spend` what it sends.
   */
  get room(): number {
    const { tick } = this.#changes
    if (tick !== this.#tick)
      this.#saved = this.#terms.budget.after(this.#saved, tick - this.#tick, this.#borne)
    this.#tick = tick
    return this.#saved
  }

  /** Takes from the budget what a reader in this process has sent in a packet. */
  spend(bytes: number): void {
    this.#saved -= bytes + this.#terms.overheadBytes
  }

  /** The chunks followed, as the ledger numbers them. */
  get chunks(): readonly number[] {
    const { progress } = this.#following
    return Array.from({ length: progress.count }, (_, row) => progress.chunk(row))
  }

  /**
   * Appends the news to a packet. On a link that loses packets it may be called again in the same tick, for a further
   * packet; on one that does not, the rest comes in the next tick.
   *
   * @returns the packet's number, or 0, and nothing appended, when there is nothing to tell or no budget to tell it
   */
  write(packet: PacketWriter): number {
    const { tick } = this.#changes
    const flight = this.#flight
    if (this.#tick === tick && flight === undefined) return 0
    const { budget, overheadBytes } = this.#terms
    const isRepeating = flight !== undefined && flight.lossShare > LOSSY && this.#tick !== tick
    this.#saved = budget.after(this.#saved, tick - this.#tick, this.#borne)
    this.#tick = tick
    const isCrowdDue = this.#isCrowdDue(tick)
    if (!isCrowdDue && this.#isQuiet()) {
      this.#sentBefore = this.#sentUntil
      this.#sentUntil = tick
      return 0
    }
    if (this.#isStale || isCrowdDue || this.#mayHaveNewTopics) this.#settle(isCrowdDue)
    if (flight?.isFull) return 0
    const sent = flight?.draft(this.#nextNumber, tick)
    const letter = this.#desk.letter.begin(packet, this.#saved - overheadBytes, sent)
    if (!letter.fits(ANCHOR_BYTES_MAX)) return 0
    const start = packet.length
    if (this.#isAdrift) writeAnchor(packet, this.#following.anchor)
    const body = packet.length
    if (this.#hasDebts) this.#writeDebts(letter)
    this.#tellAll(letter, isRepeating, isRepeating && flight.lossShare > VERY_LOSSY)
    if (this.#isStale) this.#writeUnfollows(letter)
    this.#sentBefore = this.#desk.teller.hasCaughtUp ? NEVER : this.#sentUntil
    this.#sentUntil = tick
    if (packet.length === body) {
      packet.length = start
      if (this.#mayStayQuiet) this.#quietAt = tick
      return 0
    }
    this.#wroteAt = tick
    this.#isAdrift = flight !== undefined
    this.#saved -= packet.length - start + overheadBytes
    flight?.push()
    return this.#nextNumber++
  }

  /** Notes that the packet of this number arrived and was applied. */
  acknowledged(number: number): void {
    this.#land(number, 'acknowledged')
  }

  /** Notes that the packet of this number will never arrive, or could not be applied. */
  lost(number: number): void {
    this.#land(number, 'lost')
  }

  /**
   * Predicts nothing from here on from what was told before the tick at hand [T45]: for a viewer who may have begun at
   * it, with what another view told.
   */
  breakWithPast(): void {
    this.#floor = this.#changes.tick
  }

  /** Forgets all progress: everything is told anew, to a viewer who has forgotten everything. */
  restart(): void {
    const { progress, leaving } = this.#following
    for (let row = 0; row < progress.count; row++) {
      progress.forget(row)
      progress.set(SENT, row, 0)
    }
    leaving.clear()
    this.#introductions.clear()
    this.#hasDebts = false
    this.#flight?.clear()
    this.#heard = undefined
    this.#isAdrift = true
    this.#hasWaiting = true
    this.#quietAt = NEVER
  }

  /**
   * Continues after a lost connection, from what the viewer has. The view may be the old one, or a new one of the
   * same source; let it look and follow before it writes.
   *
   *     replica.heard(..) -> writeHeard ~~ link ~~> readHeard -> view.resume(heard) -> lookAt, follow -> write
   *
   * On a link that loses packets, a view that was kept continues from what was acknowledged.
   *
   * @returns  false when this source never told such a thing: then the viewer has to forget everything first
   */
  resume(heard: ResumeState): boolean {
    const isOurs = heard.tick <= this.#changes.tick
    if (this.#flight && isOurs) {
      this.#flight.loseAll()
      this.#workOff(this.#flight)
    } else this.restart()
    if (isOurs) this.#heard = heard
    this.#isStale = true
    this.#isAdrift = true
    this.#hasWaiting = true
    return isOurs
  }

  /** Gives back what it shares with the other views. Do not use it afterwards. */
  close(): void {
    this.#following.progress.close()
  }

  /** Tells of every chunk that has news: near ones first, but what has been waiting before that. */
  #tellAll(letter: PacketDraft, isRepeating: boolean, isRepeatingWhole: boolean): void {
    const { slab } = this.#desk.tables
    const { chunkChanged } = this.#changes.ledger
    const sentUntil = this.#sentUntil
    const teller = this.#desk.teller.begin(this.#following, this.#introductions)
    teller.sentUntil = sentUntil
    teller.sentBefore = this.#sentBefore
    teller.floor = this.#floor
    teller.isRepeating = isRepeating
    teller.isRepeatingWhole = isRepeatingWhole
    teller.rowsAt(this.#start, this.#count)
    if (this.#isRound) this.#tellCircle(letter, teller)
    else if (this.#hasWaiting) teller.tellInTurn(letter, this.own)
    else {
      const { data } = slab
      const start = this.#start
      const count = this.#count
      for (let row = 0; row < count; row++) {
        const at = start + row * HOT
        const chunk = data[at + CHUNK]
        if (chunk < 0) teller.tell(letter, row)
        else if (chunkChanged[chunk] > sentUntil && !teller.tellPlain(letter, row, data[at + HEAD], chunk))
          this.#tellNews(letter, row, sentUntil)
      }
    }
    this.#hasWaiting = teller.hasWaiting
    if (teller.hasArrivals) this.#hasDebts = this.#introductions.hasDebts
  }

  /** Puts the viewer's circle where it stands. @returns whether it is time to look at who is within */
  #lookRound(teller: Teller): boolean {
    const { tick } = this.#changes
    const dx = this.#x - this.#lookedX
    const dy = this.#y - this.#lookedY
    const isFar = dx * dx + dy * dy > LOOK_PLACES * LOOK_PLACES
    const isLooking =
      isFar || this.#isChosenAnew || (tick - this.#lookedAt >= LOOK_TICKS && !this.#isAsSeen(dx, dy))
    if (isLooking) {
      // The first interval is a shorter one, so that not all look in the same tick.
      this.#lookedAt = this.#lookedAt === NEVER ? tick - (this.#phase % LOOK_TICKS) : tick
      this.#lookedX = this.#x
      this.#lookedY = this.#y
      this.#isChosenAnew = false
      this.#held = this.#following.entities
    }
    teller.look({ x: this.#x / PLACES, y: this.#y / PLACES, rim: this.#terms.options.rim }, isLooking)
    return isLooking
  }

  /** Finds which rows have news, and whom of them the viewer of a circle holds. */
  #hold(turns: RowTurns): void {
    const { tick, ledger } = this.#changes
    const sentUntil = this.#sentUntil
    if (tick === sentUntil) return
    this.#sentUntil = tick
    const { progress } = this.#following
    const { data, beside } = this.#desk.tables.slab
    const { chunkChanged } = ledger
    const teller = this.#desk.teller.begin(this.#following, this.#introductions)
    const isLooking = this.#isRound && this.#lookRound(teller)
    for (let row = 0; row < this.#count; row++) {
      const at = this.#start + row * HOT
      const chunk = data[at + CHUNK]
      // What is behind is new.
      const hasNews = chunk < 0 || chunkChanged[chunk] > sentUntil
      if (!hasNews && !isLooking) continue
      const before = beside[at + HELD]
      if (beside[at + ROUND] === 1) {
        const since = chunk < 0 ? progress.get(SENT_UNTIL, row) : sentUntil
        beside[at + HELD] = teller.heldIn(chunk < 0 ? ~chunk : chunk, since, before)
      }
      if (hasNews || beside[at + HELD] !== before) turns.add(row, beside[at + HELD] ^ before)
      if (chunk >= 0) continue
      progress.set(SENT, row, 1)
      progress.setBehind(row, false)
    }
  }

  /** Tells of every chunk that has news for a viewer of a circle, and of who came into it or left it. */
  #tellCircle(letter: PacketDraft, teller: Teller): void {
    const { ledger } = this.#changes
    const isLooking = this.#lookRound(teller)
    if (this.#hasWaiting) {
      teller.tellInTurn(letter, this.own)
      return
    }
    const { data } = this.#desk.tables.slab
    const { chunkChanged } = ledger
    const sentUntil = this.#sentUntil
    const isLossy = this.#flight !== undefined
    const end = this.#start + this.#count * HOT
    for (let at = this.#start; at < end; at += HOT) {
      const chunk = data[at + CHUNK]
      if (chunk >= 0 && !isLooking && chunkChanged[chunk] <= sentUntil) continue
      if (chunk < 0 || isLossy) teller.tell(letter, (at - this.#start) / HOT)
      else teller.tellNear(letter, at)
    }
  }

  /** Returns whether a look would find what the last one found: the viewer has not moved, and nobody else has. */
  #isAsSeen(dx: number, dy: number): boolean {
    if (dx !== 0 || dy !== 0 || this.#lookedAt === NEVER) return false
    const { tables } = this.#desk
    const { data } = tables.slab
    const { tick, ledger } = this.#changes
    const end = this.#start + this.#count * HOT
    for (let at = this.#start; at < end; at += HOT) {
      const chunk = data[at + CHUNK]
      // What is behind says for itself up to when it was told.
      if (chunk < 0 || ledger.chunkChanged[chunk] > this.#lookedAt || !tables.stillness.of(chunk, tick))
        return false
    }
    return true
  }

  /** Whether there will be nothing to tell until something in the districts seen changes, or the viewer moves. */
  get #mayStayQuiet(): boolean {
    if (!this.#isRound || this.#flight || this.#hasWaiting || this.#hasDebts) return false
    if (this.#isStale || this.#isShrunk) return false
    return this.#isAsSeen(this.#x - this.#lookedX, this.#y - this.#lookedY)
  }

  /** Returns whether nothing can have changed for the viewer since a tick at which there was nothing to tell. */
  #isQuiet(): boolean {
    if (this.#quietAt === NEVER || this.#isStale) return false
    const { ledger } = this.#changes
    const isQuiet =
      ledger.version === this.#seenVersion &&
      ledger.placelessChanged < this.#quietAt &&
      !ledger.districts.wasTouchedSince(this.#districts, this.#quietAt)
    if (!isQuiet) this.#quietAt = NEVER
    return isQuiet
  }

  #writeDebts(letter: PacketDraft): void {
    this.#introductions.writeDebts(letter, this.#following.progress)
    this.#hasDebts = this.#introductions.hasDebts
  }

  /** Tells what is new in a chunk since the last time: the way of almost all news. */
  #tellNews(letter: PacketDraft, row: number, sentUntil: number): void {
    const { tables, teller } = this.#desk
    const { data } = tables.slab
    const at = this.#start + row * HOT
    if (this.#changes.isPredicting) teller.standAsTold()
    const advance = this.#changes.since(data[at + CHUNK], sentUntil, sentUntil) as Advance
    if (letter.isSpent || !teller.hasRoom(letter, advance)) {
      teller.wait(row, sentUntil)
      return
    }
    if (data[at + HEAD] < 0) {
      teller.write(letter, row, advance)
      return
    }
    letter.row = row
    if (advance.base !== NEVER) teller.sayBases(letter, advance)
    letter.packet.byte(data[at + HEAD])
    letter.packet.copyWords(advance.memory, advance.start, advance.end - advance.start)
  }

  /** Returns whether somebody nearby moves differently, or a topic without a place has news. */
  #hasUrgentNews(): boolean {
    const { crowd, nearMetres } = this.#terms.options
    const { data } = this.#desk.tables.slab
    const { chunkChanged } = this.#changes.ledger
    const { progress } = this.#following
    const metres = this.#held > crowd ? nearMetres : Number.POSITIVE_INFINITY
    const circle = this.#desk.teller.circleAround(this.#x / PLACES, this.#y / PLACES)
    for (let row = 0; row < this.#count; row++) {
      const word = data[this.#start + row * HOT + CHUNK]
      const chunk = word < 0 ? ~word : word
      const since = word < 0 ? progress.get(SENT_UNTIL, row) : this.#sentUntil
      if (chunkChanged[chunk] <= since || progress.get(EVERY, row) > 1) continue
      if (!progress.isRound(row)) return true
      // Rows come nearest first.
      if (progress.get(DISTANCE, row) > metres) return false
      const held = progress.held(row)
      if (this.#changes.hasTurned(chunk, since, circle, { held, metres })) return true
    }
    return false
  }

  #writeUnfollows(letter: PacketDraft): void {
    if (this.#following.hasLeaving) this.#desk.teller.writeUnfollows(letter)
    this.#isStale = this.#following.hasLeaving
  }

  /** Brings what is followed up to date. */
  #settle(isCrowdDue: boolean): void {
    const following = this.#following
    const { column, row } = following.anchor
    following.settle(isCrowdDue, { since: this.#nextNumber, sentUntil: this.#sentUntil })
    if (this.#heard) following.takeUp(this.#heard, this.#nextNumber)
    this.#heard = undefined
    if (following.anchor.column !== column || following.anchor.row !== row) this.#isAdrift = true
    this.#isChosenAnew = true
    this.#seenVersion = this.#changes.ledger.version
    this.#isStale = following.hasLeaving
    this.#districts = following.districts
    this.#isShrunk = following.radius < this.#radius
    this.#start = following.progress.start
    this.#count = following.progress.count
  }

  /** Returns whether it is time to look at the crowd, which then is looked at. */
  #isCrowdDue(tick: number): boolean {
    if (tick - this.#crowdAt < CROWD_TICKS) return false
    // Each view keeps to ticks of its own, so that not all look at once.
    this.#crowdAt = tick - ((tick + this.#phase) % CROWD_TICKS)
    return this.#isShrunk || this.#isCrowded
  }

  /** Whether topics came, went or grew where that may concern the view. */
  get #mayHaveNewTopics(): boolean {
    const { ledger } = this.#changes
    const seen = this.#seenVersion
    if (ledger.version === seen) return false
    this.#seenVersion = ledger.version
    if (ledger.placelessVersion > seen || this.#following.hasCellExtras) return true
    return ledger.districts.hasChangedSince(this.#districts, seen)
  }

  /** Whether more entities are in view than the terms allow. */
  get #isCrowded(): boolean {
    if (this.#isRound) return this.#following.entities > this.#terms.options.entitiesMax
    const { data } = this.#desk.tables.slab
    const { chunkCount } = this.#changes.ledger
    let entities = 0
    for (let row = 0; row < this.#count; row++) {
      const chunk = data[this.#start + row * HOT + CHUNK]
      entities += chunkCount[chunk < 0 ? ~chunk : chunk]
    }
    return entities > this.#terms.options.entitiesMax
  }

  #land(number: number, fate: 'acknowledged' | 'lost'): void {
    if (this.#flight === undefined) return
    this.#flight.settle(number, fate)
    this.#workOff(this.#flight)
  }

  #workOff(flight: Flight): void {
    const { progress, leaving } = this.#following
    land(flight, { progress, leaving, introductions: this.#introductions, next: this.#nextNumber })
    this.#hasDebts = this.#introductions.hasDebts
    this.#following.hasLeaving = leaving.size > 0
  }

  #sentUntilOf(row: number): number {
    const { progress } = this.#following
    return progress.isBehind(row) ? progress.get(SENT_UNTIL, row) : this.#sentUntil
  }
}
