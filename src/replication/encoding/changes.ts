import { NEVER, ShardlessError } from '../../core/index.ts'
import { BitWriter } from '../../wire/index.ts'
import { ENTITY_BYTES_MAX, type Ledger, SLOTS_MAX } from '../ledger/ledger.ts'
import { writeCount, writeDestination, writeSlots } from './layout.ts'
import { StateWriter } from './state-writer.ts'

/** The most bytes of one advance: a longer one is told whole instead. */
export const ADVANCE_BYTES_MAX = ENTITY_BYTES_MAX + 8
/** The most bytes of an advance while it is written, before it is found too long. */
const DRAFT_BYTES_MAX = 2 * ADVANCE_BYTES_MAX
const BLOCK_BYTES = 65_536

/** The bytes that bring a replica of one chunk from one tick to another. Good until the next `begin`. */
export interface Advance {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** Entities that arrived, by index: a viewer may need their statics. */
  readonly arrivals: readonly number[]
  /** Whether it says who is in which slot, besides how they changed. */
  readonly isStructural: boolean
  /** Whether it needs nothing that was told before. */
  readonly isWhole: boolean
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
  /** How many advances were encoded since the beginning: each once, however many follow. */
  encoded = 0

  constructor(ledger: Ledger) {
    this.ledger = ledger
    this.#state = new StateWriter(ledger)
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
    for (let i = 0; i < this.#used; i++) this.#answers[this.#pool[i].chunk] = undefined
    this.#used = 0
    for (const block of this.#blocks) block.writer.reset()
    this.#block = 0
    this.#tick = tick
    this.ledger.begun = tick
  }

  get tick(): number {
    return this.#tick
  }

  /** Returns what happened in `chunk` after `sentUntil`; undefined for nothing. */
  since(chunk: number, sentUntil: number, ackedUntil: number): Advance | undefined {
    const { chunkChanged, chunkChangedBefore } = this.ledger
    if (chunkChanged[chunk] <= sentUntil) return undefined
    const first = this.#answers[chunk]
    for (let answer = first; answer !== undefined; answer = answer.next)
      if (
        sentUntil >= answer.toldFrom &&
        sentUntil <= answer.toldLast &&
        ackedUntil >= answer.ackedFrom &&
        ackedUntil < answer.ackedEnd
      )
        return answer
    const answer = this.#pool[this.#used] ?? this.#newAnswer()
    this.#used++
    answer.chunk = chunk
    answer.next = first
    this.#answers[chunk] = answer
    // Whoever was told of the last change but one is told the same, whenever that was.
    const before = chunkChangedBefore[chunk]
    const isOrdinary = sentUntil >= before && sentUntil > NEVER
    answer.toldFrom = isOrdinary ? Math.max(before, 1) : sentUntil
    answer.toldLast = isOrdinary ? chunkChanged[chunk] - 1 : sentUntil
    this.#encode(answer, sentUntil, ackedUntil)
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
    answer.bytes = block.bytes
    answer.start = writer.byteLength
    this.#state.begin(this.#tick)
    const mark = writer.mark()
    this.#write(writer, answer, { sentUntil, ackedUntil, isWhole })
    if (writer.byteLength - answer.start > ADVANCE_BYTES_MAX) {
      writer.rewind(mark)
      this.#write(writer, answer, { sentUntil, ackedUntil, isWhole: true })
    }
    answer.end = writer.byteLength
    answer.ackedFrom = this.#state.ackedFrom
    answer.ackedEnd = this.#state.ackedEnd
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
    for (let slot = 0; slot < slotsPerChunk; slot++) {
      const index = slots[first + slot]
      if (index < 0) continue
      if (isWhole || entityArrived[index] > sentUntil) arrivals.push(index)
      else if (entityChanged[index] <= sentUntil) continue
      news |= 1 << slot
    }
    const departed = isWhole ? 0 : ledger.departures.countSince(chunk, sentUntil)
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
  readonly bytes: Uint8Array
}

function newBlock(): Block {
  const writer = new BitWriter(BLOCK_BYTES)
  return { writer, bytes: new Uint8Array(writer.finish().buffer) }
}

/** An advance, and the questions it answers. */
class Answer implements Advance {
  chunk = 0
  next: Answer | undefined
  toldFrom = 0
  toldLast = 0
  ackedFrom = 0
  ackedEnd = 0
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  readonly arrivals: number[] = []
  isStructural = false
  isWhole = false
}
