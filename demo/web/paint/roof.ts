import { cloths, mix, palette, roofTints, veil } from '../palette.ts'
import { type Box, type Canvas, disc, type Patterns, pathOf, type Spot } from './brush.ts'
import { noiseAt } from './noise.ts'
import { around, type Drawn } from './piece.ts'

/** A roof or awning over people's heads, painted separately so that each can fade. */
export interface Cover {
  readonly thing: Drawn
  readonly bounds: Box
  /** The room below, without the eaves; empty for an awning, under which nobody quite stands. */
  readonly room: readonly Spot[]
  readonly paint: (ctx: Canvas, patterns: Patterns) => void
}

/** The overhang of a roof over its walls, in metres, and half a wall's thickness. */
const eaves = 0.85

export function coversOf(decor: readonly Drawn[]): Cover[] {
  return decor
    .filter((thing) => thing.kind === 'roof' || thing.kind === 'awning')
    .map((thing) => ({
      thing,
      room: thing.kind === 'roof' ? inset(thing.spots, eaves) : [],
      // A chapel's spire stands out over its roof.
      bounds: around(thing, thing.properties.style === 'chapel' ? 3.2 : 1),
      paint: (ctx) => (thing.kind === 'roof' ? paintRoof(ctx, thing) : paintAwning(ctx, thing)),
    }))
}

/** Paints a saddle roof along its longer side: two slopes, rows of tiles, a ridge, a chimney. */
function paintRoof(ctx: Canvas, thing: Drawn): void {
  const [a, b, c, d] = longSideFirst(thing.spots)
  const style = String(thing.properties.style)
  const base = roofTints[Number(thing.properties.tint) % roofTints.length]
  const ridge = [middle(a, d, 0.5), middle(b, c, 0.5)]
  const slopes: [Spot, Spot, Spot, Spot][] = [
    [a, b, ridge[1], ridge[0]],
    [c, d, ridge[0], ridge[1]],
  ]
  // Eaves: a thin dark board all round, and a hint of the wall in their shade.
  ctx.fillStyle = mix(base, palette.ink, 0.55)
  ctx.lineJoin = 'round'
  ctx.lineWidth = 0.22
  ctx.strokeStyle = mix(base, palette.ink, 0.55)
  ctx.fill(pathOf(thing.spots))
  ctx.stroke(pathOf(thing.spots))
  for (const slope of slopes) paintSlope(ctx, slope, base)
  ctx.lineCap = 'round'
  ctx.lineWidth = 0.42
  ctx.strokeStyle = mix(base, palette.ink, 0.28)
  strokeLine(ctx, ridge[0], ridge[1])
  ctx.lineWidth = 0.22
  ctx.strokeStyle = mix(base, palette.paper, 0.4)
  strokeLine(ctx, ridge[0], ridge[1])
  if (style === 'chapel') paintSpire(ctx, ridge[0], base)
  else if (style === 'hall') paintSpire(ctx, middle(ridge[0], ridge[1], 0.5), base)
  const chimney = Number(thing.properties.chimney)
  if (chimney > 0)
    paintChimney(ctx, middle(middle(a, b, chimney), middle(d, c, chimney), chimney > 0.5 ? 0.3 : 0.72))
}

function paintSlope(ctx: Canvas, [p, q, r, s]: readonly [Spot, Spot, Spot, Spot], base: string): void {
  // From the ridge down to the eaves; a slope that falls to the north-west lies in the light.
  const down = { x: p.x - s.x, y: p.y - s.y }
  const height = Math.hypot(down.x, down.y)
  const light = (-down.x * 0.64 - down.y * 0.77) / height
  const colour = light > 0 ? mix(base, palette.paper, light * 0.22) : mix(base, palette.shade, -light * 0.26)
  ctx.fillStyle = colour
  ctx.fill(pathOf([p, q, r, s]))
  const rows = Math.round(height / 0.5)
  const length = Math.hypot(q.x - p.x, q.y - p.y)
  const tiles = Math.round(length / 0.55)
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row / rows, (row + 1) / rows]
    for (let tile = 0; tile < tiles; tile++) {
      const chance = noiseAt(tile + Math.round(p.x * 7), row + Math.round(p.y * 5), 31)
      if (chance > 0.3) continue
      const shift = row % 2 === 0 ? 0 : 0.5
      const [left, right] = [Math.min(1, (tile + shift) / tiles), Math.min(1, (tile + shift + 1) / tiles)]
      ctx.fillStyle = veil(chance > 0.15 ? palette.paper : palette.shade, 0.09)
      ctx.fill(
        pathOf([
          onSlope(p, q, r, s, left, from),
          onSlope(p, q, r, s, right, from),
          onSlope(p, q, r, s, right, to),
          onSlope(p, q, r, s, left, to),
        ]),
      )
    }
    ctx.lineWidth = 0.055
    ctx.strokeStyle = veil(palette.shade, 0.24)
    strokeLine(ctx, onSlope(p, q, r, s, 0, from), onSlope(p, q, r, s, 1, from))
  }
}

