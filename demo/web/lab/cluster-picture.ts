import { CLUSTER_SIDE, type ClusterLook, type ClusterMessage, type ProcessState } from 'shardless/lab'
import { fit, playerColours } from './picture.ts'
import { Drawn } from './sight.ts'

const HIT_PIXELS = 26
/** The most messages that are drawn at once. */
const MESSAGES_DRAWN = 400

interface Place {
  readonly x: number
  readonly y: number
}

/** Draws a cluster: directory, store and regions above the districts, gateways and their players below. */
export class ClusterPicture {
  readonly canvas: HTMLCanvasElement
  /** The process that is marked. */
  chosen = ''
  #places = new Map<string, Place>()
  readonly #drawn = new Drawn()

  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas
  }

  /** Returns the process drawn nearest to a place of the canvas. */
  at(x: number, y: number): string | undefined {
    let best: string | undefined
    let nearest = HIT_PIXELS
    for (const [name, place] of this.#places) {
      const off = Math.hypot(place.x - x, place.y - y)
      if (off < nearest) [best, nearest] = [name, off]
    }
    return best
  }

  /** @param dead  processes that died lately */
  draw(look: ClusterLook, messages: readonly ClusterMessage[], dead: readonly string[]): void {
    const { canvas } = this
    const ctx = canvas.getContext('2d')
    const { clientWidth: width, clientHeight: height } = canvas
    if (!ctx || width === 0) return
    const style = getComputedStyle(canvas)
    const ink = style.getPropertyValue('--ink')
    if (!this.#drawn.isStale(look, dead.length, this.chosen, width, height, devicePixelRatio, ink)) return
    fit(canvas, width, height)
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    ctx.clearRect(0, 0, width, height)
    const colours = new Map<string, string>()
    const colour = (name: string): string => {
      const known = colours.get(name) ?? style.getPropertyValue(name)
      colours.set(name, known)
      return known
    }
    this.#place(look, dead, { width, height })
    const side = Math.min(height * 0.5, width * 0.6)
    const map = { side, x: (width - side) / 2, y: height * 0.26 }
    const cell = map.side / CLUSTER_SIDE
    for (const { district, owner, epoch, isLive } of look.districts) {
      const [x, y] = [
        map.x + (district % CLUSTER_SIDE) * cell,
        map.y + Math.floor(district / CLUSTER_SIDE) * cell,
      ]
      ctx.globalAlpha = isLive ? 0.35 : 0.08
      ctx.fillStyle = isLive ? regionColour(owner) : colour('--ink')
      ctx.fillRect(x, y, cell, cell)
      ctx.globalAlpha = 1
      ctx.strokeStyle = isLive ? colour('--line') : colour('--lost')
      ctx.lineWidth = isLive ? 1 : 2
      ctx.setLineDash(isLive ? [] : [4, 3])
      ctx.strokeRect(x + 1, y + 1, cell - 2, cell - 2)
      ctx.setLineDash([])
      ctx.fillStyle = colour('--ink')
      ctx.textAlign = 'left'
      ctx.font = '11px system-ui, sans-serif'
      const shortly = owner.replace('region-', 'R')
      ctx.fillText(cell < 72 ? `${shortly} · ${epoch}` : `${shortly} · epoch ${epoch}`, x + 5, y + 14)
      const inside = look.entities.filter((one) => one.district === district)
      for (const [index, { entity, hop }] of inside.entries()) {
        const step = Math.min(26, (cell - 20) / Math.max(1, inside.length))
        const at = { x: x + 14 + index * step, y: y + cell * 0.55 }
        playerDot(ctx, at, entity, colour('--ink'))
        ctx.textAlign = 'center'
        ctx.fillText(String(hop), at.x, at.y + 22)
      }
    }
    this.#drawMessages(ctx, look.at, messages, colour)
    const label = (name: string, state: ProcessState | 'dead', more: string): void => {
      const place = this.#places.get(name)
      if (place) drawProcess(ctx, place, { name, state, more, isChosen: name === this.chosen }, colour)
    }
    label('directory', look.directory, '')
    label('store', look.store, '')
    for (const { name, state, isLeading, districts } of look.regions)
      label(name, state, `${districts.length} districts${isLeading ? ', leads' : ''}`)
    for (const name of dead) label(name, 'dead', 'dead')
    for (const { name, state, players } of look.gateways) {
      label(name, state, '')
      const place = this.#places.get(name)
      if (!place) continue
      for (const [index, entity] of [...players].sort((a, b) => a - b).entries()) {
        const at = { x: place.x + (index - (players.length - 1) / 2) * 22, y: height - 14 }
        const silent = look.entities[entity - 1]?.silentMs ?? 0
        ctx.globalAlpha = silent > 300 ? 0.35 : 1
        playerDot(ctx, at, entity, colour('--ink'))
        ctx.globalAlpha = 1
      }
    }
  }

  #place(
    { regions, gateways }: ClusterLook,
    dead: readonly string[],
    { width, height }: { readonly width: number; readonly height: number },
  ): void {
    this.#places = new Map()
    const row = (names: readonly string[], y: number): void => {
      for (const [index, name] of names.entries())
        this.#places.set(name, { x: (width * (index + 0.5)) / names.length, y })
    }
    const sorted = [
      ...regions.map(({ name }) => name),
      ...dead.filter((name) => name.startsWith('region')),
    ].sort((a, b) => numberOf(a) - numberOf(b))
    row(sorted, height * 0.12)
    const fronts = [
      ...gateways.map(({ name }) => name),
      ...dead.filter((name) => name.startsWith('gateway')),
    ].sort((a, b) => numberOf(a) - numberOf(b))
    row(fronts, height * 0.85)
    this.#places.set('directory', { x: width * 0.09, y: height * 0.42 })
    this.#places.set('store', { x: width * 0.91, y: height * 0.42 })
  }

  #drawMessages(
    ctx: CanvasRenderingContext2D,
    now: number,
    messages: readonly ClusterMessage[],
    colour: (name: string) => string,
  ): void {
    let drawn = 0
    for (const { from, to, sentAt, arrivesAt } of messages) {
      if (now < sentAt || now > arrivesAt || drawn >= MESSAGES_DRAWN) continue
      const [a, b] = [this.#places.get(from), this.#places.get(to)]
      if (!a || !b) continue
      drawn++
      const share = (now - sentAt) / Math.max(1, arrivesAt - sentAt)
      ctx.fillStyle = to.startsWith('gateway') ? colour('--down') : colour('--up')
      ctx.beginPath()
      ctx.arc(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share, 2, 0, 2 * Math.PI)
      ctx.fill()
    }
  }
}

