import { type Point, point, rectangle } from './geometry.ts'
import { Plan } from './plan.ts'
import { digStairs } from './stairs.ts'

/** Metres that one letter of the picture stands for, each way. */
const side = 4

/**
 * The way under the town, from the cellars of the market to the crypt of the Haunted Yard; north is up.
 *
 *     #  rock              M  stairs to the market    o  a pillar    g  graves
 *     .  floor             C  stairs to the crypt     *  a lamp      b  barrels and crates
 */
const picture = [
  '########################',
  '######......####.....###',
  '#*..........####.b*b.###',
  '#C..##.gg.*.####...b.###',
  '######.gg...#####.######',
  '######......#####.######',
  '########.#####....######',
  '###..*##.#####.#########',
  '###g..........*....#####',
  '###g..##.#####.###..####',
  '######...####...###...##',
  '##*......###..o.o.###*##',
  '##.##.##.###*.....###.##',
  '##......*###..o.o.###M##',
  '######b.#####...########',
  '########################',
]
const size = { width: picture[0].length * side, height: picture.length * side }

/** Places worth a name: where, how far around, what it is called. */
const places: readonly [number, number, number, string][] = [
  [84, 20, 8, 'The Old Cellars'],
  [60, 16, 13, 'Hall of Six Echoes'],
  [72, 52, 12, 'The Forgotten Store'],
  [38, 50, 15, 'The Bone Rooms'],
  [16, 30, 9, "The Bellringer's Rest"],
  [24, 14, 16, 'The Crooked Ways'],
  [8, 52, 7, 'Below the Crypt'],
]

/** The catacombs: 96 x 64 m, in Tiled's JSON. */
export function planCatacombs(): string {
  const plan = new Plan(size)
  const whole = rectangle(point(0, 0), point(1, 0), { u0: 0, v0: 0, u1: size.width, v1: size.height })
  plan.polygon('decor', 'square', whole)
  for (const { column, row, columns, rows } of rocks())
    plan.polygon('walls', 'rock', square(column, row, { columns, rows }))
  for (const [row, letters] of picture.entries())
    for (const [column, letter] of [...letters].entries()) furnish(plan, letter, middleOf(column, row))
  for (const [x, y, radius, name] of places) plan.point('decor', 'place', point(x, y), { radius }, name)
  return plan.toJson()
}

function furnish(plan: Plan, letter: string, { x, y }: Point): void {
  if (letter === 'M')
    digStairs(plan, point(x, y + 1.4), { opens: 'north', to: ['town', 'cellar stairs'], name: 'cellar' })
  else if (letter === 'C')
    digStairs(plan, point(x, y + 1.4), { opens: 'north', to: ['town', 'crypt stairs'], name: 'crypt' })
  else if (letter === 'o') plan.circle('walls', 'pillar', point(x, y), 0.7)
  else if (letter === '*') plan.point('decor', 'lamp', point(x, y))
  else if (letter === 'g')
    for (const v of [-1.2, 0.9])
      plan.polygon(
        'walls',
        'grave',
        rectangle(point(x - 1, y + v), point(1, 0), { u0: 0, v0: 0, u1: 2, v1: 0.7 }),
      )
  else if (letter === 'b') {
    plan.circle('walls', 'barrel', point(x - 1.2, y + 1.3), 0.45)
    plan.polygon(
      'walls',
      'crate',
      rectangle(point(x + 0.4, y + 0.9), point(1, 0), { u0: 0, v0: 0, u1: 0.9, v1: 0.9 }),
    )
  }
}

interface Rock {
  readonly column: number
  readonly row: number
  columns: number
  rows: number
}

/** The rock in few large boxes: runs of a row, and those that lie under the same run above them joined to it. */
function rocks(): Rock[] {
  const all: Rock[] = []
  for (const [row, letters] of picture.entries())
    for (const run of letters.matchAll(/#+/g)) {
      const [column, columns] = [run.index, run[0].length]
      const above = all.find(
        (rock) => rock.column === column && rock.columns === columns && rock.row + rock.rows === row,
      )
      if (above) above.rows++
      else all.push({ column, row, columns, rows: 1 })
    }
  return all
}

function middleOf(column: number, row: number): Point {
  return point((column + 0.5) * side, size.height - (row + 0.5) * side)
}

function square(column: number, row: number, { columns, rows }: { columns: number; rows: number }) {
  const corner = point(column * side, size.height - (row + rows) * side)
  return rectangle(corner, point(1, 0), { u0: 0, v0: 0, u1: columns * side, v1: rows * side })
}
