import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../core/index.ts'
import { Searches } from './searches.ts'

/** Two regions, which answer when a test says so. */
function search(isHere = false) {
  const asked: string[] = []
  const missed: number[] = []
  const state = { names: ['west', 'east'], isWhole: true }
  const searches = new Searches({
    names: () => state.names,
    isWhole: () => state.isWhole,
    ask: (region) => void asked.push(region),
    missed: (session) => void missed.push(session),
  })
  const message = { is: 'reclaim', session: 7, key: 'k', isHere } as const
  return { searches, asked, missed, state, begin: () => searches.begin(message, instant(0)) }
}

test('[K24] nobody has a player when each region has said so, and again when each had', () => {
  const { searches, asked, missed, begin } = search()
  begin()
  assert.deepEqual(asked, ['west', 'east'])
  searches.answered(7, 'west', instant(10))
  // By now the player may have gone from the east, which had not answered, to the west, which had.
  searches.answered(7, 'east', instant(300))
  assert.deepEqual([asked.length, missed], [4, []])
  searches.answered(7, 'west', instant(310))
  assert.deepEqual(missed, [])
  searches.answered(7, 'east', instant(320))
  assert.deepEqual(missed, [7])
  assert.equal(searches.isOn(7), false)
})

test('[K24] an answer from before somebody spoke for every district counts for nothing: it is asked for again', () => {
  const { searches, asked, missed, state, begin } = search()
  state.isWhole = false
  begin()
  for (const region of state.names) searches.answered(7, region, instant(20))
  searches.advance(instant(249))
  assert.deepEqual([asked.length, missed], [2, []])
  state.isWhole = true
  searches.advance(instant(249))
  assert.deepEqual([asked.length, missed], [2, []])
  searches.advance(instant(250))
  assert.equal(asked.length, 4)
  for (const at of [260, 510]) {
    assert.deepEqual(missed, [])
    searches.answered(7, 'west', instant(at))
    assert.deepEqual(missed, [])
    searches.answered(7, 'east', instant(at + 1))
    searches.advance(instant(at + 249))
  }
  assert.deepEqual(missed, [7])
})

test('[K24] a region that does not answer is waited for until it is lost, and 10 s at most', () => {
  for (const isLost of [true, false]) {
    const { searches, missed, state, begin } = search()
    begin()
    for (let at = 0; at < 4000; at += 50) {
      searches.answered(7, 'west', instant(at))
      searches.advance(instant(at))
    }
    assert.deepEqual(missed, [])
    if (isLost) {
      state.names = ['west']
      searches.lost('east', instant(4000))
      for (const at of [4010, 4260]) {
        searches.advance(instant(at))
        searches.answered(7, 'west', instant(at))
      }
    } else {
      searches.advance(instant(9999))
      assert.deepEqual(missed, [])
      searches.advance(instant(10_000))
    }
    assert.deepEqual(missed, [7])
  }
})

test('[K24] whom the gateway has is looked for until it looks no more', () => {
  const { searches, asked, missed, state, begin } = search(true)
  begin()
  for (let at = 0; at <= 20_000; at += 250) {
    for (const region of state.names) searches.answered(7, region, instant(at))
    searches.advance(instant(at))
  }
  assert.ok(asked.length > 100)
  assert.deepEqual(missed, [])
  assert.equal(searches.end(7)?.key, 'k')
  searches.advance(instant(30_000))
  assert.equal(searches.end(7), undefined)
})
