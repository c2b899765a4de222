import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChannelPair } from '../../src/channel/index.ts'
import { instant, Random } from '../../src/core/index.ts'
import { parseWeather, Weather } from '../../src/lab/index.ts'
import { haul, talk, talkOptions } from './channel-talk.ts'

/** CHANNEL_WEATHER=long goes through the whole matrix; SEED=n repeats the fresh seeds. */
const isWhole = process.env.CHANNEL_WEATHER === 'long'
const freshSeed = Number(process.env.SEED ?? Date.now() % 1_000_000)

const rates = ['64kB/s', '250kB/s', '1MB/s', '2MB/s']
const latencies = ['1ms', '20ms±5', '100ms±20', '300ms±40']
const troubles = [
  'loss=0%',
  'loss=5% repeat=5%',
  'loss=20%',
  'loss=2% reorder=30%/40ms repeat=5%',
  'burst=5%x40ms',
  'loss=1% stall=5s/400ms',
]

/** Every weather of the matrix, or, when there is no time, each figure of it at least once. */
const matrix = troubles.flatMap((trouble, t) =>
  latencies.flatMap((latency, l) =>
    rates
      .filter((_rate, r) => isWhole || (t + l + r) % 4 === 0)
      .map((rate) => ({ rate, latency, trouble, weather: `${latency} rate=${rate} ${trouble}` })),
  ),
)

test('[C12] [C13] [C14] [C15] [C24] [C34] every kind of channel keeps its promises in every weather', () => {
  for (const [index, { weather }] of matrix.entries()) {
    for (const seed of [1, freshSeed + index]) check(weather, seed, () => talk(weather, seed))
  }
})

test('[C35] a sender has most of what the weather allows, and memory stays bounded', () => {
  for (const [index, { weather, latency, trouble }] of matrix.entries()) {
    const isLong = latency.startsWith('300')
    const least = trouble.includes('stall') ? (isLong ? 0.2 : 0.4) : isLong ? 0.33 : 0.5
    for (const seed of isWhole ? [1, freshSeed + index] : [1]) {
      check(weather, seed, () => {
        const { fraction, pair } = haul({ weather, seed, seconds: 20 })
        assert.ok(fraction >= least && fraction <= 1, `${fraction.toFixed(2)} of what the weather allows`)
        assert.ok(pair.near.stats(pair.now).packetsRemembered <= 8192)
      })
    }
  }
})

test('[C16] [C22] a megabyte is sent without stalling small messages', () => {
  for (const weather of ['20ms rate=250kB/s', '50ms±5 rate=1MB/s loss=1%', '50ms rate=64kB/s']) {
    const { delays } = haul({ weather, seed: 1, seconds: 30, skipSeconds: 0 })
    const latency = parseWeather(weather).latencyMs
    const late = (share: number): number => delays[Math.floor(delays.length * share)] - latency
    assert.ok(late(0.5) < 40, `${weather}: half of them ${late(0.5).toFixed(0)} ms late`)
    assert.ok(late(0.95) < 250, `${weather}: one in twenty ${late(0.95).toFixed(0)} ms late`)
  }
})

test('[C31] a choked path slows the sender within two seconds and drains its queue; opened again, it is used again', () => {
  const seen: { at: number; rate: number; queueMs: number; got: number }[] = []
  const [wide, narrow] = [
    parseWeather('40ms rate=1MB/s queue=300kB'),
    parseWeather('40ms rate=64kB/s queue=300kB'),
  ]
  haul({
    weather: '40ms rate=1MB/s queue=300kB',
    seed: 1,
    seconds: 40,
    each: (now, { pair, forth, got }) => {
      if (now === 10_000) forth.change(narrow, now)
      if (now === 25_000) forth.change(wide, now)
      const queueMs = (forth.queuedBytes(now) / forth.figures.bytesPerSecond) * 1000
      seen.push({ at: now, rate: pair.near.bytesPerSecond, queueMs, got })
    },
  })
  const from = (start: number, end: number): typeof seen => seen.filter(({ at }) => at >= start && at < end)
  const between = (start: number, end: number): number => {
    const span = from(start, end)
    return ((span.at(-1)!.got - span[0].got) / (end - start)) * 1000
  }
  assert.ok(between(5000, 10_000) > 800_000)
  assert.ok(
    from(12_000, 25_000).every(({ rate }) => rate < 150_000),
    'slows down',
  )
  const choked = from(16_000, 25_000)
  const queueMs = choked.reduce((sum, { queueMs }) => sum + queueMs, 0) / choked.length
  assert.ok(queueMs < 200, `a queue of ${queueMs.toFixed(0)} ms remains`)
  assert.ok(between(16_000, 25_000) > 48_000, 'and still uses what is left')
  assert.ok(between(30_000, 40_000) > 700_000, `${between(30_000, 40_000)}: and then has it all again`)
})

test('[C32] random loss of 20 % is made up for', () => {
  const { fraction, pair } = haul({
    weather: '30ms rate=500kB/s loss=20%',
    seed: 1,
    seconds: 30,
    skipSeconds: 5,
  })
  const { naturalLoss, lossShare } = pair.near.stats(pair.now)
  assert.ok(fraction > 0.8, `${fraction}`)
  assert.ok(
    Math.abs(naturalLoss - 0.2) < 0.08 && Math.abs(lossShare - 0.2) < 0.12,
    `${naturalLoss} ${lossShare}`,
  )
})

