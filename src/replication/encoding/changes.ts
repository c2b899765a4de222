import { NEVER, ShardlessError } from '../../core/index.ts'
import { BitWriter } from '../../wire/index.ts'
import { grown } from '../ledger/columns.ts'
import { ENTITY_BYTES_MAX, type Ledger, SLOTS_MAX } from '../ledger/ledger.ts'
import { ELSEWHERE } from '../ledger/topic.ts'
import type { Circle } from './circle.ts'
import { writeCount, writeDestination, writeSlots } from './layout.ts'
import type { PacketWriter } from './packet.ts'
import { BASE_TICKS_MAX } from './prediction.ts'
import { StateWriter } from './state-writer.ts'

/** The most bytes of one advance: a longer one is told whole instead. */
export const ADVANCE_BYTES_MAX = ENTITY_BYTES_MAX + 8
/** The most bytes of an advance while it is written, before it is found too long. */
const DRAFT_BYTES_MAX = 2 * ADVANCE_BYTES_MAX
const BLOCK_POWER = 16
const BLOCK_BYTES = 1 << BLOCK_POWER
/**
 * The numbers of what most are told of a chunk: from which tick on and up to which tick they have been told before,
 * where its bytes begin, counted through all blocks, and how many bytes they are.
 */
const PLAIN = 4
const PLAIN_LAST = 1
const PLAIN_START = 2
const PLAIN_LENGTH = 3
const NO_MEMORY = new DataView(new ArrayBuffer(0))
/** The numbers of a survey: its tick, from and until when it holds, and three sets of slots. */
const SURVEY = 6

/** The bytes that bring a replica of one chunk from one tick to another. Good until the next `begin`. */
export interface Advance {
  /** Where its bytes lie, with three more behind them at least. */
  readonly memory: DataView
  readonly start: number
  readonly end: number
  /** Entities that arrived, by index: a viewer may need their statics. */
  readonly arrivals: readonly number[]
  /** Whether it says who is in which slot, besides how they changed. */
  readonly isStructural: boolean
  /** Whether it needs nothing that was told before. */
  readonly isWhole: boolean
  /** Where somebody came or went by the circle: the slots whose entities the viewer holds afterwards. */
  readonly held: number
  /** The ticks of the two states from which something in it is told [T45]; NEVER for nothing, or for one alone. */
  readonly base: number
  readonly before: number
}

/** What a viewer of a circle asks about a chunk. One object is filled anew for each question. */
export interface CircleQuestion {
  sentUntil: number
  ackedUntil: number
  /** The slots whose entities the viewer held at `sentUntil`. */
  held: number
  /** Whether everybody's place is looked at, and not only that of who arrived. */
  isLooking: boolean
  /** Whether a viewer who holds nothing has to be told so. */
  isSure: boolean
}

/** Who comes and goes; sets of slots. */
interface Structure {
  readonly isWhole: boolean
  /** Held, and still there. */
  readonly stay: number
  /** Held, and left the chunk. */
  readonly gone: number
  /** Held, and beyond the circle. */
  readonly drops: number
  /** Not held, and told whole. */
  readonly adds: number
  /** All of which something is told. */
  readonly news: number
}

/**
 * The only encoder of entity state.
 *
 *     begin(tick)                          once a tick, after the ledger was brought up to it
 *     since(chunk, sentUntil, ackedUntil) -> Advance  computed once for each distinct question, however many ask
 *
 * `sentUntil`: the tick up to which the asker has been told of this chunk. `ackedUntil`: the tick up to which it is
 * known to have heard; on a link that loses nothing the two are one.
 */
export class Changes {
  readonly ledger: Ledger
  readonly #state: StateWriter
  readonly #blocks: Block[] = []
  #block = 0
  #tick = 0
  /** By chunk: the first of this tick's answers. */
  readonly #answers: (Answer | undefined)[] = []
  readonly #pool: Answer[] = []
  #used = 0
  /**
   * By chunk: the answer of `since` that almost everybody gets in this tick, if it tells of nobody who arrived. It lies
   * together, so that a viewer need look at one line of memory for each chunk, and not at the answer.
   */
  #plain = new Int32Array(0)
  /** By chunk: in which tick it was surveyed, since when, and what was found: sets of slots. */
  #surveys = new Int32Array(0)
  #changed = 0
  #arrived = 0
  #departed = 0
  /** How many advances were encoded since the beginning: each once, however many follow. */
  encoded = 0
  /** Whether samples of some kind are predicted: then `standOn` is called before each question. */
  readonly isPredicting: boolean
  #base: number = NEVER
  #before: number = NEVER

