import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gunzipSync, inflateSync } from 'node:zlib'
import { parseMap } from './parse-map.ts'
import type { Decompress } from './tile-data.ts'

/** Tiles of 8 x 8 pixels: 1 is grass, 2 rock, 3 pond, 4 a slope that fills its lower left corner, 5 has a lamp post. */
const tileset = {
  firstgid: 1,
  name: 'ground',
  tilewidth: 8,
  tileheight: 8,
  tilecount: 5,
  tiles: [
    { id: 1, type: 'rock', properties: [{ name: 'solid', type: 'bool', value: true }] },
    { id: 2, type: 'pond', properties: [{ name: 'solid', type: 'string', value: 'water' }] },
    { id: 3, type: 'slope', objectgroup: { objects: [polygon(0, 0, [0, 2], [6, 8], [0, 8])] } },
    { id: 4, objectgroup: { objects: [{ id: 1, x: 0, y: 4, width: 2, height: 4, ellipse: false }] } },
  ],
}
const [right, down, over] = [0x8000_0000, 0x4000_0000, 0x2000_0000]

test('[M13] whole tiles become boxes as wide as can be, then as deep; tiles without `solid` are ground', () => {
  const map = parseMap(
    tiled([
      [1, 2, 2, 1],
      [1, 2, 2, 3],
      [2, 2, 2, 0],
    ]),
  )
  assert.deepEqual(map.solids, [
    { kind: 'wall', variety: 'rock', shape: 'box', x0: 1, y0: 0, x1: 3, y1: 3 },
    { kind: 'water', variety: 'pond', shape: 'box', x0: 3, y0: 1, x1: 4, y1: 2 },
    { kind: 'wall', variety: 'rock', shape: 'box', x0: 0, y0: 0, x1: 1, y1: 1 },
  ])
})

test('[M13] a tile in a layer of walls is one, unless it says that it is not', () => {
  const set = { ...tileset, tiles: [{ id: 0, properties: [{ name: 'solid', value: false }] }] }
  const map = tiled([[1, 2]], { name: 'walls', tileset: set })
  assert.deepEqual(
    parseMap(map).solids.map((solid) => solid.shape === 'box' && [solid.x0, solid.x1]),
    [[1, 2]],
  )
})

test('[M13] the shape of a tile is mirrored and turned as its flags say', () => {
  // The corner of the slope that is filled, seen from the tile's middle: left or right, below or above.
  for (const [flags, filled] of [
    [0, [-1, -1]],
    [right, [1, -1]],
    [down, [-1, 1]],
    [right + down, [1, 1]],
    // Over the diagonal the slope is filled above and right of it: a quarter turn is this and one mirror.
    [over, [1, 1]],
    [over + right, [-1, 1]],
    [over + down, [1, -1]],
    [over + right + down, [-1, -1]],
  ] as const) {
    const map = parseMap(
      tiled([
        [0, 0, 0],
        [0, 4 + flags, 0],
        [0, 0, 0],
      ]),
    )
    for (const [x, y] of [
      [-1, -1],
      [1, -1],
      [-1, 1],
      [1, 1],
    ]) {
      const isFilled = x === filled[0] && y === filled[1]
      assert.equal(
        map.isFree(1.5 + x * 0.3, 1.5 + y * 0.3, 0.05),
        !isFilled,
        `flags ${flags.toString(16)} at ${x}, ${y}`,
      )
    }
  }
})

test('[M13] tiles as base64, compressed or not, and in chunks below zero, are the same tiles', () => {
  const rows = [
    [1, 2, 2],
    [3, 1, 2],
  ]
  const expected = parseMap(tiled(rows)).solids
  const bytes = Buffer.from(Uint32Array.from(rows.flat()).buffer)
  const as = (data: unknown, extra: object) => {
    const map = tiled(rows)
    Object.assign(map.layers[0], { data, encoding: 'base64', ...extra })
    return parseMap(map, 'town.tmj', { decompress }).solids
  }
  assert.deepEqual(as(bytes.toString('base64'), {}), expected)
  assert.deepEqual(as(deflateSync(bytes).toString('base64'), { compression: 'zlib' }), expected)
  const chunk = (x: number, y: number, tiles: number[][]) => ({
    ...{ x, y, width: tiles[0].length, height: tiles.length },
    data: tiles.flat(),
  })
  const infinite = { ...tiled([]), infinite: true }
  Object.assign(infinite.layers[0], {
    chunks: [chunk(-3, -5, [[1, 2]]), chunk(-1, -5, [[2]]), chunk(-3, -4, [[3, 1, 2]])],
  })
  const map = parseMap(infinite)
  assert.deepEqual([map.width, map.height], [3, 2])
  for (const x of [0.5, 1.5, 2.5])
    for (const y of [0.5, 1.5]) assert.equal(map.isFree(x, y, 0.1), parseMap(tiled(rows)).isFree(x, y, 0.1))
})