test('[C33] after idling or trickling for a minute, the path is known as it was', () => {
  const pair = new ChannelPair({ options: talkOptions, ...paths('30ms rate=500kB/s', 1) })
  const block = new Uint8Array(50_000)
  for (let now = 0; now < 5000; now += 50) {
    pair.near.send(0, block)
    pair.advance(instant(now))
  }
  pair.advance(instant(8000))
  const before = pair.near.stats(pair.now).bandwidth
  for (let now = 8000; now < 68_000; now += 50) {
    pair.near.send(2, new Uint8Array(60))
    pair.advance(instant(now))
  }
  const after = pair.near.stats(pair.now)
  assert.ok(before > 350_000 && after.bandwidth >= 0.95 * before && after.bandwidth <= 1.05 * before)
  assert.equal(after.lossShare, 0)
})

test('[C9] a path that is gone gets a few probes a second, and all of it again when it is back', () => {
  let isGone = false
  const { forth, back } = paths('30ms rate=500kB/s', 1)
  const pair = new ChannelPair({
    options: talkOptions,
    forth: (length, now) => (isGone ? [] : forth(length, now)),
    back: (length, now) => (isGone ? [] : back(length, now)),
  })
  let packets = 0
  let got = 0
  pair.onPacket = () => packets++
  pair.onHappening = (happening) => {
    if (happening.do === 'message') got++
  }
  const speak = (until: number): void => {
    for (let now = pair.now + 50; now <= until; now += 50) {
      if (pair.near.queued(0).messages < 20) pair.near.send(0, new Uint8Array(20_000))
      pair.advance(instant(now))
    }
  }
  speak(5000)
  isGone = true
  speak(6000)
  packets = 0
  speak(16_000)
  assert.ok(packets <= 40, `${packets} packets in ten seconds`)
  assert.equal(pair.near.stats(pair.now).phase, 'silent')
  isGone = false
  speak(17_500)
  const before = got
  speak(20_500)
  assert.ok(got - before > 3 * 15, `${got - before} messages of 20 kB in 3 s`)
})

test('[C8] reordering of 30 % without loss resends hardly anything', () => {
  const { pair } = haul({ weather: '40ms rate=500kB/s reorder=30%/20ms queue=1000ms', seed: 1, seconds: 20 })
  const { resent, packetsOut } = pair.near.stats(pair.now)
  assert.ok(resent < packetsOut / 50, `${resent} of ${packetsOut}`)
})

test('[C30] no faster than bytesPerSecondMax, headers counted', () => {
  const options = { ...talkOptions, bytesPerSecondMax: 40_000 }
  const pair = new ChannelPair({ options, ...paths('30ms rate=1MB/s', 1) })
  let bytes = 0
  pair.onPacket = (packet, from) => {
    if (from === pair.near) bytes += packet.length + 28
  }
  for (let now = 0; now < 20_000; now += 50) {
    pair.near.send(0, new Uint8Array(20_000))
    pair.advance(instant(now))
  }
  assert.ok(bytes <= 40_000 * 20 + 6000 && bytes > 0.9 * 40_000 * 20, `${bytes}`)
})

test('[C36] three connections share a bottleneck, and leave its queue short', () => {
  const figures = parseWeather('30ms rate=500kB/s queue=1000ms')
  const shared = new Weather(figures, new Random(1))
  let last = instant(0)
  const forth: Weather['path'] = (length, now) => {
    last = now > last ? now : last
    return shared.path(length, last)
  }
  const got = [0, 0, 0]
  const pairs = got.map((_, i) => {
    const pair = new ChannelPair({ options: talkOptions, forth, back: paths('30ms', i).back })
    pair.onHappening = (happening, _at, now) => {
      if (happening.do === 'message' && now > 15_000) got[i] += happening.bytes.length
    }
    return pair
  })
  let queueMs = 0
  for (let now = 0; now < 45_000; now++) {
    for (const [i, pair] of pairs.entries()) {
      if (now >= i * 3000 && now % 50 === 0) {
        for (let room = 5; room > 0 && pair.near.send(0, new Uint8Array(20_000)) === 'accepted'; room--);
      }
      pair.advance(instant(now))
    }
    queueMs += shared.queuedBytes(instant(now)) / 500 / 45_000
  }
  const whole = 500_000 * 30
  for (const one of got) assert.ok(one > whole / 6, `${got.map((bytes) => (bytes / whole).toFixed(2))}`)
  assert.ok(got.reduce((sum, one) => sum + one) > 0.8 * whole)
  assert.ok(queueMs < 120, `a queue of ${queueMs.toFixed(0)} ms`)
})

function paths(weather: string, seed: number): { forth: Weather['path']; back: Weather['path'] } {
  const random = new Random(seed)
  const figures = parseWeather(weather)
  return { forth: new Weather(figures, random.fork()).path, back: new Weather(figures, random.fork()).path }
}

function check(weather: string, seed: number, run: () => void): void {
  try {
    run()
  } catch (error) {
    throw new Error(`in "${weather}" with seed ${seed}: ${(error as Error).message}`, { cause: error })
  }
}
