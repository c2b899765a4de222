/** Makes small maps for tests: 4 x 4 tiles of 16 pixels, 16 pixels a metre, unless said otherwise. */

export function drawn(parts: Record<string, unknown> = {}) {
  return {
    orientation: 'orthogonal',
    infinite: false,
    ...{ width: 4, height: 4, tilewidth: 16, tileheight: 16 },
    properties: said({ pixelsPerMetre: 16 }),
    tilesets: [grid()] as unknown[],
    layers: [] as unknown[],
    ...parts,
  }
}

/** Makes four tiles of 16 x 16 pixels in one image. */
export function grid(parts: Record<string, unknown> = {}) {
  return {
    ...{ firstgid: 1, name: 'grid', image: 'g.png', imagewidth: 64, imageheight: 16, columns: 4 },
    ...{ tilecount: 4, tilewidth: 16, tileheight: 16, tiles: [] as unknown[], ...parts },
  }
}

/** Makes a layer of these tiles, by column and row. */
export function tileLayer(tiles: Record<string, number>, parts: Record<string, unknown> = {}) {
  const data = Array.from({ length: 16 }, (_, i) => tiles[`${i % 4} ${Math.floor(i / 4)}`] ?? 0)
  return { name: 'ground', type: 'tilelayer', width: 4, height: 4, data, ...parts }
}

export function objectLayer(name: string, objects: unknown[], parts: Record<string, unknown> = {}) {
  return { name, type: 'objectgroup', objects, ...parts }
}

/** Makes properties as Tiled 1.2 and later write them. */
export function said(properties: Record<string, unknown>) {
  return Object.entries(properties).map(([name, value]) => ({ name, type: typeof value, value }))
}

export function box(x0: number, y0: number, x1: number, y1: number, kind = 'wall', variety = '') {
  return { kind, variety, shape: 'box', x0, y0, x1, y1 }
}
