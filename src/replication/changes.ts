import { NEVER } from '../core/index.ts'
import { BitWriter } from '../wire/index.ts'
import type { Kind } from '../world/index.ts'
import type { Blob, KindTable } from './kind-table.ts'
import { kindBits, type PositionLayout, positionLayout, writeCount, writeDestination } from './layout.ts'
import { ENTITY_BYTES_MAX, type Ledger, SLOTS_MAX } from './ledger.ts'

/** Bytes: what one chunk can come to, with room for its head. */
const ADVANCE_BYTES_MAX = SLOTS_MAX * ENTITY_BYTES_MAX + 512
const BLOCK_BYTES = 65_536

/** What brings a replica of one chunk from one tick to another. Good until the next `begin`. */
export interface Advance {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** Entities that arrived, by index: each viewer may have to be told their statics. */
  readonly arrivals: readonly number[]
  /** Whether it says who is in which slot, not only how they changed. */
  readonly isStructural: boolean
  /** Whether it stands on nothing that was told before. */
  readonly isWhole: boolean
}

/**
 * The only encoder of entity state.
 *
 *     begin(tick)                          once a tick, after the ledger was brought up to it
 *     since(chunk, told, sure) -> Advance  computed once for each distinct question, however many ask
 *
 * `told`: the tick up to which the asker has been told of this chunk. `sure`: the tick up to which it is known to have
 * heard; on a link that loses nothing the two are one. Every value is absolute but a motion's turn, which may stand
 * on the segment before it when the asker is sure to have that [T9].
 */
export class Changes {
  readonly #ledger: Ledger
  readonly #layouts: readonly (PositionLayout | undefined)[]
  readonly #kindBits: number
  readonly #blocks: BitWriter[] = []
  #block = 0
  #tick = 0
  /** By chunk: the answers of this tick. */
  readonly #answers: (Answer[] | undefined)[] = []
  readonly #answered: number[] = []
  /** How many advances were encoded since the beginning: once each, however many followed. */
  encoded = 0

  constructor(ledger: Ledger) {
    this.#ledger = ledger
    this.#layouts = ledger.game.kinds.map((kind) => positionLayout(ledger.game, kind))
    this.#kindBits = kindBits(ledger.game)
  }

  /** Forgets the last tick's answers. */
  begin(tick: number): void {
    for (const chunk of this.#answered) (this.#answers[chunk] as Answer[]).length = 0
    this.#answered.length = 0
    for (const block of this.#blocks) block.reset()
    this.#block = 0
    this.#tick = tick
  }

  get tick(): number {
    return this.#tick
  }

  /** What happened in `chunk` after `told`; undefined when nothing did. */
  since(chunk: number, told: number, sure: number): Advance | undefined {
    const ledger = this.#ledger
    if (ledger.chunkChanged[chunk] <= told) return undefined
    const before = ledger.chunkChangedBefore[chunk]
    // Whoever was told of the last change but one is told the same, whenever that was.
    const from = told >= before && told > NEVER ? Math.max(before, 1) : told
    const surely = sure >= before && sure > NEVER ? Math.max(before, 1) : sure
    let answers = this.#answers[chunk]
    if (answers === undefined) answers = this.#answers[chunk] = []
    if (answers.length === 0) this.#answered.push(chunk)
    for (const answer of answers) if (answer.told === from && answer.sure === surely) return answer
    const answer = this.#encode(chunk, from, surely)
    answers.push(answer)
    return answer
  }

  #encode(chunk: number, told: number, sure: number): Answer {
    const ledger = this.#ledger
    const writer = this.#writer()
    const start = writer.byteLength
    const isWhole = told === NEVER || told < ledger.chunkForgotten[chunk]
    const arrivals: number[] = []
    let departures = 0
    let bitmap = 0
    const first = chunk * SLOTS_MAX
    for (let slot = 0; slot < ledger.slotsPerChunk; slot++) {
      const index = ledger.slots[first + slot]
      if (index < 0) continue
      if (isWhole || ledger.entityArrived[index] > told) arrivals.push(index)
      else if (ledger.entityChanged[index] <= told) continue
      bitmap |= 1 << slot
    }
    const log = ledger.departures[chunk]
    if (!isWhole) for (let i = log.length - 1; i >= 0 && log[i].tick > told; i--) departures++

    writer.bits((isWhole ? 1 : 0) | (departures > 0 ? 2 : 0) | (arrivals.length > 0 ? 4 : 0), 3)
    for (let i = log.length - departures; departures > 0 && i < log.length; i++) {
      writer.bits(log[i].slot | (i === log.length - 1 ? 0 : SLOTS_MAX), 6)
      writeCount(writer, this.#tick - log[i].tick)
      writeDestination(writer, log[i].destination)
    }
    const top = 32 - Math.clz32(bitmap)
    writer.bits(top, 6)
    if (top > 0) writer.bits(bitmap, top)
    for (let slot = 0; slot < top; slot++) {
      if (((bitmap >>> slot) & 1) === 0) continue
      const index = ledger.slots[first + slot]
      const isArrival = isWhole || ledger.entityArrived[index] > told
      if (!isWhole && arrivals.length > 0) writer.bits(isArrival ? 1 : 0, 1)
      if (isArrival) this.#writeArrival(writer, index)
      else this.#writeChange(writer, index, told, sure)
    }
    writer.align()
    const bytes = writer.finish()
    this.encoded++
    return {
      told,
      sure,
      bytes,
      start,
      end: bytes.length,
      arrivals,
      isStructural: isWhole || departures > 0 || arrivals.length > 0,
      isWhole,
    }
  }

  #writeArrival(writer: BitWriter, index: number): void {
    const ledger = this.#ledger
    const kind = ledger.entityKind[index]
    const table = ledger.tables[kind]
    const row = ledger.entityRow[index]
    writer.bits(kind, this.#kindBits)
    writeCount(writer, ledger.entityId[index])
    if (table.axes > 0) this.#writePlace(writer, index, true)
    for (let f = 0; f < table.stride; f++) writeField(writer, table, row * table.stride + f, f)
  }

  #writeChange(writer: BitWriter, index: number, told: number, sure: number): void {
    const ledger = this.#ledger
    const table = ledger.tables[ledger.entityKind[index]]
    const row = ledger.entityRow[index]
    const { stride, changed, axes } = table
    const hasMoved = axes > 0 && table.moved[row] > told
    let mask = 0
    for (let f = 0; f < stride; f++) if (changed[row * stride + f] > told) mask |= 1 << f
    // One bit says "only the place": the most frequent news by far.
    if (axes > 0) {
      writer.bits(hasMoved && mask === 0 ? 1 : 0, 1)
      if (mask !== 0 || !hasMoved) writer.bits((mask << 1) | (hasMoved ? 1 : 0), stride + 1)
    } else writer.bits(mask, stride)
    if (hasMoved) this.#writePlace(writer, index, false, told, sure)
    for (let f = 0; f < stride; f++) if ((mask >>> f) & 1) writeField(writer, table, row * stride + f, f)
  }

  #writePlace(writer: BitWriter, index: number, isArrival: boolean, told = 0, sure = 0): void {
    const ledger = this.#ledger
    const kindIndex = ledger.entityKind[index]
    const layout = this.#layouts[kindIndex] as PositionLayout
    const table = ledger.tables[kindIndex]
    const row = ledger.entityRow[index]
    const { style } = table.kind.position as NonNullable<Kind['position']>
    const hasJumped = !isArrival && table.jumped[row] > told
    if (style === 'sampled') {
      if (!isArrival) writer.bits(hasJumped ? 1 : 0, 1)
      this.#writeCoordinates(writer, index, layout)
      return
    }
    const age = this.#tick - table.start[row]
    const isTurn = !isArrival && table.isContinuous[row] === 1 && table.movedBefore[row] <= sure
    if (!isArrival) writer.bits(isTurn ? 1 : 0, 1)
    if (isTurn) writeCount(writer, age - 1)
    else {
      writeCount(writer, age)
      if (!isArrival) writer.bits(hasJumped ? 1 : 0, 1)
      this.#writeCoordinates(writer, index, layout)
    }
    this.#writeVelocity(writer, table, row, layout)
  }

