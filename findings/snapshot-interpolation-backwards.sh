#!/usr/bin/env bash
# What most would guess: a body that only ever goes forward is drawn going forward, since a library that shows the past
#   smoothly corrects its clock so that nobody sees it.
# What happens: with the clock's correction, which is on unless one turns it off, each snapshot that comes 50 ms early
#   or late sets the time that is shown at once, so under jitter what is drawn jumps back again and again, by up to two
#   snapshots' way. With autoCorrectTimeOffset off it never does.
# Seen on 2026-11-30 with @geckos.io/snapshot-interpolation 1.1.1, a minute of 20 snapshots a second that take 40 to
#   160 ms, 60 pictures a second:
#     corrected: 196 steps back, the longest 2.00 snapshots
#     not corrected: 0 steps back, the longest 0.00 snapshots
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
npm install --silent --ignore-scripts --prefix . @geckos.io/snapshot-interpolation@1.1.1 >/dev/null
cat >draw.mjs <<'JS'
import { SnapshotInterpolation } from '@geckos.io/snapshot-interpolation'

const BEGIN = 1_000_000
let now = BEGIN
SnapshotInterpolation.Now = () => now

function steps(autoCorrectTimeOffset) {
  let seed = 7
  const random = () => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x80000000
  const arrivals = Array.from({ length: 1200 }, (_, i) => ({ at: BEGIN + i * 50 + 40 + random() * 120, i }))
  arrivals.sort((a, b) => a.at - b.at)
  const library = new SnapshotInterpolation(20, { autoCorrectTimeOffset })
  let [next, last, back, longest] = [0, -1, 0, 0]
  for (now = BEGIN; now < BEGIN + 60_000; now += 16) {
    for (; next < arrivals.length && arrivals[next].at <= now; next++) {
      const { i } = arrivals[next]
      library.snapshot.add({ id: `${i}`, time: BEGIN + i * 50, state: [{ id: 'a', x: i }] })
    }
    const x = library.calcInterpolation('x')?.state[0]?.x
    if (x === undefined) continue
    if (x < last - 1e-9) [back, longest] = [back + 1, Math.max(longest, last - x)]
    last = x
  }
  return `${back} steps back, the longest ${longest.toFixed(2)} snapshots`
}
console.log(`corrected: ${steps(true)}\nnot corrected: ${steps(false)}`)
JS
seen=$(node draw.mjs)
echo "$seen"
[ "$seen" = 'corrected: 196 steps back, the longest 2.00 snapshots
not corrected: 0 steps back, the longest 0.00 snapshots' ]
