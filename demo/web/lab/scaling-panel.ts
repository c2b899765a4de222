import {
  Bursts,
  clusterScale,
  type Edge,
  Experiment,
  edgesOf,
  meshRatio,
  PeerRun,
  SCALING_LEAST,
  SCALING_MOST,
  SERVER_NODE,
} from 'shardless/lab'
import type { Field } from '../../lab/field.ts'
import bots from '../../lab/field-bot.ts'
import definition from '../../lab/field-server.ts'
import { byId } from '../element.ts'
import { fit } from './picture.ts'

/** The counts of which the table speaks besides the present one. */
const ROWS = [2, 4, 8, 12] as const
const MEASURED_MS = 6000
/** What one process of each kind carries; the cluster guide has the measurements. */
const PER_PROCESS = { perGateway: 400, perRegion: 250 } as const
/** The most edges that are drawn one by one. */
const EDGES_DRAWN = 1200

interface Bytes {
  readonly server: number
  readonly mesh: number
  readonly upPeer: number
}

/** Draws client and server beside a full mesh and a cluster, for the same number of players. */
export class ScalingPanel {
  #count = 4
  #star = new Bursts([], 0)
  #mesh = new Bursts([], 0)
  readonly #bytes = new Map<number, Bytes>()

  constructor() {
    byId('fewer').addEventListener('click', () => this.set(this.#count - 1))
    byId('more').addEventListener('click', () => this.set(this.#count + 1))
    byId('measure').addEventListener('click', () => this.#measure())
    byId('cluster-players').addEventListener('input', () => this.#tellCluster())
    addEventListener('keydown', (event) => {
      const { target, key } = event
      if (target instanceof HTMLElement && target.matches('input, textarea, select')) return
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (key === '-') this.set(this.#count - 1)
      else if (key === '=' || key === '+') this.set(this.#count + 1)
    })
    this.set(this.#count)
    this.#tellCluster()
  }

  /** Shows so many players, within the bounds. */
  set(count: number): void {
    this.#count = Math.max(SCALING_LEAST, Math.min(SCALING_MOST, count))
    const now = performance.now()
    this.#star = new Bursts(edgesOf('client-server', this.#count), now)
    this.#mesh = new Bursts(edgesOf('full-mesh', this.#count), now)
    byId('count').textContent = `N = ${this.#count}`
    byId('scaling-ratio').textContent =
      `A full mesh has (N-1)/2 = ${meshRatio(this.#count).toFixed(1)} times the connections of a server.`
    this.#fillTable()
  }

  draw(now: number): void {
    const star = this.#star.inFlight(now)
    const mesh = this.#mesh.inFlight(now)
    caption(
      'star-caption',
      `Client-server: ${this.#star.edges.length} connections, O(N); ${star.length} packets in flight`,
    )
    caption(
      'mesh-caption',
      `Full mesh: ${this.#mesh.edges.length} connections, O(N²); ${mesh.length} packets in flight`,
    )
    drawGraph(byId<HTMLCanvasElement>('star'), this.#star.edges, star, {
      count: this.#count,
      colour: '--edge',
    })
    drawGraph(byId<HTMLCanvasElement>('mesh'), this.#mesh.edges, mesh, {
      count: this.#count,
      colour: '--mesh',
    })
    drawCluster(byId<HTMLCanvasElement>('cluster'), this.#clusterPlayers, now)
  }

  get #clusterPlayers(): number {
    return byId<HTMLInputElement>('cluster-players').valueAsNumber
  }

  #tellCluster(): void {
    const players = this.#clusterPlayers
    const { gateways, regions, playerEdges, processEdges } = clusterScale(players, PER_PROCESS)
    byId('cluster-count').textContent = String(players)
    caption(
      'cluster-caption',
      `Cluster: ${playerEdges} connections of players, one each; ${processEdges} between ${gateways} gateways and ${regions} regions`,
    )
  }

  #fillTable(): void {
    const counts = [...new Set([...ROWS, this.#count])].sort((a, b) => a - b)
    byId('scaling-table')
      .querySelector('tbody')!
      .replaceChildren(
        ...counts.map((count) => {
          const bytes = this.#bytes.get(count)
          const cells = [
            String(edgesOf('client-server', count).length),
            String(edgesOf('full-mesh', count).length),
            meshRatio(count).toFixed(1),
            ...(bytes
              ? [bytes.server, bytes.mesh, bytes.upPeer].map((each) => String(Math.round(each)))
              : ['–', '–', '–']),
          ]
          const row = document.createElement('tr')
          row.className = count === this.#count ? 'current' : ''
          const head = document.createElement('th')
          head.scope = 'row'
          head.textContent = String(count)
          row.append(head)
          for (const cell of cells) row.insertCell().textContent = cell
          return row
        }),
      )
  }

  /** Runs both for each row, and counts the bytes. */
  async #measure(): Promise<void> {
    const button = byId<HTMLButtonElement>('measure')
    button.disabled = true
    const counts = [...new Set([...ROWS, this.#count])].sort((a, b) => a - b)
    for (const count of counts) {
      byId('measuring').textContent = `Running ${count} players for ${MEASURED_MS / 1000} s of their time.`
      await new Promise(requestAnimationFrame)
      this.#bytes.set(count, await measureBytes(count))
      this.#fillTable()
    }
    byId('measuring').textContent =
      'Bytes a second with all headers, on a fibre line; everybody sees everybody.'
    button.disabled = false
  }
}

/** Measures the bytes a second of both topologies, with headers. */
async function measureBytes(count: number): Promise<Bytes> {
  const settings = {
    seed: 7,
    players: count,
    link: 'websocket',
    weather: ['fibre'],
    off: [],
    script: [],
  } as const
  const run = new Experiment<Field>({ settings, definition, bots })
  await run.advance(MEASURED_MS)
  let server = 0
  for (let player = 0; player < count; player++) server += run.traffic.counts(player).down.bytes
  const peers = new PeerRun({ topology: 'peer-to-peer', count, seed: 7, weather: ['fibre'] })
  peers.advance(MEASURED_MS)
  const mesh = peers.traffic.reduce((sum, { bytesUp }) => sum + bytesUp, 0)
  const seconds = MEASURED_MS / 1000
  return { server: server / seconds, mesh: mesh / seconds, upPeer: peers.traffic[0].bytesUp / seconds }
}

function caption(id: string, text: string): void {
  const element = byId(id)
  if (element.textContent !== text) element.textContent = text
}

interface Place {
  readonly x: number
  readonly y: number
}

function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
}

function begin(
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

function drawGraph(
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

function drawCluster(canvas: HTMLCanvasElement, players: number, now: number): void {
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
