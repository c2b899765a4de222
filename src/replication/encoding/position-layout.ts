import { atan2, bitsFor, cos, ShardlessError, sin, twoTo } from '../../core/index.ts'
import type { AnyGame, Kind } from '../../world/index.ts'
import { AGE_BITS_MAX, COUNT_BITS_MAX } from './layout.ts'
import { isSurelyRounded, ROUGH, roughCosine, roughSine, roughTurns } from './rough-turn.ts'

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
  /** The tolerance of a motion, in units. */
  readonly toleranceUnits: number
}

/** How many directions there are at a speed of one tolerance a tick; more, the faster: see `directionBits`. */
const DIRECTIONS = 180
/** The most bits, and the largest count, that whole numbers of the machine hold. */
const COUNT_BITS = 30
const COUNT_MAX = 1 << COUNT_BITS

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
    toleranceUnits: position.toleranceUnits,
  }
  if (layout.mapBits > 32 || layout.heightBits > 32 || layout.velocityBits > 24)
    throw new ShardlessError(
      'replication/too-fine',
      `the position of '${kind.name}' needs ${layout.mapBits} bits a coordinate at ${unit} m a unit; 32 are the most. Use a coarser tolerance or step, or a smaller map.`,
    )
  return layout
}

/** How many bits a speed takes beside its velocity [T8]. */
export const SPEED_BITS = 4
/** How far a speed may be below the length of its velocity, in units a tick; one less above it. */
const SPEED_SPAN = 8

/** Returns what tells a speed beside its velocity: 0 .. 15. */
export function speedUnits(speed: number, x: number, y: number): number {
  return speed - lengthOf(x, y) + SPEED_SPAN
}

/** Returns the speed that `units` tells beside a velocity, at least 1. */
export function speedOf(units: number, x: number, y: number): number {
  return Math.max(1, lengthOf(x, y) + units - SPEED_SPAN)
}

/** Returns the speed nearest to `length`, in units a tick, that can be told beside a velocity; 0 beside none. */
export function speedBeside(length: number, x: number, y: number): number {
  if (x === 0 && y === 0) return 0
  const units = speedUnits(Math.round(length), x, y)
  return speedOf(Math.max(0, Math.min(2 * SPEED_SPAN - 1, units)), x, y)
}

/** Returns the length of a velocity on a plane, in units. */
function lengthOf(x: number, y: number): number {
  return Math.round(Math.sqrt(x * x + y * y))
}

/** Returns in how many bits a direction travels at this speed: a tick is off by a 50th of the tolerance at most. */
export function directionBits(layout: PositionLayout, speed: number): number {
  const least = Math.max(2, Math.ceil((speed * DIRECTIONS) / layout.toleranceUnits))
  // The same, in whole numbers: it is asked for with each turn.
  return least <= COUNT_MAX ? 32 - Math.clz32(least - 1) : bitsFor(least)
}

/** Returns how many directions there are at this speed. */
function directionsAt(layout: PositionLayout, speed: number): number {
  const bits = directionBits(layout, speed)
  return bits <= COUNT_BITS ? 1 << bits : twoTo(bits)
}

/** Returns the direction nearest to where a way leads, at this speed. */
export function nearestDirection(layout: PositionLayout, speed: number, x: number, y: number): number {
  const count = directionsAt(layout, speed)
  const rough = roughTurns(y, x) * count
  // What lies near the middle between two is found to the last bit.
  const turns = isSurelyRounded(rough, count * ROUGH) ? rough : (atan2(y, x) / (2 * Math.PI)) * count
  const direction = Math.round(turns)
  return direction < 0 ? direction + count : direction % count
}

/** Returns the velocity of a speed in a direction along one axis, in whole units. */
export function turnedVelocity(
  layout: PositionLayout,
  speed: number,
  direction: number,
  axis: number,
): number {
  const turns = direction / directionsAt(layout, speed)
  const rough = speed * (axis === 0 ? roughCosine(turns) : roughSine(turns))
  // Never -0.
  return (isSurelyRounded(rough, speed * ROUGH) ? Math.round(rough) : exactVelocity(speed, turns, axis)) + 0
}

function exactVelocity(speed: number, turns: number, axis: number): number {
  const angle = turns * 2 * Math.PI
  return Math.round(speed * (axis === 0 ? cos(angle) : sin(angle)))
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
      AGE_BITS_MAX +
      3 +
      2 * layout.mapBits +
      layout.heightBits +
      kind.position.axes * layout.velocityBits +
      SPEED_BITS
  // One more bit says of an angle that it is the heading.
  for (const { field } of kind.fields) bits += field.bitsMax + (field.kind === 'angle' ? 1 : 0)
  return bits
}
