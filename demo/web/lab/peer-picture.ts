import { FIELD_UNITS, type PeerPacket, type PeerRun, peerFateOf, RELAY } from 'shardless/lab'
import { type Dot, type DotShape, drawDot, drawRing, packetAt, radiusOf } from './dot.ts'
import { fit, type PictureColours, playerColours } from './picture.ts'
import { Drawn } from './sight.ts'

/** How long a lost packet is seen, and how long it would have been on its line, in ms. */
const LOST_SHOWN_MS = 600
const LOST_TRAVEL_MS = 120
/** How long what takes no time is seen all the same, in ms. */
const ARRIVED_SHOWN_MS = 40

interface Place {
  readonly x: number
  readonly y: number
}

/** Draws a game between players' own machines: what each of them shows, and the packets on the lines between. */
export class PeerPicture {
  readonly canvas: HTMLCanvasElement
  /** The number of the packet that is marked; 0 for none. */
  marked = 0
  /** The player whose packets have colours of their own. */
  chosen = 0
  #dots: Dot<PeerPacket>[] = []
  #places: Place[] = []
  #side = 0
  readonly #drawn = new Drawn()

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
  }

  /** Returns the packet drawn nearest to a place of the canvas, or the player whose picture is there. */
  at(x: number, y: number): { readonly packet?: PeerPacket; readonly player?: number } {
    const packet = packetAt(this.#dots, x, y)
    if (packet) return { packet }
    const half = this.#side / 2
    const player = this.#places.findIndex(
      (place) => Math.abs(place.x - x) <= half && Math.abs(place.y - y) <= half,
    )
    return player < 0 ? {} : { player }
  }

  /** Where packets are drawn. */
  get dots(): readonly Dot<PeerPacket>[] {
    return this.#dots
  }

  draw(run: PeerRun, colours: PictureColours): void {
    const { canvas } = this
    const ctx = canvas.getContext('2d')
    const { clientWidth: width, clientHeight: height } = canvas
    if (!ctx || width === 0) return
    const { marked, chosen } = this
    const states = run.peers.map(({ state }) => state)
    const size = `${width} ${height} ${devicePixelRatio}`
    if (!this.#drawn.isStale(run, run.now, ...states, colours, marked, chosen, size)) return
    fit(canvas, width, height)
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    ctx.clearRect(0, 0, width, height)
    const { count } = run.options
    const side = Math.min(width, height) * (count > 6 ? 0.17 : 0.24)
    this.#side = side
    this.#places = Array.from({ length: count }, (_, player) => {
      const turn = (2 * Math.PI * player) / count - Math.PI / 2
      return {
        x: width / 2 + Math.cos(turn) * (width / 2 - side * 0.6),
        y: height / 2 + Math.sin(turn) * (height / 2 - side * 0.6),
      }
    })
    const relay = { x: width / 2, y: height / 2 }
    const place = (node: number): Place => (node === RELAY ? relay : this.#places[node])
    ctx.strokeStyle = colours.faint
    ctx.lineWidth = 1
    ctx.beginPath()
    for (const [from, to] of linesOf(run)) {
      ctx.moveTo(place(from).x, place(from).y)
      ctx.lineTo(place(to).x, place(to).y)
    }
    ctx.stroke()
    this.#placeDots(run, place)
    for (const dot of this.#dots) this.#drawPacket(ctx, dot, run.now, colours)
    for (const { index, state } of run.peers)
      drawMachine(ctx, this.#places[index], { side, index, state, isChosen: index === this.chosen }, colours)
    if (run.options.topology === 'hybrid') {
      ctx.fillStyle = colours.ink
      ctx.font = '12px system-ui, sans-serif'
      ctx.textAlign = 'center'
      ctx.fillText('relay', relay.x, relay.y + 4)
    }
  }

  #placeDots(run: PeerRun, place: (node: number) => Place): void {
    this.#dots = []
    for (const packet of run.packets) {
      const share = shareOf(packet, run.now)
      if (share === undefined) continue
      const [a, b] = [place(packet.from), place(packet.to)]
      const along = Math.hypot(b.x - a.x, b.y - a.y) || 1
      // Both directions side by side, and what comes from a picture or goes into it beside it.
      const s = 0.1 + 0.8 * share
      this.#dots.push({
        packet,
        x: a.x + (b.x - a.x) * s - ((b.y - a.y) / along) * 3,
        y: a.y + (b.y - a.y) * s + ((b.x - a.x) / along) * 3,
      })
    }
  }

  #drawPacket(
    ctx: CanvasRenderingContext2D,
    dot: Dot<PeerPacket>,
    now: number,
    colours: PictureColours,
  ): void {
    const { packet } = dot
    const { chosen } = this
    const shape = shapeOf(packet, now)
    const radius = radiusOf(packet.bytes.length)
    const colour =
      shape === 'lost'
        ? colours.lost
        : packet.author === chosen
          ? colours.up
          : packet.to === chosen
            ? colours.down
            : colours.soft
    drawDot(ctx, dot, { shape, radius, colour })
    if (packet.number === this.marked) drawRing(ctx, dot, { radius, colour: colours.ink })
  }
}

