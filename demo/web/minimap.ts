import type { Vector2, WorldMap } from 'shardless'
import { byId } from './element.ts'
import { nightfall } from './night.ts'
import { type Box, blank, boundsOf, type Canvas, disc, pathOf } from './paint/brush.ts'
import { type Drawn, drawnOf } from './paint/piece.ts'
import { mix, palette, roofTints, veil } from './palette.ts'
import type { Shown } from './stage.ts'

/** The radius that it shows, in metres. */
const reach = 72
/** The resolution of the map behind it, in pixels per metre. */
const resolution = 2
/** The time between two pictures, in ms. */
const every = 60
/** The colour of night over it, and how dark it gets: streets can still be told from houses. */
const night = '#101234'
const darkest = 0.55
/** The colours beyond the edge of the town, and of the catacombs. */
const beyond = { above: palette.grassDark, below: '#26232c' } as const

interface Chart {
  readonly ground: HTMLCanvasElement
  readonly beyond: string
  readonly height: number
  /** The stairs, in metres from the north-west corner. */
  readonly stairs: readonly { readonly at: Box; readonly opens: unknown }[]
}

/** Draws a round map in the corner: our surroundings from above, painted once, and dots for those in view. */
export class Minimap {
  readonly #view: Canvas
  #chart: Chart
  #drawnAt = 0

  constructor(map: WorldMap) {
    this.#view = byId<HTMLCanvasElement>('minimap').getContext('2d')!
    this.#chart = chartOf(map)
  }

  enter(map: WorldMap): void {
    this.#chart = chartOf(map)
  }

  /**
   * @param hour  at night it is dark, and below ground, where it always is night
   * @param here  our position, in metres on the map; without one, nothing is drawn
   * @param lines draws over the town, in metres from its north-west corner
   */
  update(
    shown: Shown,
    here: Readonly<Vector2> | undefined,
    { me, now, hour, lines }: { me?: number; now: number; hour: number; lines?: (ctx: Canvas) => void },
  ): void {
    if (!here || now - this.#drawnAt < every) return
    this.#drawnAt = now
    const { canvas } = this.#view
    const size = Math.round(canvas.clientWidth * devicePixelRatio)
    if (canvas.width !== size) {
      canvas.width = size
      canvas.height = size
    }
    const scale = size / (2 * reach)
    const { ground, beyond, height, stairs } = this.#chart
    const [x, y] = [here.x, height - here.y]
    this.#view.setTransform(scale, 0, 0, scale, size / 2 - x * scale, size / 2 - y * scale)
    this.#view.fillStyle = beyond
    this.#view.fillRect(x - reach, y - reach, 2 * reach, 2 * reach)
    this.#view.drawImage(ground, 0, 0, ground.width / resolution, ground.height / resolution)
    this.#view.fillStyle = veil(night, darkest * nightfall(hour))
    this.#view.fillRect(x - reach, y - reach, 2 * reach, 2 * reach)
    for (const each of stairs) this.#flight(each)
    lines?.(this.#view)
    for (const walker of shown.entities('walker')) {
      if (walker.id !== me) this.#dot(walker.position.x, height - walker.position.y, 1.9, palette.paper)
    }
    this.#dot(x, y, 2.6, '#d9563f')
  }

  /** Draws steps from light to dark in the direction that leads down, enlarged to be easy to find. */
  #flight({ at: { x0, y0, x1, y1 }, opens }: Chart['stairs'][number]): void {
    const ctx = this.#view
    const steps = 4
    const rise = (y1 - y0) / steps
    ctx.fillStyle = palette.paper
    ctx.fillRect(x0 - 1, y0 - 1, x1 - x0 + 2, y1 - y0 + 2)
    for (let i = 0; i < steps; i++) {
      ctx.fillStyle = mix(palette.stoneLight, palette.ink, i / (steps - 1))
      ctx.fillRect(x0, opens === 'north' ? y0 + i * rise : y1 - (i + 1) * rise, x1 - x0, rise)
    }
  }

  #dot(x: number, y: number, radius: number, colour: string): void {
    disc(this.#view, x, y, radius + 0.7, palette.ink)
    disc(this.#view, x, y, radius, colour)
  }
}

function chartOf(map: WorldMap): Chart {
  const { solids, decor } = drawnOf(map)
  const isBelow = solids.some(({ kind }) => kind === 'rock')
  return {
    ground: paintGround(map),
    beyond: isBelow ? beyond.below : beyond.above,
    height: map.height,
    stairs: decor
      .filter(({ kind }) => kind === 'stairs')
      .map(({ spots, properties }) => ({ at: boundsOf(spots, 0.6), opens: properties.opens })),
  }
}

function paintGround(map: WorldMap): HTMLCanvasElement {
  const ctx = blank(map.width * resolution, map.height * resolution)
  ctx.scale(resolution, resolution)
  ctx.fillStyle = palette.grass
  ctx.fillRect(0, 0, map.width, map.height)
  ctx.lineJoin = 'round'
  const { solids, decor } = drawnOf(map)
  for (const layer of layers) for (const thing of decor) layer[thing.kind]?.(ctx, thing)
  for (const thing of solids) {
    if (thing.kind === 'rock') fill(beyond.below)(ctx, thing)
    else if (thing.kind === 'rampart' || thing.kind === 'gatehouse') fill(palette.stoneDark)(ctx, thing)
    else if (thing.kind === 'tower')
      disc(ctx, thing.spots[0].x, thing.spots[0].y, thing.radius, palette.stoneDark)
    else if (thing.kind === 'fountain')
      disc(ctx, thing.spots[0].x, thing.spots[0].y, thing.radius, palette.water)
    else if (thing.name === 'tree')
      disc(ctx, thing.spots[0].x, thing.spots[0].y, 2, veil(palette.hedge, 0.75))
  }
  return ctx.canvas
}

type Painter = (ctx: Canvas, thing: Drawn) => void

/** The layers of the picture, from the ground up. */
const layers: readonly Readonly<Record<string, Painter>>[] = [
  { field: fill('#d8c384'), graveyard: fill('#8d9c8f'), garden: fill('#b9c98f') },
  { street: line, square: fill(palette.flagstone) },
  { river: fill(palette.water), lake: fill(palette.water) },
  { bridge: fill(palette.wood), jetty: fill(palette.wood) },
  {
    roof: (ctx, thing) =>
      fill(mix(roofTints[Number(thing.properties.tint) % roofTints.length], palette.ink, 0.1))(ctx, thing),
  },
]

function fill(colour: string): Painter {
  return (ctx, thing) => {
    ctx.fillStyle = colour
    ctx.fill(pathOf(thing.spots))
  }
}

function line(ctx: Canvas, thing: Drawn): void {
  ctx.lineWidth = Number(thing.properties.width)
  ctx.strokeStyle = thing.properties.surface === 'cobble' ? palette.cobbleLight : palette.sand
  ctx.stroke(pathOf(thing.spots, false))
}
