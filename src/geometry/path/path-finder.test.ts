import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Random } from '../../core/index.ts'
import { Scheduler } from '../../task/index.ts'
import { emptyMap, type WorldMap } from '../map/world-map.ts'
import { parseMap } from '../tiled/parse-map.ts'
import { type Path, PathFinder, pathTo } from './path-finder.ts'

type Box = [x: number, y: number, width: number, height: number]
interface Trees {
  readonly x: number
  readonly y: number
  readonly size: number
}

/** Makes a square map, in metres, with walls and round trees. */
function mapOf(side: number, walls: readonly Box[], trees: readonly Trees[] = []): WorldMap {
  const scale = 8
  const layer = (name: string, objects: object[]) => ({
    type: 'objectgroup',
    name,
    objects: objects.map((object, id) => ({ id, ...object })),
  })
  return parseMap({
    orientation: 'orthogonal',
    width: side,
    height: side,
    tilewidth: scale,
    tileheight: scale,
    layers: [
      layer(
        'walls',
        walls.map(([x, y, width, height]) => ({
          x: x * scale,
          y: (side - y - height) * scale,
          width: width * scale,
          height: height * scale,
        })),
      ),
      layer(
        'trees',
        trees.map(({ x, y, size }) => ({
          x: x * scale,
          y: (side - y - size) * scale,
          width: size * scale,
          height: size * scale,
          ellipse: true,
        })),
      ),
    ],
  })
}

function randomMap(random: Random, side: number): WorldMap {
  const walls = Array.from({ length: random.integer(0, 40) }, (): Box => {
    const length = random.between(1, side / 3)
    const [x, y] = [random.between(0, side), random.between(0, side)]
    return random.chance(0.5) ? [x, y, length, 0.5] : [x, y, 0.5, length]
  })
  const trees = Array.from({ length: random.integer(0, 40) }, () => ({
    x: random.between(0, side),
    y: random.between(0, side),
    size: random.between(0.5, 3),
  }))
  return mapOf(side, walls, trees)
}

const somewhere = (random: Random, side: number) => ({
  x: random.between(0, side),
  y: random.between(0, side),
})

/** Asserts that nothing is touched anywhere on the way. */
function assertFree(
  map: WorldMap,
  from: { x: number; y: number },
  path: Path,
  radius: number,
  label: string,
): void {
  let at = from
  for (const to of path.waypoints) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - at.x, to.y - at.y) / 0.05))
    for (let i = at === from ? 1 : 0; i <= steps; i++) {
      const x = at.x + ((to.x - at.x) * i) / steps
      const y = at.y + ((to.y - at.y) * i) / steps
      assert.ok(map.isFree(x, y, radius), `${label}: (${x}, ${y}) is not free`)
    }
    at = to
  }
}

/** Runs Dijkstra over half-metre cells by brute force: whether there is a way, and how long in metres. */
function shortest(map: WorldMap, side: number, radius: number, from: { x: number; y: number }) {
  const count = side * 2
  const isFree = (column: number, row: number) => {
    for (let y = 0; y <= 4; y++)
      for (let x = 0; x <= 4; x++)
        if (!map.isFree((column + x / 4) / 2, (row + y / 4) / 2, radius + 1 / 256)) return false
    return true
  }
  const free = Array.from({ length: count * count }, (_, i) => isFree(i % count, Math.floor(i / count)))
  const costs = new Map<number, number>()
  const open = new Map<number, number>([[Math.floor(from.x * 2) + Math.floor(from.y * 2) * count, 0]])
  while (open.size > 0) {
    let [cell, cost] = [-1, Infinity]
    for (const [each, its] of open) if (its < cost) [cell, cost] = [each, its]
    open.delete(cell)
    costs.set(cell, cost)
    const [x, y] = [cell % count, Math.floor(cell / count)]
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
      [1, 1],
      [1, -1],
      [-1, 1],
      [-1, -1],
    ]) {
      const [nx, ny] = [x + dx, y + dy]
      if (nx < 0 || ny < 0 || nx >= count || ny >= count) continue
      const next = nx + ny * count
      if (!free[next] || !free[nx + y * count] || !free[x + ny * count] || costs.has(next)) continue
      const through = cost + Math.hypot(dx, dy) / 2
      if (through < (open.get(next) ?? Infinity)) open.set(next, through)
    }
  }
  return {
    free,
    count,
    cost: (to: { x: number; y: number }) => costs.get(Math.floor(to.x * 2) + Math.floor(to.y * 2) * count),
  }
}

