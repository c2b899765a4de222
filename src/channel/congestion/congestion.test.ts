import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Congestion, type PathSample } from './congestion.ts'

/** Feeds a controller one acknowledgement every 10 ms, of a path that has these figures. */
class Path {
  readonly congestion: Congestion
  now = 0
  #delivered = 0

  constructor(bytesPerSecondMax = 10_000_000) {
    this.congestion = new Congestion({ bytesPerSecondMin: 4000, bytesPerSecondMax })
  }

  /** Feeds it for `ms`: the round trip, the delivery rate, and what else differs from a busy path without loss. */
  feed(ms: number, rttMs: number, bytesPerSecond: number, extra: Partial<PathSample> = {}): void {
    for (const end = this.now + ms; this.now < end; this.now += 10) {
      const bytes = bytesPerSecond / 100
      const packets = Math.max(1, Math.round(bytes / 1228))
      this.congestion.sent(bytes)
      this.#delivered += bytes
      this.congestion.acknowledged(
        {
          rttMs,
          jitterMs: 0,
          bytesPerSecond,
          isAppLimited: false,
          priorDelivered: this.#delivered - (bytesPerSecond * rttMs) / 1000,
          delivered: this.#delivered,
          ackedPackets: packets,
          lostPackets: 0,
          decidedBytes: bytes,
          inFlightBytes: 0,
          ...extra,
        },
        this.now,
      )
    }
  }

  /** Makes a path of 1 MB/s and 50 ms known, and cruises on it. */
  known(): this {
    this.feed(200, 50, 250_000)
    this.feed(100, 50, 500_000)
    this.feed(200, 50, 1_000_000)
    this.feed(100, 90, 1_000_000)
    while (this.congestion.phase !== 'cruise') this.feed(10, 50, 1_000_000)
    return this
  }
}

test('[C30] before anything is known ten packets go in 100 ms; bytesPerSecondMax is never passed', () => {
  assert.equal(new Path().congestion.bytesPerSecond, 122_800)
  assert.equal(new Path(50_000).congestion.bytesPerSecond, 50_000)
  const path = new Path(300_000)
  path.feed(1000, 50, 1_000_000)
  assert.equal(path.congestion.bytesPerSecond, 300_000)
})

test('[C31] it starts by doubling and more, as long as the path delivers more', () => {
  const { congestion } = new Path()
  const path = new Path()
  assert.equal(congestion.phase, 'up')
  for (const rate of [100_000, 200_000, 400_000, 800_000]) {
    path.feed(120, 50, rate)
    assert.equal(path.congestion.phase, 'up')
    assert.equal(path.congestion.bytesPerSecond, 2.5 * rate)
  }
})

test('[C31] when the path delivers no more for three rounds it drains, and then stays just below what was found', () => {
  const path = new Path()
  path.feed(300, 50, 400_000)
  path.feed(300, 50, 400_000)
  const phases = new Set<string>()
  for (let i = 0; i < 40; i++) {
    path.feed(10, 50, 400_000)
    phases.add(path.congestion.phase)
  }
  assert.ok(phases.has('cruise'))
  const { congestion } = new Path().known()
  assert.equal(congestion.bandwidth, 1_000_000)
  assert.equal(congestion.bytesPerSecond, 950_000)
})

test('[C31] it tries a little more every second or so, and goes on while that is delivered', () => {
  const path = new Path().known()
  const from = path.now
  while (path.congestion.phase !== 'up') path.feed(10, 50, 1_000_000)
  assert.ok(path.now - from > 500 && path.now - from < 1500, `${path.now - from}`)
  assert.equal(path.congestion.bytesPerSecond, 1_250_000)
  path.feed(120, 50, 1_250_000)
  assert.equal(path.congestion.bytesPerSecond, 1_250_000 * 1.25 ** 2)
})

test('[C31] a queue takes the estimate down to what is delivered, by at most 40 % at a time', () => {
  const path = new Path().known()
  while (path.congestion.phase === 'cruise') path.feed(10, 150, 800_000)
  assert.equal(path.congestion.phase, 'down')
  assert.equal(path.congestion.bandwidth, 800_000)
  const choked = new Path().known()
  while (choked.congestion.phase === 'cruise') choked.feed(10, 150, 100_000)
  assert.equal(choked.congestion.bandwidth, 600_000)
})

test('[C31] a longer round trip that is there whenever the path is drained is the path, not a queue', () => {
  const path = new Path().known()
  path.feed(500, 150, 950_000)
  assert.equal(path.congestion.baseRttMs, 50)
  for (let i = 0; i < 200 && path.congestion.baseRttMs < 150; i++) path.feed(100, 150, 950_000)
  assert.equal(path.congestion.baseRttMs, 150)
  assert.ok(path.now < 20_000 && path.congestion.bandwidth >= 900_000, `${path.now}`)
})

test('[C32] loss without a queue is learnt and made up for, up to 35 %', () => {
  for (const [lostPackets, share] of [
    [2, 2 / 10],
    [20, 0.35],
  ]) {
    const path = new Path().known()
    path.feed(6000, 50, 1_000_000, { lostPackets, ackedPackets: 8 })
    assert.ok(Math.abs(path.congestion.naturalLoss - share) < 0.03, `${path.congestion.naturalLoss}`)
  }
})

test('[C32] much more loss than usual is a sign of too much', () => {
  const path = new Path().known()
  while (path.congestion.phase === 'cruise') path.feed(10, 50, 500_000, { lostPackets: 12, ackedPackets: 8 })
  assert.equal(path.congestion.phase, 'down')
  assert.ok(path.congestion.bandwidth <= 600_000)
})

test('[C33] a trickle neither raises nor lowers the estimate', () => {
  const path = new Path().known()
  path.feed(60_000, 50, 20_000, { isAppLimited: true })
  assert.equal(path.congestion.bandwidth, 1_000_000)
  assert.equal(path.congestion.phase, 'cruise')
})

test('[C33] a trickle that the path cannot carry is a sign of too much all the same', () => {
  const path = new Path().known()
  for (let i = 0; i < 100; i++) {
    path.congestion.sent(400)
    path.feed(10, 400, 20_000, { isAppLimited: true })
  }
  assert.ok(path.congestion.bandwidth <= 600_000)
})
