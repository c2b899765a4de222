import { mix, palette, veil } from '../palette.ts'
import { blank, type Canvas, disc } from './brush.ts'
import { type Look, wardrobe } from './look.ts'

/** The number of headings of a head, counter-clockwise from east. */
export const headings = 16
/** The head's radius, in metres: this is a town of large heads. */
export const headRadius = 0.4
/** The side of a head's picture and of a body's, in metres; both are centred. */
export const headSide = 1.7
export const bodySide = 1.1
/** The picture's resolution, in pixels per metre. */
const resolution = 64
/** The sine and cosine of the camera's angle above the horizon; a tilt of 0 would be face to face. */
const tilt = 0.62
const level = Math.sqrt(1 - tilt * tilt)

/** Paints one picture with all parts of all people: a row per look, with a head per heading and then the body. */
export function paintFigures(): { canvas: HTMLCanvasElement; resolution: number; cell: number } {
  const cell = Math.ceil(headSide * resolution)
  const ctx = blank(cell * (headings + 1), cell * (wardrobe.length + 1))
  for (const [row, look] of wardrobe.entries()) {
    for (let heading = 0; heading < headings; heading++) {
      inCell(ctx, heading * cell, row * cell, cell, () =>
        paintHead(ctx, look, (heading / headings) * 2 * Math.PI),
      )
    }
    inCell(ctx, headings * cell, row * cell, cell, () => paintBody(ctx, look))
  }
  // The last row: a white disc for hands and feet, a soft one for shadows.
  const row = wardrobe.length * cell
  inCell(ctx, 0, row, cell, () => disc(ctx, 0, 0, 0.5, '#ffffff'))
  inCell(ctx, cell, row, cell, () => {
    const soft = ctx.createRadialGradient(0, 0, 0, 0, 0, 0.9)
    soft.addColorStop(0, veil(palette.shade, 0.5))
    soft.addColorStop(0.55, veil(palette.shade, 0.36))
    soft.addColorStop(1, veil(palette.shade, 0))
    ctx.fillStyle = soft
    ctx.fillRect(-0.95, -0.95, 1.9, 1.9)
  })
  return { canvas: ctx.canvas, resolution, cell }
}

function inCell(ctx: Canvas, x: number, y: number, cell: number, paint: () => void): void {
  ctx.save()
  ctx.beginPath()
  ctx.rect(x, y, cell, cell)
  ctx.clip()
  ctx.translate(x + cell / 2, y + cell / 2)
  ctx.scale(resolution, resolution)
  ctx.lineJoin = 'round'
  ctx.lineCap = 'round'
  paint()
  ctx.restore()
}

function paintBody(ctx: Canvas, look: Look): void {
  const isSheet = look.hat === 'sheet'
  const shape = new Path2D()
  shape.moveTo(-0.2, -0.36)
  shape.bezierCurveTo(-0.42, -0.3, -0.44, 0.16, -0.36, 0.34)
  if (isSheet) {
    for (let i = 0; i < 4; i++) shape.quadraticCurveTo(-0.27 + i * 0.18, 0.48, -0.18 + i * 0.18, 0.34)
  } else shape.bezierCurveTo(-0.2, 0.44, 0.2, 0.44, 0.36, 0.34)
  shape.bezierCurveTo(0.44, 0.16, 0.42, -0.3, 0.2, -0.36)
  shape.closePath()
  ctx.fillStyle = look.coat
  ctx.fill(shape)
  ctx.save()
  ctx.clip(shape)
  ctx.fillStyle = veil(palette.shade, 0.16)
  ctx.fillRect(0.14, -0.5, 0.5, 1)
  if (!isSheet) {
    ctx.fillStyle = mix(look.coat, palette.ink, 0.25)
    ctx.fillRect(-0.5, 0.08, 1, 0.1)
    ctx.fillStyle = look.trim
    ctx.fillRect(-0.06, 0.08, 0.12, 0.1)
    ctx.lineWidth = 0.14
    ctx.strokeStyle = look.trim
    ctx.beginPath()
    ctx.arc(0, -0.42, 0.26, 0.15 * Math.PI, 0.85 * Math.PI)
    ctx.stroke()
  }
  ctx.restore()
  outline(ctx, shape, look.coat)
}

/** Draws a thin darker line of the same colour round a shape. */
function outline(ctx: Canvas, shape: Path2D, colour: string): void {
  ctx.lineWidth = 0.035
  ctx.strokeStyle = mix(colour, palette.ink, 0.45)
  ctx.stroke(shape)
}

/**
 * Returns a place on the head as seen from above and from the south: `around` the head from east, `up` from its
 * middle, in head radii. `depth` is above 0 where it is turned to us.
 */