test('[M14] a tileset in a file of its own is read, as .tsj and as .tsx', () => {
  const rows = [[4, 2, 3, 5]]
  const { firstgid, ...alone } = tileset
  const files: Record<string, string> = {
    'ground.tsj': JSON.stringify(alone),
    'ground.tsx': `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment > -->
<tileset version="1.10" name="ground" tilewidth="8" tileheight="8" tilecount="5" columns="5">
 <image source="a &amp; b.png" width="40" height="8"/>
 <tile id="1" type="rock"><properties><property name="solid" type="bool" value="true"/></properties></tile>
 <tile id="2" type="pond"><properties><property name="solid" value="water"/></properties></tile>
 <tile id="3" type="slope"><objectgroup><object id="1" x="0" y="0"><polygon points="0,2 6,8 0,8"/></object></objectgroup></tile>
 <tile id="4"><objectgroup><object id="1" x="0" y="4" width="2" height="4"/></objectgroup></tile>
</tileset>`,
  }
  const expected = parseMap(tiled(rows)).solids
  assert.equal(expected.length, 4)
  for (const source of Object.keys(files)) {
    const map = { ...tiled(rows), tilesets: [{ firstgid, source }] }
    assert.deepEqual(parseMap(map, 'town.tmj', { readFile: (path) => files[path] }).solids, expected)
    assert.throws(() => parseMap(map, 'town.tmj'), {
      message: `town.tmj: tileset 0 is in a file of its own, ${source}, which cannot be read here; embed it in the map`,
    })
  }
})

for (const [sentence, map] of [
  [
    "layer 'ground' has 3 tiles; its size says 4",
    { ...tiled([[1, 2, 3]]), layers: [{ ...layerOf([[1, 2, 3]]), width: 4 }] },
  ],
  ["layer 'ground' has -1 for its tile at index 1; it must be a whole number below 2^32", tiled([[1, -1]])],
  [
    "layer 'ground', tile at column 1, row 1 has the number 6, which is in none of the map's tilesets; save the map again",
    tiled([
      [1, 1],
      [1, 6],
    ]),
  ],
  ["layer 'ground' has tiles that are not base64; save the map again", withData('?!', {})],
  ["layer 'ground' has 3 bytes of tiles; its size says 4", withData('AAAA', {})],
  [
    'layer \'ground\' is encoded as "xml"; save it as CSV or base64'.replaceAll('"', ''),
    withData('AAAA', { encoding: 'xml' }),
  ],
  [
    "layer 'ground' is compressed by zlib, which cannot be undone here; save it as CSV or plain base64",
    withData('AAAA', { compression: 'zlib' }),
  ],
  [
    "layer 'ground' is compressed by lzma; save it as CSV or base64",
    withData('AAAA', { compression: 'lzma' }),
  ],
  [
    "layer 'ground' is too much: 16777216 tiles are the most in one map",
    { ...tiled([[1]]), layers: [{ ...layerOf([[1]]), width: 65_536, height: 65_536 }] },
  ],
  [
    "tileset 'ground', tile 3, shape 1 is a polygon of 2 corners; it needs three or more",
    tiled([[1]], {
      tileset: { ...tileset, tiles: [{ id: 3, objectgroup: { objects: [polygon(0, 0, [0, 0], [8, 8])] } }] },
    }),
  ],
] as const)
  test(`[M15] broken tiles are refused in one sentence: ${sentence}`, () => {
    assert.throws(() => parseMap(map, 'town.tmj'), { message: `town.tmj: ${sentence}` })
  })

test('[M15] what swells beyond the size of its layer is refused, not held', () => {
  const bomb = deflateSync(Buffer.alloc(1 << 24)).toString('base64')
  assert.throws(() => parseMap(withData(bomb, { compression: 'zlib' }), 'town.tmj', { decompress }), {
    message: /^town.tmj: layer 'ground' has tiles that zlib cannot undo: /,
  })
})

const decompress: Decompress = (compression, bytes, maxOutputLength) =>
  compression === 'zlib' ? inflateSync(bytes, { maxOutputLength }) : gunzipSync(bytes, { maxOutputLength })

function polygon(x: number, y: number, ...corners: [number, number][]) {
  return { id: 1, x, y, polygon: corners.map(([east, south]) => ({ x: east, y: south })) }
}

function layerOf(rows: readonly (readonly number[])[], name = 'ground') {
  return {
    name,
    type: 'tilelayer',
    width: rows[0]?.length ?? 0,
    height: rows.length,
    data: rows.flat() as unknown,
  }
}

/** Makes a map of one tile layer, 8 pixels a metre and a tile. */
function tiled(
  rows: readonly (readonly number[])[],
  options: { readonly name?: string; readonly tileset?: object } = {},
) {
  return {
    orientation: 'orthogonal',
    width: Math.max(1, rows[0]?.length ?? 0),
    height: Math.max(1, rows.length),
    tilewidth: 8,
    tileheight: 8,
    tilesets: [options.tileset ?? tileset] as object[],
    layers: [layerOf(rows, options.name)],
  }
}

function withData(data: string, extra: object) {
  const map = tiled([[1]])
  Object.assign(map.layers[0], { data, encoding: 'base64', ...extra })
  return map
}
