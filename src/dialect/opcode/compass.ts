/** The eight ways, by number, in tiles. Columns grow to the west and rows to the south. */
export const STEPS: readonly (readonly [column: number, row: number])[] = [
  [0, -1],
  [1, -1],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
]

/** Returns the number of the way that leads this far; undefined for no step, and for more than one. */
export function stepWay(columns: number, rows: number): number | undefined {
  const way = STEPS.findIndex(([column, row]) => column === columns && row === rows)
  return way < 0 ? undefined : way
}

export const SOUTH = 4
const EIGHTH = Math.PI / 4

/** Returns the number of the way that is nearest to a direction, in radians counter-clockwise from east. */
export function wayTowards(facing: number): number {
  const eighths = Math.round((facing - Math.PI / 2) / EIGHTH)
  return ((eighths % 8) + 8) % 8
}