function onHead(around: number, up: number, reach = 1): { x: number; y: number; depth: number } {
  const flat = Math.sqrt(Math.max(0, 1 - up * up)) * reach
  const [east, south] = [Math.cos(around) * flat, -Math.sin(around) * flat]
  return {
    x: east * headRadius,
    y: (south * tilt - up * reach * level) * headRadius,
    depth: south * level + up * reach * tilt,
  }
}

function paintHead(ctx: Canvas, look: Look, heading: number): void {
  const round = new Path2D()
  round.arc(0, 0, headRadius, 0, 2 * Math.PI)
  const isBald = look.style === 'bald'
  const behind = heading + Math.PI
  paintHairBehind(ctx, look, behind)
  ctx.fillStyle = isBald ? look.skin : look.hair
  ctx.fill(round)
  ctx.save()
  ctx.clip(round)
  if (!isBald) {
    paintPatch(ctx, { heading, up: -0.42, radius: look.style === 'bob' ? 0.86 : 0.98, colour: look.skin })
    const shine = onHead(heading + 2.2, 0.75)
    disc(ctx, shine.x, shine.y, 0.12, veil('#ffffff', 0.14))
  }
  paintFace(ctx, look, heading)
  // The side away from the light.
  ctx.lineWidth = 0.16
  ctx.strokeStyle = veil(palette.shade, 0.12)
  ctx.beginPath()
  ctx.arc(-0.03, -0.04, headRadius, -0.2 * Math.PI, 0.7 * Math.PI)
  ctx.stroke()
  ctx.restore()
  outline(ctx, round, isBald ? look.skin : look.hair)
  if (look.style === 'curls') paintCurls(ctx, look, heading)
  hats[look.hat](ctx, look, heading)
}

/** Paints a round patch of colour on the head, centred at a heading and a height; `radius` as an angle. */
function paintPatch(
  ctx: Canvas,
  patch: { heading: number; up: number; radius: number; colour: string },
): void {
  const { heading, up, radius, colour } = patch
  const flat = Math.sqrt(1 - up * up)
  const centre = { east: Math.cos(heading) * flat, south: -Math.sin(heading) * flat, up }
  const size = Math.ceil(2 * headRadius * resolution)
  const picture = blank(size, size)
  const pixels = picture.createImageData(size, size)
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ]
  const edge = Math.cos(radius)
  // Thousands of these pixels are painted before anybody sees the town: a plain loop.
  for (let row = 0, at = 0; row < size; row++) {
    const y = ((row + 0.5) / size) * 2 - 1
    for (let column = 0; column < size; column++, at += 4) {
      const x = ((column + 0.5) / size) * 2 - 1
      // The place of the sphere that is seen here; just beyond its rim, the rim.
      const depth = Math.sqrt(Math.max(0, 1 - x * x - y * y))
      const near =
        x * centre.east + (y * tilt + depth * level) * centre.south + (depth * tilt - y * level) * centre.up
      const cover = Math.min(1, Math.max(0, (near - edge) * resolution * headRadius * 0.9 + 0.5))
      pixels.data[at] = red
      pixels.data[at + 1] = green
      pixels.data[at + 2] = blue
      pixels.data[at + 3] = cover * 255
    }
  }
  picture.putImageData(pixels, 0, 0)
  ctx.drawImage(picture.canvas, -headRadius, -headRadius, 2 * headRadius, 2 * headRadius)
}

function paintFace(ctx: Canvas, look: Look, heading: number): void {
  const isSheet = look.hat === 'sheet'
  for (const side of [-1, 1]) {
    const eye = onHead(heading + side * 0.46, isSheet ? 0.08 : -0.06)
    if (eye.depth > 0.12) {
      const width = (isSheet ? 0.085 : 0.055) * Math.min(1, 0.45 + eye.depth)
      ctx.fillStyle = palette.ink
      ctx.beginPath()
      ctx.ellipse(eye.x, eye.y, width, isSheet ? 0.12 : 0.075, 0, 0, 2 * Math.PI)
      ctx.fill()
      if (!isSheet) disc(ctx, eye.x - 0.015, eye.y - 0.03, 0.02, '#ffffff')
    }
    const cheek = onHead(heading + side * 0.78, -0.38)
    if (cheek.depth > 0.1) disc(ctx, cheek.x, cheek.y, 0.065, veil('#e8846f', isSheet ? 0.3 : 0.45))
  }
  if (look.beard) {
    const chin = onHead(heading, -0.8)
    const lip = onHead(heading, -0.46)
    if (lip.depth > -0.25) {
      ctx.fillStyle = look.beard
      ctx.beginPath()
      ctx.ellipse(chin.x, chin.y - 0.03, 0.2, 0.16, 0, 0, 2 * Math.PI)
      ctx.fill()
      ctx.beginPath()
      ctx.ellipse(lip.x, lip.y + 0.02, 0.15, 0.055, 0, 0, 2 * Math.PI)
      ctx.fill()
    }
    return
  }
  const mouth = onHead(heading, -0.5)
  if (mouth.depth < 0.1 || isSheet) return
  ctx.lineWidth = 0.026
  ctx.strokeStyle = veil(palette.ink, 0.7)
  ctx.beginPath()
  ctx.arc(mouth.x, mouth.y - 0.03, 0.05, 0.2 * Math.PI, 0.8 * Math.PI)
  ctx.stroke()
}

