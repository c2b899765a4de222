import { cloths, mix, palette, veil } from '../palette.ts'
import { type Box, blank, boundsOf, type Canvas, disc, type Patterns, pathOf } from './brush.ts'
import { noiseAt, softNoiseAt } from './noise.ts'
import { around, type Drawn, order, type Piece } from './piece.ts'

/** Paints grass for a part of the map: its colour varies softly, and here and there something grows. */
export function paintGrass(ctx: Canvas, patterns: Patterns, box: Box): void {
  ctx.fillStyle = palette.grass
  ctx.fillRect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0)
  paintTones(ctx, box)
  ctx.fillStyle = patterns.get('grass')
  ctx.fillRect(box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0)
  for (let y = Math.floor(box.y0) - 1; y <= box.y1; y++) {
    for (let x = Math.floor(box.x0) - 1; x <= box.x1; x++) paintGrowth(ctx, x, y)
  }
}

/** Paints light and dark meadows: one pixel every two metres, drawn large and smooth. */
function paintTones(ctx: Canvas, box: Box): void {
  const step = 2
  const [columns, rows] = [Math.ceil((box.x1 - box.x0) / step) + 4, Math.ceil((box.y1 - box.y0) / step) + 4]
  const [left, top] = [(Math.floor(box.x0 / step) - 1) * step, (Math.floor(box.y0 / step) - 1) * step]
  const tones = blank(columns, rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [x, y] = [left + column * step, top + row * step]
      const tone = softNoiseAt(x, y, 23, 1) * 0.6 + softNoiseAt(x, y, 9, 2) * 0.4 - 0.5
      tones.fillStyle = veil(tone > 0 ? palette.grassLight : palette.moss, Math.min(1, Math.abs(tone) * 1.5))
      tones.fillRect(column, row, 1, 1)
    }
  }
  ctx.imageSmoothingEnabled = true
  ctx.drawImage(tones.canvas, left - step / 2, top - step / 2, columns * step, rows * step)
}

/** Paints the growth on this square metre: mostly nothing, sometimes a tuft, in some meadows flowers. */
function paintGrowth(ctx: Canvas, x: number, y: number): void {
  const chance = noiseAt(x, y, 5)
  const [at, to] = [x + noiseAt(x, y, 6), y + noiseAt(x, y, 7)]
  if (chance < 0.09) {
    ctx.strokeStyle = veil(palette.moss, 0.8)
    ctx.lineWidth = 0.06
    ctx.lineCap = 'round'
    ctx.beginPath()
    for (const lean of [-0.16, -0.04, 0.1]) {
      ctx.moveTo(at + lean * 0.4, to)
      ctx.quadraticCurveTo(at + lean * 0.5, to - 0.15, at + lean, to - 0.24 - Math.abs(lean) * 0.2)
    }
    ctx.stroke()
  } else if (chance > 0.8 && softNoiseAt(x, y, 11, 8) > 0.62) {
    const tint = ['#fdf6e3', '#f3d27a', '#cbb3dd', '#f0a99a'][Math.floor(softNoiseAt(x, y, 17, 3) * 4)]
    for (let i = 0; i < 3; i++) {
      const [dx, dy] = [noiseAt(x, y, 10 + i) * 0.7, noiseAt(x, y, 20 + i) * 0.7]
      disc(ctx, at + dx, to + dy, 0.085, tint)
      disc(ctx, at + dx, to + dy, 0.035, '#d99a3d')
    }
  }
}

/** Returns fields, gardens and other ground that is not meadow. */
export function landPieces(decor: readonly Drawn[]): Piece[] {
  return decor.flatMap((thing): Piece[] => {
    const paint = paintings[thing.kind]
    if (!paint) return []
    const path = thing.shape === 'polygon' ? pathOf(thing.spots) : new Path2D()
    const { order: height, draw } = paint
    return [
      {
        order: height,
        bounds: around(thing, 0.8),
        paint: (ctx, patterns) => draw(ctx, { thing, path, patterns }),
      },
    ]
  })
}

interface Subject {
  readonly thing: Drawn
  readonly path: Path2D
  readonly patterns: Patterns
}

