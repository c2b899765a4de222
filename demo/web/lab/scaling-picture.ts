import { clusterScale, type Edge, SERVER_NODE } from 'shardless/lab'
import { PER_PROCESS } from '../../lab/scaling-measure.ts'
import { fit } from './picture.ts'
import { Drawn } from './sight.ts'
import { StillLayer } from './still-layer.ts'

/** The most edges that are drawn one by one. */
const EDGES_DRAWN = 1200

interface Place {
  readonly x: number
  readonly y: number
}

export function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
}

export function begin(
  canvas: HTMLCanvasElement,
): { ctx: CanvasRenderingContext2D; width: number; height: number } | undefined {
  const ctx = canvas.getContext('2d')
  const { clientWidth: width, clientHeight: height } = canvas
  if (!ctx || width === 0) return undefined
  fit(canvas, width, height)
  ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
  ctx.clearRect(0, 0, width, height)
  return { ctx, width, height }
}

/** Draws nodes and edges, and packets where they are. */
export class GraphPicture {
  readonly #canvas: HTMLCanvasElement
  readonly #still = new StillLayer()
  readonly #drawn = new Drawn()

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  draw(
    edges: readonly Edge[],
    flights: readonly { readonly edge: number; readonly progress: number }[],
    { count, colour }: { readonly count: number; readonly colour: string },
  ): void {
    const { clientWidth, clientHeight } = this.#canvas
    const [hue, ink, red] = [colourOf(colour), colourOf('--ink'), colourOf('--lost')]
    const progress = flights[0]?.progress
    if (!this.#drawn.isStale(edges, progress, clientWidth, clientHeight, devicePixelRatio, hue)) return
    const drawing = begin(this.#canvas)
    if (!drawing) return
    const { ctx, width, height } = drawing
    const isStar = edges.some(({ to }) => to === SERVER_NODE)
    const place = (node: number): Place => {
      if (node === SERVER_NODE) return { x: width / 2, y: height * 0.14 }
      const turn = (2 * Math.PI * node) / count - Math.PI / 2
      const [cx, cy, rx, ry] = isStar
        ? [width / 2, height * 0.62, width * 0.36, height * 0.28]
        : [width / 2, height / 2, width * 0.36, height * 0.4]
      return { x: cx + rx * Math.cos(turn), y: cy + ry * Math.sin(turn) }
    }
    this.#still.draw(ctx, `${count} ${hue}`, drawing, (still) => {
      still.strokeStyle = hue
      for (const { from, to } of edges) line(still, place(from), place(to))
      still.fillStyle = hue
      for (let node = 0; node < count; node++) dot(still, place(node), 7)
      still.fillStyle = red
      if (isStar) dot(still, place(SERVER_NODE), 11)
    })
    ctx.fillStyle = '#e8c400'
    ctx.strokeStyle = ink
    ctx.lineWidth = 0.7
    for (const { edge, progress } of flights) {
      const [from, to] = [place(edges[edge].from), place(edges[edge].to)]
      dot(ctx, { x: from.x + (to.x - from.x) * progress, y: from.y + (to.y - from.y) * progress }, 3.5)
      ctx.stroke()
    }
  }
}

/** Draws regions, gateways and players of a cluster, and packets on their lines. */
export class ScaledClusterPicture {
  readonly #canvas: HTMLCanvasElement
  readonly #still = new StillLayer()
  readonly #drawn = new Drawn()

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  draw(players: number, now: number): void {
    const { clientWidth, clientHeight } = this.#canvas
    const [faint, edge] = [colourOf('--line'), colourOf('--edge')]
    const progress = Math.min(1, (now % 1500) / 1000)
    if (!this.#drawn.isStale(players, progress, clientWidth, clientHeight, devicePixelRatio, edge)) return
    const drawing = begin(this.#canvas)
    if (!drawing) return
    const { ctx, width, height } = drawing
    const { gateways, regions, neighbours } = clusterScale(players, PER_PROCESS)
    const across = (index: number, count: number, y: number): Place => ({
      x: (width * (index + 0.5)) / count,
      y,
    })
    const region = (index: number): Place => across(index, regions, height * 0.12)
    const gateway = (index: number): Place => across(index, gateways, height * 0.42)
    const drawn = Math.min(players, EDGES_DRAWN)
    const rows = Math.ceil(drawn / 60)
    const player = (index: number): Place =>
      across(index, drawn, height * (0.72 + (0.22 * (index % rows)) / Math.max(1, rows)))
    this.#still.draw(ctx, `${players} ${edge}`, drawing, (still) => {
      still.strokeStyle = faint
      still.lineWidth = 0.6
      for (let i = 0; i < drawn; i++) line(still, player(i), gateway(Math.floor((i * gateways) / drawn)))
      still.strokeStyle = edge
      still.lineWidth = 1.2
      for (let g = 0; g < gateways; g++) for (let r = 0; r < regions; r++) line(still, gateway(g), region(r))
      for (const { from, to } of neighbours) arch(still, region(from), region(to))
      still.fillStyle = edge
      for (let i = 0; i < drawn; i++) dot(still, player(i), drawn > 200 ? 1.5 : 3)
      still.fillStyle = colourOf('--mesh')
      for (let g = 0; g < gateways; g++) dot(still, gateway(g), 8)
      still.fillStyle = colourOf('--lost')
      for (let r = 0; r < regions; r++) dot(still, region(r), 10)
    })
    if (progress >= 1) return
    ctx.fillStyle = '#e8c400'
    for (let i = 0; i < drawn; i += Math.ceil(drawn / 120)) {
      const [from, to] = [player(i), gateway(Math.floor((i * gateways) / drawn))]
      dot(ctx, { x: from.x + (to.x - from.x) * progress, y: from.y + (to.y - from.y) * progress }, 2.5)
    }
  }
}

function line(ctx: CanvasRenderingContext2D, from: Place, to: Place): void {
  ctx.beginPath()
  ctx.moveTo(from.x, from.y)
  ctx.lineTo(to.x, to.y)
  ctx.stroke()
}

/** Draws a line over what lies between: regions stand in a row. */
function arch(ctx: CanvasRenderingContext2D, from: Place, to: Place): void {
  ctx.beginPath()
  ctx.moveTo(from.x, from.y)
  ctx.quadraticCurveTo(
    (from.x + to.x) / 2,
    from.y - Math.min(2 * from.y, 20 + (to.x - from.x) / 8),
    to.x,
    to.y,
  )
  ctx.stroke()
}

function dot(ctx: CanvasRenderingContext2D, { x, y }: Place, radius: number): void {
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, 2 * Math.PI)
  ctx.fill()
}
