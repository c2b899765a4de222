import assert from 'node:assert/strict'
import { test } from 'node:test'
import { box, drawn, grid, objectLayer, said, tileLayer } from './drawn.suite.ts'
import { parseMap, surveyMap } from './parse-map.ts'

const solid = said({ solid: true })

/** Makes a collection of images: a crate, a tree, and a gap between their ids. */
function props(parts: Record<string, unknown> = {}) {
  return {
    ...{ firstgid: 1, name: 'props', columns: 0, tilecount: 2, tilewidth: 32, tileheight: 64 },
    tiles: [
      { id: 0, image: 'crate.png', imagewidth: 16, imageheight: 16, properties: solid },
      { id: 7, image: 'tree.png', imagewidth: 32, imageheight: 64, properties: solid },
    ],
    ...parts,
  }
}

test('[M13] a collection of images may have gaps in its ids, and each image its own size', () => {
  const map = drawn({ tilesets: [props()], layers: [tileLayer({ '0 3': 1, '2 3': 8 })] })
  assert.deepEqual(parseMap(map).solids, [box(2, 0, 4, 4), box(0, 0, 1, 1)])
})

test('[M13] the shapes of a collection lie in the image of their tile, not in the largest of them', () => {
  const crate = {
    ...{ id: 0, image: 'crate.png', imagewidth: 16, imageheight: 16 },
    objectgroup: { objects: [{ id: 1, x: 0, y: 8, width: 16, height: 8 }] },
  }
  const map = drawn({ tilesets: [props({ tiles: [crate] })], layers: [tileLayer({ '1 2': 1 })] })
  assert.deepEqual(parseMap(map).solids, [box(1, 1, 2, 1.5)])
})

test('[M13] of an image a part may be chosen, which is then as large as the tile', () => {
  const part = {
    id: 0,
    image: 'all.png',
    imagewidth: 256,
    imageheight: 256,
    x: 16,
    y: 0,
    width: 32,
    height: 16,
  }
  const map = drawn({
    tilesets: [props({ tiles: [{ ...part, properties: solid }] })],
    layers: [tileLayer({ '0 3': 1 })],
  })
  assert.deepEqual(parseMap(map).solids, [box(0, 0, 2, 1)])
})

test('[M15] a tile that its collection has no more, or of no known size, is passed over and told of', () => {
  const map = drawn({
    tilesets: [props({ tiles: [...props().tiles, { id: 2, image: 'old.png', properties: solid }] })],
    layers: [tileLayer({ '0 3': 1, '1 1': 2, '2 2': 3 })],
  })
  const { map: read, notes } = surveyMap(map, 'town.tmj')
  assert.deepEqual(read.solids, [box(0, 0, 1, 1)])
  assert.deepEqual(notes, [
    "town.tmj: layer 'ground', tile at column 1, row 1 is tile 1 of town.tmj: tileset 'props', which has no such tile any more; Tiled draws a red cross there.",
    "town.tmj: layer 'ground', tile at column 2, row 2 is tile 2 of town.tmj: tileset 'props', which does not say how large its image is; save it again with Tiled.",
  ])
})

test('[M13] a tileset may move its tiles (tileoffset)', () => {
  const tiles = [{ id: 0, properties: solid }]
  const map = drawn({
    tilesets: [grid({ tiles, tileoffset: { x: 8, y: -16 } })],
    layers: [tileLayer({ '1 3': 1, '2 3': 1 })],
  })
  assert.deepEqual(parseMap(map).solids, [box(1.5, 1, 2.5, 2), box(2.5, 1, 3.5, 2)])
})

test('[M13] a tileset may say that tiles are drawn as large as those of the map (tilerendersize, fillmode)', () => {
  const tiles = [
    { id: 0, properties: solid },
    { id: 1, objectgroup: { objects: [{ id: 1, x: 0, y: 32, width: 64, height: 16 }] } },
  ]
  const large = grid({
    tiles,
    tilewidth: 64,
    tileheight: 32,
    tilerendersize: 'grid',
    tileoffset: { x: 0, y: 0 },
  })
  const layers = [tileLayer({ '0 3': 1, '1 3': 1 })]
  assert.deepEqual(parseMap(drawn({ tilesets: [{ ...large, fillmode: 'stretch' }], layers })).solids, [
    box(0, 0, 2, 1),
  ])
  // In the middle of its square, as wide as that, half as high.
  assert.deepEqual(
    parseMap(drawn({ tilesets: [{ ...large, fillmode: 'preserve-aspect-fit' }], layers })).solids,
    [box(0, 0.25, 1, 0.75), box(1, 0.25, 2, 0.75)],
  )
  const moved = { ...large, tileoffset: { x: 32, y: 0 }, fillmode: 'stretch' }
  assert.deepEqual(parseMap(drawn({ tilesets: [moved], layers: [tileLayer({ '0 3': 1 })] })).solids, [
    box(0.5, 0, 1.5, 1),
  ])
})