/** Returns the colour of a region, by the number that its name ends with. */
export function regionColour(name: string): string {
  return playerColours[numberOf(name) % playerColours.length]
}

function numberOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0)
}

function playerDot(ctx: CanvasRenderingContext2D, { x, y }: Place, entity: number, ink: string): void {
  ctx.fillStyle = ink
  ctx.beginPath()
  ctx.arc(x, y, 9, 0, 2 * Math.PI)
  ctx.fill()
  ctx.fillStyle = playerColours[(entity + 4) % playerColours.length]
  ctx.beginPath()
  ctx.arc(x, y, 8, 0, 2 * Math.PI)
  ctx.fill()
  ctx.fillStyle = '#000'
  ctx.font = '600 11px system-ui, sans-serif'
  ctx.textAlign = 'center'
  ctx.fillText(String(entity), x, y + 4)
  ctx.fillStyle = ink
  ctx.font = '11px system-ui, sans-serif'
}

function drawProcess(
  ctx: CanvasRenderingContext2D,
  { x, y }: Place,
  {
    name,
    state,
    more,
    isChosen,
  }: {
    readonly name: string
    readonly state: ProcessState | 'dead'
    readonly more: string
    readonly isChosen: boolean
  },
  colour: (name: string) => string,
): void {
  const radius = 15
  ctx.lineWidth = isChosen ? 4 : 2
  ctx.strokeStyle = colour('--ink')
  ctx.fillStyle = name.startsWith('region') ? regionColour(name) : colour('--card')
  ctx.globalAlpha = state === 'dead' || state === 'away' ? 0.3 : 1
  ctx.setLineDash(state === 'cut' ? [4, 4] : [])
  ctx.beginPath()
  if (name.startsWith('region')) ctx.arc(x, y, radius, 0, 2 * Math.PI)
  else ctx.rect(x - radius, y - radius, radius * 2, radius * 2)
  ctx.fill()
  ctx.stroke()
  ctx.setLineDash([])
  ctx.globalAlpha = 1
  ctx.strokeStyle = colour('--lost')
  ctx.lineWidth = 4
  ctx.beginPath()
  if (state === 'paused')
    for (const off of [-4, 4]) {
      ctx.moveTo(x + off, y - 7)
      ctx.lineTo(x + off, y + 7)
    }
  else if (state === 'dead' || state === 'away')
    for (const sign of [-1, 1]) {
      ctx.moveTo(x - 9, y - 9 * sign)
      ctx.lineTo(x + 9, y + 9 * sign)
    }
  ctx.stroke()
  ctx.fillStyle = colour('--ink')
  ctx.font = `${isChosen ? '600 ' : ''}12px system-ui, sans-serif`
  ctx.textAlign = 'center'
  ctx.fillText(name, x, y - radius - 6)
  ctx.font = '11px system-ui, sans-serif'
  const said = [state === 'up' || state === 'dead' ? '' : state, more].filter(Boolean).join(', ')
  ctx.fillText(said, x, y + radius + 13)
}
