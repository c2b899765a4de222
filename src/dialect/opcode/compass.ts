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

/** The way of each step, by three times one more than its rows and one more than its columns; -1 for none. */
const WAYS = [7, 0, 1, 6, -1, 2, 5, 4, 3]

/** Returns the number of the way that leads this far; undefined for no step, and for more than one. */
export function stepWay(columns: number, rows: number): number | undefined {
  if (columns < -1 || columns > 1 || rows < -1 || rows > 1 || (columns === 0 && rows === 0)) return undefined
  return WAYS[3 * (rows + 1) + columns + 1]
}

export const SOUTH = 4
const EIGHTH = Math.PI / 4

/** Returns the number of the way that is nearest to a direction, in radians counter-clockwise from east. */
export function wayTowards(facing: number): number {
  const eighths = Math.round((facing - Math.PI / 2) / EIGHTH)
  return ((eighths % 8) + 8) % 8
}