describe('against brute force on random maps', () => {
  test('there is a way exactly where there is one, hardly longer than the shortest, and nothing is touched on it', () => {
    let [ours, theirs, asked, refused] = [0, 0, 0, 0]
    for (let seed = 0; seed < 24; seed++) {
      const random = new Random(seed)
      const side = random.integer(20, 44)
      const radius = random.pick([0.3, 0.4, 0.8])
      const map = randomMap(random, side)
      const finder = new PathFinder(map, { radius })
      const from = somewhere(random, side)
      const truth = shortest(map, side, radius, from)
      const isFree = ({ x, y }: { x: number; y: number }) =>
        truth.free[Math.floor(x * 2) + Math.floor(y * 2) * truth.count]
      if (!isFree(from)) continue
      for (let i = 0; i < 40; i++) {
        const to = somewhere(random, side)
        if (!isFree(to)) continue
        const label = `seed ${seed}, to ${i}`
        const least = truth.cost(to)
        const path = finder.find(from, to)
        assert.equal(path !== undefined, least !== undefined, label)
        assert.equal(finder.isReachable(from, to), least !== undefined, label)
        asked++
        if (!path || least === undefined) {
          refused++
          continue
        }
        assertFree(map, from, path, radius, label)
        assert.deepEqual(path.waypoints.at(-1), to, label)
        assert.ok(path.length <= least * 1.35 + 1.5, `${label}: ${path.length} m, ${least} m are the least`)
        ours += path.length
        theirs += least
      }
    }
    assert.ok(asked > 300 && refused > 10, `${asked} asked, ${refused} without a way`)
    assert.ok(ours < theirs * 1.02, `${ours / theirs} times the shortest way over cells`)
  })
})

test('over open ground the way is one straight line', () => {
  const finder = new PathFinder(emptyMap(64, 64), { radius: 0.4 })
  const path = finder.find({ x: 1.3, y: 2.1 }, { x: 50.2, y: 40.7 })
  assert.deepEqual(path?.waypoints, [{ x: 50.2, y: 40.7 }])
  assert.ok(Math.abs((path?.length ?? 0) - Math.hypot(48.9, 38.6)) < 1e-9)
})

test('a way to where one stands already is no way to go', () => {
  const finder = new PathFinder(emptyMap(64, 64), { radius: 0.4 })
  const path = finder.find({ x: 10.1, y: 10.1 }, { x: 10.2, y: 10.3 })
  assert.deepEqual(path?.waypoints, [{ x: 10.2, y: 10.3 }])
})

test('round a wall the string is tight: it turns at the corner, a body away from it', () => {
  const map = mapOf(64, [[30, 0, 1, 40]])
  const path = new PathFinder(map, { radius: 0.4 }).find({ x: 10, y: 10 }, { x: 50, y: 10 })
  assert.ok(path)
  assertFree(map, { x: 10, y: 10 }, path, 0.4, 'corner')
  const tight = Math.hypot(20, 30.4) + 1 + Math.hypot(19, 30.4)
  assert.ok(path.length < tight * 1.03, `${path.length} m, ${tight} m would be tight`)
  assert.ok(path.waypoints.length <= 4, `${path.waypoints.length} corners`)
})

test('a gap lets those through who fit, and no others', () => {
  const map = mapOf(64, [
    [30, 0, 1, 31],
    [30, 33, 1, 31],
  ])
  const ends = [
    { x: 10, y: 32 },
    { x: 50, y: 32 },
  ] as const
  assert.ok(new PathFinder(map, { radius: 0.4 }).find(...ends))
  assert.equal(new PathFinder(map, { radius: 1.1 }).find(...ends), undefined)
})

test('one who stands in a wall, or wants into one, goes by the nearest free place; far inside there is none', () => {
  const map = mapOf(64, [[20, 20, 12, 12]])
  const finder = new PathFinder(map, { radius: 0.4 })
  const out = finder.find({ x: 20.5, y: 26 }, { x: 5, y: 26 })
  assert.ok(out)
  const into = finder.find({ x: 5, y: 26 }, { x: 20.5, y: 26 })
  const end = into?.waypoints.at(-1)
  assert.ok(end && map.isFree(end.x, end.y, 0.4) && end.x > 18, JSON.stringify(end))
  assert.equal(finder.find({ x: 5, y: 26 }, { x: 26, y: 26 }), undefined)
  assert.equal(finder.nearest({ x: 26, y: 26 }), undefined)
  assert.deepEqual(finder.nearest({ x: 5.1, y: 26.1 }), { x: 5.1, y: 26.1 })
})

test('no way is known without a search', () => {
  const map = mapOf(128, [
    [60, 60, 20, 0.5],
    [60, 80, 20.5, 0.5],
    [60, 60, 0.5, 20],
    [80, 60, 0.5, 20],
  ])
  const finder = new PathFinder(map, { radius: 0.4 })
  const search = finder.search({ x: 5, y: 5 }, { x: 70, y: 70 })
  assert.equal(search.advance(1), true)
  assert.equal(search.path, undefined)
  assert.ok(search.worked <= 1)
})

test('a search worked on in small pieces finds what it finds at once, and none of the pieces is large', () => {
  const random = new Random(4)
  const map = randomMap(random, 200)
  const [whole, pieces] = [new PathFinder(map, { radius: 0.4 }), new PathFinder(map, { radius: 0.4 })]
  for (let i = 0; i < 30; i++) {
    const [from, to] = [somewhere(random, 200), somewhere(random, 200)]
    const search = pieces.search(from, to)
    let count = 0
    while (!search.advance(50)) {
      assert.ok(search.worked <= 50 + 3 * 32, `${search.worked}`)
      assert.ok(++count < 1000)
    }
    assert.deepEqual(search.path, whole.find(from, to))
  }
})