  #writeCoordinates(writer: BitWriter, index: number, layout: PositionLayout): void {
    const ledger = this.#ledger
    const topic = ledger.topic(ledger.chunkTopic[ledger.entityChunk[index]])
    const table = ledger.tables[ledger.entityKind[index]]
    const { unit } = table.kind.position as NonNullable<Kind['position']>
    const at = ledger.entityRow[index] * table.axes
    const bits = topic.name.kind === 'cell' ? layout.cellBits : layout.mapBits
    writer.bits(table.place[at] - Math.round(topic.east / unit) + layout.marginUnits, bits)
    writer.bits(table.place[at + 1] - Math.round(topic.north / unit) + layout.marginUnits, bits)
    if (table.axes === 3) writer.bits(table.place[at + 2] + layout.marginUnits, layout.heightBits)
  }

  #writeVelocity(writer: BitWriter, table: KindTable, row: number, layout: PositionLayout): void {
    const at = row * table.axes
    let isMoving = 0
    for (let axis = 0; axis < table.axes; axis++) if (table.velocity[at + axis] !== 0) isMoving = 1
    writer.bits(isMoving, 1)
    if (isMoving)
      for (let axis = 0; axis < table.axes; axis++)
        writer.bits(table.velocity[at + axis] + layout.velocityOffset, layout.velocityBits)
  }

  /** A block with room for one chunk. */
  #writer(): BitWriter {
    const current = this.#blocks[this.#block]
    if (current && current.bytesMax - current.byteLength >= ADVANCE_BYTES_MAX) return current
    if (current) this.#block++
    if (!this.#blocks[this.#block]) this.#blocks[this.#block] = new BitWriter(BLOCK_BYTES)
    return this.#blocks[this.#block]
  }
}

interface Answer extends Advance {
  readonly told: number
  readonly sure: number
}

function writeField(writer: BitWriter, table: KindTable, at: number, f: number): void {
  const { scalar } = table.kind.fields[f].field
  if (scalar) writer.bits(table.units[at], scalar.bits)
  else writeBlob(writer, table.blobs[at] as Blob)
}

function writeBlob(writer: BitWriter, blob: Blob): void {
  const whole = blob.bits >>> 3
  writer.bytes(blob.bytes, 0, whole)
  if (blob.bits & 7) writer.bits(blob.bytes[whole], blob.bits & 7)
}
