import { Graphics } from 'pixi.js'
import type { Vector2, WorldMap } from 'shardless'
import type { Client } from 'shardless/client'
import { bodyRadius, town, viewRadius } from '../game/town.ts'

const { cellSize } = town.map
const colours = { cells: 0x1f6f74, radius: 0xd9563f, told: 0x2c3fd0 } as const

/** Lines over the picture that show what goes on below: for the developer's panel. */
export class Overlay {
  readonly view = new Graphics()
  /** Cells followed, how far one is told of others, and everybody that one is told of. */
  showsInterest = false
  /** Where the server has the own character, while it is shown elsewhere. */
  showsTold = false
  readonly #map: WorldMap

  constructor(map: WorldMap) {
    this.#map = map
  }

  /** @param scale CSS pixels a metre: lines keep their width */
  update(client: Client<typeof town> | undefined, scale: number): void {
    const { view } = this
    view.clear()
    if (!client?.me) return
    const width = 2 / scale
    if (this.showsInterest) this.#interest(client, width)
    const { toldPlace, switches } = client
    if (!this.showsTold || !switches.prediction || !toldPlace) return
    const { x, y } = this.#spot(toldPlace)
    view
      .ellipse(x, y, 0.5, 0.3)
      .moveTo(x, y)
      .lineTo(x, y - 1.2)
    view.circle(x, y - 1, 0.42).stroke({ color: colours.told, width, alpha: 0.9 })
  }

  #interest(client: Client<typeof town>, width: number): void {
    const { view } = this
    const columns = town.map.width / cellSize
    for (const cell of client.cells) {
      const y = this.#map.height - (Math.floor(cell / columns) + 1) * cellSize
      view.rect((cell % columns) * cellSize, y, cellSize, cellSize)
    }
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

  /** The map's place on the screen's way down. */
  #spot({ x, y }: Vector2): Vector2 {
    return { x, y: this.#map.height - y }
  }
}
