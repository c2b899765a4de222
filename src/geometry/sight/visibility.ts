import { type ConeOptions, directionOf } from './direction.ts'
import { orient, UNITS_PER_METRE, unitsOf } from './lattice.ts'
import type { Walls } from './walls.ts'

/** How far, and perhaps in which directions only, something sees or shines. */
export interface Extent {
  /**
   * The reach in metres. The polygon ends at a square of twice that; to draw a round light, cut it by its circle.
   */
  readonly reach: number
  readonly cone?: ConeOptions
}

/** How finely a direction of the cone's sides is told. */
const FINE = 65_536

/**
 * Computes what can be seen from a point: corners of a polygon around it, counter-clockwise, as x, y, x, y in
 * metres. With a cone the point itself is the first corner. Empty when the point is not finite or the reach is not
 * above 0.
 *
 * It agrees with `Walls.isClear` but for rounding at its sides. A wall whose line goes through the point shows no
 * side and is left out. A point inside a solid sees its inside.
 *
 *     ends of walls --by direction--> sectors; in each the nearest of the walls across it, which may cross each other
 *
 * Within a sector, 1 / distance along the ray of share t between its sides is a + t * b for each wall: what is seen
 * is the upper envelope of straight lines, and its corners are found from left to right. So no wall needs to be cut
 * where walls cross, and nothing depends on an order of walls. The cost is the number of ends times the walls
 * across a sector.
 */
export function visibilityPolygon(
  walls: Walls,
  from: { readonly x: number; readonly y: number },
  extent: Extent,
): Float64Array {
  const x = unitsOf(from.x)
  const y = unitsOf(from.y)
  const reach = unitsOf(extent.reach)
  if (Number.isNaN(x + y + reach) || reach <= 0) return new Float64Array(0)
  const sweep = new Sweep(x, y)
  const [west, south, east, north] = [-reach, -reach, reach, reach]
  sweep.add(west, south, east, south)
  sweep.add(east, south, east, north)
  sweep.add(east, north, west, north)
  sweep.add(west, north, west, south)
  const { ends } = walls
  walls.eachIn(x + west, y + south, x + east, y + north, (wall) => {
    const at = wall * 4
    sweep.add(ends[at] - x, ends[at + 1] - y, ends[at + 2] - x, ends[at + 3] - y)
  })
  return sweep.polygon(extent.cone)
}

/** The walls around one point, with all coordinates in units from it. */
class Sweep {
  readonly #x: number
  readonly #y: number
  /** Four numbers a wall, its first end to the right of the second as seen from the point. */
  readonly #walls: number[] = []
  /** Two numbers a wall: its nearness in a direction is linear in that. */
  readonly #lines: number[] = []
  readonly #corners: number[] = []

  constructor(x: number, y: number) {
    this.#x = x
    this.#y = y
  }

  add(x0: number, y0: number, x1: number, y1: number): void {
    const turn = orient(0, 0, x0, y0, x1, y1)
    if (turn === 0) return
    this.#lines.push((x0 - x1) / turn, (y0 - y1) / turn)
    if (turn > 0) this.#walls.push(x0, y0, x1, y1)
    else this.#walls.push(x1, y1, x0, y0)
  }

