import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GoalWalk } from './goal-walk.ts'

/** Metres that a character comes in a tick. */
const STEP = 0.1

/** Looks at a walk tick by tick, of somebody who stands or follows it. */
function walker() {
  const walk = new GoalWalk()
  const at = { x: 128, y: 128 }
  let east = 0
  const look = (): void => {
    east = walk.advance(at)?.east ?? east
  }
  return {
    at,
    go(x: number): boolean {
      const isOpen = walk.go(at, x, 0)
      look()
      return isOpen
    },
    pass(ticks: number, isHeld: boolean): void {
      for (let i = 0; i < ticks; i++) {
        if (!isHeld) at.x += STEP * east
        look()
      }
    },
    get isWalking(): boolean {
      return east !== 0
    },
  }
}

test('[PY12] a walk goes on after five seconds in which it could not begin, and after one on its way', () => {
  const one = walker()
  one.go(6)
  one.pass(95, true)
  assert.equal(one.isWalking, true)
  one.pass(20, false)
  one.pass(25, true)
  assert.equal(one.isWalking, true)
  one.pass(60, false)
  assert.ok(Math.abs(one.at.x - 134) < 0.03, `${one.at.x}`)
  assert.equal(one.isWalking, false)
})

test('[PY12] what is in the way ends a walk, at first later than on the way', () => {
  for (const [before, ticks] of [
    [0, 101],
    [10, 31],
  ]) {
    const one = walker()
    one.go(6)
    one.pass(before, false)
    one.pass(ticks - 2, true)
    assert.equal(one.isWalking, true)
    one.pass(3, true)
    assert.equal(one.isWalking, false)
    assert.equal(one.go(2), false)
  }
})
