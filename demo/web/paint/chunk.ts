import type { WorldMap } from 'shardless'
import { palette } from '../palette.ts'
import { type Box, blank, type Canvas, Patterns } from './brush.ts'
import { buildingPieces } from './building.ts'
import { landPieces, paintGrass } from './land.ts'
import { drawnOf, order, type Piece } from './piece.ts'
import { streetPieces } from './street.ts'
import { waterPieces } from './water.ts'

/** The side of a chunk, in metres. */
export const chunkSize = 16
/**
 * The overlap of its picture with the chunks east and south of it, in pixels, so that no seam shows between them.
 */
const overlap = 2

/** The darkness of shadows, 0 .. 1, and their softness, in metres. */
const shadeOpacity = 0.26
const shadeBlur = 0.12

/**
 * Paints the ground, and everything that never moves, chunk by chunk: meadows, streets, water, shadows, walls.
 *
 *     map --once--> pieces, by the chunks they touch
 *     paint(column, row): grass -> pieces below shade -> shade -> pieces above it, in map order
 */
export class GroundPainter {
  readonly columns: number
  readonly rows: number
  readonly resolution: number
  readonly patterns: Patterns
  readonly #pieces: Piece[][]

  /** @param resolution in pixels per metre */
  constructor(map: WorldMap, resolution: number) {
    this.columns = Math.ceil(map.width / chunkSize)
    this.rows = Math.ceil(map.height / chunkSize)
    this.resolution = resolution
    this.patterns = new Patterns(resolution)
    this.#pieces = Array.from({ length: this.columns * this.rows }, () => [])
    const { solids, decor } = drawnOf(map)
    const pieces = [
      ...landPieces(decor),
      ...streetPieces(decor),
      ...waterPieces(decor, solids),
      ...buildingPieces(decor, solids),
    ]
    for (const piece of pieces.sort((a, b) => a.order - b.order)) this.#file(piece)
  }

  /** The side of a painted chunk with its overlap, in metres. */
  get side(): number {
    return chunkSize + overlap / this.resolution
  }

  paint(column: number, row: number): HTMLCanvasElement {
    const size = Math.round(this.side * this.resolution)
    const ctx = blank(size, size)
    const [x0, y0] = [column * chunkSize, row * chunkSize]
    const box = { x0, y0, x1: x0 + this.side, y1: y0 + this.side }
    ctx.scale(this.resolution, this.resolution)
    ctx.translate(-box.x0, -box.y0)
    paintGrass(ctx, this.patterns, box)
    const pieces = this.#pieces[row * this.columns + column]
    let isShaded = false
    for (const piece of pieces) {
      if (!isShaded && piece.order > order.shade) {
        this.#paintShade(ctx, pieces, box)
        isShaded = true
      }
      piece.paint?.(ctx, this.patterns)
    }
    if (!isShaded) this.#paintShade(ctx, pieces, box)
    return ctx.canvas
  }

  /**
   * Paints all shadows as one, so that it is not darker where two meet, with a margin so that soft edges have no
   * seams.
   */
  #paintShade(ctx: Canvas, pieces: readonly Piece[], box: Box): void {
    const shaded = pieces.filter((piece) => piece.shade)
    if (shaded.length === 0) return
    const margin = 0.5
    const side = this.side + 2 * margin
    const shade = blank(side * this.resolution, side * this.resolution)
    shade.scale(this.resolution, this.resolution)
    shade.translate(margin - box.x0, margin - box.y0)
    shade.fillStyle = palette.shade
    for (const piece of shaded) {
      shade.beginPath()
      piece.shade!(shade)
      shade.fill()
    }
    ctx.save()
    ctx.globalAlpha = shadeOpacity
    ctx.filter = `blur(${shadeBlur * this.resolution}px)`
    ctx.drawImage(shade.canvas, box.x0 - margin, box.y0 - margin, side, side)
    ctx.restore()
  }

  #file(piece: Piece): void {
    const { x0, y0, x1, y1 } = piece.bounds
    const margin = 0.5
    const inside = (value: number, count: number): number =>
      Math.min(Math.max(Math.floor(value / chunkSize), 0), count - 1)
    for (let row = inside(y0 - margin, this.rows); row <= inside(y1 + margin, this.rows); row++) {
      for (
        let column = inside(x0 - margin, this.columns);
        column <= inside(x1 + margin, this.columns);
        column++
      ) {
        this.#pieces[row * this.columns + column].push(piece)
      }
    }
  }
}
