/** Reads one object of the Tiled editor that is no tile: pixels downwards become metres northwards. */
import type { Point } from '../map/solid-grid.ts'
import type { MapObject } from '../map/world-map.ts'
import { asRecord, classOf, fail, type Json, listIn, numberIn, propertiesOf } from './reading.ts'
import { capsule, ellipse, turnBy } from './turn.ts'

/** The most corners of one polygon or line. */
export const CORNERS_MAX = 4096

/** Turns pixels of a layer into metres of the world. */
export interface Scale {
  readonly pixelsPerMetre: number
  /** The map's height in metres. */
  readonly height: number
  /** By how many pixels the layer is moved. */
  readonly offsetX: number
  readonly offsetY: number
}

/** An object as drawn in the editor, in pixels, before anything is turned. */
interface Drawn {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** @throws OutsideError naming the object, by `where` */
export function readObject(object: Json, scale: Scale, at: { layer: string; where: string }): MapObject {
  const { where, layer } = at
  const { width, height } = sizeIn(object, where)
  const drawn = { left: numberIn(object, 'x', where), top: numberIn(object, 'y', where), width, height }
  const degrees = numberIn(object, 'rotation', where, 0)
  const placed = place(object, { drawn, degrees, scale, cornersOf: () => cornersIn(object, where) })
  checkNearness(placed, where)
  const { id, name } = tagsOf(object)
  return { layer, id, kind: classOf(object), name, ...placed, properties: propertiesOf(object) }
}

/** Reads a size in pixels. */
export function sizeIn(object: Json, where: string): { width: number; height: number } {
  const width = numberIn(object, 'width', where, 0)
  const height = numberIn(object, 'height', where, 0)
  if (width < 0) fail(where, `has a width of ${width}; it must not be negative`)
  if (height < 0) fail(where, `has a height of ${height}; it must not be negative`)
  return { width, height }
}

export function tagsOf({ id, name }: Json): { id: number; name: string } {
  return {
    id: typeof id === 'number' && Number.isSafeInteger(id) ? id : 0,
    name: typeof name === 'string' ? name : '',
  }
}

/** @throws OutsideError for a place too far away to compute with */
export function checkNearness({ x, y, points }: Pick<MapObject, 'x' | 'y' | 'points'>, where: string): void {
  for (const side of [x, y, ...points.flatMap((point) => [point.x, point.y])])
    if (!(Math.abs(side) <= METRES_MAX)) fail(where, `lies ${side} m away; ${METRES_MAX} m is the furthest`)
}

const METRES_MAX = 1 << 20

interface Placing {
  readonly drawn: Drawn
  readonly degrees: number
  readonly scale: Scale
  readonly cornersOf: () => Point[]
}

/** Where something is. */
export type Placed = Pick<MapObject, 'shape' | 'x' | 'y' | 'width' | 'height' | 'points'>

function place(object: Json, placing: Placing): Placed {
  const { drawn, degrees, scale } = placing
  const { cos, sin } = turnBy(degrees)
  const east = (pixels: number) => (pixels + scale.offsetX) / scale.pixelsPerMetre
  const north = (pixels: number) => scale.height - (pixels + scale.offsetY) / scale.pixelsPerMetre
  /** Returns a point of the object, measured from where it hangs, turned clockwise as Tiled does. */
  const put = ({ x, y }: Point): Point => ({
    x: east(drawn.left + (x * cos - y * sin)),
    y: north(drawn.top + (x * sin + y * cos)),
  })
  const { width, height } = drawn
  const size = { width: width / scale.pixelsPerMetre, height: height / scale.pixelsPerMetre }
  const upright = (): Placed => ({
    shape: 'box',
    x: east(drawn.left),
    y: north(drawn.top + height),
    ...size,
    points: [],
  })
  if (object.polygon !== undefined || object.polyline !== undefined) {
    const shape = object.polygon === undefined ? 'polyline' : 'polygon'
    return { ...upright(), shape, points: placing.cornersOf().map(put) }
  }
  const isRound = object.ellipse === true || (object.capsule === true && width === height)
  if (object.point === true || (width === 0 && height === 0 && object.ellipse !== true))
    return { ...upright(), shape: 'point' }
  if (isRound) {
    if (degrees === 0) return { ...upright(), shape: 'ellipse' }
    if (width !== height) return polygon(ellipse(width, height).map(put))
    const middle = put({ x: width / 2, y: height / 2 })
    return { ...upright(), shape: 'ellipse', x: middle.x - size.width / 2, y: middle.y - size.height / 2 }
  }
  if (object.capsule === true && width !== height) return polygon(capsule(width, height).map(put))
  if (degrees === 0) return upright()
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ].map(put)
  return sin === 0 || cos === 0 ? boxAround(corners) : polygon(corners)
}

export function polygon(points: Point[]): Placed {
  return { ...boxAround(points), shape: 'polygon', width: 0, height: 0, points }
}

export function boxAround(corners: readonly Point[]): Placed {
  const xs = corners.map(({ x }) => x)
  const ys = corners.map(({ y }) => y)
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { shape: 'box', x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y, points: [] }
}

function cornersIn(object: Json, where: string): Point[] {
  const key = object.polygon === undefined ? 'polyline' : 'polygon'
  return listIn(object, key, where, CORNERS_MAX).map((corner) => {
    const { x, y } = asRecord(corner) ?? {}
    if (!Number.isFinite(x) || !Number.isFinite(y)) fail(where, 'has a corner without numbers x and y')
    return { x: x as number, y: y as number }
  })
}
