import { cloths, mix, palette, roofTints, veil } from '../palette.ts'
import { boundsOf, type Canvas, disc, type Patterns, pathOf, type Spot, trace } from './brush.ts'
import { around, type Drawn, order, type Piece } from './piece.ts'
import { circle } from './water.ts'

/** The shadow's offset per metre of height: to the south-east. */
const fall = { x: 0.42, y: 0.5 } as const

/**
 * Returns the pieces of houses without their roofs, walls, towers, and everything that stands in and around them.
 */
export function buildingPieces(decor: readonly Drawn[], solids: readonly Drawn[]): Piece[] {
  return [...decor.flatMap(ofDecor), ...solids.flatMap(ofSolid)]
}

function ofDecor(thing: Drawn): Piece[] {
  const path = thing.shape === 'polygon' ? pathOf(thing.spots) : new Path2D()
  const at = (height: number, paint: NonNullable<Piece['paint']>): Piece[] => [
    { order: height, bounds: around(thing, 0.3), paint },
  ]
  if (thing.kind === 'floor')
    return at(order.floor, (ctx, patterns) => paintFloor(ctx, { thing, path, patterns }))
  if (thing.kind === 'rug') return at(order.floor, (ctx) => paintRug(ctx, thing))
  if (thing.kind === 'doorstep') {
    return at(order.floor, (ctx) => {
      ctx.fillStyle = palette.stoneLight
      ctx.fill(path)
      ctx.lineWidth = 0.06
      ctx.strokeStyle = palette.stoneDark
      ctx.stroke(path)
    })
  }
  if (thing.kind === 'stairs') return at(order.floor, (ctx) => paintStairs(ctx, thing))
  if (thing.kind === 'bench')
    return [block(thing, { height: 0.4, top: palette.wood, side: palette.woodDark })]
  // A roof lies above the people; on the ground only its shadow shows.
  if (thing.kind === 'roof') {
    const height = { hall: 6, chapel: 7 }[String(thing.properties.style)] ?? 4
    return [
      {
        order: order.shade,
        bounds: around(thing, height),
        shade: (ctx) => castShadow(ctx, thing.spots, height),
      },
    ]
  }
  if (thing.kind === 'awning') {
    return [
      { order: order.shade, bounds: around(thing, 2), shade: (ctx) => castShadow(ctx, thing.spots, 1.6) },
    ]
  }
  return []
}

/** The looks of the map's solids, by variety. */
const looks: Readonly<Record<string, { height: number; top: string; side: string }>> = {
  house: { height: 2.4, top: '#f3e6cd', side: '#b89b78' },
  hall: { height: 3, top: '#efe2cc', side: '#a38a70' },
  chapel: { height: 3, top: palette.stoneLight, side: palette.stoneDark },
  rail: { height: 0.7, top: palette.woodLight, side: palette.woodDark },
  fence: { height: 0.8, top: '#6c6a70', side: '#4a4852' },
  hedge: { height: 0.9, top: palette.hedgeLight, side: palette.hedge },
  crypt: { height: 2.4, top: '#b9b6ac', side: '#77746f' },
  grave: { height: 0.7, top: '#c2c3bd', side: '#84867f' },
  bed: { height: 0.4, top: '#f4ead8', side: palette.woodDark },
  hearth: { height: 1, top: '#8d867c', side: '#5d5751' },
  counter: { height: 0.9, top: palette.woodLight, side: palette.woodDark },
  pew: { height: 0.5, top: palette.wood, side: palette.woodDark },
  altar: { height: 0.9, top: '#efe9dc', side: palette.stoneDark },
  anvil: { height: 0.6, top: '#6d7076', side: '#46484d' },
  crate: { height: 0.9, top: palette.woodLight, side: palette.woodDark },
  stall: { height: 0.9, top: palette.woodLight, side: palette.woodDark },
  rock: { height: 3, top: '#5a5560', side: '#38343f' },
  rampart: { height: 5, top: palette.stoneLight, side: palette.stoneDark },
  gatehouse: { height: 7, top: palette.stoneLight, side: palette.stoneDark },
}