  polygon(cone: ConeOptions | undefined): Float64Array {
    const isWhole = cone === undefined || cone.width > 2 * Math.PI - 1 / 1024
    const [first, last] = isWhole ? [{ x: 1, y: 0 }, undefined] : sidesOf(cone)
    // Angles are counted from the first side on, so that the sweep begins and ends there.
    const base = quarters(first.x, first.y)
    const angle = (x: number, y: number): number => {
      const from = quarters(x, y) - base
      return from < 0 ? from + 4 : from
    }
    const walls = this.#walls
    const count = walls.length / 4
    const angles = new Float64Array(count * 2 + 2)
    for (let i = 0; i < count * 2; i++) angles[i] = angle(walls[i * 2], walls[i * 2 + 1])
    angles[count * 2] = 0
    const end = last === undefined ? 4 : angle(last.x, last.y)
    angles[count * 2 + 1] = end === 4 ? 0 : end
    const sorted = angles.slice().sort()
    let sides = 0
    for (let i = 0; i < sorted.length; i++)
      if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[sides++] = sorted[i]
    // By side: which way it points, and which walls begin and end there, as chains.
    const ways = new Float64Array(sides * 2)
    const begins = new Int32Array(sides).fill(-1)
    const ends = new Int32Array(sides).fill(-1)
    const nextBegin = new Int32Array(count)
    const nextEnd = new Int32Array(count)
    const across: number[] = []
    const placeOf = new Int32Array(count).fill(-1)
    ways.set([first.x, first.y])
    if (last) ways.set([last.x, last.y], sideOf(sorted, sides, end) * 2)
    for (let wall = 0; wall < count; wall++) {
      const begin = sideOf(sorted, sides, angles[wall * 2])
      const over = sideOf(sorted, sides, angles[wall * 2 + 1])
      if (begin === over) continue // Too narrow to be told from nothing.
      ways[begin * 2] = walls[wall * 4]
      ways[begin * 2 + 1] = walls[wall * 4 + 1]
      ways[over * 2] = walls[wall * 4 + 2]
      ways[over * 2 + 1] = walls[wall * 4 + 3]
      nextBegin[wall] = begins[begin]
      begins[begin] = wall
      nextEnd[wall] = ends[over]
      ends[over] = wall
      // Walls across the first side are there from the beginning.
      if (begin > over && over > 0) {
        placeOf[wall] = across.length
        across.push(wall)
      }
    }
    if (last) this.#corners.push(this.#x / UNITS_PER_METRE, this.#y / UNITS_PER_METRE)
    for (let side = 0; side < sides && sorted[side] < end; side++) {
      for (let wall = ends[side]; wall >= 0; wall = nextEnd[wall]) {
        const place = placeOf[wall]
        if (place < 0) continue
        const other = across[across.length - 1]
        across[place] = other
        placeOf[other] = place
        across.pop()
        placeOf[wall] = -1
      }
      for (let wall = begins[side]; wall >= 0; wall = nextBegin[wall]) {
        placeOf[wall] = across.length
        across.push(wall)
      }
      const next = side + 1 === sides ? 0 : side + 1
      this.#sector(across, ways[side * 2], ways[side * 2 + 1], ways[next * 2], ways[next * 2 + 1])
    }
    return Float64Array.from(this.#withoutRepeats(!isWhole))
  }

  /**
   * Finds the envelope between two sides, left to right: the wall that is nearest, until another comes before it.
   */
  #sector(across: readonly number[], ax: number, ay: number, bx: number, by: number): void {
    // 1 / distance along the ray a + t (b - a), in lengths of that, is start + t * (end - start).
    const lines = this.#lines
    let nearest = -1
    let atStart = 0
    let atEnd = 0
    let mostAtEnd = 0
    for (let i = 0; i < across.length; i++) {
      const at = across[i] * 2
      const start = ay * lines[at] - ax * lines[at + 1]
      const end = by * lines[at] - bx * lines[at + 1]
      if (end > mostAtEnd) mostAtEnd = end
      if (start < atStart || (start === atStart && end <= atEnd && nearest >= 0)) continue
      nearest = i
      atStart = start
      atEnd = end
    }
    let t = 0
    for (let crossing = 0; nearest >= 0 && crossing <= across.length; crossing++) {
      this.#corner(ax + t * (bx - ax), ay + t * (by - ay), atStart + t * (atEnd - atStart))
      let nextAt = 1
      let next = -1
      let nextStart = 0
      let nextEnd = 0
      // Where none is nearer at the end, none comes before it.
      for (let i = 0; atEnd < mostAtEnd && i < across.length; i++) {
        const at = across[i] * 2
        const end = by * lines[at] - bx * lines[at + 1]
        if (end <= atEnd) continue
        const start = ay * lines[at] - ax * lines[at + 1]
        const lead = atStart - start
        // Where the two are equally near.
        const meets = Math.max(t, lead / (lead + end - atEnd))
        if (meets > nextAt || (meets === nextAt && end <= nextEnd)) continue
        nextAt = meets
        next = i
        nextStart = start
        nextEnd = end
      }
      t = nextAt
      this.#corner(ax + t * (bx - ax), ay + t * (by - ay), atStart + t * (atEnd - atStart))
      nearest = next
      atStart = nextStart
      atEnd = nextEnd
    }
  }

  #corner(dx: number, dy: number, nearness: number): void {
    if (!(nearness > 0)) return
    this.#corners.push(
      (this.#x + dx / nearness) / UNITS_PER_METRE,
      (this.#y + dy / nearness) / UNITS_PER_METRE,
    )
  }

  /** Drops repeated corners, and those on the straight between their neighbours. */
  #withoutRepeats(hasTip: boolean): number[] {
    const all = this.#corners
    const kept: number[] = []
    for (let i = 0; i < all.length; i += 2) {
      const x = all[i]
      const y = all[i + 1]
      if (kept.length >= 2 && isSame(kept[kept.length - 2], x) && isSame(kept[kept.length - 1], y)) continue
      while (kept.length >= 4 && isStraight(kept, x, y)) kept.length -= 2
      kept.push(x, y)
    }
    const end = kept.length
    if (end > 2 && isSame(kept[0], kept[end - 2]) && isSame(kept[1], kept[end - 1])) kept.length -= 2
    // The sweep of a whole turn began in the middle of something.
    const around = [...kept.slice(-2), ...kept.slice(0, 2)]
    return kept.length > 6 && !hasTip && isStraight(around, kept[2], kept[3]) ? kept.slice(2) : kept
  }
}

/** How many metres apart two places still count as the same. */
const SAME = 1e-9

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) < SAME
}

/** Returns whether the last corner kept lies between the one before it and (x, y), on their line. */
function isStraight(kept: readonly number[], x: number, y: number): boolean {
  const end = kept.length
  const dx = kept[end - 2] - kept[end - 4]
  const dy = kept[end - 1] - kept[end - 3]
  const onX = x - kept[end - 2]
  const onY = y - kept[end - 1]
  const turn = dx * onY - dy * onX
  const onwards = dx * onX + dy * onY
  return onwards > 0 && Math.abs(turn) < SAME * onwards
}

/** Returns the two sides of a cone, from right to left, as whole numbers. */
function sidesOf({ facing, width }: ConeOptions): [{ x: number; y: number }, { x: number; y: number }] {
  const side = (radians: number): { x: number; y: number } => {
    const { x, y } = directionOf(radians)
    return { x: Math.round(x * FINE), y: Math.round(y * FINE) }
  }
  return [side(facing - Math.max(width, 0) / 2), side(facing + Math.max(width, 0) / 2)]
}

/**
 * Returns a number that grows with the angle, 0 <= v < 4, a quarter turn each. It needs no arc tangent, and two
 * ways in one direction get the same number, since the same fraction of whole numbers is rounded alike.
 */
function quarters(x: number, y: number): number {
  if (y >= 0) return x > 0 ? y / (x + y) : 1 + -x / (y - x)
  return x < 0 ? 2 + y / (x + y) : 3 + x / (x - y)
}

/** Returns which of the sorted angles this one is. */
function sideOf(sorted: Float64Array, count: number, angle: number): number {
  let low = 0
  let high = count - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < angle) low = middle + 1
    else high = middle
  }
  return low
}
