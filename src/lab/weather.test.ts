import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant, OutsideError, Random } from '../core/index.ts'
import { clear, driftedClock, parseWeather, presets, Weather, type WeatherFigures } from './weather.ts'

/** Sends `count` packets of 972 bytes (1,000 with headers), one every `everyMs`; returns when each arrived. */
function arrivals(
  figures: WeatherFigures | string,
  options: { count?: number; everyMs?: number; seed?: number } = {},
): { sentAt: number; at: readonly number[] }[] {
  const { count = 20_000, everyMs = 10, seed = 1 } = options
  const weather = new Weather(typeof figures === 'string' ? parseWeather(figures) : figures, new Random(seed))
  return Array.from({ length: count }, (_, i) => {
    const sentAt = i * everyMs
    return { sentAt, at: weather.path(972, instant(sentAt)) }
  })
}

const share = (list: readonly unknown[], whole: readonly unknown[]): number => list.length / whole.length
const near = (value: number, wanted: number, within: number): void =>
  assert.ok(Math.abs(value - wanted) <= within, `${value} is not ${wanted} ± ${within}`)

test('in clear weather a packet arrives once, at once', () => {
  for (const { sentAt, at } of arrivals(clear, { count: 100 })) assert.deepEqual(at, [sentAt])
})

test('the same seed brings the same weather, another seed another', () => {
  const figures = presets.terrible
  assert.deepEqual(arrivals(figures, { count: 500, seed: 7 }), arrivals(figures, { count: 500, seed: 7 }))
  assert.notDeepEqual(arrivals(figures, { count: 500, seed: 7 }), arrivals(figures, { count: 500, seed: 8 }))
})

test('each trouble has its own dice: more repeats do not change what is lost', () => {
  const lost = (text: string): boolean[] => arrivals(text, { count: 500 }).map(({ at }) => at.length === 0)
  assert.deepEqual(lost('loss=20%'), lost('loss=20% repeat=50% reorder=10%'))
})

test('loss, repeats and reordering happen as often as stated', () => {
  near(
    share(
      arrivals('loss=20%').filter(({ at }) => at.length === 0),
      Array(20_000),
    ),
    0.2,
    0.01,
  )
  near(
    share(
      arrivals('repeat=5%').filter(({ at }) => at.length === 2),
      Array(20_000),
    ),
    0.05,
    0.005,
  )
  const late = arrivals('50ms reorder=30%/40ms').map(({ sentAt, at }) => at[0] - sentAt - 50)
  near(
    share(
      late.filter((ms) => ms > 1e-9),
      late,
    ),
    0.3,
    0.012,
  )
  assert.ok(late.every((ms) => ms > -1e-9 && ms < 40))
})

test('bursts lose the stated share of the time, at stretches of the stated length', () => {
  const sent = arrivals('burst=5%x100ms', { everyMs: 2, count: 200_000 })
  near(
    share(
      sent.filter(({ at }) => at.length === 0),
      sent,
    ),
    0.05,
    0.01,
  )
  let bursts = 0
  for (let i = 1; i < sent.length; i++) if (sent[i].at.length === 0 && sent[i - 1].at.length > 0) bursts++
  near((sent.filter(({ at }) => at.length === 0).length * 2) / bursts, 100, 12)
})

test('a burst may lose only a share of what passes', () => {
  const sent = arrivals('burst=10%x100ms/50%', { everyMs: 2, count: 200_000 })
  const lost = share(
    sent.filter(({ at }) => at.length === 0),
    sent,
  )
  near(lost, 0.05, 0.01)
  assert.deepEqual(parseWeather('burst=10%x100ms/50%').burst, { share: 0.1, lastsMs: 100, loss: 0.5 })
})

test('jitter stays within its bounds, has half of them as standard deviation, and never reorders', () => {
  const sent = arrivals('100ms±20', { everyMs: 5 })
  const offsets = sent.map(({ sentAt, at }) => at[0] - sentAt - 100)
  assert.ok(offsets.every((ms) => Math.abs(ms) <= 20.001))
  const mean = offsets.reduce((sum, ms) => sum + ms, 0) / offsets.length
  near(mean, 0, 2.5)
  near(Math.sqrt(offsets.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / offsets.length), 10, 2)
  for (let i = 1; i < sent.length; i++) assert.ok(sent[i].at[0] >= sent[i - 1].at[0])
})

