/** How far functions are from the truth, over doubles that dice choose. */
import assert from 'node:assert/strict'
import { Random } from '../../src/core/index.ts'
import { ulpsOff } from './precise.ts'

/** A double of either sign whose power of two lies between the two given. */
export function doubleOf(dice: Random, least: number, most: number): number {
  const size = (1 + dice.fraction() + dice.fraction() * 2 ** -32) * 2 ** dice.integer(least, most)
  return dice.chance(0.5) ? -size : size
}

/**
 * Asks for a value and the truth `count` times.
 *
 * @param ulps what the value may be off, in units of the last place of the true value
 * @param ask  a value, the truth, and of what
 */
export function assertWithin(
  ulps: number,
  count: number,
  ask: (dice: Random) => { value: number; truth: bigint; of: readonly number[] },
): void {
  const dice = new Random(count)
  for (let i = 0; i < count; i++) {
    const { value, truth, of } = ask(dice)
    const off = ulpsOff(value, truth)
    assert.ok(off <= ulps, `${value} of ${of.join(', ')} is off by ${off} ulp`)
  }
}