function ofSolid(thing: Drawn): Piece[] {
  const { kind } = thing
  if (thing.name === 'tree') return [trunk(thing)]
  if (thing.shape === 'circle') return round(thing)
  const look = looks[kind]
  if (!look) return []
  if (kind === 'rock') return rock(thing, look)
  if (kind === 'rampart' || kind === 'gatehouse') return [rampart(thing, look.height)]
  const piece = block(thing, look)
  if (kind === 'bed')
    return [
      piece,
      { ...piece, order: order.thing, shade: undefined, paint: (ctx) => paintBlanket(ctx, thing) },
    ]
  if (kind === 'hearth')
    return [piece, { ...piece, shade: undefined, paint: (ctx) => paintEmbers(ctx, thing) }]
  if (kind === 'hedge') return [piece, { ...piece, shade: undefined, paint: (ctx) => paintHedge(ctx, thing) }]
  if (kind === 'crate') return [piece, { ...piece, shade: undefined, paint: (ctx) => paintCrate(ctx, thing) }]
  return [piece]
}

/** Returns a low solid: its side towards us, its top, a soft edge. */
function block(thing: Drawn, { height, top, side }: { height: number; top: string; side: string }): Piece {
  const path = pathOf(thing.spots)
  const isWall = thing.kind === 'house' || thing.kind === 'hall' || thing.kind === 'chapel'
  const rise = Math.min(0.22, height * 0.16)
  return {
    order: isWall ? order.wall : order.thing,
    bounds: around(thing, height * 0.5 + 0.3),
    shade: isWall ? undefined : (ctx) => castShadow(ctx, thing.spots, height * 0.8),
    paint(ctx) {
      ctx.fillStyle = side
      ctx.fill(path)
      ctx.lineJoin = 'round'
      ctx.lineWidth = 0.08
      ctx.strokeStyle = mix(side, palette.ink, 0.35)
      ctx.stroke(path)
      ctx.save()
      ctx.translate(0, -rise)
      ctx.fillStyle = top
      ctx.fill(path)
      ctx.strokeStyle = mix(side, top, 0.25)
      ctx.lineWidth = 0.05
      ctx.stroke(path)
      ctx.restore()
    },
  }
}

/** Returns rock with a way cut into it: one mass, whatever boxes it is made of. */
function rock(thing: Drawn, { height, top, side }: { height: number; top: string; side: string }): Piece[] {
  const path = pathOf(thing.spots)
  const bounds = around(thing, height)
  return [
    {
      order: order.thing,
      bounds,
      shade: (ctx) => castShadow(ctx, thing.spots, height * 0.5),
      paint(ctx) {
        ctx.fillStyle = side
        ctx.fill(path)
      },
    },
    {
      order: order.wall,
      bounds,
      paint(ctx, patterns) {
        ctx.save()
        ctx.translate(0, -0.4)
        ctx.fillStyle = top
        ctx.fill(path)
        ctx.globalAlpha = 0.35
        ctx.fillStyle = patterns.get('stones')
        ctx.fill(path)
        ctx.restore()
      },
    },
  ]
}

/** Paints steps into the dark: the first ones are the brightest. */
function paintStairs(ctx: Canvas, thing: Drawn): void {
  const { x0, y0, x1, y1 } = boundsOf(thing.spots, 0)
  const steps = 8
  const rise = (y1 - y0) / steps
  // A pale rim, by which they are seen from afar.
  ctx.fillStyle = palette.paper
  ctx.fillRect(x0 - 0.18, y0 - 0.18, x1 - x0 + 0.36, y1 - y0 + 0.36)
  for (let i = 0; i < steps; i++) {
    const from = thing.properties.opens === 'north' ? y0 + rise * (i + 1) : y1 - rise * i
    const to = from - rise
    ctx.fillStyle = mix(palette.stoneLight, palette.ink, 0.1 + (0.85 * i) / steps)
    ctx.fillRect(x0, to, x1 - x0, from - to)
    ctx.fillStyle = veil(palette.ink, 0.35)
    ctx.fillRect(x0, from - 0.07, x1 - x0, 0.07)
  }
}

