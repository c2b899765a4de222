import { NEVER, ShardlessError } from '../core/index.ts'
import type { EntityId } from '../world/index.ts'
import { Budget } from './budget.ts'
import type { Advance, Changes } from './changes.ts'
import { Flight, type Sent } from './flight.ts'
import { Following, type FollowingOptions } from './following.ts'
import {
  ANCHOR_BYTES_MAX,
  HEAD_BYTES_MAX,
  ITEM,
  staticsBytes,
  UNFOLLOW_BYTES_MAX,
  writeAdvanceHead,
  writeAnchor,
  writeStatics,
  writeUnfollow,
} from './item.ts'
import { Known } from './known.ts'
import { type Ledger, SLOTS_MAX } from './ledger.ts'
import type { Letter } from './letter.ts'
import type { PacketWriter } from './packet.ts'
import {
  BORN,
  CHUNK,
  DISTANCE,
  EVERY,
  FRESH,
  LAST,
  NAME,
  ORDER,
  type Progress,
  SENT,
  SERIAL,
  SINCE,
  STRUCTURE_SURE,
  STRUCTURE_TOLD,
  SURE,
  TOLD,
  WAITED,
} from './progress.ts'
import type { TopicKey } from './topic.ts'

/** What a view follows: an author or a replica. */
export interface Source {
  readonly ledger: Ledger
  /** The once-told fields of an entity by index, encoded. */
  staticsOf(index: number): Uint8Array | undefined
}

export interface ViewOptions extends FollowingOptions {
  /** Whether packets can get lost: then they are numbered, and `acknowledged` and `lost` have to be told. */
  readonly isLossy: boolean
  /** Bytes of state per second, headers of every packet counted. At least 2000. */
  readonly bytesPerSecond: number
  /** Bytes that a packet costs on the wire beside what the view writes: every header on the way. */
  readonly overheadBytes: number
}

export const defaultViewOptions: ViewOptions = {
  isLossy: false,
  bytesPerSecond: 64_000,
  // IPv4 20, TCP with time stamps 32, WebSocket 4, the dialect's head 10.
  overheadBytes: 66,
  hysteresis: 4,
  entitiesMax: 400,
  farBeyond: Number.POSITIVE_INFINITY,
  farTicks: 4,
}

/** One chunk that a view follows, for people. */
export interface Followed {
  readonly key: TopicKey
  readonly order: number
  /** Metres. */
  readonly distance: number
  /** The ticks up to which the viewer was told, and is known to have heard. */
  readonly told: number
  readonly sure: number
  /** Ticks that its news have been waiting for room. */
  readonly waited: number
}

