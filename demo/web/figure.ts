import { Container, Rectangle, Sprite, Texture } from 'pixi.js'
import { bodySide, headings, headSide, paintFigures } from './paint/figure-atlas.ts'
import { wardrobe } from './paint/look.ts'
import { mix, palette } from './palette.ts'

/** Holds pictures of all people's parts, cut from one canvas so that a crowd is drawn in one call. */
export class FigureParts {
  readonly disc: Texture
  readonly shadow: Texture
  readonly #heads: Texture[][]
  readonly #bodies: Texture[]

  constructor() {
    const { canvas, cell, resolution } = paintFigures()
    const source = Texture.from(canvas, true).source
    source.autoGenerateMipmaps = true
    const cut = (column: number, row: number, side = headSide): Texture => {
      const width = side * resolution
      const inset = (cell - width) / 2
      return new Texture({
        source,
        frame: new Rectangle(column * cell + inset, row * cell + inset, width, width),
      })
    }
    this.#heads = wardrobe.map((_, row) =>
      Array.from({ length: headings }, (__, heading) => cut(heading, row)),
    )
    this.#bodies = wardrobe.map((_, row) => cut(headings, row, bodySide))
    this.disc = cut(0, wardrobe.length, 1.04)
    this.shadow = cut(1, wardrobe.length)
  }

  head(look: number, facing: number): Texture {
    const step = Math.round((facing / (2 * Math.PI)) * headings)
    return this.#heads[look % wardrobe.length][((step % headings) + headings) % headings]
  }

  body(look: number): Texture {
    return this.#bodies[look % wardrobe.length]
  }
}

/** The height of the middle of the body, and of the head, above the feet, in metres. */
const bodyHeight = 0.42
const headHeight = 0.98
/** The height of a name above the feet, in metres. */
export const figureHeight = 1.7

/** Draws one person: a shadow, two feet, two hands, a body and a head that looks where they go. */
export class Figure {
  readonly view = new Container()
  x = 0
  y = 0
  readonly #parts: FigureParts
  readonly #look: number
  readonly #shadow: Sprite
  /** The light that a lantern leaves on a person it hit. */
  readonly #mark: Sprite
  readonly #feet: readonly [Sprite, Sprite]
  readonly #hands: readonly [Sprite, Sprite]
  readonly #body: Sprite
  readonly #head: Sprite
  #facing = 0
  #isTurned = false
  #stride = 0
  #time = 0
  #pace = 0
  #waving = 0
  #isAway = true
  #fade = 0

