import { Container, Sprite, Texture } from 'pixi.js'
import { type Box, blank, type Canvas, type Spot } from './paint/brush.ts'
import { noiseAt } from './paint/noise.ts'
import type { Drawn } from './paint/piece.ts'
import { palette, veil } from './palette.ts'

interface Light {
  readonly sprite: Sprite
  readonly x: number
  readonly y: number
  readonly phase: number
  readonly move: (light: Light, time: number) => void
}

/**
 * Draws small moving lights: sun on the water, rings in the fountain, lanterns, and ghost lights in the graveyard.
 */
export class Glimmer {
  /** The layer under the people. */
  readonly low = new Container()
  /** The layer over everything. */
  readonly high = new Container()
  readonly #lights: Light[] = []

  constructor({ decor, solids }: { decor: readonly Drawn[]; solids: readonly Drawn[] }, isCalm: boolean) {
    const glint = Texture.from(drawn(96, 32, paintGlint), true)
    const ring = Texture.from(drawn(128, 128, paintRing), true)
    const glow = Texture.from(drawn(128, 128, paintGlow), true)
    const wisp = Texture.from(drawn(96, 96, paintWisp), true)
    for (const thing of decor) {
      if (thing.kind === 'lamp') this.#addLamp(thing.spots[0], glow)
      if (isCalm) continue
      if (thing.kind === 'river' || thing.kind === 'lake')
        for (const spot of placesOn(thing)) this.#addGlint(spot, glint)
      if (thing.kind === 'wisp') for (let i = 0; i < 3; i++) this.#addWisp(thing.spots[0], i, wisp)
    }
    for (const thing of solids) {
      if (thing.kind === 'fountain' && !isCalm) for (let i = 0; i < 3; i++) this.#addRing(thing, i / 3, ring)
    }
  }

  update(box: Box, time: number): void {
    for (const light of this.#lights) {
      const isSeen =
        light.x > box.x0 - 3 && light.x < box.x1 + 3 && light.y > box.y0 - 3 && light.y < box.y1 + 3
      light.sprite.visible = isSeen
      if (isSeen) light.move(light, time)
    }
  }

  #add(
    layer: Container,
    texture: Texture,
    spot: Spot,
    width: number,
    height: number,
    phase: number,
    move: Light['move'],
  ): void {
    const sprite = new Sprite({ texture, anchor: 0.5, x: spot.x, y: spot.y, visible: false })
    sprite.width = width
    sprite.height = height
    layer.addChild(sprite)
    this.#lights.push({ sprite, x: spot.x, y: spot.y, phase, move })
  }

  #addGlint(spot: Spot, texture: Texture): void {
    const phase = noiseAt(spot.x * 9, spot.y * 9) * 20
    this.#add(this.low, texture, spot, 1.1 + phase * 0.05, 0.32, phase, ({ sprite, x, phase }, time) => {
      const wave = Math.sin(time * 0.7 + phase)
      sprite.alpha = Math.max(0, wave) * 0.75
      sprite.x = x + Math.sin(time * 0.3 + phase) * 0.6
    })
  }

  #addRing(thing: Drawn, phase: number, texture: Texture): void {
    this.#add(this.low, texture, thing.spots[0], 1, 1, phase, ({ sprite, phase }, time) => {
      const age = (time * 0.35 + phase) % 1
      const size = 1.2 + age * (2 * thing.radius - 2.3)
      sprite.setSize(size)
      sprite.alpha = Math.sin(age * Math.PI) * 0.8
    })
  }

  #addLamp(spot: Spot, texture: Texture): void {
    this.#add(this.high, texture, { x: spot.x, y: spot.y }, 3, 3, spot.x, ({ sprite, phase }, time) => {
      sprite.alpha = 0.92 + 0.08 * Math.sin(time * 2.1 + phase)
    })
  }

  #addWisp(spot: Spot, index: number, texture: Texture): void {
    const phase = index * 2.1 + spot.x
    this.#add(this.high, texture, spot, 1.3, 1.3, phase, ({ sprite, x, y, phase }, time) => {
      sprite.position.set(x + Math.sin(time * 0.31 + phase) * 5, y + Math.sin(time * 0.23 + phase * 1.7) * 4)
      sprite.alpha = 0.35 + 0.3 * Math.sin(time * 0.8 + phase)
    })
  }
}

/** Returns places scattered over a body of water. */
function placesOn(water: Drawn): Spot[] {
  const { spots } = water
  const places: Spot[] = []
  const isRiver = water.kind === 'river'
  if (isRiver) {
    // The outline runs down one bank and up the other: opposite corners belong together.
    const half = spots.length / 2
    for (let i = 0; i < half; i++) {
      const [a, b] = [spots[i], spots[spots.length - 1 - i]]
      const share = 0.2 + 0.6 * noiseAt(i, 3)
      places.push({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share })
    }
    return places
  }
  const middle = { x: 0, y: 0 }
  for (const spot of spots) {
    middle.x += spot.x / spots.length
    middle.y += spot.y / spots.length
  }
  for (let i = 0; i < 110; i++) {
    const shore = spots[Math.floor(noiseAt(i, 1) * spots.length)]
    const share = 0.12 + 0.82 * noiseAt(i, 2)
    places.push({ x: shore.x + (middle.x - shore.x) * share, y: shore.y + (middle.y - shore.y) * share })
  }
  return places
}

function drawn(
  width: number,
  height: number,
  paint: (ctx: Canvas, width: number, height: number) => void,
): HTMLCanvasElement {
  const ctx = blank(width, height)
  paint(ctx, width, height)
  return ctx.canvas
}

function paintGlint(ctx: Canvas, width: number, height: number): void {
  ctx.strokeStyle = veil(palette.foam, 0.9)
  ctx.lineCap = 'round'
  ctx.lineWidth = 5
  ctx.beginPath()
  ctx.moveTo(10, height * 0.6)
  ctx.quadraticCurveTo(width / 2, height * 0.3, width - 10, height * 0.6)
  ctx.stroke()
}

function paintRing(ctx: Canvas, width: number): void {
  ctx.strokeStyle = veil(palette.foam, 0.8)
  ctx.lineWidth = 4
  ctx.beginPath()
  ctx.arc(width / 2, width / 2, width / 2 - 4, 0, 2 * Math.PI)
  ctx.stroke()
}

/** Paints a lantern on its post, in a soft light. */
function paintGlow(ctx: Canvas, width: number): void {
  const half = width / 2
  const glow = ctx.createRadialGradient(half, half, 0, half, half, half)
  glow.addColorStop(0, veil(palette.lamp, 0.55))
  glow.addColorStop(0.4, veil(palette.lamp, 0.16))
  glow.addColorStop(1, veil(palette.lamp, 0))
  ctx.fillStyle = glow
  ctx.fillRect(0, 0, width, width)
  ctx.fillStyle = '#4d4652'
  ctx.beginPath()
  ctx.arc(half, half, 11, 0, 2 * Math.PI)
  ctx.fill()
  ctx.fillStyle = '#ffe9b3'
  ctx.beginPath()
  ctx.arc(half, half, 7, 0, 2 * Math.PI)
  ctx.fill()
}

function paintWisp(ctx: Canvas, width: number): void {
  const half = width / 2
  const glow = ctx.createRadialGradient(half, half, 0, half, half, half)
  glow.addColorStop(0, '#f4fffbee')
  glow.addColorStop(0.18, '#d5f5ea99')
  glow.addColorStop(1, '#bfeee000')
  ctx.fillStyle = glow
  ctx.fillRect(0, 0, width, width)
}