  constructor(ledger: Ledger) {
    this.ledger = ledger
    this.#state = new StateWriter(ledger)
    this.isPredicting = ledger.tables.some(({ past }) => past !== undefined)
  }

  /**
   * Says from which states the next questions may be answered: those as of two ticks of which the asker has surely
   * heard everything; NEVER for none.
   */
  standOn(base: number, before: number): void {
    const isNear = base !== NEVER && base < this.#tick && this.#tick - base <= BASE_TICKS_MAX
    this.#base = isNear ? base : NEVER
    this.#before = isNear && before < base && base - before <= BASE_TICKS_MAX ? before : NEVER
    this.#state.prediction.standOn(this.#base, this.#before)
  }

  /**
   * Begins a tick: what was published up to `tick` is told from here on, and the last tick's answers are forgotten.
   *
   * @throws `replication/tick-begun` unless the tick is later than every one before
   */
  begin(tick: number): void {
    if (!(tick > this.#tick))
      throw new ShardlessError(
        'replication/tick-begun',
        `tick ${tick} was begun after tick ${this.#tick}; begin each tick once and in order.`,
      )
    for (let i = 0; i < this.#used; i++) {
      const { chunk } = this.#pool[i]
      this.#answers[chunk] = undefined
      this.#plain[chunk * PLAIN + PLAIN_LAST] = -1
    }
    this.#used = 0
    if (this.#plain.length < this.ledger.chunkChanged.length * PLAIN)
      this.#plain = new Int32Array(this.ledger.chunkChanged.length * PLAIN).fill(-1)
    for (const block of this.#blocks) block.writer.reset()
    this.#block = 0
    this.#tick = tick
    this.ledger.begun = tick
  }

  get tick(): number {
    return this.#tick
  }

  /**
   * Looks for what `since` has answered already to one who was told up to `sentUntil`, on a link that loses nothing,
   * where that tells of nobody who arrived, and depends on nothing else: `copyPlain` copies it.
   *
   * @returns how many bytes it is; -1 where there is none: ask `since`
   */
  findPlain(chunk: number, sentUntil: number): number {
    const plain = this.#plain
    const at = chunk * PLAIN
    if (!(sentUntil >= plain[at] && sentUntil <= plain[at + PLAIN_LAST])) return -1
    return plain[at + PLAIN_LENGTH]
  }

  /** Appends what `findPlain` found. */
  copyPlain(chunk: number, packet: PacketWriter): void {
    const plain = this.#plain
    const place = plain[chunk * PLAIN + PLAIN_START]
    const { memory } = this.#blocks[place >>> BLOCK_POWER]
    packet.copyWords(memory, place & (BLOCK_BYTES - 1), plain[chunk * PLAIN + PLAIN_LENGTH])
  }

  #notePlain(answer: Answer): void {
    const plain = this.#plain
    const at = answer.chunk * PLAIN
    if (answer.arrivals.length > 0 || answer.isPredicted || !(plain[at + PLAIN_LAST] < 0)) return
    plain[at] = Math.max(answer.toldFrom, answer.ackedFrom)
    plain[at + PLAIN_LAST] = Math.min(answer.toldLast, answer.ackedEnd - 1)
    plain[at + PLAIN_START] = this.#block * BLOCK_BYTES + answer.start
    plain[at + PLAIN_LENGTH] = answer.end - answer.start
  }

  /** Returns what happened in `chunk` after `sentUntil`; undefined for nothing. */
  since(chunk: number, sentUntil: number, ackedUntil: number): Advance | undefined {
    if (this.ledger.chunkChanged[chunk] <= sentUntil) return undefined
    const first = this.#answers[chunk]
    for (let answer = first; answer !== undefined; answer = answer.next)
      if (
        answer.isAll &&
        sentUntil >= answer.toldFrom &&
        sentUntil <= answer.toldLast &&
        ackedUntil >= answer.ackedFrom &&
        ackedUntil < answer.ackedEnd &&
        this.#isFrom(answer)
      )
        return answer
    const answer = this.#ask(chunk, sentUntil)
    answer.isAll = true
    this.#encode(answer, sentUntil, ackedUntil)
    this.#notePlain(answer)
    return answer
  }

  /**
   * Returns what a viewer who holds some of a chunk's entities, and shall hold those within its circle, is told of what
   * happened after `sentUntil`; undefined for nothing. It is shared by all who are told the same; `held` of it is good
   * until the next question.
   */
  within(chunk: number, circle: Circle, asked: CircleQuestion): Advance | undefined {
    const { sentUntil, ackedUntil, held, isLooking, isSure } = asked
    if (sentUntil === NEVER || sentUntil < this.ledger.departures.forgotten[chunk]) {
      const wanted = circle.wanted(chunk, this.#occupied(chunk), this.#tick)
      if (wanted === 0 && !isSure) return undefined
      return this.#structural(chunk, sentUntil, ackedUntil, {
        ...{ isWhole: true, stay: 0, gone: 0, drops: 0, adds: wanted, news: wanted },
      })
    }
    this.#survey(chunk, sentUntil)
    const gone = this.#departed & held
    const stay = held & ~gone
    let adds = this.#arrived & ~stay
    let drops = 0
    if (adds !== 0) adds = circle.kept(chunk, adds, this.#tick)
    if (isLooking) {
      const occupied = this.#occupied(chunk)
      adds |= circle.wanted(chunk, occupied & ~stay, this.#tick)
      drops = stay & ~circle.kept(chunk, stay, this.#tick)
    }
    const news = (this.#changed & stay & ~drops) | adds
    if ((gone | drops | adds) !== 0)
      return this.#structural(chunk, sentUntil, ackedUntil, { isWhole: false, stay, gone, drops, adds, news })
    if (news === 0) return undefined
    return this.#shared(chunk, sentUntil, ackedUntil, news)
  }

  /**
   * Returns the slots whose entities a viewer holds from now on: as `within`, for one who reads the ledger itself.
   *
   * @param held       the slots whose entities the viewer held at `since`
   * @param isLooking  whether everybody's place in the circle is looked at
   */
  heldWithin(chunk: number, since: number, circle: Circle, held: number, isLooking: boolean): number {
    const occupied = this.#occupied(chunk)
    if (since === NEVER || since < this.ledger.departures.forgotten[chunk])
      return circle.wanted(chunk, occupied, this.#tick)
    this.#survey(chunk, since)
    let stay = held & ~this.#departed
    const arrived = this.#arrived & ~stay
    if (isLooking) {
      stay = circle.kept(chunk, stay, this.#tick)
      stay |= circle.wanted(chunk, occupied & ~stay, this.#tick)
    }
    return arrived === 0 ? stay : stay | circle.kept(chunk, arrived, this.#tick)
  }

  /**
   * Returns all that a viewer of a circle holds of a chunk from now on, for one who may know nothing of it.
   *
   * @param asked  `held`: the slots whose entities the viewer held at `since`, if all sent has arrived
   */
  wholeWithin(
    chunk: number,
    since: number,
    circle: Circle,
    asked: { readonly held: number; readonly isLooking: boolean },
  ): Advance {
    const held = this.heldWithin(chunk, since, circle, asked.held, asked.isLooking)
    return this.#structural(chunk, NEVER, NEVER, {
      ...{ isWhole: true, stay: 0, gone: 0, drops: 0, adds: held, news: held },
    })
  }

  /**
   * Returns whether somebody whom a viewer holds, within so many metres, moves differently than at `since`.
   *
   * @param held  the slots whose entities the viewer held at `since`
   */
  hasTurned(
    chunk: number,
    since: number,
    circle: Circle,
    { held, metres }: { readonly held: number; readonly metres: number },
  ): boolean {
    if (since === NEVER) return true
    this.#survey(chunk, since)
    // Whoever came from another cell may have turned on the way.
    const turned = (this.#changed & held & ~this.#departed) | this.#arrived
    return turned !== 0 && circle.hasMoved(chunk, turned, { tick: this.#tick, since, metres })
  }

  /** Returns whether an answer is right for who stands on the present bases. */
  #isFrom(answer: Answer): boolean {
    return !answer.isPredicted || (answer.askedBase === this.#base && answer.askedBefore === this.#before)
  }

  /** Notes what the answer just written stands on. */
  #noteBases(answer: Answer): void {
    const { wasAsked, isUsed } = this.#state.prediction
    answer.isPredicted = wasAsked
    answer.askedBase = this.#base
    answer.askedBefore = this.#before
    answer.base = isUsed ? this.#base : NEVER
    answer.before = isUsed ? this.#before : NEVER
  }

  /** Returns the answer for a question that others may have asked before. @param news  the slots to tell of */
  #shared(chunk: number, sentUntil: number, ackedUntil: number, news: number): Advance {
    const first = this.#answers[chunk]
    for (let answer = first; answer !== undefined; answer = answer.next)
      if (
        !answer.isAll &&
        answer.news === news &&
        sentUntil >= answer.toldFrom &&
        sentUntil <= answer.toldLast &&
        ackedUntil >= answer.ackedFrom &&
        ackedUntil < answer.ackedEnd &&
        this.#isFrom(answer)
      )
        return answer
    const answer = this.#ask(chunk, sentUntil)
    answer.isAll = false
    answer.news = news
    this.#encode(answer, sentUntil, ackedUntil)
    return answer
  }

  /** Returns an answer about who comes and goes: the same for all who hold others of whom nothing is told. */
  #structural(chunk: number, sentUntil: number, ackedUntil: number, told: Structure): Advance {
    const { isWhole, stay, gone, drops, adds, news } = told
    const held = (stay & ~drops) | adds
    for (let answer = this.#answers[chunk]; answer !== undefined; answer = answer.next)
      if (
        answer.news === news &&
        answer.adds === adds &&
        answer.gone === gone &&
        answer.drops === drops &&
        answer.asksWhole === isWhole &&
        answer.toldOnly === sentUntil &&
        ackedUntil >= answer.ackedFrom &&
        ackedUntil < answer.ackedEnd &&
        this.#isFrom(answer)
      ) {
        answer.held = held
        return answer
      }
    const answer = this.#ask(chunk, sentUntil)
    answer.isAll = false
    // What was told before decides who jumped on the way here.
    answer.toldLast = -1
    answer.toldOnly = sentUntil
    answer.news = news
    answer.adds = adds
    answer.gone = gone
    answer.drops = drops
    answer.asksWhole = isWhole
    answer.held = held
    const block = this.#roomyBlock()
    const { writer } = block
    answer.memory = block.memory
    answer.start = writer.byteLength
    this.#state.begin(this.#tick)
    const mark = writer.mark()
    this.#writeStructure(writer, answer, { sentUntil, ackedUntil, ...told })
    if (writer.byteLength - answer.start > ADVANCE_BYTES_MAX) {
      writer.rewind(mark)
      this.#state.begin(this.#tick)
      const whole = { isWhole: true, gone: 0, drops: 0, adds: held, news: held, stay: 0 }
      this.#writeStructure(writer, answer, { sentUntil, ackedUntil, ...whole })
      // The others whom a viewer holds are told of as well.
      answer.toldOnly = -1
    }
    answer.end = writer.byteLength
    answer.ackedFrom = this.#state.ackedFrom
    answer.ackedEnd = this.#state.ackedEnd
    this.#noteBases(answer)
    writer.bits(0, -writer.bitLength & 31)
    this.encoded++
    return answer
  }

  #writeStructure(
    writer: BitWriter,
    answer: Answer,
    told: Structure & { readonly sentUntil: number; readonly ackedUntil: number },
  ): void {
    const { sentUntil, ackedUntil, isWhole, gone, drops, adds, news } = told
    const { chunk, arrivals } = answer
    const { slots, departures } = this.ledger
    const first = chunk * SLOTS_MAX
    const departed = gone | drops
    answer.isWhole = isWhole
    answer.isStructural = true
    arrivals.length = 0
    writer.bits(1 | (isWhole ? 2 : 0) | (departed !== 0 ? 4 : 0), isWhole ? 2 : 3)
    let left = departed
    for (let n = departures.countSince(chunk, sentUntil) - 1; n >= 0 && (left & gone) !== 0; n--) {
      // The first to leave a slot is the one that the viewer holds.
      const bit = 1 << departures.slotOf(chunk, n)
      if ((left & gone & bit) === 0) continue
      left &= ~bit
      writer.bits(departures.slotOf(chunk, n) | (left !== 0 ? SLOTS_MAX : 0), 6)
      writeCount(writer, this.#tick - departures.tickOf(chunk, n))
      writeDestination(writer, departures.destinationOf(chunk, n))
    }
    for (let rest = left; rest !== 0; rest &= rest - 1) {
      writer.bits((31 - Math.clz32(rest & -rest)) | ((rest & (rest - 1)) !== 0 ? SLOTS_MAX : 0), 6)
      writeCount(writer, 0)
      writeDestination(writer, ELSEWHERE)
    }
    writeSlots(writer, news)
    for (let rest = news; rest !== 0; rest &= rest - 1) {
      const bit = rest & -rest
      const index = slots[first + 31 - Math.clz32(bit)]
      const isArrival = (adds & bit) !== 0
      if (!isWhole) writer.bits(isArrival ? 1 : 0, 1)
      if (isArrival) {
        arrivals.push(index)
        this.#state.writeArrival(writer, index, sentUntil)
      } else this.#state.writeChange(writer, index, sentUntil, ackedUntil)
    }
    writer.align()
  }

  /** Finds who changed, came and left after `sentUntil`: the same for most who ask of a chunk. */
  #survey(chunk: number, sentUntil: number): void {
    const { slots, entityArrived, entityChanged, slotsPerChunk, departures } = this.ledger
    if (this.#surveys.length < this.ledger.chunkChanged.length * SURVEY)
      this.#surveys = grown(this.#surveys, new Int32Array(this.ledger.chunkChanged.length * SURVEY))
    const surveys = this.#surveys
    const at = chunk * SURVEY
    if (surveys[at] === this.#tick && sentUntil >= surveys[at + 1] && sentUntil <= surveys[at + 2]) {
      this.#changed = surveys[at + 3]
      this.#arrived = surveys[at + 4]
      this.#departed = surveys[at + 5]
      return
    }
    const first = chunk * SLOTS_MAX
    let changed = 0
    let arrived = 0
    for (let slot = 0; slot < slotsPerChunk; slot++) {
      const index = slots[first + slot]
      if (index < 0 || entityChanged[index] <= sentUntil) continue
      changed |= 1 << slot
      if (entityArrived[index] > sentUntil) arrived |= 1 << slot
    }
    let departed = 0
    for (let n = departures.countSince(chunk, sentUntil) - 1; n >= 0; n--)
      departed |= 1 << departures.slotOf(chunk, n)
    this.#changed = changed
    this.#arrived = arrived
    this.#departed = departed
    const { chunkChanged, chunkChangedBefore } = this.ledger
    const isOrdinary = sentUntil >= chunkChangedBefore[chunk] && sentUntil < chunkChanged[chunk]
    surveys[at] = this.#tick
    surveys[at + 1] = isOrdinary ? chunkChangedBefore[chunk] : sentUntil
    surveys[at + 2] = isOrdinary ? chunkChanged[chunk] - 1 : sentUntil
    surveys[at + 3] = changed
    surveys[at + 4] = arrived
    surveys[at + 5] = departed
  }

  #occupied(chunk: number): number {
    const { slots, slotsPerChunk } = this.ledger
    let occupied = 0
    for (let slot = 0; slot < slotsPerChunk; slot++)
      if (slots[chunk * SLOTS_MAX + slot] >= 0) occupied |= 1 << slot
    return occupied
  }

  /** Begins the answer to a new question. */
  #ask(chunk: number, sentUntil: number): Answer {
    const { chunkChanged, chunkChangedBefore } = this.ledger
    const answer = this.#pool[this.#used] ?? this.#newAnswer()
    this.#used++
    answer.chunk = chunk
    answer.next = this.#answers[chunk]
    this.#answers[chunk] = answer
    // Whoever was told of the last change but one is told the same, whenever that was.
    const before = chunkChangedBefore[chunk]
    const isOrdinary = sentUntil >= before && sentUntil > NEVER
    answer.toldFrom = isOrdinary ? Math.max(before, 1) : sentUntil
    answer.toldLast = isOrdinary ? chunkChanged[chunk] - 1 : sentUntil
    answer.toldOnly = -1
    return answer
  }

  #newAnswer(): Answer {
    const answer = new Answer()
    this.#pool.push(answer)
    return answer
  }

  #encode(answer: Answer, sentUntil: number, ackedUntil: number): void {
    const block = this.#roomyBlock()
    const { writer } = block
    const isWhole = sentUntil === NEVER || sentUntil < this.ledger.departures.forgotten[answer.chunk]
    answer.memory = block.memory
    answer.start = writer.byteLength
    this.#state.begin(this.#tick)
    const mark = writer.mark()
    this.#write(writer, answer, { sentUntil, ackedUntil, isWhole })
    if (writer.byteLength - answer.start > ADVANCE_BYTES_MAX) {
      writer.rewind(mark)
      this.#state.begin(this.#tick)
      this.#write(writer, answer, { sentUntil, ackedUntil, isWhole: true })
    }
    answer.end = writer.byteLength
    answer.ackedFrom = this.#state.ackedFrom
    answer.ackedEnd = this.#state.ackedEnd
    this.#noteBases(answer)
    // A writer keeps its last word to itself: fill that up, and the bytes are in the block.
    writer.bits(0, -writer.bitLength & 31)
    this.encoded++
  }

  /** Writes an advance [T6]: departures, the slots that it tells of, and their state. */
  #write(
    writer: BitWriter,
    answer: Answer,
    { sentUntil, ackedUntil, isWhole }: { sentUntil: number; ackedUntil: number; isWhole: boolean },
  ): void {
    const { ledger } = this
    const { chunk, arrivals } = answer
    const { slots, entityArrived, entityChanged, slotsPerChunk } = ledger
    const first = chunk * SLOTS_MAX
    arrivals.length = 0
    let news = 0
    const asked = answer.isAll ? -1 : answer.news
    for (let slot = 0; slot < slotsPerChunk; slot++) {
      const index = slots[first + slot]
      if (index < 0 || ((asked >>> slot) & 1) === 0) continue
      if (isWhole || entityArrived[index] > sentUntil) arrivals.push(index)
      else if (entityChanged[index] <= sentUntil) continue
      news |= 1 << slot
    }
    const departed = isWhole || !answer.isAll ? 0 : ledger.departures.countSince(chunk, sentUntil)
    answer.isWhole = isWhole
    answer.isStructural = isWhole || departed > 0 || arrivals.length > 0
    if (answer.isStructural) writer.bits(1 | (isWhole ? 2 : 0) | (departed > 0 ? 4 : 0), isWhole ? 2 : 3)
    else writer.bits(0, 1)
    for (let newest = departed - 1; newest >= 0; newest--) this.#writeDeparture(writer, chunk, newest)
    writeSlots(writer, news)
    for (let rest = news; rest !== 0; rest &= rest - 1) {
      const index = slots[first + 31 - Math.clz32(rest & -rest)]
      const isArrival = isWhole || entityArrived[index] > sentUntil
      if (!isWhole && answer.isStructural) writer.bits(isArrival ? 1 : 0, 1)
      if (isArrival) this.#state.writeArrival(writer, index, sentUntil)
      else this.#state.writeChange(writer, index, sentUntil, ackedUntil)
    }
    writer.align()
  }

  #writeDeparture(writer: BitWriter, chunk: number, newest: number): void {
    const { departures } = this.ledger
    writer.bits(departures.slotOf(chunk, newest) | (newest > 0 ? SLOTS_MAX : 0), 6)
    writeCount(writer, this.#tick - departures.tickOf(chunk, newest))
    writeDestination(writer, departures.destinationOf(chunk, newest))
  }

  /** Returns a block with room for one advance. */
  #roomyBlock(): Block {
    const current = this.#blocks[this.#block]
    if (current && BLOCK_BYTES - current.writer.byteLength >= DRAFT_BYTES_MAX) return current
    if (current) this.#block++
    return (this.#blocks[this.#block] ??= newBlock())
  }
}

/** Memory for advances, written one after the other. */
interface Block {
  readonly writer: BitWriter
  readonly memory: DataView
}

function newBlock(): Block {
  const writer = new BitWriter(BLOCK_BYTES)
  return { writer, memory: new DataView(writer.finish().buffer) }
}

/** An advance, and the questions it answers. */
class Answer implements Advance {
  chunk = 0
  next: Answer | undefined
  toldFrom = 0
  toldLast = 0
  ackedFrom = 0
  ackedEnd = 0
  memory: DataView = NO_MEMORY
  start = 0
  end = 0
  readonly arrivals: number[] = []
  isStructural = false
  isWhole = false
  base: number = NEVER
  before: number = NEVER
  /** Whether other bases would have made it another one, and those asked for. */
  isPredicted = false
  askedBase: number = NEVER
  askedBefore: number = NEVER
  /** Whether it tells of everybody in the chunk; else of the slots in `news`. */
  isAll = true
  news = 0
  held = 0
  /** Of answers about who comes and goes: the one `sentUntil` that it answers, and what was asked; else -1. */
  toldOnly = -1
  adds = 0
  gone = 0
  drops = 0
  asksWhole = false
}
