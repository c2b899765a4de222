/** Computes how the picture of a tile lies in a layer: stretched, mirrored, turned and moved, as Tiled draws it. */
import type { Point, Solid } from '../map/solid-grid.ts'
import { ellipse } from './turn.ts'

/** The three highest bits of a tile's number; the fourth turns hexagons and means nothing here. */
export const MIRRORED_X = 0x8000_0000
export const MIRRORED_Y = 0x4000_0000
export const MIRRORED_DIAGONALLY = 0x2000_0000
export const NUMBER = 0x0fff_ffff

export interface Size {
  readonly width: number
  readonly height: number
}

export interface PictureOptions {
  /** The size of the tile in pixels. */
  readonly tile: Size
  /** The size of the frame that it is drawn into, before it is turned over the diagonal, in pixels. */
  readonly size: Size
  /** The frame's lower left corner, pixels to the right and down. */
  readonly left: number
  readonly bottom: number
  /** The tile's global number, with its mirror flags. */
  readonly gid: number
  /** By how many pixels its set moves it. */
  readonly offset: Point
  /** Whether it keeps its shape, in the middle of a frame of another shape. */
  readonly isFitted: boolean
}

/**
 * Source: Tiled, CellRenderer::render in libtiled/maprenderer.cpp. Over the diagonal first, then to the side, then
 * upside down; the lower left corner of the frame stays where it is.
 */
export class Picture {
  readonly #tile: Size
  readonly #middle: Point
  readonly #isTurned: boolean
  readonly #side: number
  readonly #up: number
  /** The size of the picture before it is turned over the diagonal. */
  readonly #drawn: Size

  constructor({ tile, size, left, bottom, gid, offset, isFitted }: PictureOptions) {
    this.#tile = tile
    this.#isTurned = (gid & MIRRORED_DIAGONALLY) !== 0
    this.#side = (gid & MIRRORED_X) === 0 ? 1 : -1
    this.#up = (gid & MIRRORED_Y) === 0 ? 1 : -1
    const isWider = size.width * tile.height > size.height * tile.width
    if (!isFitted) this.#drawn = size
    else if (isWider) this.#drawn = { width: (size.height * tile.width) / tile.height, height: size.height }
    else this.#drawn = { width: size.width, height: (size.width * tile.height) / tile.width }
    const [across, down] = this.#isTurned ? [size.height, size.width] : [size.width, size.height]
    this.#middle = {
      x: left + across / 2 + (offset.x * this.#drawn.width) / tile.width,
      y: bottom - down / 2 + (offset.y * this.#drawn.height) / tile.height,
    }
  }

  /** Turns pixels of the tile into pixels of the layer, both to the right and down. */
  put({ x, y }: Point): Point {
    const { width, height } = this.#tile
    const east = ((x - width / 2) / width) * this.#drawn.width
    const south = ((y - height / 2) / height) * this.#drawn.height
    const [right, down] = this.#isTurned ? [south, east] : [east, south]
    return { x: this.#middle.x + this.#side * right, y: this.#middle.y + this.#up * down }
  }

  /** The frame it covers: its upper left corner and its size, in pixels. */
  get frame(): { readonly left: number; readonly top: number } & Size {
    const { width, height } = this.#drawn
    const [across, down] = this.#isTurned ? [height, width] : [width, height]
    return {
      left: this.#middle.x - across / 2,
      top: this.#middle.y - down / 2,
      width: across,
      height: down,
    }
  }

  /** Pixels of the layer for one of the tile; undefined when they differ across and down. */
  get scale(): number | undefined {
    const { width, height } = this.#drawn
    const isEven = width * this.#tile.height === height * this.#tile.width
    return isEven ? width / this.#tile.width : undefined
  }
}

/**
 * Moves a shape of a tile elsewhere.
 *
 * @param by  `put`: from pixels to the right and up from the tile's lower left corner
 *            `scale`: of lengths; undefined where it is not the same in all directions
 *            `isUpright`: whether sides that run across or down still do
 */
export function putShape(
  shape: Solid,
  by: {
    readonly put: (point: Point) => Point
    readonly scale: number | undefined
    readonly isUpright: boolean
  },
): Solid {
  const { put, scale, isUpright } = by
  const { kind, variety } = shape
  if (shape.shape === 'circle') {
    if (scale !== undefined) return { ...shape, ...put(shape), radius: shape.radius * scale }
    const { x, y, radius } = shape
    const corners = ellipse(2 * radius, 2 * radius)
    const points = corners.map((corner) => put({ x: x - radius + corner.x, y: y - radius + corner.y }))
    return { kind, variety, shape: 'polygon', points }
  }
  if (shape.shape !== 'box') return { ...shape, points: shape.points.map(put) }
  const { x0, y0, x1, y1 } = shape
  if (!isUpright) {
    const corners = [
      { x: x0, y: y1 },
      { x: x1, y: y1 },
      { x: x1, y: y0 },
      { x: x0, y: y0 },
    ]
    return { kind, variety, shape: 'polygon', points: corners.map(put) }
  }
  const a = put({ x: x0, y: y0 })
  const b = put({ x: x1, y: y1 })
  return {
    ...{ kind, variety, shape: 'box', x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y) },
    ...{ x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y) },
  }
}