  constructor(parts: FigureParts, look: number) {
    this.#parts = parts
    this.#look = look
    const { skin, coat, hat } = wardrobe[look % wardrobe.length]
    const round = (radius: number, tint: string): Sprite =>
      sized(new Sprite({ texture: parts.disc, tint }), radius * 2.08)
    const shoe = hat === 'sheet' ? '#cfcad8' : mix(coat, palette.ink, 0.62)
    this.#shadow = sized(new Sprite(parts.shadow), 1.25)
    this.#mark = round(0.62, '#ffc14d')
    this.#mark.visible = false
    this.#feet = [round(0.13, shoe), round(0.13, shoe)]
    this.#hands = [round(0.115, skin), round(0.115, skin)]
    this.#body = sized(new Sprite(parts.body(look)), bodySide)
    this.#head = sized(new Sprite(parts.head(look, 0)), headSide)
    this.view.addChild(this.#mark, this.#shadow, ...this.#feet, ...this.#hands, this.#body, this.#head)
  }

  /** Whether a lantern that hit this person still burns. */
  set isMarked(isMarked: boolean) {
    this.#mark.visible = isMarked
    this.#head.tint = isMarked ? '#ffe2a0' : '#ffffff'
    this.#body.tint = this.#head.tint
  }

  /** Raises a hand for a moment. */
  wave(): void {
    this.#waving = 1.6
  }

  /** @param seconds since the last call; `x`, `y`: metres, y downwards */
  update(
    now: { x: number; y: number; facing: number; gait: 'standing' | 'walking' | 'running' },
    seconds: number,
    isCalm: boolean,
  ): void {
    const moved = Math.hypot(now.x - this.x, now.y - this.y)
    this.x = now.x
    this.y = now.y
    if (!this.#isTurned) this.#facing = now.facing
    this.#isTurned = true
    const turn = Math.atan2(Math.sin(now.facing - this.#facing), Math.cos(now.facing - this.#facing))
    this.#facing += turn * (1 - Math.exp(-seconds * 14))
    // Steps follow the ground that was really covered, so feet never slide.
    if (moved < 2) this.#stride += moved * 2.7
    const isGoing = now.gait !== 'standing' && moved > seconds * 0.5
    this.#pace +=
      ((isGoing ? (now.gait === 'running' ? 1.35 : 1) : 0) - this.#pace) * (1 - Math.exp(-seconds * 12))
    this.#time += seconds
    this.#waving = Math.max(0, this.#waving - seconds)
    this.#fade = Math.min(1, this.#fade + seconds * 5)
    this.#pose(isCalm)
  }

  #pose(isCalm: boolean): void {
    const [ahead, aside] = [
      { x: Math.cos(this.#facing), y: -Math.sin(this.#facing) * 0.7 },
      { x: Math.sin(this.#facing), y: Math.cos(this.#facing) * 0.7 },
    ]
    const swing = Math.sin(this.#stride) * this.#pace
    const bob = isCalm ? 0 : Math.abs(Math.cos(this.#stride)) * this.#pace * 0.07
    const lean = this.#pace * 0.05
    for (const [side, foot] of [
      [-1, this.#feet[0]],
      [1, this.#feet[1]],
    ] as const) {
      const lift = Math.max(0, Math.cos(this.#stride) * side) * this.#pace * 0.09
      foot.position.set(
        aside.x * 0.17 * side + ahead.x * swing * side * 0.2,
        aside.y * 0.17 * side + ahead.y * swing * side * 0.2 - 0.02 - lift,
      )
    }
    for (const [side, hand] of [
      [-1, this.#hands[0]],
      [1, this.#hands[1]],
    ] as const) {
      const isWaving = this.#waving > 0 && side === 1
      const reach = isWaving ? 0.6 : 0.37
      const rise = isWaving ? 0.74 + Math.sin(this.#waving * 14) * 0.12 : 0
      hand.position.set(
        aside.x * reach * side - ahead.x * swing * side * 0.2,
        aside.y * reach * side - ahead.y * swing * side * 0.2 - bodyHeight + 0.08 - bob - rise,
      )
    }
    this.#body.position.set(ahead.x * lean, ahead.y * lean - bodyHeight - bob)
    this.#body.rotation = ahead.x * lean * 0.9 + swing * 0.03
    this.#head.position.set(ahead.x * lean * 1.8, ahead.y * lean * 1.4 - headHeight - bob * 1.5)
    this.#head.texture = this.#parts.head(this.#look, this.#facing)
    this.#shadow.position.set(0.08, 0.04)
    this.#mark.position.set(0, -bodyHeight)
    this.#mark.alpha = isCalm ? 0.6 : 0.55 + 0.15 * Math.sin(this.#time * 7)
    this.#shadow.scale.y = this.#shadow.scale.x * 0.56
    // Hands go behind the body of someone who walks away.
    const isAway = ahead.y < -0.2
    if (isAway !== this.#isAway) this.view.setChildIndex(this.#body, isAway ? 6 : 4)
    this.#isAway = isAway
    this.view.position.set(this.x, this.y)
    this.view.zIndex = this.y
    this.view.alpha = this.#fade
  }
}

function sized(sprite: Sprite, metres: number): Sprite {
  sprite.anchor.set(0.5)
  sprite.width = metres
  sprite.height = metres
  return sprite
}
