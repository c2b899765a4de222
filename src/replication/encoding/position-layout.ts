import { bitsFor, ShardlessError } from '../../core/index.ts'
import type { AnyGame, Kind } from '../../world/index.ts'
import { AGE_BITS_MAX, COUNT_BITS_MAX } from './layout.ts'

/**
 * The layout of the positions of one kind [T8].
 *
 * A coordinate travels as units above a base: in a cell's topic the cell's corner less a margin, since a segment may
 * begin just outside; in any other topic the map's corner less the same margin.
 */
export interface PositionLayout {
  readonly isMotion: boolean
  /** One unit, in metres. */
  readonly unit: number
  readonly marginUnits: number
  readonly cellBits: number
  readonly mapBits: number
  readonly heightBits: number
  readonly velocityBits: number
  /** What is added to a velocity to make it non-negative; also the largest speed along one axis. */
  readonly velocityOffset: number
}

/**
 * @throws `replication/too-fast` for a motion that may cross too much of a cell in one tick, `replication/too-fine` for
 *         coordinates of more than 32 bits
 */
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
  const span = (metres: number): number => bitsFor(Math.ceil(metres / unit) + 2 * marginUnits)
  const velocityOffset = isMotion ? position.speedUnitsMax : 0
  const layout: PositionLayout = {
    isMotion,
    unit,
    marginUnits,
    cellBits: span(cellSize),
    mapBits: span(Math.max(width, height)),
    heightBits: position.axes === 3 ? span(position.heightMax) : 0,
    velocityBits: isMotion ? bitsFor(2 * velocityOffset + 1) : 0,
    velocityOffset,
  }
  if (layout.mapBits > 32 || layout.heightBits > 32 || layout.velocityBits > 24)
    throw new ShardlessError(
      'replication/too-fine',
      `the position of '${kind.name}' needs ${layout.mapBits} bits a coordinate at ${unit} m a unit; 32 are the most. Use a coarser tolerance or step, or a smaller map.`,
    )
  return layout
}

/** Returns how many bits a kind's number takes. */
export function kindBits(game: AnyGame): number {
  return 32 - Math.clz32(game.kinds.length - 1)
}

/** Returns the most bits that an arrival of this kind takes: its slot, kind, id, position, every field. */
export function arrivalBitsMax(game: AnyGame, kind: Kind): number {
  let bits = 2 + kindBits(game) + COUNT_BITS_MAX
  const layout = positionLayout(game, kind)
  if (layout && kind.position)
    bits +=
      AGE_BITS_MAX + 3 + 2 * layout.mapBits + layout.heightBits + kind.position.axes * layout.velocityBits
  // One more bit says of an angle that it is the heading.
  for (const { field } of kind.fields) bits += field.bitsMax + (field.kind === 'angle' ? 1 : 0)
  return bits
}
