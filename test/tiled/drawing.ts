/** Tiles whose picture is what is solid of them: white there, and nothing elsewhere. */
import type { Random } from '../../src/core/index.ts'
import { Bitmap } from './png.ts'

export const WHITE = [255, 255, 255] as const

/** A tile as a tileset describes it, and its picture. */
export interface DrawnTile {
  readonly bitmap: Bitmap
  /** What the tileset says of it besides its number and image. */
  readonly said: Record<string, unknown>
  /** `ground` is nothing; `whole` says that it is solid; `shapes` has collision shapes. */
  readonly is: 'ground' | 'whole' | 'shapes'
}

interface Shape {
  readonly object: Record<string, unknown>
  holds(x: number, y: number): boolean
}

export function drawTile(random: Random, width: number, height: number, is: DrawnTile['is']): DrawnTile {
  const bitmap = new Bitmap(width, height)
  const shapes =
    is === 'shapes' ? Array.from({ length: random.integer(1, 2) }, () => anyShape(random, width, height)) : []
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (is === 'whole' || shapes.some((shape) => shape.holds(x + 0.5, y + 0.5))) bitmap.paint(x, y, WHITE)
  if (is === 'ground') return { bitmap, is, said: {} }
  if (is === 'whole')
    return { bitmap, is, said: { properties: [{ name: 'solid', type: 'bool', value: true }] } }
  const objects = shapes.map(({ object }, index) => ({
    ...{ id: index + 1, name: '', type: '', visible: true, width: 0, height: 0, rotation: 0 },
    ...object,
  }))
  const group = { draworder: 'index', name: '', opacity: 1, type: 'objectgroup', visible: true, x: 0, y: 0 }
  return { bitmap, is, said: { objectgroup: { ...group, objects } } }
}

function side(random: Random, most: number): number {
  return random.integer(Math.min(6, most), most)
}

function anyShape(random: Random, width: number, height: number): Shape {
  const x = random.integer(0, Math.floor(width / 3))
  const y = random.integer(0, Math.floor(height / 3))
  const [w, h] = [side(random, width - x), side(random, height - y)]
  const turned = random.chance(0.5) ? random.integer(-60, 60) : 0
  const angleOf = (degrees: number) => (degrees * Math.PI) / 180
  /** What lies outside of the picture cannot be seen on it. */
  const isInPicture = [
    [w, 0],
    [0, h],
    [w, h],
  ].every(([u, v]) => {
    const [sin, cos] = [Math.sin(angleOf(turned)), Math.cos(angleOf(turned))]
    const [px, py] = [x + u * cos - v * sin, y + u * sin + v * cos]
    return px >= 0 && px <= width && py >= 0 && py <= height
  })
  const rotation = isInPicture ? turned : 0
  const angle = angleOf(rotation)
  /** From pixels of the tile to those of the shape, turned back around its corner. */
  const inShape = (px: number, py: number): [number, number] => [
    (px - x) * Math.cos(angle) + (py - y) * Math.sin(angle),
    (py - y) * Math.cos(angle) - (px - x) * Math.sin(angle),
  ]
  const object = { x, y, rotation }
  const is = random.integer(0, 2)
  if (is === 0)
    return {
      object: { ...object, width: w, height: h },
      holds: (px, py) => {
        const [u, v] = inShape(px, py)
        return u >= 0 && u <= w && v >= 0 && v <= h
      },
    }
  if (is === 1)
    return {
      object: { ...object, width: w, height: h, ellipse: true },
      holds: (px, py) => {
        const [u, v] = inShape(px, py)
        return ((2 * u) / w - 1) ** 2 + ((2 * v) / h - 1) ** 2 <= 1
      },
    }
  const corners = [
    { x: 0, y: 0 },
    { x: w, y: random.integer(0, 4) },
    { x: Math.floor(w / 2), y: Math.floor(h / 2) },
    { x: 2, y: h },
  ]
  return {
    object: { ...object, polygon: corners },
    holds: (px, py) => {
      const [u, v] = inShape(px, py)
      let isInside = false
      for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
        const [a, b] = [corners[i], corners[j]]
        if (a.y > v !== b.y > v && u < a.x + ((b.x - a.x) * (v - a.y)) / (b.y - a.y)) isInside = !isInside
      }
      return isInside
    },
  }
}
