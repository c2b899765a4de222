import { mix, palette, veil } from '../palette.ts'
import { type Canvas, disc, pathOf } from './brush.ts'
import { noiseAt } from './noise.ts'
import { around, type Drawn, order, type Piece } from './piece.ts'

/** Returns the river and lake with their shores, reeds and stones; the fountain and the well. */
export function waterPieces(decor: readonly Drawn[], solids: readonly Drawn[]): Piece[] {
  const waters = decor.filter((thing) => thing.kind === 'river' || thing.kind === 'lake')
  const reeds = decor.filter((thing) => thing.kind === 'reeds')
  const rocks = decor.filter((thing) => thing.kind === 'rock')
  const basins = solids.filter((thing) => thing.kind === 'fountain' || thing.kind === 'well')
  return [
    ...waters.map(water),
    ...reeds.map((thing) => spot(thing, paintReeds)),
    ...rocks.map((thing) => spot(thing, paintRock)),
    ...basins.map(basin),
  ]
}

function water(thing: Drawn): Piece {
  const path = pathOf(thing.spots)
  return {
    order: order.water,
    bounds: around(thing, 3),
    paint(ctx, patterns) {
      ctx.lineJoin = 'round'
      for (const [width, colour] of [
        [4.2, veil(palette.moss, 0.35)],
        [2.6, veil(palette.sand, 0.65)],
        [1.5, palette.sand],
      ] as const) {
        ctx.lineWidth = width
        ctx.strokeStyle = colour
        ctx.stroke(path)
      }
      ctx.save()
      ctx.clip(path)
      ctx.fillStyle = palette.waterDeep
      ctx.fill(path)
      // Shallower towards the shore, in soft steps.
      for (const [width, share] of [
        [9.5, 0.8],
        [7.4, 0.6],
        [5.4, 0.4],
        [3.6, 0.15],
      ]) {
        ctx.lineWidth = width
        ctx.strokeStyle = mix(palette.water, palette.waterDeep, share)
        ctx.stroke(path)
      }
      ctx.lineWidth = 1.9
      ctx.strokeStyle = mix(palette.water, palette.waterLight, 0.7)
      ctx.stroke(path)
      ctx.lineWidth = 0.5
      ctx.strokeStyle = veil(palette.foam, 0.85)
      ctx.stroke(path)
      ctx.fillStyle = patterns.get('ripples')
      ctx.fill(path)
      ctx.restore()
    },
  }
}

function spot(thing: Drawn, draw: (ctx: Canvas, x: number, y: number) => void): Piece {
  const { x, y } = thing.spots[0]
  return { order: order.deck, bounds: around(thing, 1.2), paint: (ctx) => draw(ctx, x, y) }
}

function paintReeds(ctx: Canvas, x: number, y: number): void {
  ctx.lineCap = 'round'
  for (let i = 0; i < 6; i++) {
    const [dx, lean] = [
      (noiseAt(x * 16, y * 16, i) - 0.5) * 0.9,
      (noiseAt(x * 16, y * 16, i + 9) - 0.5) * 0.4,
    ]
    ctx.lineWidth = 0.08
    ctx.strokeStyle = i % 2 === 0 ? '#7d9a5c' : '#94ad6c'
    ctx.beginPath()
    ctx.moveTo(x + dx, y)
    ctx.quadraticCurveTo(x + dx, y - 0.5, x + dx + lean, y - 0.9)
    ctx.stroke()
    if (i % 3 !== 0) continue
    ctx.lineWidth = 0.15
    ctx.strokeStyle = '#8a6647'
    ctx.beginPath()
    ctx.moveTo(x + dx + lean * 0.85, y - 0.72)
    ctx.lineTo(x + dx + lean, y - 0.95)
    ctx.stroke()
  }
}

function paintRock(ctx: Canvas, x: number, y: number): void {
  for (let i = 0; i < 3; i++) {
    const [dx, dy] = [(noiseAt(x * 16, y * 16, i) - 0.5) * 1.1, (noiseAt(x * 16, y * 16, i + 5) - 0.5) * 0.6]
    const radius = 0.18 + noiseAt(x * 16, y * 16, i + 11) * 0.25
    disc(ctx, x + dx + 0.06, y + dy + 0.08, radius, veil(palette.shade, 0.2))
    disc(ctx, x + dx, y + dy, radius, palette.stone)
    disc(ctx, x + dx - radius * 0.25, y + dy - radius * 0.3, radius * 0.55, palette.stoneLight)
  }
}

/** Returns a ring of stone with water in it. */
function basin(thing: Drawn): Piece {
  const { x, y } = thing.spots[0]
  const { radius } = thing
  return {
    order: order.thing,
    bounds: around(thing, 1.5),
    shade: (ctx) => circle(ctx, x + 0.35, y + 0.5, radius),
    paint(ctx) {
      disc(ctx, x, y, radius, palette.stoneDark)
      disc(ctx, x - 0.04, y - 0.06, radius - 0.06, palette.stoneLight)
      const blocks = Math.round(radius * 7)
      ctx.strokeStyle = veil(palette.stoneDark, 0.6)
      ctx.lineWidth = 0.05
      ctx.beginPath()
      for (let i = 0; i < blocks; i++) {
        const angle = (i / blocks) * 2 * Math.PI
        ctx.moveTo(x + Math.cos(angle) * radius, y + Math.sin(angle) * radius)
        ctx.lineTo(x + Math.cos(angle) * (radius - 0.5), y + Math.sin(angle) * (radius - 0.5))
      }
      ctx.stroke()
      disc(ctx, x, y, radius - 0.42, palette.stoneDark)
      disc(ctx, x + 0.03, y + 0.05, radius - 0.5, thing.kind === 'well' ? '#3f6470' : palette.water)
      if (thing.kind === 'well') {
        ctx.fillStyle = palette.woodDark
        ctx.fillRect(x - radius - 0.1, y - 0.09, 2 * radius + 0.2, 0.18)
        disc(ctx, x, y, 0.28, palette.woodLight)
        return
      }
      disc(ctx, x - 0.2, y - 0.25, radius - 1, mix(palette.water, palette.waterLight, 0.55))
      disc(ctx, x + 0.15, y + 0.25, 1.02, veil(palette.shade, 0.25))
      disc(ctx, x, y, 0.95, palette.stone)
      disc(ctx, x - 0.05, y - 0.08, 0.8, palette.stoneLight)
      disc(ctx, x, y, 0.55, palette.water)
      disc(ctx, x, y, 0.24, palette.stoneLight)
    },
  }
}

export function circle(ctx: Canvas, x: number, y: number, radius: number): void {
  ctx.moveTo(x + radius, y)
  ctx.arc(x, y, radius, 0, 2 * Math.PI)
}
