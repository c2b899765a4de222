import { fateOf, type Look, type Spot, type TravellingPacket } from 'shardless/lab'
import { FIELD_METRES, pillars } from '../../lab/field.ts'
import { type Dot, type DotShape, drawDot, drawRing, packetAt, radiusOf } from './dot.ts'
import type { Run } from './runner.ts'
import { Drawn } from './sight.ts'

/** How long a lost packet is seen, and how long it would have been on its way, in ms. */
const LOST_SHOWN_MS = 600
const LOST_TRAVEL_MS = 120
/** How long a packet may be on its way, and then held up, in ms. */
const FLIGHT_MS_MAX = 40_000

/** The players' colours: Okabe and Ito's, told apart by colour-blind people, and again in a lighter shade. */
export const playerColours = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#d55e00',
  '#cc79a7',
  '#56b4e9',
  '#b8a500',
  '#7a5195',
  '#3f7f3f',
  '#a0522d',
  '#5f6b7a',
  '#008b8b',
] as const

interface Box {
  readonly x: number
  readonly y: number
  readonly side: number
}

export interface PictureColours {
  readonly paper: string
  readonly ink: string
  readonly soft: string
  readonly faint: string
  readonly wall: string
  readonly up: string
  readonly down: string
  readonly lost: string
}

/**
 * Draws a run at a moment: the server's world in the middle, each player's own picture of it around, and the packets on
 * the lines between.
 */
export class Picture {
  readonly canvas: HTMLCanvasElement
  /** The number of the packet that is marked; 0 for none. */
  marked = 0
  /** The player whose figures are shown. */
  chosen = 0
  #dots: Dot<TravellingPacket>[] = []
  #boxes: Box[] = []
  readonly #drawn = new Drawn()

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
  }

  /** Returns the packet drawn nearest to a place of the canvas, or the player whose picture is there. */
  at(x: number, y: number): { readonly packet?: TravellingPacket; readonly player?: number } {
    const packet = packetAt(this.#dots, x, y)
    if (packet) return { packet }
    const player = this.#boxes.findIndex(
      (box) => x >= box.x && x < box.x + box.side && y >= box.y && y < box.y + box.side,
    )
    return player < 0 ? {} : { player }
  }

  /** How many packets are drawn. */
  get packetsDrawn(): number {
    return this.#dots.length
  }

  draw(run: Run, now: number, colours: PictureColours): void {
    const { canvas } = this
    const ctx = canvas.getContext('2d')
    const { clientWidth: width, clientHeight: height } = canvas
    if (!ctx || width === 0) return
    const { marked, chosen } = this
    if (!this.#drawn.isStale(run, run.now, now, colours, marked, chosen, width, height, devicePixelRatio))
      return
    fit(canvas, width, height)
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    ctx.clearRect(0, 0, width, height)
    const count = run.settings.players
    const server = serverBox(width, height, count)
    this.#boxes = Array.from({ length: count }, (_, player) => playerBox(player, count, { width, height }))
    const found = run.lookAt(now)
    for (const [player, box] of this.#boxes.entries()) {
      ctx.strokeStyle = colours.faint
      ctx.lineWidth = 1
      ctx.beginPath()
      ctx.moveTo(middle(box).x, middle(box).y)
      ctx.lineTo(middle(server).x, middle(server).y)
      ctx.stroke()
      this.#drawWorld(ctx, box, colours, player === this.chosen)
      if (found)
        drawPlayers(
          ctx,
          box,
          between(found, (look) => look.shown[player]),
          player,
        )
      label(ctx, box, nameOf(run, player), colours)
      const status = found?.after.status[player]
      if (status !== undefined && status !== 'open')
        label(ctx, { ...box, y: box.y - box.side / 2 }, status, colours)
    }
    this.#drawWorld(ctx, server, colours, false)
    if (found)
      drawPlayers(
        ctx,
        server,
        between(found, (look) => look.truth),
        -1,
      )
    label(ctx, server, 'server', colours)
    this.#dots = []
    for (const packet of run.traffic.between(now - FLIGHT_MS_MAX, now)) this.#place(packet, now, server)
    for (const dot of this.#dots) this.#drawPacket(ctx, dot, now, colours)
  }

  #drawWorld(ctx: CanvasRenderingContext2D, box: Box, colours: PictureColours, isChosen: boolean): void {
    ctx.fillStyle = colours.paper
    ctx.fillRect(box.x, box.y, box.side, box.side)
    ctx.fillStyle = colours.wall
    const scale = box.side / FIELD_METRES
    for (const [x, y, w, h] of pillars)
      ctx.fillRect(box.x + x * scale, box.y + (FIELD_METRES - y - h) * scale, w * scale, h * scale)
    ctx.strokeStyle = isChosen ? colours.ink : colours.faint
    ctx.lineWidth = isChosen ? 2 : 1
    ctx.strokeRect(box.x, box.y, box.side, box.side)
  }

  #place(packet: TravellingPacket, now: number, server: Box): void {
    const { arrivals, sentAt, isInOrder, handedAt } = packet
    const box = this.#boxes[packet.player]
    if (box === undefined) return
    const age = now - sentAt
    if (arrivals.length === 0) {
      if (age < LOST_SHOWN_MS) this.#put(packet, Math.min(1, age / LOST_TRAVEL_MS) * 0.5, box, server)
      return
    }
    const isHeard = !isInOrder || (handedAt !== undefined && handedAt <= now)
    for (const at of arrivals)
      if (at > now) this.#put(packet, age / Math.max(1, at - sentAt), box, server)
      // What came before its turn waits at the end of the lane; what takes no time is seen for a moment all the same.
      else if (now - at < 40 || (!isHeard && fateOf(packet, now) === 'held up'))
        this.#put(packet, 1, box, server)
  }

  /** Puts a packet at a share of its way, both directions side by side. */
  #put(packet: TravellingPacket, share: number, box: Box, server: Box): void {
    const [from, to] = packet.way === 'up' ? [middle(box), middle(server)] : [middle(server), middle(box)]
    const along = Math.hypot(to.x - from.x, to.y - from.y) || 1
    const aside = { x: (-(to.y - from.y) / along) * 4, y: ((to.x - from.x) / along) * 4 }
    const s = 0.12 + 0.76 * share
    this.#dots.push({
      packet,
      x: from.x + (to.x - from.x) * s + aside.x,
      y: from.y + (to.y - from.y) * s + aside.y,
    })
  }

  #drawPacket(
    ctx: CanvasRenderingContext2D,
    dot: Dot<TravellingPacket>,
    now: number,
    colours: PictureColours,
  ): void {
    const { packet } = dot
    const shape = shapeOf(packet, now)
    const radius = radiusOf(packet.length)
    const colour = shape === 'lost' ? colours.lost : packet.way === 'up' ? colours.up : colours.down
    drawDot(ctx, dot, { shape, radius, colour })
    if (packet.number === this.marked) drawRing(ctx, dot, { radius, colour: colours.ink })
  }
}

