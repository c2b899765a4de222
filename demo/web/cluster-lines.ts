import { Container, Graphics, Text } from 'pixi.js'
import type { Client } from 'shardless/client'
import { bodyRadius, type town } from '../game/town.ts'
import type { ClusterMap, ToldHandoff } from './cluster-map.ts'
import { palette } from './palette.ts'

/** How long a handoff is shown, in ms. */
const SHOWN_MS = 2500

/**
 * Draws the processes over the picture: each district in its region's colour, borders between regions, a ring around
 * each entity in the colour of who has it, a second one where another region has it as a ghost, and who changed hands.
 */
export class ClusterLines {
  readonly view = new Container()
  readonly #lines = new Graphics()
  readonly #labels = new Container()
  readonly #texts: Text[] = []

  constructor() {
    this.view.addChild(this.#lines, this.#labels)
  }

  clear(): void {
    this.#lines.clear()
    for (const text of this.#texts) text.visible = false
  }

  /** @param of  the map's height, to turn y downwards, and CSS pixels per metre: lines keep their width */
  update(
    client: Client<typeof town>,
    cluster: ClusterMap,
    of: { readonly height: number; readonly scale: number; readonly now: number },
  ): void {
    this.clear()
    const { height, scale, now } = of
    const pixel = 1 / scale
    const lines = this.#lines
    for (const { west, south, owner, ...size } of cluster.districts) {
      const colour = cluster.colourOf(owner)
      const north = height - south - size.height
      lines.rect(west, north, size.width, size.height).fill({ color: colour, alpha: 0.1 })
      const inset = 2 * pixel
      lines
        .rect(west + inset, north + inset, size.width - 2 * inset, size.height - 2 * inset)
        .stroke({ color: colour, width: 4 * pixel, alpha: 0.9 })
    }
    for (const kind of ['walker', 'lantern'] as const)
      for (const { position } of client.entities(kind)) {
        const [x, y] = [position.x, height - position.y]
        const ring = (out: number, owner: string, alpha: number): void => {
          lines
            .circle(x, y, bodyRadius + out * pixel)
            .stroke({ color: cluster.colourOf(owner), width: 2.5 * pixel, alpha })
        }
        ring(2, cluster.ownerAt(position), 1)
        for (const [at, owner] of cluster.ghostsAt(position).entries()) ring(6 + 4 * at, owner, 0.45)
      }
    let labels = 0
    for (const handoff of cluster.recent) {
      const entity = client.get(handoff.entity) as
        | { readonly position?: { x: number; y: number } }
        | undefined
      if (now - handoff.at > SHOWN_MS || !entity?.position) continue
      const { x, y } = entity.position
      this.#tell(labels++, handoff, { x, y: height - y - 2.2, colour: cluster.colourOf(handoff.to), scale })
    }
  }

  #tell(
    at: number,
    { to, hop }: ToldHandoff,
    { x, y, colour, scale }: { x: number; y: number; colour: number; scale: number },
  ): void {
    const label = (this.#texts[at] ??= this.#labels.addChild(
      new Text({
        anchor: { x: 0.5, y: 1 },
        resolution: 2,
        style: {
          ...{ fontFamily: 'system-ui, sans-serif', fontSize: 12, fontWeight: '700' },
          stroke: { color: palette.paper, width: 3, join: 'round' },
        },
      }),
    ))
    const text = `to ${to}, hop ${hop}`
    if (label.text !== text) label.text = text
    label.style.fill = colour
    label.visible = true
    label.scale.set(1 / scale)
    label.position.set(x, y)
  }
}
