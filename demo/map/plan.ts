import {
  distance,
  distanceBetween,
  distanceToLine,
  isInside,
  outline,
  type Point,
  type Polygon,
} from './geometry.ts'

/** Layers of the map file, as `parseMap` reads them. */
export type LayerName = 'water' | 'walls' | 'trees' | 'decor' | 'spawn' | 'portals'
export type Properties = Readonly<Record<string, string | number | boolean>>

const pixelsPerMetre = 8

interface TiledObject {
  readonly type: string
  readonly name: string
  readonly shape: Readonly<Record<string, unknown>>
  readonly properties: Properties
}

/** Ground that is taken: a polygon, or a line with some width. */
type Claim = { readonly polygon: Polygon } | { readonly line: readonly Point[]; readonly halfWidth: number }

/**
 * A map in the making: objects by layer, and the ground that is taken already.
 *
 *     streets, river, houses, trees ... --add, claim--> Plan --toJson--> a .tmj file
 */
export class Plan {
  readonly #layers: Record<LayerName, TiledObject[]> = {
    water: [],
    walls: [],
    trees: [],
    decor: [],
    spawn: [],
    portals: [],
  }
  readonly #claims: Claim[] = []
  readonly #width: number
  readonly #height: number

  /** @param size metres */
  constructor({ width, height }: { width: number; height: number }) {
    this.#width = width
    this.#height = height
  }

  /**
   * A polygon. A solid one whose sides run north and east becomes a rectangle, which is what one edits best in Tiled.
   */
  polygon(layer: LayerName, type: string, corners: Polygon, properties: Properties = {}, name = ''): void {
    const xs = corners.map((corner) => px(corner.x))
    const ys = corners.map((corner) => px(this.#height - corner.y))
    const isBox =
      layer !== 'decor' && corners.length === 4 && new Set(xs).size === 2 && new Set(ys).size === 2
    const [left, top] = [Math.min(...xs), Math.min(...ys)]
    const shape = isBox
      ? { x: left, y: top, width: Math.max(...xs) - left, height: Math.max(...ys) - top }
      : {
          x: xs[0],
          y: ys[0],
          width: 0,
          height: 0,
          polygon: xs.map((x, i) => ({ x: x - xs[0], y: ys[i] - ys[0] })),
        }
    this.#add(layer, type, name, shape, properties)
  }

  circle(layer: LayerName, type: string, at: Point, radius: number, properties: Properties = {}): void {
    const size = px(2 * radius)
    const shape = {
      x: px(at.x - radius),
      y: px(this.#height - at.y - radius),
      width: size,
      height: size,
      ellipse: true,
    }
    this.#add(layer, type, '', shape, properties)
  }

  point(layer: LayerName, type: string, at: Point, properties: Properties = {}, name = ''): void {
    const shape = { x: px(at.x), y: px(this.#height - at.y), width: 0, height: 0, point: true }
    this.#add(layer, type, name, shape, properties)
  }

  line(layer: LayerName, type: string, line: readonly Point[], properties: Properties = {}, name = ''): void {
    const [x, y] = [px(line[0].x), px(this.#height - line[0].y)]
    const polyline = line.map((each) => ({ x: px(each.x) - x, y: px(this.#height - each.y) - y }))
    this.#add(layer, type, name, { x, y, width: 0, height: 0, polyline }, properties)
  }

  claim(polygon: Polygon): void {
    this.#claims.push({ polygon })
  }

  claimLine(line: readonly Point[], halfWidth: number): void {
    this.#claims.push({ line, halfWidth })
  }

  /** Whether this ground, and `margin` metres around it, is still free and lies on the map. */
  isFree(ground: Polygon | Point, margin: number): boolean {
    const corners: Polygon = 'x' in ground ? [ground] : ground
    for (const { x, y } of corners) {
      if (x < margin || y < margin || x > this.#width - margin || y > this.#height - margin) return false
    }
    return this.#claims.every((claim) => isApart(corners, claim, margin))
  }

  /** The whole map in Tiled's JSON, one object a line. */
  toJson(): string {
    let id = 0
    let layerId = 0
    const layers = Object.entries(this.#layers).map(([name, objects]) => {
      const lines = objects.map(({ type, name, shape, properties }) => {
        const list = Object.entries(properties).map(([name, value]) => ({ name, type: typeOf(value), value }))
        const extra = list.length > 0 ? { properties: list } : {}
        const called = name === '' ? {} : { name }
        return JSON.stringify({ id: ++id, ...called, type, ...shape, ...extra })
      })
      const head = {
        id: ++layerId,
        name,
        type: 'objectgroup',
        draworder: 'index',
        opacity: 1,
        visible: true,
        x: 0,
        y: 0,
      }
      return `${JSON.stringify(head).slice(0, -1)},"objects":[\n${lines.join(',\n')}\n]}`
    })
    const head = {
      type: 'map',
      version: '1.10',
      tiledversion: '1.11.0',
      orientation: 'orthogonal',
      renderorder: 'right-down',
      infinite: false,
      width: this.#width,
      height: this.#height,
      tilewidth: pixelsPerMetre,
      tileheight: pixelsPerMetre,
      nextlayerid: layers.length + 1,
      nextobjectid: id + 1,
      tilesets: [],
      properties: [{ name: 'pixelsPerMetre', type: 'int', value: pixelsPerMetre }],
    }
    return `${JSON.stringify(head).slice(0, -1)},"layers":[\n${layers.join(',\n')}\n]}\n`
  }

  #add(
    layer: LayerName,
    type: string,
    name: string,
    shape: TiledObject['shape'],
    properties: Properties,
  ): void {
    this.#layers[layer].push({ type, name, shape, properties })
  }
}

function isApart(corners: Polygon, claim: Claim, margin: number): boolean {
  if ('line' in claim) {
    const reach = claim.halfWidth + margin
    if (corners.length === 1) return distanceToLine(corners[0], claim.line) >= reach
    return distanceBetween(outline(corners), claim.line) >= reach && !isInside(claim.line[0], corners)
  }
  const { polygon } = claim
  if (isInside(corners[0], polygon)) return false
  if (corners.length === 1) return distanceToLine(corners[0], outline(polygon)) >= margin
  if (isInside(polygon[0], corners)) return false
  // Far apart most of the time, and then there is nothing to measure.
  const reach = span(corners) + span(polygon) + margin
  if (distance(corners[0], polygon[0]) > reach) return true
  return distanceBetween(outline(corners), outline(polygon)) >= margin
}

/** How far a polygon's corners lie from its first, at most. */
function span(polygon: Polygon): number {
  return Math.max(...polygon.map((corner) => distance(corner, polygon[0])))
}

/** Pixels of the file, in halves: 1/16 m. */
function px(metres: number): number {
  return Math.round(metres * pixelsPerMetre * 2) / 2
}

function typeOf(value: string | number | boolean): string {
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string') return 'string'
  return Number.isInteger(value) ? 'int' : 'float'
}