const paintings: Readonly<Record<string, { order: number; draw: (ctx: Canvas, subject: Subject) => void }>> =
  {
    field: { order: order.land, draw: paintField },
    graveyard: { order: order.land, draw: paintGraveyard },
    garden: { order: order.land, draw: paintGarden },
    clearing: { order: order.land, draw: paintClearing },
    bed: { order: order.bed, draw: paintBed },
    mound: { order: order.bed, draw: paintMound },
  }

function paintField(ctx: Canvas, { thing, path, patterns }: Subject): void {
  const kind = String(thing.properties.kind)
  const [soil, crop] = {
    wheat: ['#d9bd76', '#e6cf8d'],
    barley: ['#cdbf85', '#dccf9a'],
    lavender: ['#a9b389', '#a792bd'],
  }[kind] ?? ['#c9b98a', '#ddd09f']
  ctx.save()
  ctx.lineJoin = 'round'
  ctx.lineWidth = 1
  ctx.strokeStyle = veil(palette.moss, 0.5)
  ctx.stroke(path)
  ctx.fillStyle = soil
  ctx.fill(path)
  ctx.clip(path)
  const box = boundsOf(thing.spots)
  ctx.lineWidth = 0.8
  ctx.strokeStyle = crop
  ctx.beginPath()
  for (let y = Math.floor(box.y0); y < box.y1; y += 1.6) {
    ctx.moveTo(box.x0, y)
    for (let x = box.x0; x <= box.x1 + 4; x += 4) ctx.lineTo(x, y + softNoiseAt(x, y, 13, 4) * 1.2)
  }
  ctx.stroke()
  ctx.fillStyle = patterns.get('wheat')
  ctx.fill(path)
  ctx.restore()
}

function paintGraveyard(ctx: Canvas, { path }: Subject): void {
  ctx.fillStyle = veil('#7d8f86', 0.6)
  ctx.fill(path)
}

function paintGarden(ctx: Canvas, { path, patterns }: Subject): void {
  ctx.fillStyle = veil('#c3cf98', 0.9)
  ctx.fill(path)
  ctx.fillStyle = patterns.get('grass')
  ctx.fill(path)
}

function paintClearing(ctx: Canvas, { thing }: Subject): void {
  const box = boundsOf(thing.spots)
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]
  for (const [radius, share] of [
    [10.5, 0.25],
    [8.5, 0.3],
    [5, 0.35],
  ])
    disc(ctx, x, y, radius, veil(palette.sand, share))
}

function paintBed(ctx: Canvas, { thing, path }: Subject): void {
  ctx.fillStyle = '#9a7a58'
  ctx.fill(path)
  ctx.lineWidth = 0.08
  ctx.strokeStyle = veil('#6d5138', 0.5)
  ctx.stroke(path)
  const [a, b, , d] = thing.spots
  const kind = thing.properties.kind
  const colour = cloths[Number(thing.properties.tint) % cloths.length]
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  for (let along = 0.4; along < length - 0.2; along += 0.55) {
    for (const across of [0.28, 0.72]) {
      const share = along / length
      const x = a.x + (b.x - a.x) * share + (d.x - a.x) * across
      const y = a.y + (b.y - a.y) * share + (d.y - a.y) * across
      const size = 0.2 + noiseAt(x * 8, y * 8) * 0.08
      disc(ctx, x, y, size, kind === 'cabbages' ? '#8fae78' : '#7c9a5e')
      if (kind === 'cabbages') disc(ctx, x, y, size * 0.55, '#b5cd97')
      else if (kind === 'flowers')
        disc(ctx, x, y, size * 0.6, noiseAt(x * 8, y * 8, 2) > 0.4 ? colour : mix(colour, '#ffffff', 0.5))
      else disc(ctx, x + 0.05, y - 0.05, size * 0.5, '#a7bd86')
    }
  }
}

function paintMound(ctx: Canvas, { path }: Subject): void {
  ctx.fillStyle = veil('#6f7563', 0.75)
  ctx.fill(path)
  ctx.lineJoin = 'round'
  ctx.lineWidth = 0.25
  ctx.strokeStyle = veil('#8f9a7c', 0.8)
  ctx.stroke(path)
}