/** Paints tails and buns: behind the head where they are turned away, over it where not. */
function paintHairBehind(ctx: Canvas, look: Look, behind: number): void {
  const dark = mix(look.hair, palette.ink, 0.12)
  if (look.style === 'tail') {
    const knot = onHead(behind, 0.05, 1.15)
    const end = onHead(behind, -0.55, 1.4)
    ctx.lineWidth = 0.24
    ctx.strokeStyle = dark
    ctx.beginPath()
    ctx.moveTo(knot.x, knot.y)
    ctx.lineTo(end.x, end.y + 0.06)
    ctx.stroke()
  } else if (look.style === 'buns') {
    for (const side of [-1, 1]) {
      const bun = onHead(behind + side * 0.95, 0.45, 1.2)
      disc(ctx, bun.x, bun.y, 0.2, mix(look.hair, palette.ink, 0.4))
      disc(ctx, bun.x, bun.y, 0.17, look.hair)
    }
  } else if (look.style === 'bob') {
    const nape = onHead(behind, -0.35, 0.62)
    disc(ctx, nape.x, nape.y, 0.34, dark)
  }
}

function paintCurls(ctx: Canvas, look: Look, heading: number): void {
  const curls: { x: number; y: number; depth: number }[] = []
  for (let i = 0; i < 9; i++) curls.push(onHead(heading + Math.PI + (i - 4) * 0.52, 0.25, 1.05))
  for (let i = 0; i < 6; i++) curls.push(onHead(heading + Math.PI + (i - 2.5) * 0.75, 0.75, 1.08))
  curls.sort((a, b) => a.depth - b.depth)
  for (const { x, y } of curls) disc(ctx, x, y, 0.155, mix(look.hair, palette.ink, 0.35))
  for (const { x, y } of curls) disc(ctx, x - 0.01, y - 0.015, 0.13, look.hair)
}

