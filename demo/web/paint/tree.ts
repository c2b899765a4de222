import { leaves, mix, palette, veil } from '../palette.ts'
import { blank, type Canvas, disc } from './brush.ts'
import { noiseAt } from './noise.ts'

/** The radius of a crown, in trunk radii, by kind of tree. */
export const spreads: Readonly<Record<string, number>> = {
  oak: 5.4,
  lime: 5,
  birch: 5.6,
  apple: 5.6,
  willow: 6,
  pine: 5,
  bare: 5.5,
}

/** The number of different drawings of each kind of tree. */
export const treeVariants = 3

/** Paints the crown of a tree from above, filling a canvas of this many pixels. */
export function paintCrown(kind: string, variant: number, pixels: number): HTMLCanvasElement {
  const ctx = blank(pixels, pixels)
  // A crown reaches from -1 to 1; a little room is left for what sticks out.
  ctx.translate(pixels / 2, pixels / 2)
  ctx.scale(pixels / 2.3, pixels / 2.3)
  const salt = variant * 17 + kind.length * 101 + kind.charCodeAt(0)
  if (kind === 'pine') paintPine(ctx, salt)
  else if (kind === 'bare') paintBare(ctx, salt)
  else paintLeaves(ctx, kind, salt)
  return ctx.canvas
}

function paintLeaves(ctx: Canvas, kind: string, salt: number): void {
  const [middle, light, dark] = leaves[kind] ?? leaves.oak
  const isWillow = kind === 'willow'
  // Tufts in three shells: dark below, light above and towards the light.
  for (const [shell, colour, count, reach, size] of [
    [0, mix(dark, palette.ink, 0.18), 13, 0.74, 0.3],
    [1, middle, 15, 0.6, 0.27],
    [2, mix(middle, light, 0.6), 11, 0.42, 0.22],
    [3, light, 8, 0.28, 0.17],
  ] as const) {
    for (let i = 0; i < count; i++) {
      const angle = (i / count) * 2 * Math.PI + noiseAt(i, shell, salt) * 0.5
      const far = reach * (0.82 + 0.3 * noiseAt(i, shell, salt + 1))
      const lift = shell * 0.07
      const radius = size * (0.8 + 0.45 * noiseAt(i, shell, salt + 2))
      disc(ctx, Math.cos(angle) * far - lift, Math.sin(angle) * far - lift, radius, colour)
    }
    const core = [0.78, 0.6, 0.36, 0.15][shell]
    disc(ctx, -shell * 0.07, -shell * 0.07, core, colour)
  }
  // Single leaves catch the light.
  for (let i = 0; i < 70; i++) {
    const angle = noiseAt(i, 40, salt) * 2 * Math.PI
    const far = Math.sqrt(noiseAt(i, 41, salt)) * 0.88
    const [x, y] = [Math.cos(angle) * far, Math.sin(angle) * far]
    const isLit = x + y < 0.1
    if (isWillow) {
      ctx.strokeStyle = veil(isLit ? light : dark, 0.7)
      ctx.lineWidth = 0.025
      ctx.beginPath()
      ctx.moveTo(x * 0.6, y * 0.6)
      ctx.lineTo(x * 1.05, y * 1.05)
      ctx.stroke()
    } else
      disc(
        ctx,
        x,
        y,
        0.028 + noiseAt(i, 42, salt) * 0.03,
        veil(isLit ? mix(light, palette.paper, 0.25) : dark, 0.55),
      )
  }
  if (kind !== 'apple') return
  for (let i = 0; i < 9; i++) {
    const angle = noiseAt(i, 50, salt) * 2 * Math.PI
    const far = 0.25 + noiseAt(i, 51, salt) * 0.55
    disc(ctx, Math.cos(angle) * far, Math.sin(angle) * far, 0.062, '#c9584a')
    disc(ctx, Math.cos(angle) * far - 0.02, Math.sin(angle) * far - 0.02, 0.022, '#f0a58f')
  }
}

/** Paints four stars of needles, one over the other. */
function paintPine(ctx: Canvas, salt: number): void {
  const [middle, light, dark] = leaves.pine
  for (const [tier, colour] of [mix(dark, palette.ink, 0.2), dark, middle, light].entries()) {
    const points = 11
    const reach = [0.98, 0.76, 0.52, 0.27][tier]
    ctx.fillStyle = colour
    ctx.beginPath()
    for (let i = 0; i < points * 2; i++) {
      const angle = (i / points) * Math.PI + tier * 0.4 + salt
      const far = reach * (i % 2 === 0 ? 0.9 + 0.15 * noiseAt(i, tier, salt) : 0.62)
      ctx.lineTo(Math.cos(angle) * far - tier * 0.04, Math.sin(angle) * far - tier * 0.05)
    }
    ctx.fill()
  }
}

/** Paints twigs without leaves. */
function paintBare(ctx: Canvas, salt: number): void {
  const [middle, light, dark] = leaves.bare
  ctx.lineCap = 'round'
  const branch = (x: number, y: number, angle: number, length: number, width: number): void => {
    const [toX, toY] = [x + Math.cos(angle) * length, y + Math.sin(angle) * length]
    ctx.lineWidth = width
    ctx.strokeStyle = width > 0.08 ? dark : width > 0.045 ? middle : light
    ctx.beginPath()
    ctx.moveTo(x, y)
    ctx.lineTo(toX, toY)
    ctx.stroke()
    if (width < 0.035) return
    const bend = 0.35 + noiseAt(Math.round(toX * 50), Math.round(toY * 50), salt) * 0.4
    branch(toX, toY, angle + bend, length * 0.7, width * 0.6)
    branch(toX, toY, angle - bend, length * 0.75, width * 0.6)
  }
  for (let i = 0; i < 6; i++) branch(0, 0, (i / 6) * 2 * Math.PI + noiseAt(i, 60, salt), 0.36, 0.12)
}