/** Returns the town wall from above: a walk between two rows of merlons. */
function rampart(thing: Drawn, height: number): Piece {
  const path = pathOf(thing.spots)
  const [a, b, c, d] = thing.spots
  return {
    order: thing.kind === 'gatehouse' ? order.tower : order.wall,
    bounds: around(thing, height * 0.7),
    shade: (ctx) => castShadow(ctx, thing.spots, height),
    paint(ctx, patterns) {
      paintStones(ctx, patterns, path)
      ctx.fillStyle = veil(palette.paper, 0.16)
      ctx.fill(path)
      merlons(ctx, a, b)
      merlons(ctx, c, d)
      if (thing.kind !== 'gatehouse') return
      merlons(ctx, b, c)
      merlons(ctx, d, a)
    },
  }
}

function paintStones(ctx: Canvas, patterns: Patterns, path: Path2D): void {
  ctx.fillStyle = palette.stoneDark
  ctx.fill(path)
  ctx.fillStyle = patterns.get('stones')
  ctx.fill(path)
  ctx.lineJoin = 'round'
  ctx.lineWidth = 0.16
  ctx.strokeStyle = mix(palette.stoneDark, palette.ink, 0.3)
  ctx.stroke(path)
}

/** Paints a row of merlons along the inside of an edge. */
function merlons(ctx: Canvas, from: Spot, to: Spot): void {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const count = Math.max(2, Math.round(length / 1.7))
  ctx.save()
  ctx.translate(from.x, from.y)
  ctx.rotate(Math.atan2(to.y - from.y, to.x - from.x))
  for (let i = 0; i < count; i++) {
    const x = (i / count) * length + 0.25
    const width = (length / count) * 0.58
    ctx.fillStyle = veil(palette.shade, 0.35)
    ctx.fillRect(x + 0.06, -0.48, width, 0.52)
    ctx.fillStyle = mix(palette.stoneLight, palette.paper, 0.35)
    ctx.fillRect(x, -0.5, width, 0.46)
  }
  ctx.restore()
}

/** Returns round things: towers, tables, barrels, pillars, standing stones. */
function round(thing: Drawn): Piece[] {
  const { x, y } = thing.spots[0]
  const { radius, kind } = thing
  const isTower = kind === 'tower'
  const height = { tower: 8, stone: 1.8, pillar: 1.2, barrel: 0.8 }[kind] ?? 0.6
  if (kind === 'fountain' || kind === 'well') return []
  return [
    {
      order: isTower ? order.tower : order.thing,
      bounds: around(thing, height * 0.7),
      shade(ctx) {
        for (let i = 0; i <= 4; i++)
          circle(ctx, x + (fall.x * height * i) / 4, y + (fall.y * height * i) / 4, radius)
      },
      paint(ctx, patterns) {
        if (isTower) paintTower(ctx, { x, y, radius, patterns })
        else if (kind === 'stone') paintStandingStone(ctx, x, y, radius)
        else if (kind === 'planter') paintPlanter(ctx, x, y, radius)
        else if (kind === 'pillar') {
          disc(ctx, x, y, radius + 0.08, palette.stoneDark)
          disc(ctx, x, y - 0.12, radius, palette.stoneLight)
        } else {
          disc(ctx, x, y + 0.06, radius, palette.woodDark)
          disc(ctx, x, y - 0.06, radius, kind === 'barrel' ? palette.wood : palette.woodLight)
          ctx.strokeStyle = veil(palette.woodDark, 0.8)
          ctx.lineWidth = kind === 'barrel' ? 0.08 : 0.04
          ctx.beginPath()
          ctx.arc(x, y - 0.06, radius * 0.72, 0, 2 * Math.PI)
          ctx.stroke()
        }
      },
    },
  ]
}

function paintTower(
  ctx: Canvas,
  { x, y, radius, patterns }: Spot & { radius: number; patterns: Patterns },
): void {
  const path = new Path2D()
  path.arc(x, y, radius, 0, 2 * Math.PI)
  paintStones(ctx, patterns, path)
  const teeth = 14
  for (let i = 0; i < teeth; i++) {
    const angle = (i / teeth) * 2 * Math.PI
    ctx.strokeStyle = mix(palette.stoneLight, palette.paper, 0.35)
    ctx.lineWidth = 0.5
    ctx.beginPath()
    ctx.arc(x, y, radius - 0.3, angle, angle + (Math.PI / teeth) * 1.15)
    ctx.stroke()
  }
  // A pointed roof of slate, lighter where it looks at the light.
  const inner = radius - 1
  const wedges = 16
  for (let i = 0; i < wedges; i++) {
    const [from, to] = [(i / wedges) * 2 * Math.PI, ((i + 1) / wedges) * 2 * Math.PI + 0.01]
    const light = 0.5 - 0.5 * Math.cos((from + to) / 2 - Math.PI / 4)
    ctx.fillStyle = mix('#6c7686', '#a3acb8', light)
    ctx.beginPath()
    ctx.moveTo(x, y)
    ctx.arc(x, y, inner, from, to)
    ctx.fill()
  }
  disc(ctx, x, y, 0.2, palette.lamp)
}

