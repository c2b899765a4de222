import { productRest, sumRest } from './double.ts'

const HALF_TURN = Math.PI
const HALF_TURN_LOW = 1.2246467991473532e-16
const QUARTER_TURN = 1.5707963267948966
const QUARTER_TURN_LOW = 6.123233995736766e-17
const TURN = 6.283185307179586

/** The arc tangents of 0, 1/8 .. 1, each as the nearest double and what it leaves. */
const ARCS = [
  0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061, 0.5585993153435624,
  0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
]
const ARCS_LOW = [
  0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17, 2.2698777452961687e-17,
  -5.4556305485916264e-18, 1.5834785051444286e-17, -2.1478388444456983e-17, 3.061616997868383e-17,
]

/**
 * Returns the angle of the point (x, y) seen from (0, 0), -pi <= v <= pi, counter-clockwise from east: as
 * `Math.atan2`, but the same bits everywhere, within 1 ulp. Zeros and infinities keep their signs as they do there.
 */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  const [width, height] = [Math.abs(x), Math.abs(y)]
  const angle = height > width ? fromNorth(width, height, isMinus(x)) : fromEast(height, width, isMinus(x))
  return isMinus(y) ? -angle : angle
}

/**
 * Returns the angle of a way, 0 <= v < 2 pi, counter-clockwise from east, the same bits everywhere, within 2 ulp. 0
 * when the way has no length.
 */
export function heading(east: number, north: number): number {
  const angle = atan2(north, east)
  if (!(angle < 0)) return angle + 0
  const turned = angle + TURN
  return turned < TURN ? turned : 0
}

function isMinus(value: number): boolean {
  return value < 0 || Object.is(value, -0)
}

/** Near the east or the west: north of it by less than an eighth of a turn. */
function fromEast(height: number, width: number, isWest: boolean): number {
  setArc(height, width)
  return isWest ? around(HALF_TURN, HALF_TURN_LOW, -1) : around(0, 0, 1)
}

function fromNorth(width: number, height: number, isWest: boolean): number {
  setArc(width, height)
  return around(QUARTER_TURN, QUARTER_TURN_LOW, isWest ? 1 : -1)
}

/** The arc at work: three numbers to be added. Written and read within one call. */
const arc = { most: 0, left: 0, low: 0 }

/** Returns the base, plus or minus the arc. */
function around(base: number, baseLow: number, sign: 1 | -1): number {
  const most = base + sign * arc.most
  const sum = most + sign * arc.left
  const rest = sumRest(base, sign * arc.most, most) + sumRest(most, sign * arc.left, sum)
  return sum + (rest + (baseLow + sign * arc.low))
}

/**
 * Sets the arc to the arc tangent of less/more, 0 .. 1: that of the nearest eighth, plus the series of the rest,
 * |rest| <= 1/16.
 */
function setArc(less: number, more: number): void {
  const slope = slopeOf(less, more)
  const eighth = Math.floor(slope * 8 + 0.5)
  const base = eighth / 8
  const under = 1 + slope * base
  const left = (slope - base) / under
  const product = left * under
  const slopeLow = slopeRest(less, more, slope)
  const leftLow = (slope - base - product - productRest(left, under, product) + slopeLow) / under
  const z = left * left
  const far = -1 / 3 + z * (1 / 5 + z * (-1 / 7 + z * (1 / 9 + z * (-1 / 11 + z * (1 / 13 - z / 15)))))
  arc.most = ARCS[eighth]
  arc.left = left
  arc.low = left * (z * far) + (leftLow + ARCS_LOW[eighth])
}

function slopeOf(less: number, more: number): number {
  if (more === Number.POSITIVE_INFINITY) return less === more ? 1 : 0
  return more === 0 ? 0 : less / more
}

/** A slope below this loses too little by rounding to count. */
const TINY = 1e-8
const LARGE = 2 ** 500
const SMALL = 2 ** -500

/** Returns what the slope lost by rounding. */
function slopeRest(less: number, more: number, slope: number): number {
  if (slope < TINY || more === Number.POSITIVE_INFINITY) return 0
  // Where the halves of a product would not fit, both are made smaller or larger by the same power of two.
  const scale = more > LARGE ? SMALL : more < SMALL ? LARGE : 1
  const [part, whole] = [less * scale, more * scale]
  const product = slope * whole
  return (part - product - productRest(slope, whole, product)) / whole
}