test('[M13] a tile that is wider than high, turned over the diagonal, is higher than wide', () => {
  const tiles = [{ id: 0, properties: solid }]
  const wide = grid({ tiles, tilewidth: 32, tileheight: 16 })
  const map = drawn({
    ...{ tilewidth: 32, tileheight: 16, width: 2, tilesets: [wide] },
    layers: [{ ...tileLayer({}), width: 2, height: 4, data: [0, 0, 0, 0, 0, 0, 0x2000_0001, 1] }],
  })
  assert.deepEqual(parseMap(map).solids, [box(0, 0, 1, 2), box(2, 0, 4, 1)])
})

test("[M15] points, texts and what has no size stand in nobody's way in the shapes of a tile, and are told of", () => {
  const objects = [
    { id: 1, x: 0, y: 0, width: 16, height: 16 },
    { id: 2, x: 8, y: 8, width: 0, height: 0, point: true },
    { id: 3, x: 8, y: 8, width: 0, height: 0 },
    { id: 4, x: 8, y: 8, width: 0, height: 8 },
    { id: 5, x: 0, y: 0, width: 8, height: 8, text: { text: 'crate' } },
    { id: 6, x: 0, y: 16, width: 8, height: 8, gid: 2 },
    {
      id: 7,
      x: 0,
      y: 8,
      polyline: [
        { x: 0, y: 0 },
        { x: 16, y: 0 },
      ],
    },
  ]
  const map = drawn({
    tilesets: [grid({ tiles: [{ id: 0, objectgroup: { objects } }] })],
    layers: [tileLayer({ '1 1': 1 })],
  })
  const { map: read, notes } = surveyMap(map, 'town.tmj')
  assert.deepEqual(read.solids, [
    box(1, 2, 2, 3),
    {
      kind: 'wall',
      variety: '',
      shape: 'line',
      points: [
        { x: 1, y: 2.5 },
        { x: 2, y: 2.5 },
      ],
    },
  ])
  assert.deepEqual(notes, [
    "town.tmj: tileset 'grid', tile 0, shape 2 is a point and stands in nobody's way; another there too.",
    "town.tmj: tileset 'grid', tile 0, shape 4 is without a size and stands in nobody's way.",
    "town.tmj: tileset 'grid', tile 0, shape 5 is a text and stands in nobody's way.",
    "town.tmj: tileset 'grid', tile 0, shape 6 is a tile itself and stands in nobody's way.",
  ])
})

test('[M12] a capsule is a box whose shorter sides are half circles; one as wide as high is a circle', () => {
  const capsule = { id: 1, x: 0, y: 0, width: 32, height: 16, capsule: true }
  const [wide, high, round] = parseMap(
    drawn({
      layers: [
        objectLayer('walls', [
          capsule,
          { ...capsule, x: 48, width: 16, height: 32 },
          { ...capsule, y: 32, width: 16 },
        ]),
      ],
    }),
  ).solids
  assert.deepEqual(round, { kind: 'wall', variety: '', shape: 'circle', x: 0.5, y: 1.5, radius: 0.5 })
  assert.ok(wide.shape === 'polygon' && high.shape === 'polygon')
  for (const [corners, x0, y0, x1, y1] of [
    [wide.points, 0, 3, 2, 4],
    [high.points, 3, 2, 4, 4],
  ] as const) {
    const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
    assert.deepEqual([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], [x0, y0, x1, y1])
    assert.equal(corners.length, 34)
  }
})

test('[M13] where chunks lie counts for the size of an infinite map, also of layers that are only looked at', () => {
  const chunk = (x: number, y: number, gid: number) => ({
    x,
    y,
    width: 2,
    height: 2,
    data: Array(4).fill(gid),
  })
  for (const [name, properties] of [
    ['ground', said({ solid: false })],
    ['decor', []],
  ] as const) {
    const layers = [
      { name, type: 'tilelayer', properties, chunks: [chunk(-2, -2, 1), chunk(2, 0, 1), chunk(40, 40, 0)] },
      { name: 'walls', type: 'tilelayer', chunks: [chunk(0, 0, 2)] },
      objectLayer('spawn', [{ id: 1, x: -16, y: -16, point: true }]),
    ]
    const map = parseMap(drawn({ infinite: true, layers }))
    assert.deepEqual([map.width, map.height], [6, 4])
    assert.deepEqual(map.solids, [box(2, 0, 4, 2)])
    assert.deepEqual(map.spawns, [{ x: 1, y: 3 }])
  }
})
