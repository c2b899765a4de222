/**
 * Path-finding between random places: across the demo's town, and across a made map of 1024 x 1024 cells; beside
 * the two libraries that a user would take, on the same cells, with the same rule about corners. CPU time.
 */
import { readFileSync } from 'node:fs'
import easystar from 'easystarjs'
import rival, { type Finder } from 'pathfinding'
import { WalkGrid } from '../../src/geometry/path/walk-grid.ts'
import { emptyMap, PathFinder, parseMap, Random, type Vector2, type WorldMap } from '../../src/index.ts'
import type { Bench, Row } from '../row.ts'
import { cpuMs, cpuMsOf, rowsOf } from './measure.ts'

type Ways = readonly (readonly [Vector2, Vector2])[]
const RADIUS = 0.4
const CELL = 0.5

export const run: Bench = async ({ quick }) => {
  const file = new URL('../../demo/map/town.tmj', import.meta.url)
  const town = parseMap(JSON.parse(readFileSync(file, 'utf8')), 'town.tmj')
  return [
    ...(await rowsFor('paths, town', town, quick)),
    ...(await rowsFor('paths, 1024 x 1024 cells', made(), quick)),
  ]
}

/** Makes a map of long walls and trees at random. */
function made(): WorldMap {
  const random = new Random(7)
  const side = 1024 * CELL
  const solids = Array.from({ length: 3000 }, () => {
    const [x, y] = [random.between(0, side), random.between(0, side)]
    if (random.chance(0.5))
      return { kind: 'tree', variety: '', shape: 'circle', x, y, radius: random.between(0.3, 2) } as const
    const [width, height] = random.chance(0.5) ? [random.between(2, 30), 0.5] : [0.5, random.between(2, 30)]
    return { kind: 'wall', variety: '', shape: 'box', x0: x, y0: y, x1: x + width, y1: y + height } as const
  })
  return { ...emptyMap(side, side), solids }
}

async function rowsFor(name: string, map: WorldMap, quick: boolean): Promise<Row[]> {
  const row = rowsOf(name)
  let finder = new PathFinder(map, { radius: RADIUS })
  const building = cpuMsOf(() => {
    finder = new PathFinder(map, { radius: RADIUS })
  })
  const random = new Random(3)
  const ways = waysIn(map, finder, { random, count: quick ? 1500 : 6000 })
  const warm = ways.slice(0, ways.length / 3)
  for (const [from, to] of warm) finder.find(from, to)
  let metres = 0
  const rest = ways.slice(ways.length / 3)
  const ms = cpuMsOf(() => {
    for (const [from, to] of rest) metres += finder.find(from, to)?.length ?? 0
  })
  const each = ms / rest.length
  const again = cpuMsOf(() => {
    for (const [from, to] of rest.slice(-1000)) finder.find(from, to)
  })
  const near = rest.map(([from]) => [from, finder.nearest(beside(from, random)) ?? from] as const)
  const short = cpuMsOf(() => {
    for (const [from, to] of near) finder.find(from, to)
  })
  const few = ways.slice(0, quick ? 3 : 12)
  const theirs = await rivals(map, few)
  return [
    row('map made ready', building, 'ms'),
    row('mean way', metres / rest.length, 'm'),
    row('time per search', each * 1000, 'us'),
    row('searches a second of CPU time', 1000 / each, 'per second'),
    row('of a core, at 1,000 searches a second', each, 'ratio'),
    row('time per search asked before', (again * 1000) / Math.min(1000, rest.length), 'us'),
    row('time per search, 30 m around', (short * 1000) / near.length, 'us'),
    row('time, pathfinding A* over ours', theirs.aStar.search / each, 'ratio'),
    row('time, pathfinding A* and its copy of the grid over ours', theirs.aStar.whole / each, 'ratio'),
    row('time, pathfinding jump points over ours', theirs.jump.search / each, 'ratio'),
    row(
      'time, pathfinding jump points and its copy of the grid over ours',
      theirs.jump.whole / each,
      'ratio',
    ),
    row('time, easystarjs over ours', theirs.easy / each, 'ratio'),
  ]
}

/** The milliseconds that a search takes by itself, and with the copy of the grid that it needs: it spoils its grid. */
interface Searched {
  readonly search: number
  readonly whole: number
}

/** Returns the milliseconds a search takes. */
async function rivals(map: WorldMap, ways: Ways): Promise<{ aStar: Searched; jump: Searched; easy: number }> {
  const cells = new WalkGrid(map, { radius: RADIUS, cellSize: CELL })
  const matrix = Array.from({ length: cells.rows }, (_, row) =>
    Array.from({ length: cells.columns }, (_, column) => 1 - cells.free[column + row * cells.columns]),
  )
  const grid = new rival.Grid(matrix)
  const diagonalMovement = rival.DiagonalMovement.OnlyWhenNoObstacles
  const timed = (finder: Finder): Searched => {
    let search = 0
    const whole = cpuMsOf(() => {
      for (const [from, to] of ways) {
        const ends = [from.x, from.y, to.x, to.y].map(cellOf) as [number, number, number, number]
        const copy = grid.clone()
        search += cpuMsOf(() => void finder.findPath(...ends, copy))
      }
    })
    return { search: search / ways.length, whole: whole / ways.length }
  }
  const aStar = timed(new rival.AStarFinder({ diagonalMovement }))
  const jump = timed(new rival.JumpPointFinder({ diagonalMovement }))

  const star = new easystar.js()
  star.setGrid(matrix)
  star.setAcceptableTiles([0])
  star.enableDiagonals()
  star.disableCornerCutting()
  star.setIterationsPerCalculation(1e9)
  star.enableSync()
  const before = cpuMs()
  for (const [from, to] of ways) {
    star.findPath(cellOf(from.x), cellOf(from.y), cellOf(to.x), cellOf(to.y), () => {})
    star.calculate()
  }
  return { aStar, jump, easy: (cpuMs() - before) / ways.length }
}

function cellOf(metres: number): number {
  return Math.floor(metres / CELL)
}

function beside({ x, y }: Vector2, random: Random): Vector2 {
  return { x: x + random.between(-30, 30), y: y + random.between(-30, 30) }
}

function waysIn(map: WorldMap, finder: PathFinder, options: { random: Random; count: number }): Ways {
  const { random, count } = options
  const ways: (readonly [Vector2, Vector2])[] = []
  const somewhere = (): Vector2 => ({ x: random.between(0, map.width), y: random.between(0, map.height) })
  while (ways.length < count) {
    const [from, to] = [finder.nearest(somewhere()), finder.nearest(somewhere())]
    if (from && to && finder.isReachable(from, to)) ways.push([from, to])
  }
  return ways
}
