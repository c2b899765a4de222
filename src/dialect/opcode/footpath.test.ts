import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Footpath } from './footpath.ts'

const SECONDS = 0.05
/** A tile of 2 m in 0.64 s, where the full speed is 5 m/s. */
const options = { tileMetres: 2, share: 0.625, metresPerSecond: 5 }

/** Walks in a world that does what it is told a tick later; a wall is where nobody comes past. */
function walk(corners: readonly { x: number; y: number }[], { wall = Number.POSITIVE_INFINITY } = {}) {
  const footpath = new Footpath(options)
  const at = { x: 1, y: 1 }
  const ways: string[] = []
  let told = { east: 0, north: 0 }
  footpath.begin(corners)
  let ticks = 0
  for (; ticks < 2000; ticks++) {
    const pace = footpath.from(at, SECONDS)
    at.x = Math.min(wall, at.x + told.east * options.metresPerSecond * SECONDS)
    at.y += told.north * options.metresPerSecond * SECONDS
    told = pace
    const way = `${Math.sign(pace.east)} ${Math.sign(pace.north)}`
    if (ways.at(-1) !== way) ways.push(way)
    if (footpath.isOver) break
  }
  return { at, ways, seconds: ticks * SECONDS }
}

test('[OP31] a corner aslant off is reached aslant first and then straight, a tile in 0.64 s', () => {
  const { at, ways, seconds } = walk([{ x: 13, y: 7 }])
  assert.deepEqual(ways, ['1 1', '1 0', '0 0'])
  assert.ok(Math.abs(at.x - 13) < 0.5 && Math.abs(at.y - 7) < 0.5, `${at.x} ${at.y}`)
  assert.ok(Math.abs(seconds - 6 * 0.64) < 0.2, `${seconds} s for six tiles`)
})

test('[OP31] corners are passed one after the other, and errors do not add up', () => {
  const round = [
    { x: 9, y: 1 },
    { x: 9, y: 9 },
    { x: 1, y: 9 },
    { x: 1, y: 1 },
  ]
  const { at } = walk(Array.from({ length: 6 }, () => round).flat())
  assert.ok(Math.abs(at.x - 1) < 0.5 && Math.abs(at.y - 1) < 0.5, `${at.x} ${at.y}`)
})

test('[OP31] what is in the way ends a walk after a second and a half', () => {
  const { at, seconds } = walk([{ x: 41, y: 1 }], { wall: 5 })
  assert.equal(at.x, 5)
  assert.ok(seconds > 2.5 && seconds < 3.2, `${seconds} s: 4 m, and a second and a half`)
})

test('[OP31] a walk that has not begun to move is given five seconds', () => {
  const { at, seconds } = walk([{ x: 41, y: 1 }], { wall: 1 })
  assert.equal(at.x, 1)
  assert.ok(seconds > 4.9 && seconds < 5.3, `${seconds} s`)
})

test('[OP31] a way to where one stands is over at once', () => {
  assert.equal(walk([{ x: 1.1, y: 0.9 }]).seconds, 0)
  const footpath = new Footpath(options)
  footpath.begin([{ x: 30, y: 1 }])
  footpath.stop()
  assert.equal(footpath.isOver, true)
})
