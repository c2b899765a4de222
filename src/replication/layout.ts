import { ShardlessError } from '../core/index.ts'
import type { BitReader, BitWriter } from '../wire/index.ts'
import type { AnyGame, Kind } from '../world/index.ts'
import { type Destination, ELSEWHERE, REMOVED } from './topic.ts'

/** 5 bits of length and up to 31 bits below the leading one. */
const COUNT_BITS_MAX = 36

/** Appends a count, 0 <= v < 2^32 - 1: one bit for 0, then 5 + log2(v + 1) more [T4]. */
export function writeCount(writer: BitWriter, count: number): void {
  if (count === 0) {
    writer.bits(0, 1)
    return
  }
  const width = 32 - Math.clz32(count)
  writer.bits(1 | ((width - 1) << 1), 6)
  if (width > 1) writer.bits(count & ~(1 << (width - 1)), width - 1)
}

export function readCount(reader: BitReader): number {
  if (reader.bits(1) === 0) return 0
  const width = reader.bits(5) + 1
  return (width > 1 ? reader.bits(width - 1) : 0) + 2 ** (width - 1)
}

/** Appends where a departed entity went: 6 bits for a neighbouring cell, 2 otherwise [T6]. */
export function writeDestination(writer: BitWriter, destination: Destination): void {
  if (destination.to === 'near') {
    writer.bits(1, 1)
    writer.bits(destination.east + 1, 2)
    writer.bits(destination.north + 1, 2)
  } else writer.bits(destination.to === 'removed' ? 2 : 0, 2)
}

export function readDestination(reader: BitReader): Destination {
  if (reader.bits(1) === 0) return reader.bits(1) === 1 ? REMOVED : ELSEWHERE
  const east = reader.bits(2) - 1
  const north = reader.bits(2) - 1
  if (east > 1 || north > 1) reader.fail()
  return { to: 'near', east, north }
}

/**
 * How the positions of one kind are laid out [T8].
 *
 * A coordinate travels as units above a base: in a cell's topic the cell's corner less a margin, since a segment may
 * begin just outside; in any other topic the map's corner less the same margin.
 */
export interface PositionLayout {
  readonly marginUnits: number
  readonly cellBits: number
  readonly mapBits: number
  readonly heightBits: number
  readonly velocityBits: number
  /** What is added to a velocity so that it is not negative; also the largest speed along one axis. */
  readonly velocityOffset: number
}

export function positionLayout(game: AnyGame, kind: Kind): PositionLayout | undefined {
  const { position } = kind
  if (!position) return undefined
  const { cellSize, width, height } = game.map
  const { unit, style } = position
  const isMotion = style === 'motion'
  if (
    isMotion &&
    !(position.speedUnitsMax * unit <= cellSize / 4 && position.toleranceUnits * unit <= cellSize / 8)
  )
    throw new ShardlessError(
      'replication/too-fast',
      `'${kind.name}' may move ${position.speedUnitsMax * unit} m in one tick, with a tolerance of ${position.toleranceUnits * unit} m, and cells are ${cellSize} m. A quarter and an eighth of a cell are the most; use larger cells, or sampled positions.`,
    )
  const marginUnits = isMotion ? cellSize / 2 / unit : 2
  const span = (metres: number): number => Math.ceil(Math.log2(Math.ceil(metres / unit) + 2 * marginUnits))
  const velocityOffset = isMotion ? position.speedUnitsMax : 0
  const layout: PositionLayout = {
    marginUnits,
    cellBits: span(cellSize),
    mapBits: span(Math.max(width, height)),
    heightBits: position.axes === 3 ? span(position.heightMax) : 0,
    velocityBits: isMotion ? Math.ceil(Math.log2(2 * velocityOffset + 1)) : 0,
    velocityOffset,
  }
  if (layout.mapBits > 32 || layout.heightBits > 32 || layout.velocityBits > 24)
    throw new ShardlessError(
      'replication/too-fine',
      `the position of '${kind.name}' needs ${layout.mapBits} bits a coordinate at ${unit} m a unit; 32 are the most. Use a coarser tolerance or step, or a smaller map.`,
    )
  return layout
}

/** Bits of a kind's number. */
export function kindBits(game: AnyGame): number {
  return Math.ceil(Math.log2(game.kinds.length))
}

/** The most bits that an arrival of this kind takes: slot, kind, id, position, every field. */
export function arrivalBitsMax(game: AnyGame, kind: Kind): number {
  let bits = 2 + kindBits(game) + COUNT_BITS_MAX
  const layout = positionLayout(game, kind)
  if (layout && kind.position)
    bits +=
      COUNT_BITS_MAX + 3 + 2 * layout.mapBits + layout.heightBits + kind.position.axes * layout.velocityBits
  for (const { field } of kind.fields) bits += field.bitsMax
  return bits
}
