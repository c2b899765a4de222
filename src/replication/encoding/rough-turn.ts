/** By how much what is found here may be off, in turns or in parts of 1: it is less than a tenth of that. */
export const ROUGH = 1e-6

const TURN = 2 * Math.PI

/**
 * Returns the angle of the point (x, y) seen from (0, 0), in turns, -0.5 .. 0.5; NaN for (0, 0). For who rounds it
 * to steps far larger than `ROUGH`, which is quicker than to find it to the last bit.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 4.4.49.
 */
export function roughTurns(y: number, x: number): number {
  const width = Math.abs(x)
  const height = Math.abs(y)
  const isSteep = height > width
  const t = isSteep ? width / height : height / width
  const z = t * t
  const far = 0.1065626393 + z * (-0.07528964 + z * (0.0429096138 + z * (-0.0161657367 + z * 0.0028662257)))
  const near = 1 + z * (-0.3333314528 + z * (0.1999355085 + z * (-0.1420889944 + z * far)))
  const arc = (t * near) / TURN
  const east = isSteep ? 0.25 - arc : arc
  const angle = x < 0 ? 0.5 - east : east
  return y < 0 ? -angle : angle
}

/** Returns the cosine of so many turns, 0 or more. */
export function roughCosine(turns: number): number {
  return roughSine(turns + 0.25)
}

/** Returns the sine of so many turns, 0 or more. */
export function roughSine(turns: number): number {
  const quarters = Math.floor(turns * 4 + 0.5)
  const r = (turns - quarters / 4) * TURN
  const z = r * r
  const value =
    (quarters & 1) === 0
      ? r * (1 + z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z / 362_880))))
      : 1 + z * (-1 / 2 + z * (1 / 24 + z * (-1 / 720 + z * (1 / 40_320 - z / 3_628_800))))
  return (quarters & 2) === 0 ? value : -value
}

/** Returns whether a value that is off by less than `margin` is surely rounded to the same whole number. */
export function isSurelyRounded(value: number, margin: number): boolean {
  return Math.abs(value - Math.floor(value) - 0.5) > margin
}
