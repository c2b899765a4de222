import type { Vector2, Vector3 } from '../core/index.ts'
import { ShardlessError } from '../core/index.ts'

/**
 * Describes how a position travels.
 *
 * `motion`: dead reckoned. A segment (place, velocity, tick) is sent when the true path differs from what receivers
 * compute by more than `tolerance`; between two segments nothing is sent. `sampled`: sent whenever it changed by
 * `step`.
 */
export interface Position<Value> {
  readonly style: 'motion' | 'sampled'
  readonly axes: 2 | 3
  /** The wire unit, in metres; a power of two for motion. */
  readonly unit: number
  /** The largest error at a receiver before an update is sent, in units. 0 for sampled. */
  readonly toleranceUnits: number
  /** The largest speed, in units per tick: a longer change of place is a jump. */
  readonly speedUnitsMax: number
  /** The upper limit of a 3D position's height, in metres from 0. */
  readonly heightMax: number
  /** Whether samples, and the entity's quaternions with them, are told by how far they are from where it was going. */
  readonly isPredicted: boolean
  readonly description: string
  /** A value to take the type from. */
  readonly initial: Value
}

export interface MotionOptions {
  /** The largest error, in metres, that a receiver may have between two updates. */
  readonly tolerance: number
  /** The largest speed in metres per second; a faster change of place is a jump, shown without interpolation. */
  readonly speedMax: number
}

export interface SampledOptions {
  /** The step to which a position is rounded, in metres. */
  readonly step: number
  /** The largest speed in metres per second; a faster change of place is a jump. No limit when left out. */
  readonly speedMax?: number
  /**
   * Whether a sample is told by how far it is from where the entity was going, and its `quaternion` fields likewise:
   * for what physics moves. Half to two thirds of the bytes, over links that lose packets too, for some 2 kB of memory
   * an entity. false when left out.
   */
  readonly isPredicted?: boolean
}

/** The upper limit of heights, in metres: 0 <= z < heightMax. */
export interface HeightOptions {
  readonly heightMax: number
}

/** Describes a dead-reckoned position `{ x, y }`. Game code writes metres; the engine finds the straight pieces. */
export function motion(options: MotionOptions): PositionSource<Vector2> {
  return source('motion', { axes: 2, ...options, heightMax: 0, initial: { x: 0, y: 0 } })
}

/** Describes a dead-reckoned position `{ x, y, z }`. */
export function motion3(options: MotionOptions & HeightOptions): PositionSource<Vector3> {
  return source('motion', { axes: 3, ...options, initial: { x: 0, y: 0, z: 0 } })
}

/** Describes a position `{ x, y }` sent whenever it changed, for entities that do not move in straight lines. */
export function sampled(options: SampledOptions): PositionSource<Vector2> {
  return source('sampled', { axes: 2, ...options, heightMax: 0, initial: { x: 0, y: 0 } })
}

/** Describes a position `{ x, y, z }` sent whenever it changed. */
export function sampled3(options: SampledOptions & HeightOptions): PositionSource<Vector3> {
  return source('sampled', { axes: 3, ...options, initial: { x: 0, y: 0, z: 0 } })
}

/** The result of `motion` and `sampled`: a position once the game's tick rate is known. */
export interface PositionSource<Value> {
  readonly isPosition: true
  readonly initial: Value
  /** @param ticksPerSecond the game's */
  at(ticksPerSecond: number): Position<Value>
}

interface SourceOptions<Value> {
  readonly axes: 2 | 3
  readonly tolerance?: number
  readonly step?: number
  readonly speedMax?: number
  readonly heightMax: number
  readonly isPredicted?: boolean
  readonly initial: Value
}

function source<Value>(style: 'motion' | 'sampled', options: SourceOptions<Value>): PositionSource<Value> {
  const { axes, heightMax, initial, speedMax = Number.POSITIVE_INFINITY, isPredicted = false } = options
  const accuracy = style === 'motion' ? options.tolerance : options.step
  if (!(accuracy !== undefined && accuracy > 0 && accuracy <= 64))
    throw new ShardlessError(
      'world/bad-position',
      `a ${style} position needs a ${style === 'motion' ? 'tolerance' : 'step'} between 0 and 64 metres, not ${accuracy}.`,
    )
  if (!(speedMax > 0))
    throw new ShardlessError(
      'world/bad-position',
      `speedMax is ${speedMax}; it must be above 0 metres per second.`,
    )
  if (axes === 3 && !(heightMax > 0 && heightMax <= 65_536))
    throw new ShardlessError(
      'world/bad-position',
      `heightMax is ${heightMax}; it must be within 0 to 65536 metres.`,
    )
  const at = (ticksPerSecond: number): Position<Value> => {
    // A velocity is off by at most half a unit per tick, so with this unit a straight mover is off by an eighth of its
    // tolerance after a second on rounding alone: near enough to turn from where receivers compute it to be.
    const unit = style === 'motion' ? powerWithin(accuracy / ticksPerSecond / 4) : accuracy
    return {
      style,
      axes,
      unit,
      toleranceUnits: style === 'motion' ? accuracy / unit : 0,
      speedUnitsMax: Math.ceil(speedMax / ticksPerSecond / unit),
      heightMax,
      isPredicted,
      description: `${style}${axes}(${accuracy} m${speedMax < Number.POSITIVE_INFINITY ? `, ${speedMax} m/s` : ''}${axes === 3 ? `, ${heightMax} m high` : ''}${isPredicted ? ', predicted' : ''})`,
      initial,
    }
  }
  return { isPosition: true, initial, at }
}

/**
 * Returns the largest power of two that is at most `value`, by exact halving, since engines disagree on the last
 * bit of a logarithm.
 */
function powerWithin(value: number): number {
  let power = 1
  while (power > value) power /= 2
  while (power * 2 <= value) power *= 2
  return power
}
