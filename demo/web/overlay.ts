import { Container, Graphics, Text } from 'pixi.js'
import type { Vector2, WorldMap } from 'shardless'
import type { Client } from 'shardless/client'
import { bodyRadius, town, viewRadius } from '../game/town.ts'
import { ClusterLines } from './cluster-lines.ts'
import { ClusterMap } from './cluster-map.ts'
import { palette } from './palette.ts'

const { cellSize } = town.map
const colours = { cells: 0x1f6f74, radius: 0xd9563f, told: 0x2c3fd0 } as const

/** Draws lines over the picture that show what the engine does, for the developer's panel. */
export class Overlay {
  readonly view = new Container()
  readonly #lines = new Graphics()
  /** The label for how far prediction is ahead of the server. */
  readonly #lag = new Text({
    anchor: { x: 0.5, y: 0 },
    resolution: 2,
    style: {
      fontFamily: 'system-ui, sans-serif',
      fontSize: 12,
      fontWeight: '700',
      fill: colours.told,
      stroke: { color: palette.paper, width: 3, join: 'round' },
    },
  })
  /** Whether to show the cells followed, the view radius, and every entity that is sent to us. */
  showsInterest = false
  /** Whether to show the server's position of our own character, while it is drawn elsewhere. */
  showsTold = false
  /** Whether to show which process has what. */
  showsProcesses = false
  readonly cluster: ClusterMap
  readonly #processes = new ClusterLines()
  #map: WorldMap
  /** The map whose districts are counted first. */
  #home: WorldMap

  constructor(map: WorldMap) {
    this.#map = map
    this.#home = map
    this.cluster = new ClusterMap(map)
    this.view.addChild(this.#processes.view, this.#lines, this.#lag)
  }

  enter(name: string, map: WorldMap): void {
    if (name === 'town') this.#home = map
    this.#map = map
    this.cluster.enter(name, map, this.#home)
  }

  /** @param scale in CSS pixels per metre: lines keep their width */
  update(client: Client<typeof town> | undefined, scale: number): void {
    this.#lines.clear()
    this.#lag.visible = false
    if (client && this.showsProcesses) this.#showProcesses(client, scale)
    else this.#processes.clear()
    if (!client?.me) return
    const width = 2 / scale
    if (this.showsInterest) this.#interest(client, width)
    const { toldPlace, switches } = client
    if (!this.showsTold || !switches.prediction || !toldPlace) return
    const told = this.#spot(toldPlace)
    this.#ghost(told, this.#spot(client.me.position), width)
    const text = `${Math.round(client.stats.leadMs / 10) * 10} ms ago`
    if (this.#lag.text !== text) this.#lag.text = text
    this.#lag.visible = true
    this.#lag.scale.set(1 / scale)
    this.#lag.position.set(told.x, told.y + 0.15)
  }

  #showProcesses(client: Client<typeof town>, scale: number): void {
    const now = performance.now()
    this.cluster.update(now)
    this.#processes.update(client, this.cluster, { height: this.#map.height, scale, now })
  }

  /** Draws a figure at the server's position, and a line from there to the shown one. */
  #ghost(told: Vector2, shown: Vector2, width: number): void {
    const { x, y } = told
    const stroke = { color: colours.told, width, alpha: 0.9 }
    this.#lines.moveTo(x, y).lineTo(shown.x, shown.y).stroke(stroke)
    this.#lines
      .roundRect(x - 0.33, y - 0.8, 0.66, 0.8, 0.3)
      .circle(x, y - 0.98, 0.4)
      .fill({ color: colours.told, alpha: 0.28 })
      .stroke(stroke)
  }

  /** Draws the cells followed and the view radius on the small map. */
  drawInterest(ctx: CanvasRenderingContext2D, client: Client<typeof town>): void {
    if (!this.showsInterest || !client.me) return
    ctx.lineWidth = 1
    ctx.strokeStyle = '#1f6f74'
    ctx.fillStyle = '#1f6f7433'
    for (const { x, y } of this.#corners(client)) {
      ctx.fillRect(x, y, cellSize, cellSize)
      ctx.strokeRect(x, y, cellSize, cellSize)
    }
    const me = this.#spot(client.me.position)
    ctx.strokeStyle = '#d9563f'
    ctx.beginPath()
    ctx.arc(me.x, me.y, viewRadius, 0, 2 * Math.PI)
    ctx.stroke()
  }

  /** Draws each process's districts on the small map. */
  drawProcesses(ctx: CanvasRenderingContext2D): void {
    if (!this.showsProcesses) return
    ctx.lineWidth = 3
    for (const { west, south, width, height, owner } of this.cluster.districts) {
      const colour = `#${this.cluster.colourOf(owner).toString(16).padStart(6, '0')}`
      const north = this.#map.height - south - height
      ctx.fillStyle = `${colour}44`
      ctx.strokeStyle = colour
      ctx.fillRect(west, north, width, height)
      ctx.strokeRect(west + 2, north + 2, width - 4, height - 4)
    }
  }

  /** Returns the north-west corner of each cell followed. */
  #corners(client: Client<typeof town>): Vector2[] {
    const columns = this.#map.width / cellSize
    return client.cells.map((cell) => ({
      x: (cell % columns) * cellSize,
      y: this.#map.height - (Math.floor(cell / columns) + 1) * cellSize,
    }))
  }

  #interest(client: Client<typeof town>, width: number): void {
    const view = this.#lines
    for (const { x, y } of this.#corners(client)) view.rect(x, y, cellSize, cellSize)
    view.fill({ color: colours.cells, alpha: 0.07 }).stroke({ color: colours.cells, width, alpha: 0.8 })
    const me = this.#spot(client.me!.position)
    view.circle(me.x, me.y, viewRadius).stroke({ color: colours.radius, width, alpha: 0.8 })
    for (const kind of ['walker', 'lantern'] as const)
      for (const { position } of client.entities(kind)) {
        const { x, y } = this.#spot(position)
        view.circle(x, y, bodyRadius)
      }
    view.stroke({ color: colours.radius, width, alpha: 0.9 })
  }

  /** Returns a place on the map with y downwards, as on the screen. */
  #spot({ x, y }: Vector2): Vector2 {
    return { x, y: this.#map.height - y }
  }
}
