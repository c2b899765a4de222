import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, between, earlier, FOREVER, instant, milliseconds, NEVER, tick } from './units.ts'

test('units are plain numbers when the program runs', () => {
  assert.equal(tick(3), 3)
  assert.equal(instant(3.5), 3.5)
  assert.equal(milliseconds(-1), -1)
})

test('after and between undo each other', () => {
  const start = instant(1000)
  const end = after(start, milliseconds(250))
  assert.equal(end, 1250)
  assert.equal(between(start, end), 250)
  assert.equal(between(end, start), -250)
})

test('earlier takes either of two equal instants, and anything before FOREVER', () => {
  assert.equal(earlier(instant(1), instant(2)), 1)
  assert.equal(earlier(instant(2), instant(1)), 1)
  assert.equal(earlier(instant(2), instant(2)), 2)
  assert.equal(earlier(FOREVER, instant(2)), 2)
  assert.equal(earlier(FOREVER, FOREVER), FOREVER)
})

test('FOREVER stays FOREVER however long one waits, and NEVER lies before the first tick', () => {
  assert.equal(after(FOREVER, milliseconds(1000)), FOREVER)
  assert.ok(FOREVER > instant(Number.MAX_VALUE))
  assert.ok(NEVER < tick(1))
})
