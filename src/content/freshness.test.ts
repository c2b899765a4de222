import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Instant, instant } from '../core/index.ts'
import { Freshness, type Reloads } from './freshness.ts'

/**
 * Loads a page again and again until it stays for `ms`; `version(load, now)` is what the server says. @returns when
 * it reloaded
 */
function visit(
  version: (load: number, now: Instant) => string,
  isQuiet: (now: Instant) => boolean,
  ms: number,
): number[] {
  let before: Reloads = []
  const reloads: number[] = []
  let now = instant(0)
  for (let load = 0; load < 100; load++) {
    const page = new Freshness({ before }, now)
    let isReloading = false
    while (!isReloading) {
      for (let out = page.poll(now); out; out = page.poll(now)) {
        const next = out.do === 'ask whether quiet' ? (isQuiet(now) ? page.quiet() : undefined) : out
        if (next?.do === 'look') page.receive(version(load, now), now)
        else if (next?.do === 'reload') {
          before = next.remember
          isReloading = true
          reloads.push(now)
          break
        }
      }
      if (isReloading) break
      now = page.wakeAt
      if (now > ms) return reloads
    }
  }
  throw new Error('It reloads for ever.')
}

describe('[U23] a page', () => {
  test('stays while the version is the one it was loaded with', () => {
    assert.deepEqual(
      visit(
        () => 'a',
        () => true,
        600_000,
      ),
      [],
    )
  })

  test('reloads once when there is another version, at the first quiet moment after it has noticed', () => {
    const version = (_: number, now: Instant): string => (now < 90_000 ? 'a' : 'b')
    assert.deepEqual(
      visit(version, () => true, 600_000),
      [120_000],
    )
    assert.deepEqual(
      visit(version, (now) => now > 200_500, 600_000),
      [201_000],
    )
    assert.deepEqual(
      visit(version, () => false, 600_000),
      [],
    )
  })

  test('notices at once when it is told', () => {
    const page = new Freshness({ before: [] }, instant(0))
    assert.deepEqual(page.poll(instant(0)), { do: 'look' })
    page.receive('a', instant(0))
    assert.equal(page.poll(instant(10)), undefined)
    page.flagged(instant(10))
    assert.deepEqual(page.poll(instant(10)), { do: 'look' })
    page.receive('b', instant(20))
    assert.equal(page.isStale, true)
    assert.deepEqual(page.poll(instant(20)), { do: 'ask whether quiet' })
    page.receive('a', instant(30))
    assert.equal(page.isStale, false, 'taken back')
    assert.equal(page.quiet(), undefined)
  })

  test('never goes round: at most twice for one version, even between two servers that differ', () => {
    const flicker = (_: number, now: Instant): string => (now % 120_000 === 0 ? 'a' : 'b')
    assert.equal(visit(flicker, () => true, 6_000_000).length, 4)
  })
})
