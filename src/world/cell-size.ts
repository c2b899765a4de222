import { ShardlessError } from '../core/index.ts'

/** The size of a game's map, in metres, and how it is cut into cells. */
export interface MapSize {
  readonly width: number
  readonly height: number
  /**
   * The side of a cell, the unit of interest: the largest choice there is about bytes and time. Left out, it is chosen
   * by how many `people` there are; `game.map.cellSize` says it.
   */
  readonly cellSize?: number
  /** How many move about on the map when it is busy; only to choose `cellSize` by. */
  readonly people?: number
  /** How far players see, in metres; only to choose `cellSize` by. 48 when left out, as `viewRadius` is. */
  readonly sight?: number
}

/** How many people a cell holds best, as long as that is neither much smaller nor much larger than what one sees. */
const PEOPLE_A_CELL = 16
const SIGHT_SHARE_MIN = 2 / 3
const SIGHT_SHARE_MAX = 3
/** How far players see unless a game says otherwise, in metres. */
const SIGHT = 48
const CELLS_MAX = 4096

/**
 * Returns the side of a map's cells: the game's own, or one by the number of people, so that both sides of the map are
 * whole numbers of cells. Smaller cells have everybody told whole to everybody more often, as they walk from one to the
 * next; larger ones have more to sort out who is within a circle. docs/benchmarks/replication.md has the figures.
 *
 * @param least  the least side that the fastest motion needs, in metres
 * @throws `world/bad-game` where no side fits, or `people` or `sight` is no number above 0
 */
export function cellSizeOf(map: MapSize, least: number): number {
  const { width, height, people, sight = SIGHT } = map
  if (map.cellSize !== undefined) return map.cellSize
  for (const [name, value] of Object.entries({ people: people ?? 1, sight }))
    if (!(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new ShardlessError('world/bad-game', `map.${name} is ${value}; it is above 0, or left out.`)
  const roomy = people === undefined ? sight : Math.sqrt((PEOPLE_A_CELL * width * height) / people)
  const wanted = Math.max(SIGHT_SHARE_MIN * sight, Math.min(SIGHT_SHARE_MAX * sight, roomy))
  let best = Number.NaN
  for (let columns = 1; columns <= CELLS_MAX; columns++) {
    const side = width / columns
    // Quarters of a metre are exact, so that every machine cuts the map alike.
    const fits = side >= Math.max(1, least) && Number.isInteger(side * 4) && Number.isInteger(height / side)
    if (fits && height / side <= CELLS_MAX && !(timesOff(best, wanted) <= timesOff(side, wanted))) best = side
  }
  if (!Number.isNaN(best)) return best
  throw new ShardlessError(
    'world/bad-game',
    `no cell of a map of ${width} x ${height} m could be chosen: sides of quarters of a metre, ${Math.max(1, least)} m at least, that divide both. Say map.cellSize, or take other sides.`,
  )
}

/** Returns by what factor a side is larger or smaller than the one wanted. */
function timesOff(side: number, wanted: number): number {
  return side > wanted ? side / wanted : wanted / side
}
