import { mix, palette, veil } from '../palette.ts'
import { noiseAt } from './noise.ts'

/** A point in metres from the map's north-west corner, as on the screen: x to the right, y downwards. */
export interface Spot {
  readonly x: number
  readonly y: number
}
export interface Box {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

export type Canvas = CanvasRenderingContext2D

/** Returns a blank canvas of this size in pixels, and its context. */
export function blank(width: number, height: number): Canvas {
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.ceil(width))
  canvas.height = Math.max(1, Math.ceil(height))
  return canvas.getContext('2d')!
}

/** Traces a line through the spots as the current path. */
export function trace(to: Canvas | Path2D, spots: readonly Spot[], isClosed = true): void {
  to.moveTo(spots[0].x, spots[0].y)
  for (let i = 1; i < spots.length; i++) to.lineTo(spots[i].x, spots[i].y)
  if (isClosed) to.closePath()
}

/** Returns a path through the spots, closed or open. */
export function pathOf(spots: readonly Spot[], isClosed = true): Path2D {
  const path = new Path2D()
  trace(path, spots, isClosed)
  return path
}

export function disc(to: Canvas, x: number, y: number, radius: number, colour: string): void {
  to.fillStyle = colour
  to.beginPath()
  to.arc(x, y, Math.max(0, radius), 0, 2 * Math.PI)
  to.fill()
}

export function boundsOf(spots: readonly Spot[], margin = 0): Box {
  const [xs, ys] = [spots.map((spot) => spot.x), spots.map((spot) => spot.y)]
  return {
    x0: Math.min(...xs) - margin,
    y0: Math.min(...ys) - margin,
    x1: Math.max(...xs) + margin,
    y1: Math.max(...ys) + margin,
  }
}

export type PatternName =
  | 'grass'
  | 'dirt'
  | 'cobble'
  | 'flagstone'
  | 'planks'
  | 'boards'
  | 'stones'
  | 'wheat'
  | 'ripples'

/** The side of one tile of a pattern, in metres, after which it repeats. */
const tileMetres = 8

/**
 * Holds surfaces that repeat without a seam, drawn once at start. Neighbouring areas filled with them fit together.
 */
export class Patterns {
  readonly #made = new Map<PatternName, CanvasPattern>()
  readonly #resolution: number

  /** @param resolution in pixels per metre */
  constructor(resolution: number) {
    this.#resolution = resolution
  }