test('what is sent together is late together', () => {
  const sent = arrivals('100ms±20', { everyMs: 1 })
  const steps = sent
    .slice(1)
    .map(({ sentAt, at }, i) => Math.abs(at[0] - sentAt - (sent[i].at[0] - sent[i].sentAt)))
  assert.ok(steps.reduce((sum, ms) => sum + ms, 0) / steps.length < 2)
})

test('the bottleneck lets its rate through, and its queue delays and then drops', () => {
  const sent = arrivals('10ms rate=100kB/s queue=50kB', { everyMs: 5, count: 2000 })
  const came = sent.filter(({ at }) => at.length > 0)
  near(came.length / (10 + 0.5), 100, 1)
  const waited = came.map(({ sentAt, at }) => at[0] - sentAt - 10)
  near(Math.max(...waited), 500, 10)
  near(waited[0], 10, 0.001)
})

test('a stall holds everything back and lets it go in order', () => {
  const sent = arrivals('stall=5s/400ms', { everyMs: 10, count: 30_000 })
  const held = sent.filter(({ sentAt, at }) => at[0] > sentAt)
  near(share(held, sent), 400 / 5400, 0.02)
  assert.ok(held.every(({ sentAt, at }) => at[0] - sentAt <= 400))
  for (let i = 1; i < sent.length; i++) assert.ok(sent[i].at[0] >= sent[i - 1].at[0])
})

test('what is sent in a stall waits in the queue, as much as fits, however long the stall', () => {
  const figures = { ...parseWeather('rate=100kB/s queue=100ms'), stall: { everyMs: 1, lastsMs: 3000 } }
  const weather = new Weather(figures, new Random(1))
  const sent = Array.from({ length: 20 }, (_, i) => weather.path(972, instant(100 + i * 100)))
  assert.deepEqual(
    sent.map((at) => at.length),
    Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 : 0)),
  )
  assert.equal(weather.queuedBytes(instant(2000)), 10_000)
})

test('the weather can change; what waits in the queue stays', () => {
  const weather = new Weather(parseWeather('10ms rate=100kB/s'), new Random(1))
  for (let i = 0; i < 10; i++) weather.path(972, instant(0))
  assert.equal(weather.queuedBytes(instant(0)), 10_000)
  weather.change(parseWeather('20ms rate=50kB/s'), instant(50))
  near(weather.path(972, instant(50))[0], 100 + 20 + 20, 0.001)
})

test('weather is read from text, after a preset or from nothing', () => {
  assert.deepEqual(parseWeather(''), clear)
  assert.deepEqual(
    parseWeather(
      '100ms±20 loss=5% burst=2%x40ms repeat=5% reorder=30%/40ms rate=64kB/s queue=300ms stall=10s/400ms',
    ),
    {
      ...clear,
      latencyMs: 100,
      jitterMs: 20,
      loss: 0.05,
      burst: { share: 0.02, lastsMs: 40 },
      repeat: 0.05,
      reorder: 0.3,
      reorderMs: 40,
      bytesPerSecond: 64_000,
      queueBytes: 19_200,
      stall: { everyMs: 10_000, lastsMs: 400 },
    },
  )
  assert.deepEqual(parseWeather('4g loss=5%'), { ...presets['4G'], loss: 0.05 })
  assert.equal(parseWeather('5ms+-1.5').jitterMs, 1.5)
  assert.equal(parseWeather('rate=8Mbit/s').bytesPerSecond, 1_000_000)
  assert.equal(parseWeather('rate=1MB/s queue=7kB').queueBytes, 7000)
  for (const [name, figures] of Object.entries(presets)) assert.equal(parseWeather(name), figures)
})

test('text that cannot be read is answered with a sentence that names the word and what may be written', () => {
  for (const word of ['fog', 'loss=5', 'loss=120%', 'rate=0kB/s', '4G4G', '-5ms', 'loss=5% LAN']) {
    assert.throws(
      () => parseWeather(`10ms ${word}`),
      (error) =>
        error instanceof OutsideError &&
        error.message.includes(word.split(' ').at(-1)!) &&
        error.message.includes('LAN, fibre'),
      word,
    )
  }
})

test('a clock drifts by millionths and starts at its offset', () => {
  const clock = driftedClock({ ppm: 100, offsetMs: 5000 })
  assert.equal(clock(instant(0)), 5000)
  near(clock(instant(3_600_000)) - 5000 - 3_600_000, 360, 0.001)
  near(driftedClock({ ppm: -50, offsetMs: 0 })(instant(1_000_000)), 999_950, 0.001)
})
