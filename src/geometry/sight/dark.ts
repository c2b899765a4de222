import { cos, sin } from '../../core/index.ts'
import type { Light } from './light.ts'

export interface DarkOptions {
  /** The map's sides in metres. */
  readonly width: number
  readonly height: number
  /** The most corners of each light's piece of ground, at least 3; all when left out. */
  readonly cornersMax?: number
}

/** As how many corners the round end of a light is drawn. */
const ROUND = 20

/**
 * Returns what lies in the dark, as one polygon for those who can be shown only one: the map's outline, from whose
 * first corner a line without width goes to each lit piece, round it, and back. Corners as x, y, x, y in metres; fill
 * it by the even-odd rule.
 *
 *     lights that are on --polygon, cut by its circle and by the lines half-way to others--> pieces without overlap
 *
 * Of ground that several lights shine on each keeps what is nearest to it. What only a light further off shines on
 * counts as dark, so nothing dark is ever shown as lit.
 */
export function darkPolygon(lights: Iterable<Light>, options: DarkOptions): number[] {
  const { width, height, cornersMax = Infinity } = options
  const on = [...lights].filter(({ isOn }) => isOn)
  const dark = [0, 0, width, 0, width, height, 0, height]
  for (const light of on) {
    let piece: ArrayLike<number> = light.polygon
    for (const [nx, ny] of ROUND_SIDES) {
      const { x, y } = light.at
      piece = cut(piece, nx, ny, nx * x + ny * y + light.reach * INNER)
    }
    for (const [nx, ny, c] of [
      [-1, 0, 0],
      [0, -1, 0],
      [1, 0, width],
      [0, 1, height],
    ])
      piece = cut(piece, nx, ny, c)
    for (const other of on) if (other !== light) piece = cutHalfWay(piece, light, other)
    if (piece.length < 6) continue
    const corners = simplify(piece, Math.max(3, cornersMax))
    dark.push(0, 0, ...corners, corners[0], corners[1])
  }
  dark.push(0, 0)
  return dark
}

const ROUND_SIDES: readonly (readonly [number, number])[] = Array.from({ length: ROUND }, (_, i) => {
  const angle = (i * 2 * Math.PI) / ROUND
  return [cos(angle), sin(angle)] as const
})
/** How far the sides of the round end are from its middle, where its corners are 1 away: it lies within the circle. */
const INNER = cos(Math.PI / ROUND)

/** Cuts off what is nearer to another light; the same line from both sides, so that no ground is in two pieces. */
function cutHalfWay(piece: ArrayLike<number>, { at, reach }: Light, other: Light): ArrayLike<number> {
  const nx = other.at.x - at.x
  const ny = other.at.y - at.y
  const far = reach + other.reach
  const squared = nx * nx + ny * ny
  if (squared > far * far || squared === 0) return piece
  return cut(piece, nx, ny, (nx * (at.x + other.at.x) + ny * (at.y + other.at.y)) / 2)
}

/** Cuts a polygon by a straight line: keeps where nx * x + ny * y <= c. Pieces hang together by lines without width. */
function cut(corners: ArrayLike<number>, nx: number, ny: number, c: number): ArrayLike<number> {
  const count = corners.length
  let isWhole = true
  for (let i = 0; i < count; i += 2)
    if (nx * corners[i] + ny * corners[i + 1] > c) {
      isWhole = false
      break
    }
  if (isWhole) return corners
  const kept: number[] = []
  let x0 = corners[count - 2]
  let y0 = corners[count - 1]
  let before = nx * x0 + ny * y0 - c
  for (let i = 0; i < count; i += 2) {
    const x = corners[i]
    const y = corners[i + 1]
    const now = nx * x + ny * y - c
    if (before <= 0 !== now <= 0) {
      const share = before / (before - now)
      kept.push(x0 + (x - x0) * share, y0 + (y - y0) * share)
    }
    if (now <= 0) kept.push(x, y)
    x0 = x
    y0 = y
    before = now
  }
  return kept
}

/**
 * Takes corners away, those first that change the least, until so many are left. Only corners that stick out are
 * taken while there are any, so the piece grows smaller and not into the dark.
 */
function simplify(corners: ArrayLike<number>, cornersMax: number): readonly number[] {
  const list = Array.from(corners)
  while (list.length / 2 > cornersMax || list.length > 6) {
    let best = -1
    let least = list.length / 2 > cornersMax ? Infinity : 1e-9
    for (let i = 0; i < list.length; i += 2) {
      const area = turnAt(list, i)
      // Counter-clockwise: a corner that turns left sticks out.
      const cost = area >= 0 ? area : list.length / 2 > cornersMax ? -area * 1e6 : Infinity
      if (cost >= least) continue
      least = cost
      best = i
    }
    if (best < 0) break
    list.splice(best, 2)
  }
  return list
}

/** Returns twice the area of the triangle at a corner, positive where the outline turns left. */
function turnAt(list: readonly number[], i: number): number {
  const count = list.length
  const [ax, ay] = [list[(i + count - 2) % count], list[(i + count - 1) % count]]
  const [bx, by] = [list[i], list[i + 1]]
  const [cx, cy] = [list[(i + 2) % count], list[(i + 3) % count]]
  return (bx - ax) * (cy - by) - (by - ay) * (cx - bx)
}
