import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { darkPolygon } from './dark.ts'
import { Sight } from './sight.ts'

const size = { width: 64, height: 48 }

function room(seed: number): { sight: Sight; random: Random } {
  const random = new Random(seed)
  const place = () => ({ x: random.between(2, 62), y: random.between(2, 46) })
  const walls = Array.from({ length: 20 }, () => {
    const { x, y } = place()
    return { x0: x, y0: y, x1: x + random.between(-9, 9), y1: y + random.between(-9, 9) }
  })
  const sight = new Sight({ walls, reach: 60 })
  for (let i = 0; i < 6; i++) sight.light({ at: place(), reach: random.between(4, 16) })
  return { sight, random }
}

/** Counts how often the sides of a polygon cross the way to the east. */
function isInside(corners: readonly number[], x: number, y: number): boolean {
  let isIn = false
  for (let i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
    const [x0, y0, x1, y1] = [corners[j], corners[j + 1], corners[i], corners[i + 1]]
    if (y0 > y !== y1 > y && x < x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)) isIn = !isIn
  }
  return isIn
}

test('nothing dark is shown as lit, with all corners and with few, and most of what is lit is', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const { sight, random } = room(seed)
    const all = darkPolygon(sight.lights, size)
    const few = darkPolygon(sight.lights, { ...size, cornersMax: 12 })
    assert.ok(few.length <= 2 * (5 + 6 * (12 + 2)), `${few.length / 2} corners`)
    let [lit, shown, shownByFew] = [0, 0, 0]
    for (let i = 0; i < 800; i++) {
      const at = { x: random.between(0, size.width), y: random.between(0, size.height) }
      const isLit = sight.isLit(at)
      const isShown = !isInside(all, at.x, at.y)
      if (isLit) lit++
      if (isShown) shown++
      if (!isInside(few, at.x, at.y)) shownByFew++
      assert.ok(!isShown || isLit, `seed ${seed}: (${at.x}, ${at.y}) is dark and shown as lit`)
    }
    assert.ok(shown > 0.75 * lit && shown <= lit, `seed ${seed}: ${shown} of ${lit}`)
    assert.ok(shownByFew > 0.5 * lit, `seed ${seed}: ${shownByFew} of ${lit} with few corners`)
  }
})

test('without lights all is dark, and a light that is off is none', () => {
  const sight = new Sight({ reach: 10 })
  const light = sight.light({ at: { x: 30, y: 20 }, reach: 5 })
  const dark = darkPolygon(sight.lights, size)
  assert.deepEqual(
    [isInside(dark, 30, 20), isInside(dark, 30, 26), isInside(dark, 1, 1)],
    [false, true, true],
  )
  light.isOn = false
  assert.deepEqual(darkPolygon(sight.lights, size), [0, 0, 64, 0, 64, 48, 0, 48, 0, 0])
})
