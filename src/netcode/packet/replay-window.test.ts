import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { LEAP_MAX, REPLAY_WINDOW, ReplayWindow } from './replay-window.ts'

const halves = (sequence: bigint): [number, number] => [
  Number(sequence >> 32n),
  Number(sequence & 0xffffffffn),
]

/** Judges a number and marks it when fresh, as a receiver does whose seal holds. */
function receive(window: ReplayWindow, sequence: bigint): string {
  const freshness = window.judge(...halves(sequence))
  if (freshness === 'fresh') window.mark(...halves(sequence))
  return freshness
}

/** The standard's rule, written plainly. */
class Slow {
  readonly #seen = new Set<bigint>()
  #newest: bigint | undefined

  receive(sequence: bigint): string {
    if (this.#newest !== undefined) {
      if (sequence > this.#newest + BigInt(LEAP_MAX)) return 'too far ahead'
      if (sequence <= this.#newest - BigInt(REPLAY_WINDOW)) return 'too old'
      if (this.#seen.has(sequence)) return 'replayed'
    }
    this.#seen.add(sequence)
    if (this.#newest === undefined || sequence > this.#newest) this.#newest = sequence
    return 'fresh'
  }
}

test('[S11] a number counts once; 255 behind the newest is in time and 256 is too late', () => {
  const window = new ReplayWindow()
  assert.equal(receive(window, 1000n), 'fresh')
  assert.equal(receive(window, 1000n), 'replayed')
  assert.equal(receive(window, 745n), 'fresh')
  assert.equal(receive(window, 745n), 'replayed')
  assert.equal(receive(window, 744n), 'too old')
  assert.equal(receive(window, 0n), 'too old')
})

test('[S11] zero is a number like any other', () => {
  const window = new ReplayWindow()
  assert.equal(receive(window, 0n), 'fresh')
  assert.equal(receive(window, 0n), 'replayed')
  assert.equal(receive(window, 1n), 'fresh')
})

test('[S11] judging moves nothing: only a number whose seal held is marked', () => {
  const window = new ReplayWindow()
  window.mark(0, 10)
  window.judge(0, 5000)
  assert.equal(receive(window, 9n), 'fresh')
  assert.equal(receive(window, 11n), 'fresh')
})

test('[S11] at the top of the 64-bit space every number counts once and nothing wraps to zero', () => {
  const top = 2n ** 64n - 1n
  const window = new ReplayWindow()
  for (let sequence = top - 600n; sequence <= top; sequence++)
    assert.equal(receive(window, sequence), 'fresh')
  for (let sequence = top - 255n; sequence <= top; sequence++)
    assert.equal(receive(window, sequence), 'replayed')
  for (const old of [0n, 1n, 255n, 256n, 2n ** 32n, 2n ** 53n, 2n ** 63n, top - 256n]) {
    assert.equal(receive(window, old), 'too old')
  }
})

test('[S12] a leap of 2^24 is believed and one more is not, across every carry of the halves', () => {
  for (const newest of [
    0n,
    5n,
    2n ** 32n - 1n,
    2n ** 53n - 1n,
    2n ** 63n,
    2n ** 64n - 1n - BigInt(2 * LEAP_MAX),
  ]) {
    const window = new ReplayWindow()
    receive(window, newest)
    assert.equal(receive(window, newest + BigInt(LEAP_MAX) + 1n), 'too far ahead')
    assert.equal(receive(window, newest + BigInt(LEAP_MAX)), 'fresh')
  }
})

test('[S12] from a small number nobody leaps to the far end', () => {
  const window = new ReplayWindow()
  receive(window, 7n)
  for (const far of [2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])
    assert.equal(receive(window, far), 'too far ahead')
})

test('[S11] the window agrees with a slow one on 40,000 numbers around every kind of border', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed)
    const window = new ReplayWindow()
    const slow = new Slow()
    let at = random.pick([0n, 300n, 2n ** 32n - 200n, 2n ** 53n - 500n, 2n ** 64n - 40_000n])
    for (let i = 0; i < 2000; i++) {
      at += BigInt(random.integer(0, 9) === 0 ? random.integer(0, 600) : random.integer(0, 2))
      const sequence = at - BigInt(random.integer(0, 300))
      const tried = sequence < 0n ? 0n : sequence
      assert.equal(receive(window, tried), slow.receive(tried), `seed ${seed}, step ${i}, number ${tried}`)
    }
  }
})

test('[S11] a window that is reset has seen nothing', () => {
  const window = new ReplayWindow()
  receive(window, 2n ** 60n)
  window.reset()
  assert.equal(receive(window, 3n), 'fresh')
  assert.equal(receive(window, 2n), 'fresh')
})