  get(name: PatternName): CanvasPattern {
    let pattern = this.#made.get(name)
    if (!pattern) {
      const size = tileMetres * this.#resolution
      const ctx = blank(size, size)
      ctx.scale(this.#resolution, this.#resolution)
      drawings[name](ctx)
      pattern = ctx.createPattern(ctx.canvas, 'repeat')!
      pattern.setTransform(new DOMMatrix().scale(1 / this.#resolution))
      this.#made.set(name, pattern)
    }
    return pattern
  }
}

/** The drawings, each of one tile in metres; anything that leaves it on one side must enter on the other. */
const drawings: Readonly<Record<PatternName, (ctx: Canvas) => void>> = {
  grass(ctx) {
    speckle(ctx, 420, (x, y, chance) => {
      ctx.strokeStyle = veil(chance > 0.5 ? palette.grassLight : palette.grassDark, 0.45)
      ctx.lineWidth = 0.045
      ctx.beginPath()
      ctx.moveTo(x, y)
      ctx.lineTo(x + (chance - 0.5) * 0.18, y - 0.12 - chance * 0.1)
      ctx.stroke()
    })
  },
  dirt(ctx) {
    speckle(ctx, 260, (x, y, chance) => {
      disc(ctx, x, y, 0.03 + chance * 0.05, veil(chance > 0.55 ? palette.sand : palette.dirtDark, 0.5))
    })
  },
  cobble(ctx) {
    bricks(ctx, {
      columns: 16,
      rows: 16,
      gap: 0.05,
      round: 0.16,
      colours: [palette.cobbleLight, palette.cobble, mix(palette.cobble, palette.cobbleDark, 0.4)],
    })
  },
  flagstone(ctx) {
    bricks(ctx, {
      columns: 8,
      rows: 8,
      gap: 0.05,
      round: 0.06,
      colours: [
        palette.flagstone,
        mix(palette.flagstone, palette.paper, 0.25),
        mix(palette.flagstone, palette.flagstoneDark, 0.25),
      ],
    })
  },
  planks(ctx) {
    bricks(ctx, {
      columns: 2,
      rows: 20,
      gap: 0.025,
      round: 0.02,
      colours: [palette.wood, palette.woodLight, mix(palette.wood, palette.woodDark, 0.2)],
    })
  },
  boards(ctx) {
    bricks(ctx, {
      columns: 4,
      rows: 16,
      gap: 0.02,
      round: 0.01,
      colours: [
        mix(palette.wood, palette.plaster, 0.35),
        mix(palette.woodLight, palette.plaster, 0.3),
        mix(palette.wood, palette.plaster, 0.2),
      ],
    })
  },
  stones(ctx) {
    bricks(ctx, {
      columns: 10,
      rows: 16,
      gap: 0.05,
      round: 0.08,
      colours: [palette.stone, palette.stoneLight, mix(palette.stone, palette.stoneDark, 0.3)],
    })
  },
  wheat(ctx) {
    speckle(ctx, 700, (x, y, chance) => {
      ctx.strokeStyle = veil(chance > 0.5 ? '#fff2c0' : '#8a6a2a', 0.35)
      ctx.lineWidth = 0.05
      ctx.beginPath()
      ctx.moveTo(x, y)
      ctx.lineTo(x + 0.08, y - 0.25)
      ctx.stroke()
    })
  },
  ripples(ctx) {
    speckle(ctx, 46, (x, y, chance) => {
      ctx.strokeStyle = veil(chance > 0.4 ? palette.waterLight : palette.waterDeep, 0.3)
      ctx.lineWidth = 0.06
      ctx.lineCap = 'round'
      ctx.beginPath()
      ctx.moveTo(x - 0.3 - chance * 0.3, y)
      ctx.quadraticCurveTo(x, y - 0.12, x + 0.3 + chance * 0.3, y)
      ctx.stroke()
    })
  },
}

/** Draws the same mark at many places of the tile, and again across its edges. */
function speckle(ctx: Canvas, count: number, mark: (x: number, y: number, chance: number) => void): void {
  for (let i = 0; i < count; i++) {
    const [x, y, chance] = [noiseAt(i, 1) * tileMetres, noiseAt(i, 2) * tileMetres, noiseAt(i, 3)]
    for (const dx of [-tileMetres, 0, tileMetres]) {
      for (const dy of [-tileMetres, 0, tileMetres]) {
        const isNear = x + dx > -1 && x + dx < tileMetres + 1 && y + dy > -1 && y + dy < tileMetres + 1
        if (isNear) mark(x + dx, y + dy, chance)
      }
    }
  }
  ctx.globalAlpha = 1
}

/** Draws rows of stones, every other row shifted by half a stone. An even number of rows repeats without a seam. */
function bricks(
  ctx: Canvas,
  wall: { columns: number; rows: number; gap: number; round: number; colours: readonly string[] },
): void {
  const [width, height] = [tileMetres / wall.columns, tileMetres / wall.rows]
  for (let row = 0; row < wall.rows; row++) {
    const shift = row % 2 === 0 ? 0 : width / 2
    for (let column = -1; column < wall.columns; column++) {
      const chance = noiseAt((column + wall.columns) % wall.columns, row, wall.columns)
      ctx.fillStyle = wall.colours[Math.floor(chance * wall.colours.length)]
      ctx.globalAlpha = 0.75 + 0.25 * noiseAt((column + wall.columns) % wall.columns, row, 9)
      ctx.beginPath()
      const [x, y] = [column * width + shift + wall.gap / 2, row * height + wall.gap / 2]
      ctx.roundRect(x, y, width - wall.gap, height - wall.gap, wall.round)
      ctx.fill()
    }
  }
  ctx.globalAlpha = 1
}
