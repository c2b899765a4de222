import type { Solid, WorldMap } from 'shardless'
import { type Box, boundsOf, type Canvas, type Patterns, type Spot } from './brush.ts'

/** The drawing order, from the ground up. */
export const order = {
  land: 0,
  kerb: 1,
  path: 2,
  street: 2.5,
  water: 3,
  deck: 4,
  bed: 5,
  /** The place of shadows: over everything below, under everything above. */
  shade: 6,
  floor: 7,
  thing: 8,
  wall: 9,
  tower: 10,
} as const

/** One thing on the ground that does not move: where it is and how it is painted, in metres. */
export interface Piece {
  readonly order: number
  readonly bounds: Box
  readonly paint?: (ctx: Canvas, patterns: Patterns) => void
  /** The outline of its shadow, filled with one colour together with all others. */
  readonly shade?: (ctx: Canvas) => void
}

/** An object of the map with y downwards, as on the screen. */
export interface Drawn {
  readonly kind: string
  readonly name: string
  /** The corners of a polygon or box, the points of a line, or one spot. */
  readonly spots: readonly Spot[]
  readonly shape: 'polygon' | 'line' | 'spot' | 'circle'
  /** The radius of a circle, in metres. */
  readonly radius: number
  readonly properties: Readonly<Record<string, string | number | boolean>>
}

/** Returns everything on the map: solids first, with their variety ("oak", "hedge") as `kind`. */
export function drawnOf(map: WorldMap): { solids: Drawn[]; decor: Drawn[] } {
  const flip = (spot: Spot): Spot => ({ x: spot.x, y: map.height - spot.y })
  const box = (x0: number, y0: number, x1: number, y1: number): Spot[] =>
    [
      { x: x0, y: y0 },
      { x: x1, y: y0 },
      { x: x1, y: y1 },
      { x: x0, y: y1 },
    ].map(flip)
  const solids = map.solids.map((solid: Solid): Drawn => {
    const common = { kind: solid.variety, name: solid.kind, radius: 0, properties: {} }
    if (solid.shape === 'box') {
      return { ...common, shape: 'polygon', spots: box(solid.x0, solid.y0, solid.x1, solid.y1) }
    }
    if (solid.shape === 'circle')
      return { ...common, shape: 'circle', spots: [flip(solid)], radius: solid.radius }
    return { ...common, shape: solid.shape, spots: solid.points.map(flip) }
  })
  const decor = map.decor.map((thing): Drawn => {
    const common = { kind: thing.kind, name: thing.name, radius: 0, properties: thing.properties }
    if (thing.shape === 'polygon') return { ...common, shape: 'polygon', spots: thing.points.map(flip) }
    if (thing.shape === 'polyline') return { ...common, shape: 'line', spots: thing.points.map(flip) }
    if (thing.shape === 'point') return { ...common, shape: 'spot', spots: [flip(thing)] }
    const corners = box(thing.x, thing.y, thing.x + thing.width, thing.y + thing.height)
    return { ...common, shape: 'polygon', spots: corners }
  })
  return { solids, decor }
}

/** Returns the bounds of a drawn thing with a margin around it, in metres. */
export function around(thing: Drawn, margin: number): Box {
  return boundsOf(thing.spots, margin + thing.radius)
}
