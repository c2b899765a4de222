import { Container, Sprite, Texture } from 'pixi.js'
import type { Box } from './paint/brush.ts'
import { chunkSize, type GroundPainter } from './paint/chunk.ts'

/** The most chunks kept off the screen; older ones are painted again when needed. */
const keptMax = 40
/** The time that a frame may spend on painting before the rest waits for the next, in ms. */
const paintingMs = 12

/**
 * Draws the ground under the camera: one sprite per chunk, painted when it comes near, a few per frame so that no
 * frame stalls.
 */
export class Ground {
  readonly view = new Container({ isRenderGroup: true })
  readonly #painter: GroundPainter
  readonly #sprites = new Map<number, Sprite>()
  readonly #seen = new Map<number, number>()
  #frame = 0

  constructor(painter: GroundPainter) {
    this.#painter = painter
  }

  /** @param box the area that the camera shows, in metres */
  update(box: Box): void {
    this.#frame++
    const inView = this.#chunksOf(box, 0)
    const start = performance.now()
    for (const chunk of inView) {
      if (!this.#sprites.has(chunk) && performance.now() - start < paintingMs) this.#paint(chunk)
      this.#seen.set(chunk, this.#frame)
    }
    // When nothing is missing, one more a frame of those that may come next.
    if (performance.now() - start < 1) {
      const next = this.#chunksOf(box, chunkSize * 0.75).find((chunk) => !this.#sprites.has(chunk))
      if (next !== undefined) this.#paint(next)
    }
    for (const [chunk, sprite] of this.#sprites) sprite.visible = this.#seen.get(chunk) === this.#frame
    if (this.#sprites.size > inView.length + keptMax) this.#forgetOldest()
  }

  #paint(chunk: number): void {
    const [column, row] = [chunk % this.#painter.columns, Math.floor(chunk / this.#painter.columns)]
    const texture = Texture.from(this.#painter.paint(column, row), true)
    const sprite = new Sprite({
      texture,
      x: column * chunkSize,
      y: row * chunkSize,
      width: this.#painter.side,
      height: this.#painter.side,
    })
    this.#sprites.set(chunk, sprite)
    this.#seen.set(chunk, this.#frame)
    this.view.addChild(sprite)
  }

  #forgetOldest(): void {
    let oldest = -1
    for (const chunk of this.#sprites.keys())
      if (oldest < 0 || this.#seen.get(chunk)! < this.#seen.get(oldest)!) oldest = chunk
    this.#sprites.get(oldest)?.destroy({ texture: true, textureSource: true })
    this.#sprites.delete(oldest)
    this.#seen.delete(oldest)
  }

  /** Returns the chunks in an area, those nearest to the middle first. */
  #chunksOf(box: Box, margin: number): number[] {
    const { columns, rows } = this.#painter
    const inside = (metres: number, count: number): number =>
      Math.min(Math.max(Math.floor(metres / chunkSize), 0), count - 1)
    const chunks: number[] = []
    for (let row = inside(box.y0 - margin, rows); row <= inside(box.y1 + margin, rows); row++) {
      for (
        let column = inside(box.x0 - margin, columns);
        column <= inside(box.x1 + margin, columns);
        column++
      ) {
        chunks.push(row * columns + column)
      }
    }
    const middle = { x: (box.x0 + box.x1) / 2 / chunkSize - 0.5, y: (box.y0 + box.y1) / 2 / chunkSize - 0.5 }
    const far = (chunk: number): number =>
      Math.hypot((chunk % columns) - middle.x, Math.floor(chunk / columns) - middle.y)
    return chunks.sort((a, b) => far(a) - far(b))
  }
}
