#!/usr/bin/env bash
# What most would guess: searches that promise the shortest way on a grid and differ in speed alone, as A* and Dijkstra,
#   the same from both ends, and jump points, find ways of one length.
# What happens: from both ends the search stops where the two first meet, which need not be on a shortest way, and jump
#   points miss ways round corners that may not be cut. Only A* and Dijkstra from one end agree.
# Seen on 2026-11-30 with pathfinding 0.4.18, 500 grids of 16 x 16 with walls on 30 % of them, diagonals that cut no
#   corner:
#     longer than Dijkstra's: AStar 0, BiAStar 63, BiDijkstra 17, JumpPoint 49
set -euo pipefail
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
npm install --silent --ignore-scripts --prefix . pathfinding@0.4.18 >/dev/null
cat >find.mjs <<'JS'
import finding from 'pathfinding'

const SIZE = 16
let seed = 1
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648

function lengthOf(name, walls) {
  const finder = new finding[`${name}Finder`]({ diagonalMovement: finding.DiagonalMovement.OnlyWhenNoObstacles })
  const way = finder.findPath(0, 0, SIZE - 1, SIZE - 1, new finding.Grid(walls))
  if (way.length === 0) return Number.POSITIVE_INFINITY
  return way.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - way[i][0], y - way[i][1]), 0)
}
const longer = { AStar: 0, BiAStar: 0, BiDijkstra: 0, JumpPoint: 0 }
for (let map = 0; map < 500; map++) {
  const walls = Array.from({ length: SIZE }, () => Array.from({ length: SIZE }, () => Number(random() < 0.3)))
  walls[0][0] = 0
  walls[SIZE - 1][SIZE - 1] = 0
  const shortest = lengthOf('Dijkstra', walls)
  for (const name in longer) if (lengthOf(name, walls) > shortest + 1e-9) longer[name]++
}
console.log(`longer than Dijkstra's: ${Object.entries(longer).map((entry) => entry.join(' ')).join(', ')}`)
JS
seen=$(node find.mjs)
echo "$seen"
[ "$seen" = "longer than Dijkstra's: AStar 0, BiAStar 63, BiDijkstra 17, JumpPoint 49" ]
