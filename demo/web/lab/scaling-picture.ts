import { clusterScale, type Edge, SERVER_NODE } from 'shardless/lab'
import { PER_PROCESS } from '../../lab/scaling-measure.ts'
import { fit } from './picture.ts'

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

export function drawGraph(
  canvas: HTMLCanvasElement,
  edges: readonly Edge[],
  flights: readonly { readonly edge: number; readonly progress: number }[],
  { count, colour }: { readonly count: number; readonly colour: string },
): void {
  const drawing = begin(canvas)
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
  ctx.strokeStyle = colourOf(colour)
  ctx.lineWidth = 1
  for (const { from, to } of edges) line(ctx, place(from), place(to))
  ctx.fillStyle = colourOf(colour)
  for (let node = 0; node < count; node++) dot(ctx, place(node), 7)
  if (isStar) {
    ctx.fillStyle = colourOf('--lost')
    dot(ctx, place(SERVER_NODE), 11)
  }
  ctx.fillStyle = '#e8c400'
  ctx.strokeStyle = colourOf('--ink')
  ctx.lineWidth = 0.7
  for (const { edge, progress } of flights) {
    const [from, to] = [place(edges[edge].from), place(edges[edge].to)]
    dot(ctx, { x: from.x + (to.x - from.x) * progress, y: from.y + (to.y - from.y) * progress }, 3.5)
    ctx.stroke()
  }
}

export function drawCluster(canvas: HTMLCanvasElement, players: number, now: number): void {
  const drawing = begin(canvas)
  if (!drawing) return
  const { ctx, width, height } = drawing
  const { gateways, regions } = clusterScale(players, PER_PROCESS)
  const across = (index: number, count: number, y: number): Place => ({
    x: (width * (index + 0.5)) / count,
    y,
  })
  const region = (index: number): Place => across(index, regions, height * 0.12)
  const gateway = (index: number): Place => across(index, gateways, height * 0.42)
  const drawn = Math.min(players, EDGES_DRAWN)
  const player = (index: number): Place => {
    const rows = Math.ceil(drawn / 60)
    const row = index % rows
    return across(index, drawn, height * (0.72 + (0.22 * row) / Math.max(1, rows)))
  }
  ctx.strokeStyle = colourOf('--line')
  ctx.lineWidth = 0.6
  for (let i = 0; i < drawn; i++) line(ctx, player(i), gateway(Math.floor((i * gateways) / drawn)))
  ctx.strokeStyle = colourOf('--edge')
  ctx.lineWidth = 1.2
  for (let g = 0; g < gateways; g++) for (let r = 0; r < regions; r++) line(ctx, gateway(g), region(r))
  ctx.fillStyle = colourOf('--edge')
  for (let i = 0; i < drawn; i++) dot(ctx, player(i), drawn > 200 ? 1.5 : 3)
  ctx.fillStyle = colourOf('--mesh')
  for (let g = 0; g < gateways; g++) dot(ctx, gateway(g), 8)
  ctx.fillStyle = colourOf('--lost')
  for (let r = 0; r < regions; r++) dot(ctx, region(r), 10)
  const progress = (now % 1500) / 1000
  if (progress >= 1) return
  ctx.fillStyle = '#e8c400'
  for (let i = 0; i < drawn; i += Math.ceil(drawn / 120)) {
    const [from, to] = [player(i), gateway(Math.floor((i * gateways) / drawn))]
    dot(ctx, { x: from.x + (to.x - from.x) * progress, y: from.y + (to.y - from.y) * progress }, 2.5)
  }
}

function line(ctx: CanvasRenderingContext2D, from: Place, to: Place): void {
  ctx.beginPath()
  ctx.moveTo(from.x, from.y)
  ctx.lineTo(to.x, to.y)
  ctx.stroke()
}

function dot(ctx: CanvasRenderingContext2D, { x, y }: Place, radius: number): void {
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, 2 * Math.PI)
  ctx.fill()
}
