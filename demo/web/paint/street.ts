import { palette, veil } from '../palette.ts'
import { type Canvas, pathOf } from './brush.ts'
import { around, type Drawn, order, type Piece } from './piece.ts'

/** Returns streets, squares and bridges: all that one walks on. Kerbs come first, so that crossings are open. */
export function streetPieces(decor: readonly Drawn[]): Piece[] {
  return decor.flatMap((thing): Piece[] => {
    if (thing.kind === 'street') return street(thing)
    if (thing.kind === 'square') return square(thing)
    if (thing.kind === 'bridge' || thing.kind === 'jetty') return [deck(thing)]
    if (thing.kind === 'gate') return [gate(thing)]
    return []
  })
}

function street(thing: Drawn): Piece[] {
  const path = pathOf(thing.spots, false)
  const width = Number(thing.properties.width)
  const isCobbled = thing.properties.surface === 'cobble'
  const bounds = around(thing, width / 2 + 1)
  const stroke = (ctx: Canvas, metres: number, style: string | CanvasPattern): void => {
    ctx.lineCap = isCobbled ? 'butt' : 'round'
    ctx.lineJoin = 'round'
    ctx.lineWidth = metres
    ctx.strokeStyle = style
    ctx.stroke(path)
  }
  return [
    {
      order: order.kerb,
      bounds,
      paint(ctx) {
        stroke(ctx, width + 1.5, veil(palette.sand, 0.28))
        stroke(ctx, width + 0.7, isCobbled ? palette.cobbleDark : veil(palette.dirtDark, 0.6))
      },
    },
    {
      order: isCobbled ? order.street : order.path,
      bounds,
      paint(ctx, patterns) {
        stroke(ctx, width, isCobbled ? palette.cobbleDark : palette.dirt)
        if (isCobbled) stroke(ctx, width, patterns.get('cobble'))
        else {
          stroke(ctx, width * 0.62, veil(palette.sand, 0.55))
          stroke(ctx, width, patterns.get('dirt'))
        }
      },
    },
  ]
}

function square(thing: Drawn): Piece[] {
  const path = pathOf(thing.spots)
  const bounds = around(thing, 1)
  return [
    {
      order: order.kerb,
      bounds,
      paint(ctx) {
        ctx.lineJoin = 'round'
        ctx.lineWidth = 1.4
        ctx.strokeStyle = palette.cobbleDark
        ctx.stroke(path)
      },
    },
    {
      order: order.street,
      bounds,
      paint(ctx, patterns) {
        ctx.fillStyle = palette.flagstoneDark
        ctx.fill(path)
        ctx.fillStyle = patterns.get('flagstone')
        ctx.fill(path)
        // A ring of darker stones around the fountain.
        ctx.strokeStyle = veil(palette.cobbleDark, 0.26)
        ctx.lineWidth = 0.6
        const middle = { x: (bounds.x0 + bounds.x1) / 2, y: (bounds.y0 + bounds.y1) / 2 }
        for (const radius of [5.2, 11]) {
          ctx.beginPath()
          ctx.arc(middle.x, middle.y, radius, 0, 2 * Math.PI)
          ctx.stroke()
        }
      },
    },
  ]
}

function deck(thing: Drawn): Piece {
  const path = pathOf(thing.spots)
  return {
    order: order.deck,
    bounds: around(thing, 1.5),
    paint(ctx, patterns) {
      ctx.save()
      ctx.translate(0.5, 0.8)
      ctx.fillStyle = veil(palette.shade, 0.28)
      ctx.fill(path)
      ctx.restore()
      ctx.fillStyle = palette.woodDark
      ctx.fill(path)
      ctx.save()
      ctx.clip(path)
      // Planks lie across the way one walks.
      const [a, b] = thing.spots
      ctx.translate(a.x, a.y)
      ctx.rotate(Math.atan2(b.y - a.y, b.x - a.x) + Math.PI / 2)
      ctx.fillStyle = patterns.get('planks')
      ctx.fillRect(-80, -80, 160, 160)
      ctx.restore()
      ctx.lineWidth = 0.12
      ctx.strokeStyle = palette.woodDark
      ctx.stroke(path)
    },
  }
}

function gate(thing: Drawn): Piece {
  const path = pathOf(thing.spots)
  return {
    order: order.floor,
    bounds: around(thing, 0.5),
    paint(ctx, patterns) {
      ctx.fillStyle = palette.cobbleDark
      ctx.fill(path)
      ctx.fillStyle = patterns.get('cobble')
      ctx.fill(path)
      ctx.fillStyle = veil(palette.shade, 0.3)
      ctx.fill(path)
    },
  }
}
