import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ContentAsk, PIECE_BYTES_MAX } from '../../content/index.ts'
import { instant } from '../../core/index.ts'
import { mapDigest } from '../../dialect/native/index.ts'
import { MapAsks } from './map-asks.ts'

const hash = (number: number): string => number.toString(16).padStart(16, '0')

/** Records the asks, and the result of each fetch: its length, or the sentence. */
function setUp(count: number) {
  const said: ContentAsk[] = []
  const asks = new MapAsks((ask) => said.push(ask))
  const outcomes: (number | string)[] = []
  for (let i = 0; i < count; i++)
    asks.fetch(hash(i)).then(
      ({ length }) => void (outcomes[i] = length),
      (error: Error) => void (outcomes[i] = error.message),
    )
  const answer = (number: number, offset: number, total: number, length = total - offset) =>
    asks.receive(
      { is: 'piece', sha256: mapDigest(hash(number)), offset, total, bytes: new Uint8Array(length) },
      instant(0),
    )
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { asks, said, outcomes, answer, settled }
}

test('[N34] eight pieces are asked for at a time, and the next when one has come', async () => {
  const { asks, said, outcomes, answer, settled } = setUp(10)
  asks.poll(instant(0))
  assert.deepEqual(
    said.map(({ sha256 }) => sha256),
    Array.from({ length: 8 }, (_, i) => mapDigest(hash(i))),
  )
  assert.equal(answer(3, 0, 40), true)
  assert.equal(said.at(-1)?.sha256, mapDigest(hash(8)))
  assert.equal(said.length, 9)
  await settled()
  assert.equal(outcomes[3], 40)
})

test('a piece larger than one answer is asked for part by part; a part that is told twice counts once', async () => {
  const { asks, said, outcomes, answer, settled } = setUp(1)
  const total = PIECE_BYTES_MAX + 5
  asks.poll(instant(0))
  answer(0, 0, total, PIECE_BYTES_MAX)
  answer(0, 0, total, PIECE_BYTES_MAX)
  assert.deepEqual(
    said.map(({ offset }) => offset),
    [0, PIECE_BYTES_MAX],
  )
  answer(0, PIECE_BYTES_MAX, total)
  await settled()
  assert.deepEqual(outcomes, [total])
})

test('what is not answered is asked for again every two seconds, six times in all', async () => {
  const { asks, said, outcomes, settled } = setUp(1)
  const at: number[] = []
  for (let now = 0; now < 20_000; now += 50) {
    const before = said.length
    asks.poll(instant(now))
    if (said.length > before) at.push(now)
  }
  await settled()
  assert.deepEqual(at, [0, 2000, 4000, 6000, 8000, 10_000])
  assert.match(String(outcomes[0]), /the server does not answer\.$/)
})

test('over another connection it is asked for at once, and goes on where it stopped', () => {
  const { asks, said, answer } = setUp(1)
  asks.poll(instant(0))
  answer(0, 0, 100, 60)
  asks.restart()
  asks.poll(instant(10))
  assert.deepEqual(
    said.map(({ offset }) => offset),
    [0, 60, 60],
  )
})

test('what is gone, too large, or will not come any more is told in a sentence; what was not asked for is left at that', async () => {
  const { asks, outcomes, answer, settled } = setUp(3)
  assert.equal(answer(7, 0, 10), false)
  asks.poll(instant(0))
  asks.receive({ is: 'gone', sha256: mapDigest(hash(0)) }, instant(0))
  answer(1, 0, 2 ** 30, 10)
  asks.forget('The player left.')
  await settled()
  assert.deepEqual(
    outcomes.map((outcome) => String(outcome).replace('a piece of the map could not be fetched: ', '')),
    ['the server has it no more.', 'it is too large.', 'The player left.'],
  )
})