test('many searches at once do not disturb each other', () => {
  const random = new Random(6)
  const map = randomMap(random, 160)
  const [finder, alone] = [new PathFinder(map, { radius: 0.4 }), new PathFinder(map, { radius: 0.4 })]
  const ends = Array.from({ length: 20 }, () => [somewhere(random, 160), somewhere(random, 160)] as const)
  const searches = ends.map(([from, to]) => finder.search(from, to))
  for (let left = searches.length; left > 0; ) {
    left = 0
    for (const search of searches) if (!search.advance(40)) left++
  }
  for (const [i, [from, to]] of ends.entries())
    assert.deepEqual(searches[i].path, alone.find(from, to), `${i}`)
})

test('the same question has the same answer, whatever was asked before', () => {
  const map = randomMap(new Random(2), 120)
  const random = new Random(3)
  const ends = Array.from({ length: 60 }, () => [somewhere(random, 120), somewhere(random, 120)] as const)
  const [once, again] = [new PathFinder(map, { radius: 0.4 }), new PathFinder(map, { radius: 0.4 })]
  const paths = ends.map(([from, to]) => once.find(from, to))
  for (let i = ends.length - 1; i >= 0; i--) assert.deepEqual(again.find(...ends[i]), paths[i])
  for (const [i, [from, to]] of ends.entries()) assert.deepEqual(once.find(from, to), paths[i])
})

test('after a change a finder answers like a new one, and works out only the clusters that changed', () => {
  for (let seed = 0; seed < 10; seed++) {
    const random = new Random(seed)
    const side = 150
    const before = randomMap(random, side)
    const wall: Box = [random.between(5, 100), random.between(5, 100), random.between(1, 40), 1]
    const finder = new PathFinder(before, { radius: 0.4 })
    for (let i = 0; i < 20; i++) finder.find(somewhere(random, side), somewhere(random, side))
    const after = { ...before, solids: [...before.solids, ...mapOf(side, [wall]).solids] }
    const area = { x0: wall[0], y0: wall[1], x1: wall[0] + wall[2], y1: wall[1] + wall[3] }
    const count = finder.update(after, area)
    assert.ok(count >= 0 && count <= 8, `seed ${seed}: ${count} clusters`)
    const fresh = new PathFinder(after, { radius: 0.4 })
    for (let i = 0; i < 40; i++) {
      const [from, to] = [somewhere(random, side), somewhere(random, side)]
      assert.deepEqual(finder.find(from, to), fresh.find(from, to), `seed ${seed}, ${i}`)
    }
    assert.equal(finder.update(after), 0)
    finder.update(before)
    const old = new PathFinder(before, { radius: 0.4 })
    const [from, to] = [somewhere(random, side), somewhere(random, side)]
    assert.deepEqual(finder.find(from, to), old.find(from, to))
  }
})

test('a search under way while the map changes begins again', () => {
  const open = emptyMap(128, 128)
  const finder = new PathFinder(open, { radius: 0.4 })
  const search = finder.search({ x: 5, y: 5 }, { x: 120, y: 5 })
  search.advance(1)
  finder.update(mapOf(128, [[60, 0, 1, 128]]))
  while (!search.advance(10)) {}
  assert.equal(search.path, undefined)
})

test('as a task a search takes the ticks it needs, and charges its work', () => {
  const finder = new PathFinder(randomMap(new Random(4), 200), { radius: 0.4 })
  const tasks = new Scheduler()
  const found = tasks.start(function* () {
    return yield* pathTo(tasks, finder, { from: { x: 3, y: 3 }, to: { x: 190, y: 195 } })
  })
  for (let tick = 1; !found.isOver && tick < 100; tick++) tasks.run(tick)
  assert.equal(found.outcome?.ended, 'done')
  assert.ok(tasks.stats.work > 50, `${tasks.stats.work}`)
})

test('radii and cells that cannot be are refused', () => {
  const map = emptyMap(64, 64)
  for (const options of [
    { radius: -1 },
    { radius: Number.NaN },
    { radius: 0.4, cellSize: 0 },
    { radius: 0.4, cellSize: 0.01 },
  ])
    assert.throws(() => new PathFinder(map, options), { code: 'world/bad-path' })
  for (const options of [{ radius: 0 }, { radius: 0.4, cellSize: 64 / 4096 }]) new PathFinder(map, options)
})

test('in the town there is a way from every place where people begin to every other', () => {
  const file = new URL('../../../demo/map/town.tmj', import.meta.url)
  const map = parseMap(JSON.parse(readFileSync(file, 'utf8')), 'town.tmj')
  const finder = new PathFinder(map, { radius: 0.4 })
  const random = new Random(8)
  for (const from of map.spawns) {
    const to = random.pick(map.spawns)
    const path = finder.find(from, to)
    assert.ok(path, `from ${from.x}, ${from.y} to ${to.x}, ${to.y}`)
    assertFree(map, from, path, 0.4, 'town')
  }
})
