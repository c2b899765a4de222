import { productRest } from './double.ts'
import { quarterTurns, type Rest } from './quarter-turn.ts'

const EIGHTH = 0.7853981633974483
/** Below this, only the first term of a series counts. */
const TINY = 1e-8

/** Written and read within one call. */
const rest: Rest = { high: 0, low: 0 }

/** Returns the sine of an angle in radians, the same bits everywhere, within 1 ulp. NaN unless it is finite. */
export function sin(x: number): number {
  const angle = Math.abs(x)
  if (angle < TINY) return x
  if (angle <= EIGHTH) return sineNear(x, 0)
  if (!(angle < Number.POSITIVE_INFINITY)) return Number.NaN
  const quarters = quarterTurns(angle, rest)
  const value = quarters % 2 === 0 ? sineNear(rest.high, rest.low) : cosineNear(rest.high, rest.low)
  return quarters < 2 === x > 0 ? value : -value
}

/** Returns the cosine of an angle in radians, the same bits everywhere, within 1 ulp. NaN unless it is finite. */
export function cos(x: number): number {
  const angle = Math.abs(x)
  if (angle <= EIGHTH) return cosineNear(angle, 0)
  if (!(angle < Number.POSITIVE_INFINITY)) return Number.NaN
  const quarters = quarterTurns(angle, rest)
  const value = quarters % 2 === 0 ? cosineNear(rest.high, rest.low) : sineNear(rest.high, rest.low)
  return quarters === 0 || quarters === 3 ? value : -value
}

/** Returns the tangent of an angle in radians, the same bits everywhere, within 2 ulp. NaN unless it is finite. */
export function tan(x: number): number {
  if (Math.abs(x) < TINY) return x
  return sin(x) / cos(x)
}

/** Returns the sine of `high + low`, |high| <= pi/4, by its power series. */
function sineNear(high: number, low: number): number {
  const z = high * high
  const near = -1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z * (1 / 362_880 + z * farSine(z))))
  // high, and the little that the series and the low part add to it.
  return high + (high * (z * near) + low * (1 - z / 2))
}

function farSine(z: number): number {
  return -1 / 39_916_800 + z * (1 / 6_227_020_800 + z * (-1 / 1_307_674_368_000 + z / 355_687_428_096_000))
}

/**
 * Returns the cosine of `high + low`, |high| <= pi/4, by its power series; adds back what 1 - z/2 loses by
 * rounding.
 */
function cosineNear(high: number, low: number): number {
  const z = high * high
  const near = 1 / 24 + z * (-1 / 720 + z * (1 / 40_320 + z * (-1 / 3_628_800 + z * farCosine(z))))
  const half = z / 2
  const most = 1 - half
  return most + (1 - most - half + (z * z * near - productRest(high, high, z) / 2 - high * low))
}

function farCosine(z: number): number {
  return (
    1 / 479_001_600 + z * (-1 / 87_178_291_200 + z * (1 / 20_922_789_888_000 - z / 6_402_373_705_728_000))
  )
}