function shapeOf(packet: TravellingPacket, now: number): DotShape {
  const fate = fateOf(packet, now)
  if (fate === 'lost' || fate === 'held up') return fate
  if (packet.repeats > 0) return 'repeated'
  return packet.overtakes > 0 ? 'overtakes' : 'plain'
}

/** Returns the name of a player; the number before it has joined. */
export function nameOf(run: Run, player: number): string {
  return run.players[player]?.name ?? `player ${player}`
}

function between(
  { before, after, share }: NonNullable<ReturnType<Run['lookAt']>>,
  of: (look: Look) => readonly (Spot | undefined)[] | undefined,
): (Spot | undefined)[] {
  const [old, young] = [of(before) ?? [], of(after) ?? []]
  return young.map((to, i) => {
    const from = old[i]
    if (to === undefined || from === undefined) return to
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
  })
}

function drawPlayers(
  ctx: CanvasRenderingContext2D,
  box: Box,
  spots: (Spot | undefined)[],
  own: number,
): void {
  const scale = box.side / FIELD_METRES
  for (const [player, spot] of spots.entries()) {
    if (spot === undefined) continue
    ctx.fillStyle = playerColours[player % playerColours.length]
    ctx.beginPath()
    const radius = Math.max(2.5, scale * (player === own ? 1.4 : 1))
    ctx.arc(box.x + spot.x * scale, box.y + (FIELD_METRES - spot.y) * scale, radius, 0, 2 * Math.PI)
    ctx.fill()
  }
}

function label(ctx: CanvasRenderingContext2D, box: Box, text: string, colours: PictureColours): void {
  ctx.fillStyle = colours.ink
  ctx.font = '12px system-ui, sans-serif'
  ctx.textAlign = 'center'
  ctx.fillText(text, box.x + box.side / 2, box.y + box.side + 13)
}

function serverBox(width: number, height: number, count: number): Box {
  const side = Math.min(width, height) * (count > 6 ? 0.24 : 0.28)
  return { x: width / 2 - side / 2, y: height / 2 - side / 2 - 6, side }
}

/** Places the players' pictures on an ellipse around the server's. */
function playerBox(player: number, count: number, { width, height }: { width: number; height: number }): Box {
  const side = Math.min(width, height) * (count > 8 ? 0.15 : count > 4 ? 0.18 : 0.22)
  const turn = (2 * Math.PI * player) / count - Math.PI / 2
  const x = width / 2 + Math.cos(turn) * (width / 2 - side / 2 - 8)
  const y = height / 2 + Math.sin(turn) * (height / 2 - side / 2 - 16)
  return { x: x - side / 2, y: y - side / 2 - 6, side }
}

function middle({ x, y, side }: Box): Spot {
  return { x: x + side / 2, y: y + side / 2 }
}

/** Matches a canvas to the screen's pixels. */
export function fit(canvas: HTMLCanvasElement, width: number, height: number): void {
  const [wide, high] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)]
  if (canvas.width !== wide) canvas.width = wide
  if (canvas.height !== high) canvas.height = high
}