/** Ticks that a viewer is trusted to remember once-told fields after it was last told of their entity. */
const STATICS_TICKS = 600
/** Bytes per second that suffice for the largest advance, with its headers. */
const BUDGET_LEAST = 2000
/** Ends of topics that a viewer on a reliable link may not have heard of, remembered for `resume`. */
const LEFT_MAX = 512
/** Metres at which a topic's news weigh half as much as those of the viewer's own cell. */
const HALF_WEIGHT = 16

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
  /** The viewer's own character, told of before everything else; 0 for none. */
  own: EntityId = 0
  readonly #source: Source
  readonly #ledger: Ledger
  readonly #changes: Changes
  readonly #options: ViewOptions
  readonly #following: Following
  readonly #budget: Budget
  readonly #known = new Known()
  /** Entities whose once-told fields were lost on the way. */
  readonly #debts = new Set<EntityId>()
  readonly #flight: Flight | undefined
  /** Topics whose end was written, and in which tick; only on links that lose nothing. */
  readonly #left: { readonly key: TopicKey; readonly born: number; readonly tick: number }[] = []
  /** The ticks from which on a viewer can resume: what was left before is forgotten. */
  #resumableFrom = 1
  #nextNumber = 1
  #hasWaiting = true
  #waitedAt = 0
  #writtenAt = 0
  #anchorColumn = -1
  #anchorRow = -1

  /** @throws `replication/small-budget` */
  constructor(source: Source, changes: Changes, options: Partial<ViewOptions> = {}) {
    this.#source = source
    this.#ledger = source.ledger
    this.#changes = changes
    this.#options = { ...defaultViewOptions, ...options }
    const { bytesPerSecond, isLossy } = this.#options
    if (!(bytesPerSecond >= BUDGET_LEAST))
      throw new ShardlessError(
        'replication/small-budget',
        `a view of ${bytesPerSecond} bytes per second could not tell of a large entity; ${BUDGET_LEAST} are the least.`,
      )
    this.#following = new Following(this.#ledger, changes.desk, this.#options)
    this.#budget = new Budget(bytesPerSecond, this.#ledger.game.ticksPerSecond)
    this.#flight = isLossy ? new Flight() : undefined
  }

  /** Topics followed, in chunks, with how far along the view is with each. */
  get topics(): readonly Followed[] {
    const { progress } = this.#following
    return Array.from({ length: progress.count }, (_, row) => ({
      key: progress.key(row),
      order: progress.get(ORDER, row),
      distance: progress.get(DISTANCE, row),
      told: progress.get(TOLD, row),
      sure: progress.get(this.#flight ? SURE : TOLD, row),
      waited: progress.get(WAITED, row),
    }))
  }

  /** Metres: the radius in force, after a crowd has shrunk it. */
  get radius(): number {
    return this.#following.radius
  }

  /** Entities in the topics followed. */
  get entities(): number {
    return this.#following.entities
  }

  /** Where the viewer stands and how far it sees, in metres. Call it each tick; it costs little when nothing changed. */
  lookAt(x: number, y: number, radius: number): void {
    this.#following.lookAt(x, y, radius)
  }

  /** Follows a topic that has no place: a group, the world, one restricted entity. */
  follow(key: TopicKey): void {
    this.#following.follow(key)
  }

  /** @param isGone whether what it was about has been removed from the world */
  unfollow(key: TopicKey, isGone = false): void {
    this.#following.unfollow(key, isGone)
  }

  /** The topics followed by `follow`. */
  get extras(): ReadonlySet<TopicKey> {
    return this.#following.extras
  }

  /**
   * Appends the news to a packet. On a link that loses packets it may be called again in the same tick, for a further
   * packet; on one that does not, the rest comes in the next tick.
   *
   * @returns the packet's number, or 0, and nothing appended, when there is nothing to tell or no budget to tell it
   */
  write(packet: PacketWriter): number {
    const { tick } = this.#changes
    if (!this.#flight && this.#writtenAt === tick) return 0
    this.#writtenAt = tick
    this.#budget.begin(tick)
    this.#following.settle(tick)
    if (this.#flight?.isFull) return 0
    const start = packet.length
    const bytesMax = this.#budget.left - this.#options.overheadBytes
    const sent = this.#flight?.draft(this.#nextNumber, tick)
    const letter = this.#changes.desk.letter.begin(packet, bytesMax, sent)
    if (!letter.fits(ANCHOR_BYTES_MAX)) return 0
    const { anchor } = this.#following
    const isAnchored = anchor.column === this.#anchorColumn && anchor.row === this.#anchorRow
    if (sent || !isAnchored) writeAnchor(packet, anchor)
    const body = packet.length
    if (this.#debts.size > 0) this.#writeDebts(letter)
    this.#writeAdvances(letter)
    if (this.#following.leaving.size > 0) this.#writeUnfollows(letter)
    if (packet.length === body) {
      packet.length = start
      return 0
    }
    this.#anchorColumn = anchor.column
    this.#anchorRow = anchor.row
    this.#budget.spend(packet.length - start + this.#options.overheadBytes)
    this.#flight?.push()
    this.#following.packet = this.#nextNumber + 1
    return this.#nextNumber++
  }

  /** The packet of this number arrived and was applied. */
  acknowledged(number: number): void {
    this.#flight?.settle(number, 'acknowledged')
    this.#land()
  }

  /** The packet of this number will never arrive, or could not be applied. */
  lost(number: number): void {
    this.#flight?.settle(number, 'lost')
    this.#land()
  }

  /** Forgets how far it was: everything is told anew, to a viewer who has forgotten everything. */
  restart(): void {
    const { progress, leaving } = this.#following
    for (let row = 0; row < progress.count; row++) {
      this.#forget(progress, row)
      progress.set(SENT, row, 0)
    }
    leaving.clear()
    this.#known.clear()
    this.#debts.clear()
    this.#flight?.clear()
    this.#left.length = 0
    this.#resumableFrom = this.#changes.tick + 1
    this.#anchorColumn = -1
    this.#hasWaiting = true
  }

  /**
   * Goes on after a lost connection, from what the viewer has.
   *
   * @param heard  the tick of the last packet it applied
   * @returns      false when that is too long ago: then it has to forget everything, and the view to `restart`
   */
  resume(heard: number): boolean {
    this.#anchorColumn = -1
    if (this.#flight) {
      this.#flight.loseAll()
      this.#land()
      return true
    }
    if (heard < this.#resumableFrom || heard > this.#changes.tick) return false
    const { progress } = this.#following
    const { farBeyond, farTicks } = this.#options
    // Where nothing had to wait, all there was had been told by then; of what is far, all there was a little before.
    const told = heard - (farBeyond < Number.POSITIVE_INFINITY ? farTicks : 0)
    for (let row = 0; row < progress.count; row++) {
      if (progress.get(LAST, row) <= heard) continue
      const since = progress.get(SINCE, row)
      if (since > NEVER && since <= told && this.#waitedAt < heard) progress.set(TOLD, row, told)
      else this.#forget(progress, row)
    }
    this.#leaveAgain(heard)
    this.#known.forgetAfter(heard)
    return true
  }

  /** Tells of every chunk that has news, in order, as far as there is room. */
  #writeAdvances(letter: Letter): void {
    const { progress } = this.#following
    const { chunkChanged } = this.#ledger
    const { data, capacity, count } = progress
    if (this.#hasWaiting) {
      this.#hasWaiting = false
      const order = this.#changes.desk.rank(count, (row) => this.#weight(progress, row))
      for (let i = 0; i < count; i++)
        if (chunkChanged[data[order[i]]] > data[capacity + order[i]]) this.#tell(letter, progress, order[i])
    } else
      for (let row = 0; row < count; row++)
        if (chunkChanged[data[row]] > data[capacity + row]) this.#tell(letter, progress, row)
    if (this.#hasWaiting) this.#waitedAt = this.#changes.tick
  }

  /** Tells of one chunk, or lets it wait. */
  #tell(letter: Letter, progress: Progress, row: number): void {
    const { tick } = this.#changes
    const { packet, sent } = letter
    const { leaving } = this.#following
    const chunk = progress.get(CHUNK, row)
    const told = progress.get(TOLD, row)
    const every = progress.get(EVERY, row)
    if (every > 1 && told > NEVER && (tick + chunk) % every !== 0) return
    // Another topic of this name was followed before: the viewer has to hear of its end first.
    if (leaving.size > 0 && leaving.has(progress.key(row))) return
    const advance = letter.isSpent
      ? undefined
      : this.#changes.since(chunk, told, sent ? progress.get(SURE, row) : told)
    if (advance === undefined || !this.#hasRoom(letter, advance)) {
      progress.set(WAITED, row, progress.get(WAITED, row) + 1)
      this.#hasWaiting = true
      return
    }
    this.#writeHead(letter, progress, row, advance)
    packet.copy(advance.bytes, advance.start, advance.end)
    const changed = this.#ledger.chunkChanged[chunk]
    progress.set(TOLD, row, changed)
    progress.set(LAST, row, tick)
    progress.set(SENT, row, 1)
    progress.set(WAITED, row, 0)
    if (told === NEVER) progress.set(SINCE, row, tick)
    if (sent === undefined) return
    sent.note(progress.get(SERIAL, row), advance.isWhole ? NEVER : told, changed, advance.isStructural)
    if (advance.isStructural) progress.set(STRUCTURE_TOLD, row, tick)
  }

  /**
   * Whether there is room for an advance, once the statics it needs are written. Those go ahead as far as they fit, so
   * that a chunk of many names comes piece by piece.
   */
  #hasRoom(letter: Letter, advance: Advance): boolean {
    const { arrivals } = advance
    for (let i = 0; i < arrivals.length; i++) if (!this.#introduce(letter, arrivals[i])) return false
    return letter.fits(advance.end - advance.start + HEAD_BYTES_MAX)
  }

  /** Tells an entity's once-told fields, unless the viewer remembers them. @returns whether it knows them now */
  #introduce(letter: Letter, index: number): boolean {
    const bytes = this.#source.staticsOf(index)
    if (bytes === undefined) return true
    const { tick } = this.#changes
    const id = this.#ledger.entityId[index]
    const told = this.#known.tickOf(id)
    if (told === 0 || tick - told > STATICS_TICKS) {
      if (!letter.fits(staticsBytes(id, bytes.length))) return false
      writeStatics(letter.packet, { id, kind: this.#ledger.entityKind[index] }, bytes)
      letter.sent?.statics.push(id)
    }
    this.#known.note(id, tick, tick - STATICS_TICKS)
    return true
  }

  #writeHead(letter: Letter, progress: Progress, row: number, advance: Advance): void {
    const { packet, sent } = letter
    const { tick } = this.#changes
    const order = progress.get(ORDER, row)
    const name = progress.get(NAME, row)
    const born = progress.get(BORN, row)
    const isUnsure =
      sent !== undefined &&
      !advance.isWhole &&
      progress.get(STRUCTURE_TOLD, row) > progress.get(STRUCTURE_SURE, row)
    if (!isUnsure && letter.topic === born) {
      packet.byte(ITEM.again)
      packet.varint(order)
    } else if (!isUnsure && name >= 0 && order === 0) packet.byte(name)
    else {
      const lag = isUnsure ? tick - progress.get(STRUCTURE_TOLD, row) : 0
      const topic = { key: progress.key(row), anchor: this.#following.anchor }
      writeAdvanceHead(packet, topic, { order, lag, length: advance.end - advance.start })
    }
    letter.topic = born
  }

  /** Once-told fields that were lost on the way. */
  #writeDebts(letter: Letter): void {
    const { progress } = this.#following
    const { slots, entityId } = this.#ledger
    for (let row = 0; row < progress.count; row++) {
      const first = progress.get(CHUNK, row) * SLOTS_MAX
      for (let slot = first; slot < first + SLOTS_MAX; slot++) {
        const index = slots[slot]
        if (index < 0 || !this.#debts.has(entityId[index])) continue
        if (!this.#introduce(letter, index)) return
        this.#debts.delete(entityId[index])
      }
    }
    // Whoever is not in view any more is introduced when they come back.
    this.#debts.clear()
  }

  /** Last, so that who moved on to another topic has arrived there before this one is left. */
  #writeUnfollows(letter: Letter): void {
    const { leaving, anchor } = this.#following
    for (const [key, { isGone, born }] of leaving) {
      if (!letter.fits(UNFOLLOW_BYTES_MAX)) return
      writeUnfollow(letter.packet, key, isGone, anchor)
      if (letter.sent) {
        letter.sent.unfollowed.push(key)
        continue
      }
      leaving.delete(key)
      this.#left.push({ key, born, tick: this.#changes.tick })
      if (this.#left.length > LEFT_MAX) this.#resumableFrom = (this.#left.shift() as { tick: number }).tick
    }
  }

  /** What has waited longest goes first, the near before the far, and the own character before all. */
  #weight(progress: Progress, row: number): number {
    if (this.own > 0 && this.#holds(progress.get(CHUNK, row), this.own)) return Number.POSITIVE_INFINITY
    return (progress.get(WAITED, row) + 1) / (1 + progress.get(DISTANCE, row) / HALF_WEIGHT)
  }

  #holds(chunk: number, id: EntityId): boolean {
    const { slots, entityId } = this.#ledger
    for (let slot = chunk * SLOTS_MAX; slot < (chunk + 1) * SLOTS_MAX; slot++)
      if (slots[slot] >= 0 && entityId[slots[slot]] === id) return true
    return false
  }

  /** Works off the packets whose fate is known. */
  #land(): void {
    const flight = this.#flight as Flight
    for (let sent = flight.next(); sent !== undefined; sent = flight.next())
      if (sent.fate === 'lost') this.#fallBack(sent)
      else this.#advance(sent)
  }

  #advance(sent: Sent): void {
    const { progress, leaving } = this.#following
    for (let i = 0; i < sent.count; i++) {
      const { serial, from, to, isStructural } = sent.advance(i)
      const row = progress.find(serial)
      // What stands on more than is known to have arrived proves nothing.
      if (row < 0 || from > progress.get(SURE, row)) continue
      if (to > progress.get(SURE, row)) progress.set(SURE, row, to)
      if (to > progress.get(TOLD, row)) progress.set(TOLD, row, to)
      if (!isStructural) continue
      progress.set(STRUCTURE_SURE, row, Math.max(sent.tick, progress.get(STRUCTURE_SURE, row)))
      progress.set(STRUCTURE_TOLD, row, Math.max(sent.tick, progress.get(STRUCTURE_TOLD, row)))
    }
    for (const key of sent.unfollowed) {
      const left = leaving.get(key)
      // It may have been followed and left again since that packet.
      if (left && left.since <= sent.number) leaving.delete(key)
    }
  }

  #fallBack(sent: Sent): void {
    const { progress } = this.#following
    for (let i = 0; i < sent.count; i++) {
      const row = progress.find(sent.advance(i).serial)
      // Everything not known to have arrived was told again since that packet.
      if (row < 0 || sent.number < progress.get(FRESH, row)) continue
      progress.set(TOLD, row, progress.get(SURE, row))
      progress.set(STRUCTURE_TOLD, row, progress.get(STRUCTURE_SURE, row))
      progress.set(FRESH, row, this.#nextNumber)
    }
    for (const id of sent.statics) {
      this.#known.forget(id)
      this.#debts.add(id)
    }
  }

  /** As if it had never been told of this chunk. */
  #forget(progress: Progress, row: number): void {
    for (const column of [TOLD, SURE, SINCE, STRUCTURE_TOLD, STRUCTURE_SURE]) progress.set(column, row, NEVER)
  }

  /** The viewer may not have heard of ends written after tick `heard`. */
  #leaveAgain(heard: number): void {
    const { progress, leaving } = this.#following
    const followed = new Map<TopicKey, number>()
    for (let row = 0; row < progress.count; row++) followed.set(progress.key(row), progress.get(BORN, row))
    for (const { key, born, tick } of this.#left)
      if (tick > heard && followed.get(key) !== born && !leaving.has(key))
        leaving.set(key, { isGone: false, born, since: this.#nextNumber })
  }
}