function shapeOf(packet: PeerPacket, now: number): DotShape {
  if (peerFateOf(packet, now) === 'lost') return 'lost'
  if (packet.copyOf > 0) return 'repeated'
  return packet.overtakes > 0 ? 'overtakes' : 'plain'
}

/** Returns how much of its way a packet has behind it, 0 .. 1; undefined for one that is not to be seen. */
function shareOf({ sentAt, middleAt, arrivesAt, lostAt, to }: PeerPacket, now: number): number | undefined {
  if (now < sentAt) return undefined
  if (lostAt !== undefined && lostAt <= now) {
    if (now - lostAt >= LOST_SHOWN_MS) return undefined
    const beyond = Math.min(1, (now - lostAt) / LOST_TRAVEL_MS)
    if (middleAt !== undefined) return 0.5 + 0.25 * beyond
    return (to === RELAY ? 0.5 : 0.25) * beyond
  }
  if (arrivesAt !== undefined && now >= arrivesAt) return now - arrivesAt < ARRIVED_SHOWN_MS ? 1 : undefined
  if (middleAt === undefined) return (now - sentAt) / Math.max(1, (arrivesAt ?? now) - sentAt)
  if (now < middleAt) return (0.5 * (now - sentAt)) / Math.max(1, middleAt - sentAt)
  return 0.5 + (0.5 * (now - middleAt)) / Math.max(1, (arrivesAt ?? now) - middleAt)
}

function drawMachine(
  ctx: CanvasRenderingContext2D,
  { x, y }: Place,
  {
    side,
    index,
    state,
    isChosen,
  }: {
    readonly side: number
    readonly index: number
    readonly state: PeerRun['peers'][number]['state']
    readonly isChosen: boolean
  },
  colours: PictureColours,
): void {
  const [left, top] = [x - side / 2, y - side / 2]
  ctx.fillStyle = colours.paper
  ctx.fillRect(left, top, side, side)
  ctx.strokeStyle = isChosen ? colours.ink : colours.faint
  ctx.lineWidth = isChosen ? 2 : 1
  ctx.strokeRect(left, top, side, side)
  ctx.fillStyle = colours.ink
  ctx.font = '12px system-ui, sans-serif'
  ctx.textAlign = 'center'
  ctx.fillText(`player ${index}`, x, top + side + 12)
  const scale = side / FIELD_UNITS
  for (let player = 0; player < state.x.length; player++) {
    ctx.fillStyle = playerColours[player % playerColours.length]
    ctx.beginPath()
    const radius = player === state.catcher ? 5 : 3
    ctx.arc(left + state.x[player] * scale, top + side - state.y[player] * scale, radius, 0, 2 * Math.PI)
    ctx.fill()
  }
}

/** Lists who is connected to whom. */
function linesOf({ options: { count, topology } }: PeerRun): (readonly [from: number, to: number])[] {
  const lines: (readonly [number, number])[] = []
  for (let from = 0; from < count; from++)
    if (topology === 'hybrid') lines.push([from, RELAY])
    else for (let to = from + 1; to < count; to++) lines.push([from, to])
  return lines
}
