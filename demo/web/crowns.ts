import { Container, Sprite, Texture } from 'pixi.js'
import type { Box, Spot } from './paint/brush.ts'
import { noiseAt } from './paint/noise.ts'
import type { Drawn } from './paint/piece.ts'
import { paintCrown, spreads, treeVariants } from './paint/tree.ts'

/** The side of the squares in which trees are kept, in metres, so that only those near the camera are checked. */
const square = 32
const pixels = 224

interface Crown {
  readonly sprite: Sprite
  readonly x: number
  readonly y: number
  readonly reach: number
  readonly turn: number
}

/** Draws the leaves over the people: they sway a little, and thin out over our own walker. */
export class Crowns {
  readonly view = new Container()
  readonly #squares = new Map<string, { readonly view: Container; readonly crowns: Crown[] }>()
  readonly #textures = new Map<string, Texture>()
  readonly #isCalm: boolean

  /** @param isCalm nothing sways for people who asked for less motion */
  constructor(solids: readonly Drawn[], isCalm: boolean) {
    this.#isCalm = isCalm
    for (const tree of solids) if (tree.name === 'tree') this.#grow(tree)
  }

  update(box: Box, me: Spot | undefined, time: number, seconds: number): void {
    for (const { view } of this.#squares.values()) view.visible = false
    const margin = 8
    for (let row = Math.floor((box.y0 - margin) / square); row <= (box.y1 + margin) / square; row++) {
      for (
        let column = Math.floor((box.x0 - margin) / square);
        column <= (box.x1 + margin) / square;
        column++
      ) {
        const grove = this.#squares.get(`${column},${row}`)
        if (!grove) continue
        grove.view.visible = true
        for (const crown of grove.crowns) this.#tend(crown, me, time, seconds)
      }
    }
  }

  #tend(crown: Crown, me: Spot | undefined, time: number, seconds: number): void {
    const isOverMe = me !== undefined && Math.hypot(me.x - crown.x, me.y - 0.5 - crown.y) < crown.reach * 1.08
    const wanted = isOverMe ? 0.34 : 1
    crown.sprite.alpha += (wanted - crown.sprite.alpha) * (1 - Math.exp(-seconds * 8))
    if (this.#isCalm) return
    const breeze =
      Math.sin(time * 0.9 + crown.x * 0.23 + crown.y * 0.17) + 0.5 * Math.sin(time * 1.7 + crown.y)
    crown.sprite.rotation = crown.turn + breeze * 0.018
    crown.sprite.x = crown.x + breeze * 0.035
  }

  #grow(tree: Drawn): void {
    const { x, y } = tree.spots[0]
    const chance = noiseAt(x * 16, y * 16, 70)
    const reach = tree.radius * (spreads[tree.kind] ?? spreads.oak)
    const sprite = new Sprite({
      texture: this.#textureOf(tree.kind, Math.floor(chance * treeVariants)),
      anchor: 0.5,
      x,
      y,
    })
    // Lit from the north-west: a crown is turned only a little, or the light would turn with it.
    const turn = (noiseAt(x * 16, y * 16, 71) - 0.5) * 0.7
    sprite.rotation = turn
    sprite.scale.set((reach * 2.3) / pixels)
    const key = `${Math.floor(x / square)},${Math.floor(y / square)}`
    let grove = this.#squares.get(key)
    if (!grove) {
      grove = { view: new Container(), crowns: [] }
      this.#squares.set(key, grove)
      this.view.addChild(grove.view)
    }
    grove.view.addChild(sprite)
    grove.crowns.push({ sprite, x, y, reach, turn })
  }

  #textureOf(kind: string, variant: number): Texture {
    const key = `${kind} ${variant}`
    let texture = this.#textures.get(key)
    if (!texture) {
      texture = Texture.from(paintCrown(kind, variant, pixels), true)
      this.#textures.set(key, texture)
    }
    return texture
  }
}
