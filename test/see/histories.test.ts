/**
 * Random histories: whatever happens in a world and on the way to a viewer, both ends hold the same state once it is
 * quiet. `HISTORIES=10000` plays so many of each sort; a few hundred, some of them never seen before, when left out.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lossy, playHistory, reliable } from './history/history.ts'

const count = Number(process.env.HISTORIES ?? 150)
/** Half of the histories are the same in every run; the other half begin at another seed each time. */
const fresh = Number(process.env.HISTORY_SEED ?? Date.now() % 1_000_000_000)

function seeds(): number[] {
  const fixed = Math.ceil(count / 2)
  return Array.from({ length: count }, (_, i) => (i < fixed ? i + 1 : fresh + i))
}

test('[T30] a replica on a reliable link, also one that breaks and resumes, equals its author after every history', () => {
  let resumed = 0
  for (const seed of seeds()) resumed += playHistory(seed, reliable).resumed
  assert.ok(resumed > 0)
})

test('[T31] a replica on a link that loses, repeats and reorders equals its author once quiet', () => {
  for (const seed of seeds()) playHistory(seed, lossy)
})

test('[T32] a replica of a replica equals the author as one that follows directly does', () => {
  for (const seed of seeds().filter((_, i) => i % 2 === 0)) {
    playHistory(seed, reliable, reliable)
    playHistory(seed, lossy, reliable)
    playHistory(seed, reliable, lossy)
    playHistory(seed, lossy, lossy)
  }
})