/** Returns a place on a slope: `along` the eaves, `up` towards the ridge, both 0 .. 1. */
function onSlope(p: Spot, q: Spot, r: Spot, s: Spot, along: number, up: number): Spot {
  return middle(middle(p, q, along), middle(s, r, along), up)
}

function paintChimney(ctx: Canvas, { x, y }: Spot): void {
  ctx.fillStyle = veil(palette.shade, 0.3)
  ctx.fillRect(x - 0.3, y - 0.25, 1.25, 1.15)
  ctx.fillStyle = '#8c6b5c'
  ctx.fillRect(x - 0.5, y - 0.55, 1, 1)
  ctx.fillStyle = '#b59482'
  ctx.fillRect(x - 0.5, y - 0.62, 1, 0.85)
  ctx.fillStyle = '#4b3f42'
  ctx.fillRect(x - 0.25, y - 0.42, 0.5, 0.42)
}

/** Paints a pointed turret with a golden knob. */
function paintSpire(ctx: Canvas, { x, y }: Spot, base: string): void {
  disc(ctx, x + 0.7, y + 0.8, 2, veil(palette.shade, 0.3))
  disc(ctx, x, y, 2.05, mix(base, palette.ink, 0.5))
  const wedges = 12
  for (let i = 0; i < wedges; i++) {
    const [from, to] = [(i / wedges) * 2 * Math.PI, ((i + 1) / wedges) * 2 * Math.PI + 0.01]
    const light = 0.5 - 0.5 * Math.cos((from + to) / 2 - Math.PI / 4)
    ctx.fillStyle = mix(mix(base, palette.shade, 0.3), mix(base, palette.paper, 0.4), light)
    ctx.beginPath()
    ctx.moveTo(x, y)
    ctx.arc(x, y, 1.9, from, to)
    ctx.fill()
  }
  disc(ctx, x, y, 0.24, '#e9c46a')
}

function paintAwning(ctx: Canvas, thing: Drawn): void {
  const [a, b, c, d] = thing.spots
  const colour = cloths[Number(thing.properties.tint) % cloths.length]
  const stripes = 8
  for (let i = 0; i < stripes; i++) {
    const [from, to] = [i / stripes, (i + 1) / stripes]
    ctx.fillStyle = i % 2 === 0 ? mix(colour, palette.paper, 0.12) : palette.paper
    const [p, q] = [middle(a, b, from), middle(a, b, to)]
    ctx.fill(pathOf([p, q, middle(d, c, to), middle(d, c, from)]))
    // A scalloped hem towards the south.
    const hem = middle(p, q, 0.5)
    const low = a.y > d.y ? hem : middle(middle(d, c, from), middle(d, c, to), 0.5)
    disc(
      ctx,
      low.x,
      low.y,
      Math.hypot(q.x - p.x, q.y - p.y) / 2,
      i % 2 === 0 ? mix(colour, palette.ink, 0.1) : mix(palette.paper, palette.ink, 0.1),
    )
  }
  ctx.fillStyle = veil(palette.shade, 0.1)
  ctx.fill(pathOf([middle(a, d, 0.5), middle(b, c, 0.5), b.y > c.y ? b : c, a.y > d.y ? a : d]))
  ctx.lineWidth = 0.06
  ctx.strokeStyle = veil(palette.shade, 0.35)
  ctx.stroke(pathOf([a, b, c, d]))
}

/** Returns a rectangle's corners, each moved in by `margin` from both its sides. */
function inset(corners: readonly Spot[], margin: number): Spot[] {
  return corners.map((corner, i) => {
    const [before, after] = [corners[(i + 3) % 4], corners[(i + 1) % 4]]
    const towards = (other: Spot): Spot => {
      const length = Math.hypot(other.x - corner.x, other.y - corner.y)
      return { x: ((other.x - corner.x) / length) * margin, y: ((other.y - corner.y) / length) * margin }
    }
    const [a, b] = [towards(before), towards(after)]
    return { x: corner.x + a.x + b.x, y: corner.y + a.y + b.y }
  })
}

function longSideFirst(spots: readonly Spot[]): readonly [Spot, Spot, Spot, Spot] {
  const [a, b, c, d] = spots
  return Math.hypot(b.x - a.x, b.y - a.y) >= Math.hypot(c.x - b.x, c.y - b.y) ? [a, b, c, d] : [b, c, d, a]
}

function middle(a: Spot, b: Spot, share: number): Spot {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }
}

function strokeLine(ctx: Canvas, a: Spot, b: Spot): void {
  ctx.beginPath()
  ctx.moveTo(a.x, a.y)
  ctx.lineTo(b.x, b.y)
  ctx.stroke()
}