const hats: Readonly<Record<Look['hat'], (ctx: Canvas, look: Look, heading: number) => void>> = {
  none() {},
  straw(ctx, { cloth }) {
    brim(ctx, { y: -0.25, rx: 0.62, ry: 0.35, colour: cloth })
    dome(ctx, { y: -0.36, rx: 0.33, ry: 0.28, colour: mix(cloth, palette.paper, 0.2), band: '#b9574a' })
  },
  pointed(ctx, { cloth, trim }, heading) {
    brim(ctx, { y: -0.24, rx: 0.58, ry: 0.33, colour: cloth })
    const bend = Math.cos(heading) * -0.14
    const cone = new Path2D()
    cone.moveTo(-0.32, -0.27)
    cone.quadraticCurveTo(-0.18, -0.62, bend * 1.4, -0.92)
    cone.quadraticCurveTo(0.16, -0.62, 0.32, -0.27)
    cone.quadraticCurveTo(0, -0.12, -0.32, -0.27)
    ctx.fillStyle = mix(cloth, palette.paper, 0.08)
    ctx.fill(cone)
    outline(ctx, cone, cloth)
    ctx.lineWidth = 0.08
    ctx.strokeStyle = trim
    ctx.beginPath()
    ctx.moveTo(-0.3, -0.31)
    ctx.quadraticCurveTo(0, -0.17, 0.3, -0.31)
    ctx.stroke()
    disc(ctx, bend * 1.4, -0.9, 0.05, trim)
  },
  hood(ctx, { cloth, hair, skin }, heading) {
    cowl(ctx, cloth, heading)
    const tip = onHead(heading + Math.PI, 0.2, 1.28)
    disc(ctx, tip.x, tip.y, 0.13, cloth)
    reface(ctx, { skin, hair, heading })
  },
  beret(ctx, { cloth }, heading) {
    const lean = onHead(heading + Math.PI * 0.7, 0.2, 0.5)
    brim(ctx, { x: lean.x, y: -0.26, rx: 0.47, ry: 0.3, colour: cloth })
    disc(ctx, lean.x * 1.1, -0.42, 0.045, mix(cloth, palette.ink, 0.3))
  },
  helmet(ctx, { cloth }) {
    brim(ctx, { y: -0.2, rx: 0.53, ry: 0.33, colour: mix(cloth, palette.ink, 0.15) })
    dome(ctx, { y: -0.29, rx: 0.4, ry: 0.32, colour: cloth })
    disc(ctx, -0.13, -0.45, 0.09, veil('#ffffff', 0.5))
  },
  flowers(ctx, { cloth }, heading) {
    const petals = [
      cloth,
      '#fff4dc',
      '#f2c45f',
      cloth,
      '#c9a8e0',
      '#fff4dc',
      cloth,
      '#f2c45f',
      '#c9a8e0',
      '#fff4dc',
    ]
    const ring = petals.map((colour, i) => ({
      ...onHead(heading + (i / petals.length) * 2 * Math.PI, 0.52, 1.04),
      colour,
    }))
    for (const { x, y, colour } of ring.sort((a, b) => a.depth - b.depth)) {
      disc(ctx, x, y, 0.115, '#7f9a5e')
      disc(ctx, x, y - 0.01, 0.09, colour)
      disc(ctx, x, y - 0.01, 0.032, '#e0a33f')
    }
  },
  fox(ctx, { cloth, hair, skin }, heading) {
    cowl(ctx, cloth, heading)
    for (const side of [-1, 1]) {
      const ear = onHead(heading + side * 1.15, 0.72, 1.02)
      const tip = onHead(heading + side * 1.15, 0.72, 1.62)
      const shape = new Path2D()
      shape.moveTo(ear.x - 0.15, ear.y + 0.05)
      shape.lineTo(tip.x, tip.y)
      shape.lineTo(ear.x + 0.15, ear.y + 0.05)
      shape.closePath()
      ctx.fillStyle = cloth
      ctx.fill(shape)
      outline(ctx, shape, cloth)
      disc(ctx, (ear.x + tip.x) / 2, (ear.y + tip.y) / 2 + 0.02, 0.055, '#f7e6d0')
    }
    reface(ctx, { skin, hair, heading })
  },
  sheet() {},
}

function brim(ctx: Canvas, hat: { x?: number; y: number; rx: number; ry: number; colour: string }): void {
  const shape = new Path2D()
  shape.ellipse(hat.x ?? 0, hat.y, hat.rx, hat.ry, 0, 0, 2 * Math.PI)
  ctx.fillStyle = hat.colour
  ctx.fill(shape)
  outline(ctx, shape, hat.colour)
  ctx.lineWidth = 0.05
  ctx.strokeStyle = veil('#ffffff', 0.25)
  ctx.beginPath()
  ctx.ellipse(hat.x ?? 0, hat.y, hat.rx * 0.86, hat.ry * 0.84, 0, 0.9 * Math.PI, 1.5 * Math.PI)
  ctx.stroke()
}

function dome(ctx: Canvas, hat: { y: number; rx: number; ry: number; colour: string; band?: string }): void {
  if (hat.band) {
    ctx.fillStyle = hat.band
    ctx.beginPath()
    ctx.ellipse(0, hat.y + 0.07, hat.rx + 0.03, hat.ry, 0, 0, 2 * Math.PI)
    ctx.fill()
  }
  const shape = new Path2D()
  shape.ellipse(0, hat.y, hat.rx, hat.ry, 0, 0, 2 * Math.PI)
  ctx.fillStyle = hat.colour
  ctx.fill(shape)
  outline(ctx, shape, hat.colour)
}

/** Paints cloth all over the head. */
function cowl(ctx: Canvas, cloth: string, heading: number): void {
  const shape = new Path2D()
  const back = onHead(heading + Math.PI, 0, 0.14)
  shape.arc(back.x, back.y - 0.02, headRadius + 0.06, 0, 2 * Math.PI)
  ctx.fillStyle = cloth
  ctx.fill(shape)
  outline(ctx, shape, cloth)
}

/** Paints the face again, looking out of a cowl. */
function reface(ctx: Canvas, { skin, hair, heading }: { skin: string; hair: string; heading: number }): void {
  const middle = onHead(heading, -0.2)
  if (middle.depth < -0.35) return
  ctx.save()
  const round = new Path2D()
  round.arc(0, 0, headRadius + 0.02, 0, 2 * Math.PI)
  ctx.clip(round)
  paintPatch(ctx, { heading, up: -0.2, radius: 0.9, colour: hair })
  paintPatch(ctx, { heading, up: -0.36, radius: 0.76, colour: skin })
  paintFace(ctx, { ...wardrobe[0], skin, hair, hat: 'none', beard: undefined }, heading)
  ctx.restore()
}
