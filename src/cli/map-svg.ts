import type { MapObject, Solid, WorldMap } from '../geometry/index.ts'

/** How many pixels a metre has on a small map; large ones are drawn smaller. */
const SCALE = 16
const SIDE_MAX = 4096

const COLOURS = { wall: '#5b5149', water: '#3f7fbf', tree: '#3f7a45' } as const

/**
 * Draws a map as an SVG picture, north up: solids by kind, portals, where players may begin, and outlines of
 * everything else.
 */
export function mapSvg(map: WorldMap): string {
  const { width, height } = map
  const scale = Math.min(SCALE, SIDE_MAX / Math.max(width, height))
  const { portals } = map
  const others = map.objects.filter(({ layer }) => layer !== 'portals' && layer !== 'spawn')
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#e9e4d8"/>`,
    // North is up in the world and down in the picture.
    `<g transform="translate(0 ${height}) scale(1 -1)">`,
    '<g id="objects" fill="none" stroke="#a08a5a" stroke-width="0.05">',
    ...others.map(drawObject),
    '</g>',
    ...(['water', 'tree', 'wall'] as const).flatMap((kind) => {
      const colour = COLOURS[kind]
      const drawn = map.solids.filter((solid) => solid.kind === kind).map(drawSolid)
      return [`<g id="${kind}" fill="${colour}" stroke="${colour}" stroke-width="0.02">`, ...drawn, '</g>']
    }),
    '<g id="portals" fill="#a050c0" fill-opacity="0.5">',
    ...portals.map(drawObject),
    '</g>',
    '<g id="spawns" fill="#d03030">',
    ...map.spawns.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="0.3"/>`),
    '</g>',
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function drawSolid(solid: Solid): string {
  const { variety } = solid
  if (solid.shape === 'box') {
    const { x0, y0, x1, y1 } = solid
    return close(`<rect x="${x0}" y="${y0}" width="${x1 - x0}" height="${y1 - y0}"`, variety)
  }
  if (solid.shape === 'circle')
    return close(`<circle cx="${solid.x}" cy="${solid.y}" r="${solid.radius}"`, variety)
  if (solid.shape === 'polygon') return close(`<polygon points="${cornersOf(solid.points)}"`, variety)
  // A wall without thickness is drawn with some, to be seen.
  return close(`<polyline points="${cornersOf(solid.points)}" fill="none" stroke-width="0.1"`, variety)
}

function drawObject({ shape, x, y, width, height, points, name, kind }: MapObject): string {
  const said = name || kind
  if (shape === 'point') return close(`<circle cx="${x}" cy="${y}" r="0.15"`, said)
  if (shape === 'box') return close(`<rect x="${x}" y="${y}" width="${width}" height="${height}"`, said)
  if (shape === 'ellipse')
    return close(
      `<ellipse cx="${x + width / 2}" cy="${y + height / 2}" rx="${width / 2}" ry="${height / 2}"`,
      said,
    )
  const fill = shape === 'polyline' ? ' fill="none"' : ''
  return close(`<${shape} points="${cornersOf(points)}"${fill}`, said)
}

/** Closes an element, with the text that is shown under the pointer. */
function close(head: string, said: string): string {
  const tag = head.slice(1, head.indexOf(' '))
  return said === '' ? `${head}/>` : `${head}><title>${escaped(said)}</title></${tag}>`
}

function cornersOf(points: readonly { readonly x: number; readonly y: number }[]): string {
  return points.map(({ x, y }) => `${x},${y}`).join(' ')
}

/** Escapes a map author's text. Characters that XML cannot hold are left out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