function paintStandingStone(ctx: Canvas, x: number, y: number, radius: number): void {
  disc(ctx, x, y + 0.1, radius, mix(palette.stoneDark, palette.ink, 0.25))
  disc(ctx, x, y - 0.2, radius * 0.94, palette.stone)
  disc(ctx, x - radius * 0.25, y - 0.2 - radius * 0.25, radius * 0.55, palette.stoneLight)
  disc(ctx, x + radius * 0.3, y, radius * 0.22, veil('#7f9a68', 0.8))
}

/** Paints a stone pot full of flowers. */
function paintPlanter(ctx: Canvas, x: number, y: number, radius: number): void {
  disc(ctx, x, y + 0.1, radius, palette.stoneDark)
  disc(ctx, x, y - 0.04, radius, palette.stoneLight)
  disc(ctx, x, y - 0.06, radius * 0.8, '#7a5f47')
  for (let i = 0; i < 9; i++) {
    const [angle, far] = [i * 2.4, radius * 0.78 * Math.sqrt((i + 0.5) / 9)]
    const [left, top] = [x + Math.cos(angle) * far, y - 0.1 + Math.sin(angle) * far]
    disc(ctx, left, top, 0.17, palette.hedge)
    disc(ctx, left, top - 0.03, 0.11, cloths[(i + Math.floor(x)) % cloths.length])
    disc(ctx, left, top - 0.03, 0.04, palette.lamp)
  }
}

/** Returns the trunk of a tree; its leaves are drawn over the people. */
function trunk(thing: Drawn): Piece {
  const { x, y } = thing.spots[0]
  const spread = thing.radius * (thing.kind === 'pine' ? 3.6 : thing.kind === 'bare' ? 1.6 : 4.4)
  return {
    order: order.thing,
    bounds: around(thing, spread + 2),
    shade: (ctx) => circle(ctx, x + spread * 0.35, y + spread * 0.42, spread * 0.95),
    paint(ctx) {
      disc(ctx, x, y, thing.radius, '#5f4835')
      disc(ctx, x - 0.06, y - 0.08, thing.radius * 0.8, '#84664b')
    },
  }
}

function paintFloor(
  ctx: Canvas,
  { thing, path, patterns }: { thing: Drawn; path: Path2D; patterns: Patterns },
): void {
  const isWooden = thing.properties.style === 'house'
  ctx.fillStyle = isWooden ? '#8f7150' : palette.stoneDark
  ctx.fill(path)
  ctx.save()
  ctx.clip(path)
  const [a, b] = thing.spots
  ctx.translate(a.x, a.y)
  ctx.rotate(Math.atan2(b.y - a.y, b.x - a.x))
  ctx.fillStyle = patterns.get(isWooden ? 'boards' : 'flagstone')
  ctx.fillRect(-60, -60, 120, 120)
  ctx.restore()
  // The walls keep the light out.
  ctx.save()
  ctx.clip(path)
  for (const [width, share] of [
    [3.4, 0.1],
    [2.2, 0.14],
    [1.5, 0.16],
  ]) {
    ctx.lineWidth = width
    ctx.strokeStyle = veil(palette.shade, share)
    ctx.stroke(path)
  }
  ctx.restore()
}

function paintRug(ctx: Canvas, thing: Drawn): void {
  const colour = cloths[Number(thing.properties.tint) % cloths.length]
  const path = pathOf(thing.spots)
  ctx.fillStyle = mix(colour, palette.plaster, 0.25)
  ctx.fill(path)
  ctx.save()
  ctx.clip(path)
  ctx.lineWidth = 0.5
  ctx.strokeStyle = mix(colour, palette.ink, 0.25)
  ctx.stroke(path)
  ctx.lineWidth = 0.18
  ctx.strokeStyle = palette.paper
  ctx.setLineDash([0.2, 0.12])
  ctx.stroke(path)
  ctx.restore()
}

