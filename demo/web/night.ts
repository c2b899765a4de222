import { Sprite, Texture } from 'pixi.js'
import { Sight, type Solid, type Vector2, visibilityPolygon, type WorldMap } from 'shardless'
import type { Camera } from './camera.ts'
import { blank, type Canvas } from './paint/brush.ts'

/** The number of CSS pixels per pixel of the darkness: shadows are soft, and cost next to nothing. */
const coarseness = 4
/** The greatest darkness, 0 .. 1. */
const darkest = 0.8
const sky = '16, 18, 52'
const warm = '255, 186, 96'
/** The reach of each kind of light, in metres. */
const reaches = { post: 9, thrown: 6.5, carried: 4.5 } as const
/** The most carried lights that cast shadows in one picture; those beyond shine round. */
const shadowsMax = 24
/** The distance that a light moves before its shadows are computed anew, in metres. */
const fineness = 0.04
/** The things too low to cast a shadow. */
const low = new Set([
  'bed',
  'table',
  'hearth',
  'grave',
  'stall',
  'counter',
  'planter',
  'crate',
  'barrel',
  'pew',
  'anvil',
  'altar',
  'rail',
  'fence',
])

interface Glow {
  readonly kind: keyof typeof reaches
  x: number
  y: number
  /** The lit area; undefined for a light without shadows. */
  outline: Path2D | undefined
  fade: CanvasGradient | undefined
  tint: CanvasGradient | undefined
}

/** The lights in a picture, in metres on the map. */
export interface Lights {
  readonly thrown: Iterable<Readonly<Vector2>>
  /** The carried lights, by their bearers' ids. */
  readonly carried: Iterable<{ readonly id: number; readonly position: Readonly<Vector2> }>
}

/** Draws darkness over the town, with holes where there is light. Only lights on the screen are processed. */
export class Night {
  readonly view: Sprite
  readonly #ctx: Canvas
  readonly #map: WorldMap
  readonly #sight: Sight
  readonly #posts: Glow[]
  readonly #carried = new Map<number, Glow>()

  constructor(map: WorldMap) {
    this.#map = map
    this.#ctx = blank(8, 8)
    this.view = new Sprite({ texture: Texture.from(this.#ctx.canvas, true), visible: false })
    const solids = map.solids.filter((solid: Solid) => solid.kind !== 'water' && !low.has(solid.variety))
    this.#sight = new Sight({ map: { solids }, reach: reaches.post })
    // Who looks for the way down, or up, finds it by its light.
    this.#posts = map.decor
      .filter(({ kind }) => kind === 'lamp' || kind === 'landing')
      .map(({ x, y }) => glowAt('post', { x, y }, undefined))
  }

  /** @param hour 0 is midnight, 12 noon */
  update(camera: Camera, hour: number, lights: Lights): void {
    const darkness = darkest * nightfall(hour)
    this.view.visible = darkness > 0.01
    if (!this.view.visible) return
    this.#resize(camera)
    const ctx = this.#ctx
    const scale = camera.scale / coarseness
    ctx.setTransform(1, 0, 0, 1, 0, 0)
    ctx.globalCompositeOperation = 'copy'
    ctx.fillStyle = `rgba(${sky}, ${darkness})`
    ctx.fillRect(0, 0, ctx.canvas.width, ctx.canvas.height)
    const south = this.#map.height - camera.y
    ctx.setTransform(
      scale,
      0,
      0,
      -scale,
      camera.middle.x / coarseness - camera.x * scale,
      camera.middle.y / coarseness + south * scale,
    )
    const shining = this.#shining(camera, lights)
    ctx.globalCompositeOperation = 'destination-out'
    for (const glow of shining) this.#pour(glow, (glow.fade ??= faded(ctx, glow, '0, 0, 0', 0.96)))
    ctx.globalCompositeOperation = 'source-over'
    for (const glow of shining)
      if (glow.kind !== 'carried') this.#pour(glow, (glow.tint ??= faded(ctx, glow, warm, 0.2)))
    this.view.texture.source.update()
  }

  /** Returns every light whose shine is on the screen, with its shadows computed. */
  #shining(camera: Camera, { thrown, carried }: Lights): Glow[] {
    const { x0, y0, x1, y1 } = camera.box
    const { height } = this.#map
    const isSeen = ({ x, y }: Vector2, reach: number): boolean =>
      x > x0 - reach && x < x1 + reach && height - y > y0 - reach && height - y < y1 + reach
    const shining: Glow[] = []
    for (const post of this.#posts) {
      if (!isSeen(post, reaches.post)) continue
      post.outline ??= this.#outline(post, reaches.post)
      shining.push(post)
    }
    for (const { x, y } of thrown)
      if (isSeen({ x, y }, reaches.thrown))
        shining.push(glowAt('thrown', { x, y }, this.#outline({ x, y }, reaches.thrown)))
    const known = new Set<number>()
    for (const { id, position } of carried) {
      if (!isSeen(position, reaches.carried)) continue
      known.add(id)
      let glow = this.#carried.get(id)
      const hasMoved = !glow || Math.abs(glow.x - position.x) + Math.abs(glow.y - position.y) > fineness
      if (!glow || hasMoved) {
        const outline = known.size <= shadowsMax ? this.#outline(position, reaches.carried) : undefined
        glow = glowAt('carried', position, outline)
        this.#carried.set(id, glow)
      }
      shining.push(glow)
    }
    for (const id of this.#carried.keys()) if (!known.has(id)) this.#carried.delete(id)
    return shining
  }

  #pour({ x, y, kind, outline }: Glow, colour: CanvasGradient): void {
    const ctx = this.#ctx
    const reach = reaches[kind]
    ctx.fillStyle = colour
    if (outline) ctx.fill(outline)
    else ctx.fillRect(x - reach, y - reach, 2 * reach, 2 * reach)
  }

  #outline(at: Vector2, reach: number): Path2D {
    const corners = visibilityPolygon(this.#sight.walls, at, { reach })
    const path = new Path2D()
    for (let i = 0; i < corners.length; i += 2) path.lineTo(corners[i], corners[i + 1])
    path.closePath()
    return path
  }

  #resize({ width, height }: Camera): void {
    const { canvas } = this.#ctx
    const [columns, rows] = [Math.ceil(width / coarseness), Math.ceil(height / coarseness)]
    if (canvas.width === columns && canvas.height === rows) return
    this.view.texture.source.resize(columns, rows)
    canvas.width = columns
    canvas.height = rows
    this.view.setSize(columns * coarseness, rows * coarseness)
  }
}

/** Returns the degree of night at an hour: 0 by day, 1 at night, between them at dusk and dawn. */
export function nightfall(hour: number): number {
  const fallen = hour > 12 ? (hour - 18.5) / 2.5 : (6.5 - hour) / 2
  const share = Math.min(1, Math.max(0, fallen))
  return share * share * (3 - 2 * share)
}

function glowAt(kind: Glow['kind'], { x, y }: Vector2, outline: Path2D | undefined): Glow {
  return { kind, x, y, outline, fade: undefined, tint: undefined }
}

/** Returns a gradient from full at the middle to nothing at the rim. */
function faded(ctx: Canvas, { x, y, kind }: Glow, colour: string, strength: number): CanvasGradient {
  const gradient = ctx.createRadialGradient(x, y, 0, x, y, reaches[kind])
  for (const [at, share] of [
    [0, 1],
    [0.25, 0.82],
    [0.6, 0.35],
    [1, 0],
  ])
    gradient.addColorStop(at, `rgba(${colour}, ${share * strength})`)
  return gradient
}
