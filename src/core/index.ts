/**
 * core: what every room stands on. Units, errors, seeded dice, functions of the same bits everywhere, sequence
 * numbers, bounded queues, bytes, and the shape of a machine. It knows nothing of games, networks or platforms, and
 * imports nothing.
 */

export { bytesEqual, concat, fromHex, hex, textBytes } from './bytes.ts'
export type { Carriage } from './carriage.ts'
export { Counters } from './counters.ts'
export { OutsideError, ShardlessError } from './error.ts'
export { Hash } from './hash.ts'
export type { Machine } from './machine.ts'
export { atan2, heading } from './math/angle.ts'
export { bitsFor, twoTo } from './math/double.ts'
export { exp } from './math/exponential.ts'
export { hypot } from './math/hypot.ts'
export { log } from './math/logarithm.ts'
export { pow } from './math/power.ts'
export { cos, sin, tan } from './math/sine.ts'
export {
  counter,
  gauge,
  type Measured,
  type Metric,
  type MetricRow,
  type MetricUnit,
  type Reading,
  Readings,
} from './metric.ts'
export { BoundedQueue } from './queue.ts'
export { Random } from './random.ts'
export { SEQUENCE_MASK, unwrapSequence } from './sequence.ts'
export {
  after,
  earlier,
  FOREVER,
  type Instant,
  instant,
  type Milliseconds,
  milliseconds,
  NEVER,
  type Tick,
  tick,
} from './units.ts'
export type { Vector2, Vector3 } from './vector.ts'