function paintBlanket(ctx: Canvas, thing: Drawn): void {
  const [a, b, c, d] = thing.spots
  const between = (from: Spot, to: Spot, share: number): Spot => ({
    x: from.x + (to.x - from.x) * share,
    y: from.y + (to.y - from.y) * share - 0.06,
  })
  const isTall = Math.hypot(d.x - a.x, d.y - a.y) > Math.hypot(b.x - a.x, b.y - a.y)
  const [p, q, r, s] = isTall ? [a, b, c, d] : [b, c, d, a]
  const tint = roofTints[Math.floor(a.x) % roofTints.length]
  ctx.fillStyle = mix(tint, palette.paper, 0.35)
  ctx.fill(pathOf([between(p, s, 0), between(q, r, 0), between(q, r, 0.68), between(p, s, 0.68)]))
  ctx.fillStyle = '#ffffff'
  const pillow = between(between(p, s, 0.86), between(q, r, 0.86), 0.5)
  disc(ctx, pillow.x, pillow.y, 0.3, '#fffdf6')
}

function paintEmbers(ctx: Canvas, thing: Drawn): void {
  const box = boundsOf(thing.spots)
  const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2 - 0.12]
  disc(ctx, x, y, 0.34, '#4a3a36')
  disc(ctx, x, y, 0.25, '#d9793f')
  disc(ctx, x, y, 0.13, '#f9d27a')
}

function paintHedge(ctx: Canvas, thing: Drawn): void {
  const [a, b, , d] = thing.spots
  const [length, depth] = [Math.hypot(b.x - a.x, b.y - a.y), Math.hypot(d.x - a.x, d.y - a.y)]
  const [from, to, thickness] = length > depth ? [a, b, depth] : [a, d, length]
  const count = Math.max(2, Math.round(Math.max(length, depth) / 0.5))
  const aside =
    length > depth ? { x: (d.x - a.x) / 2, y: (d.y - a.y) / 2 } : { x: (b.x - a.x) / 2, y: (b.y - a.y) / 2 }
  for (let i = 0; i <= count; i++) {
    const x = from.x + ((to.x - from.x) * i) / count + aside.x
    const y = from.y + ((to.y - from.y) * i) / count + aside.y - 0.14
    disc(ctx, x, y, thickness * 0.62, palette.hedge)
    disc(ctx, x - 0.05, y - 0.08, thickness * 0.5, palette.hedgeLight)
  }
}

function paintCrate(ctx: Canvas, thing: Drawn): void {
  const [a, b, c, d] = thing.spots.map((spot) => ({ x: spot.x, y: spot.y - 0.14 }))
  ctx.strokeStyle = veil(palette.woodDark, 0.8)
  ctx.lineWidth = 0.07
  ctx.beginPath()
  trace(ctx, [a, b, c, d])
  ctx.moveTo(a.x, a.y)
  ctx.lineTo(c.x, c.y)
  ctx.stroke()
}

/** Traces the shadow of a body of this outline and height: the outline, dragged along the light. */
function castShadow(ctx: Canvas, spots: readonly Spot[], height: number): void {
  const [dx, dy] = [fall.x * height, fall.y * height]
  const n = spots.length
  let area = 0
  for (let i = 0; i < n; i++) area += spots[i].x * spots[(i + 1) % n].y - spots[(i + 1) % n].x * spots[i].y
  const ring = area > 0 ? spots : spots.toReversed()
  // All turned the same way round, so that where they overlap they are still filled.
  trace(ctx, ring)
  trace(
    ctx,
    ring.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
  )
  for (let i = 0; i < n; i++) {
    const [p, q] = [ring[i], ring[(i + 1) % n]]
    const turn = (q.x - p.x) * dy - (q.y - p.y) * dx
    const side = [p, q, { x: q.x + dx, y: q.y + dy }, { x: p.x + dx, y: p.y + dy }]
    trace(ctx, turn > 0 ? side : side.toReversed())
  }
}
