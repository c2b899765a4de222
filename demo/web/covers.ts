import { Container, Sprite, Texture } from 'pixi.js'
import { type Box, blank, type Spot } from './paint/brush.ts'
import type { GroundPainter } from './paint/chunk.ts'
import type { Cover } from './paint/roof.ts'

/** The distance from the camera beyond which a painted roof is dropped, in metres. */
const forgetAfter = 70

interface Hung {
  readonly cover: Cover
  sprite: Sprite | undefined
  /** The opacity, 0 .. 1. */
  alpha: number
}

/** Draws roofs and awnings over the people. The one over our own walker fades away. */
export class Covers {
  readonly view = new Container()
  /** The container of awnings: they stand among the people, who may be before or behind them. */
  readonly #people: Container
  readonly #painter: GroundPainter
  readonly #hung: Hung[]

  constructor(covers: readonly Cover[], painter: GroundPainter, people: Container) {
    this.#people = people
    this.#painter = painter
    this.#hung = covers.map((cover) => ({ cover, sprite: undefined, alpha: 1 }))
  }

  /**
   * @param box  the area that the camera shows, in metres
   * @param me   where we stand
   */
  update(box: Box, me: Spot | undefined, seconds: number): void {
    let painted = 0
    for (const hung of this.#hung) {
      const { bounds, room } = hung.cover
      const isSeen = bounds.x1 > box.x0 && bounds.x0 < box.x1 && bounds.y1 > box.y0 && bounds.y0 < box.y1
      if (!isSeen) {
        if (hung.sprite) hung.sprite.visible = false
        if (hung.sprite && isFar(bounds, box)) {
          hung.sprite.destroy({ texture: true, textureSource: true })
          hung.sprite = undefined
        }
        continue
      }
      if (!hung.sprite && painted++ < 6) hung.sprite = this.#paint(hung.cover)
      if (!hung.sprite) continue
      const wanted = me !== undefined && isInside(me, room) ? 0 : 1
      hung.alpha += (wanted - hung.alpha) * (1 - Math.exp(-seconds * 9))
      hung.sprite.visible = hung.alpha > 0.01
      hung.sprite.alpha = hung.alpha
    }
  }

  /** Returns the opacity of the roof over this place, 0 .. 1; undefined in the open. */
  over(spot: Spot): number | undefined {
    for (const { cover, alpha } of this.#hung) {
      const { x0, y0, x1, y1 } = cover.bounds
      const isNear = spot.x > x0 && spot.x < x1 && spot.y > y0 && spot.y < y1
      if (isNear && isInside(spot, cover.room)) return alpha
    }
    return undefined
  }

  #paint(cover: Cover): Sprite {
    const { x0, y0, x1, y1 } = cover.bounds
    const { resolution, patterns } = this.#painter
    const ctx = blank((x1 - x0) * resolution, (y1 - y0) * resolution)
    ctx.scale(resolution, resolution)
    ctx.translate(-x0, -y0)
    cover.paint(ctx, patterns)
    const sprite = new Sprite({ texture: Texture.from(ctx.canvas, true), x: x0, y: y0 })
    sprite.scale.set(1 / resolution)
    // Whoever stands south of a stall's counter is before its awning.
    sprite.zIndex = Math.max(...cover.thing.spots.map((spot) => spot.y)) - 0.5
    const layer = cover.thing.kind === 'awning' ? this.#people : this.view
    layer.addChild(sprite)
    return sprite
  }
}

function isFar(bounds: Box, box: Box): boolean {
  return (
    bounds.x0 > box.x1 + forgetAfter ||
    bounds.x1 < box.x0 - forgetAfter ||
    bounds.y0 > box.y1 + forgetAfter ||
    bounds.y1 < box.y0 - forgetAfter
  )
}

function isInside(spot: Spot, corners: readonly Spot[]): boolean {
  let inside = false
  let from = corners[corners.length - 1]
  for (const to of corners) {
    const isCrossed = from.y > spot.y !== to.y > spot.y
    if (isCrossed && spot.x < from.x + ((to.x - from.x) * (spot.y - from.y)) / (to.y - from.y))
      inside = !inside
    from = to
  }
  return inside
}
