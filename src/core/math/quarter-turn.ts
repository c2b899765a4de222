/**
 * An angle as quarter turns and a rest: x = quarters * pi/2 + rest, |rest| <= pi/4. The rest comes as two numbers,
 * high and low, whose sum is right to 2^-98 of itself: for the largest double as for 1.
 *
 * Below 2^20 pi/2 is taken in four parts that multiply without rounding (after Cody and Waite, "Software Manual for the
 * Elementary Functions", 1980); beyond, the integer that the angle is gets divided as it is, by 1216 bits of pi.
 */
import { sumRest } from './double.ts'

export interface Rest {
  high: number
  low: number
}

const SMALL_END = 1_048_576
const TWO_OVER_PI = 0.6366197723675814
/** Pi/2 as 33 + 33 + 33 + 53 bits. */
const PART_1 = 1.5707963267341256
const PART_2 = 6.077100506303966e-11
const PART_3 = 2.0222662487111665e-21
const PART_4 = 8.4784276603689e-32

/** Bits behind the point of `PI`: beyond 1024 for the largest double, and enough for what cancels. */
const PI_BITS = 1216n
const PI = BigInt(
  '0x3243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89452821e638d01377be5466cf34e90c6cc0ac29b7c97c50dd3f8' +
    '4d5b5b54709179216d5d98979fb1bd1310ba698dfb5ac2ffd72dbd01adfb7b8e1afed6a267e96ba7c9045f12c7f9924a19947b3916cf70801f2e' +
    '2858efc16636920d871574e69a458fea3f4933d7e0d95748f728eb658718bcd5882154aee',
)

/**
 * @param angle radians, 0 <= v < Infinity
 * @param rest  takes what is left
 * @returns     quarter turns, of which whole turns do not count: 0, 1, 2 or 3
 */
export function quarterTurns(angle: number, rest: Rest): number {
  if (angle >= SMALL_END) return quarterTurnsOfLarge(angle, rest)
  const quarters = Math.floor(angle * TWO_OVER_PI + 0.5)
  const first = angle - quarters * PART_1
  const second = first - quarters * PART_2
  const third = second - quarters * PART_3
  const low =
    sumRest(first, -quarters * PART_2, second) +
    sumRest(second, -quarters * PART_3, third) -
    quarters * PART_4
  rest.high = third + low
  rest.low = sumRest(third, low, rest.high)
  return quarters & 3
}

/** Behind the point of what is left of a large angle: its first 1 comes no later than the 62nd bit. */
const REST_BITS = 170n
const REST_UNIT = 2 ** -85

function quarterTurnsOfLarge(angle: number, rest: Rest): number {
  // Large enough to be a whole number of 2^-32.
  const isWhole = angle >= 4_503_599_627_370_496
  const whole = isWhole ? BigInt(angle) << PI_BITS : BigInt(angle * 4_294_967_296) << (PI_BITS - 32n)
  const quarter = PI >> 1n
  let quarters = whole / quarter
  let left = whole % quarter
  if (left * 2n > quarter) {
    quarters++
    left -= quarter
  }
  const units = left >> (PI_BITS - REST_BITS)
  const high = Number(units)
  rest.high = high * REST_UNIT * REST_UNIT
  rest.low = Number(units - BigInt(high)) * REST_UNIT * REST_UNIT
  return Number(quarters & 3n)
}
