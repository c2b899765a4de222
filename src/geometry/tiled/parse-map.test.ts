import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OutsideError } from '../../core/index.ts'
import { emptyMap } from '../map/world-map.ts'
import { parseMap } from './parse-map.ts'

test('[M11] a map of Tiled becomes metres with north up', () => {
  const map = parseMap(
    tiled({
      walls: [{ id: 1, type: 'house', x: 80, y: 40, width: 16, height: 8 }],
      water: [{ id: 2, x: 8, y: 8, polygon: [corner(0, 0), corner(16, 0), corner(0, 32)] }],
      trees: [{ id: 3, type: 'oak', ellipse: true, x: 160, y: 160, width: 24, height: 24 }],
      spawn: [{ id: 4, point: true, x: 200, y: 56 }],
      decor: [
        { id: 5, type: 'path', name: 'High Street', x: 0, y: 0, polyline: [corner(0, 8), corner(16, 8)] },
        { id: 6, type: 'roof', x: 80, y: 40, width: 16, height: 8, properties: [{ name: 'tint', value: 3 }] },
      ],
    }),
  )
  assert.deepEqual([map.width, map.height], [64, 32])
  assert.deepEqual(map.solids, [
    { kind: 'wall', variety: 'house', shape: 'box', x0: 10, y0: 26, x1: 12, y1: 27 },
    { kind: 'water', variety: '', shape: 'polygon', points: [corner(1, 31), corner(3, 31), corner(1, 27)] },
    { kind: 'tree', variety: 'oak', shape: 'circle', x: 21.5, y: 10.5, radius: 1.5 },
  ])
  assert.deepEqual(map.spawns, [{ x: 25, y: 25 }])
  assert.deepEqual(map.decor[0].points, [corner(0, 31), corner(2, 31)])
  assert.equal(map.decor[0].name, 'High Street')
  const { kind, shape, x, y, width, height, properties } = map.decor[1]
  assert.deepEqual([kind, shape, x, y, width, height], ['roof', 'box', 10, 26, 2, 1])
  assert.deepEqual(properties, { tint: 3 })
})

test('the map moves bodies as its solids say', () => {
  const map = parseMap(tiled({ walls: [{ id: 1, x: 0, y: 128, width: 512, height: 8 }] }))
  const body = { x: 10, y: 15 }
  for (let i = 0; i < 20; i++) map.slide(body, 0, 0.25, 0.5)
  assert.ok(body.y > 14.4 && body.y < 14.5 + 0.01)
  assert.equal(map.isFree(10, 15.5, 0.5), false)
  assert.equal(map.lineIsClear(10, 10, 10, 20), false)
})

test('pixelsPerMetre says how large a metre is drawn', () => {
  const properties = [{ name: 'pixelsPerMetre', type: 'int', value: 16 }]
  const map = parseMap({ ...tiled({ spawn: [{ id: 1, point: true, x: 32, y: 32 }] }), properties })
  assert.deepEqual([map.width, map.height, map.spawns[0].x, map.spawns[0].y], [32, 16, 2, 14])
})

test("[M12] objects in layers of other names are the game's", () => {
  const map = tiled({ notes: [{ id: 1, x: 'anything' }] })
  map.layers.push({ type: 'imagelayer', name: 'sky', objects: [] })
  assert.throws(() => parseMap(map), /layer 'notes', object 1 has "anything" for its x; it must be a number/)
  const notes = tiled({ notes: [{ id: 1, name: 'well', x: 8, y: 8 }] })
  assert.deepEqual(parseMap(notes).solids, [])
  assert.deepEqual(parseMap(notes).place('well'), corner(1, 31))
  assert.equal(parseMap(notes).objects[0].layer, 'notes')
})

test('[M12] what is turned stays as it looks: quarter turns give boxes, others polygons, and lines are walls', () => {
  const map = parseMap(
    tiled({
      walls: [
        { id: 1, x: 80, y: 80, width: 16, height: 8, rotation: 90 },
        { id: 2, x: 160, y: 80, width: 16, height: 8, rotation: 30 },
        { id: 3, x: 8, y: 8, polyline: [corner(0, 0), corner(8, 0)] },
        { id: 4, x: 240, y: 80, width: 16, height: 8, ellipse: true },
        { id: 5, x: 320, y: 80, width: 16, height: 16, ellipse: true, rotation: 180 },
      ],
    }),
  )
  const [quarter, slanted, line, oval, circle] = map.solids
  assert.deepEqual(quarter, { kind: 'wall', variety: '', shape: 'box', x0: 9, y0: 20, x1: 10, y1: 22 })
  assert.ok(slanted.shape === 'polygon')
  assert.deepEqual(slanted.points[0], corner(20, 22))
  assert.ok(Math.abs(slanted.points[1].x - (20 + 2 * Math.cos(Math.PI / 6))) < 1e-12)
  assert.ok(Math.abs(slanted.points[1].y - 21) < 1e-12, 'Tiled turns clockwise')
  assert.deepEqual(line, { kind: 'wall', variety: '', shape: 'line', points: [corner(1, 31), corner(2, 31)] })
  assert.equal(map.isFree(1.5, 31, 0.1), false)
  assert.ok(oval.shape === 'polygon' && oval.points.length === 32)
  assert.deepEqual(circle, { kind: 'wall', variety: '', shape: 'circle', x: 39, y: 23, radius: 1 })
})

test('[M12] layers in groups are moved by the offsets of all of them, and a layer can say that it is solid', () => {
  const layer = {
    name: 'huts',
    type: 'objectgroup',
    offsetx: 8,
    objects: [box],
    properties: [{ name: 'solid', type: 'string', value: 'water' }],
  }
  const inner = { type: 'group', name: 'inner', offsety: -8, layers: [layer] }
  const map = parseMap({
    ...tiled({}),
    layers: [{ type: 'group', name: 'outer', offsetx: 16, layers: [inner] }],
  })
  assert.deepEqual(map.solids, [{ kind: 'water', variety: '', shape: 'box', x0: 4, y0: 31, x1: 5, y1: 32 }])
})

test('an empty map has no solids and a border', () => {
  const map = emptyMap(16, 8)
  assert.equal(map.isFree(1, 1, 1), true)
  assert.equal(map.isFree(1, 7.5, 1), false)
})

const box = { id: 17, x: 8, y: 8, width: 8, height: 8 }
for (const [sentence, map] of [
  [
    "town.tmj: layer 'walls', object 17 has a width of -3; it must not be negative",
    tiled({ walls: [{ ...box, width: -3 }] }),
  ],
  [
    "town.tmj: layer 'walls', object 17 has a height of 0; a solid needs a size",
    tiled({ walls: [{ ...box, height: 0 }] }),
  ],
  [
    "town.tmj: layer 'walls', object 17 has nothing for its x; it must be a number",
    tiled({ walls: [{ ...box, x: undefined }] }),
  ],
  [
    'town.tmj: layer \'walls\', object 17 has "8" for its y; it must be a number',
    tiled({ walls: [{ ...box, y: '8' }] }),
  ],
  [
    "town.tmj: layer 'walls', object 17 comes from a template; detach it in Tiled (Object, Detach)",
    tiled({ walls: [{ ...box, template: 'wall.tx' }] }),
  ],
  [
    "town.tmj: layer 'walls', object 17 is a polygon whose sides cross; draw it as two",
    tiled({ walls: [{ ...box, polygon: [corner(0, 0), corner(8, 8), corner(8, 0), corner(0, 8)] }] }),
  ],
  [
    "town.tmj: layer 'huts' has \"stone\" for its property 'solid'; it is true, false, wall, water or tree",
    { ...tiled({}), layers: [{ name: 'huts', properties: [{ name: 'solid', value: 'stone' }] }] },
  ],
  [
    "town.tmj: layer 'portals', object 17 has no text for its property 'place'; a portal leads to a place of a map",
    tiled({ portals: [{ ...box, properties: [{ name: 'map', value: 'cave' }] }] }),
  ],
  [
    "town.tmj: layer 'portals', object 17 is a point; a portal is an area",
    tiled({ portals: [{ id: 17, x: 8, y: 8, point: true }] }),
  ],
  [
    "town.tmj: layer 'walls', object 17 has the number 3, which is in none of the map's tilesets; save the map again",
    tiled({ walls: [{ ...box, gid: 3 }] }),
  ],
  ["town.tmj: layer 'walls', object at index 1 is not an object", tiled({ walls: [box, null] })],
  [
    "town.tmj: layer 'spawn', object 17 is a tile; draw a rectangle, an ellipse, a polygon or a point",
    tiled({ spawn: [{ ...box, gid: 3 }] }),
  ],
  [
    "town.tmj: layer 'trees', object 17 is a point; a solid needs a size",
    tiled({ trees: [{ id: 17, x: 8, y: 8, point: true }] }),
  ],
  [
    "town.tmj: layer 'water', object 17 is a polygon of 2 corners; it needs three or more",
    tiled({ water: [{ id: 17, x: 8, y: 8, polygon: [corner(0, 0), corner(8, 0)] }] }),
  ],
  [
    "town.tmj: layer 'water', object 17 has a corner without numbers x and y",
    tiled({ water: [{ id: 17, x: 8, y: 8, polygon: [corner(0, 0), { x: 1 }, 3] }] }),
  ],
  [
    "town.tmj: layer 'water', object 17 is a line of 1 points; it needs two or more",
    tiled({ water: [{ id: 17, x: 8, y: 8, polyline: [corner(0, 0)] }] }),
  ],
  ["town.tmj: layer 'spawn', object 17 is a box; a spawn is a point", tiled({ spawn: [box] })],
  [
    "town.tmj: layer 'spawn', object 17 lies outside the map, at -1 m, 31 m",
    tiled({ spawn: [{ id: 17, point: true, x: -8, y: 8 }] }),
  ],
  [
    "town.tmj: layer 'spawn', point 1 of 1 lies inside a solid; move it to free ground",
    tiled({ walls: [box], spawn: [{ id: 18, point: true, x: 12, y: 12 }] }),
  ],
  [
    'town.tmj: layer \'spawn\' is of type "tilelayer"; it must be an object layer',
    { ...tiled({}), layers: [{ name: 'spawn', type: 'tilelayer' }] },
  ],
  ['town.tmj: the map is not one JSON object; save it as .tmj with Tiled', []],
  [
    'town.tmj: the map has no orientation, so it is none of Tiled; save it as .tmj with Tiled',
    { ...tiled({}), orientation: undefined },
  ],
  ['town.tmj is a template of Tiled and no map; name the map that uses it', { type: 'template', object: {} }],
  ['town.tmj is a tileset of Tiled and no map; name the map that uses it', { type: 'tileset', tiles: [] }],

  [
    'town.tmj: the map is "isometric"; only orthogonal maps are read',
    { ...tiled({}), orientation: 'isometric' },
  ],
  [
    'town.tmj: the map is infinite and has no tiles, so it has no size; switch that off in the map properties',
    { ...tiled({}), infinite: true },
  ],
  ['town.tmj: the map has a width of 0; it must be an integer from 1 to 65536', { ...tiled({}), width: 0 }],
  [
    'town.tmj: the map has a pixelsPerMetre of 1.5; it must be a positive integer',
    { ...tiled({}), properties: [{ name: 'pixelsPerMetre', value: 1.5 }] },
  ],
  ['town.tmj: the map has no list of layers', { ...tiled({}), layers: {} }],
] as const) {
  test(`[M15] a broken map is refused in one sentence: ${sentence}`, () => {
    assert.throws(() => parseMap(map, 'town.tmj'), new OutsideError(sentence))
  })
}

test('whatever JSON a file holds, it is a map or it is refused', () => {
  const anyObject = fc.dictionary(
    fc.constantFrom(
      'id',
      'x',
      'y',
      'width',
      'height',
      'polygon',
      'ellipse',
      'point',
      'rotation',
      'properties',
    ),
    fc.oneof(fc.jsonValue(), fc.integer(), fc.array(fc.record({ x: fc.integer(), y: fc.integer() }))),
  )
  const anyLayer = fc.record({
    name: fc.constantFrom('walls', 'water', 'trees', 'spawn', 'decor', 'toString'),
    type: fc.constantFrom('objectgroup', 'tilelayer'),
    objects: fc.oneof(fc.array(anyObject), fc.jsonValue()),
  })
  const anyMap = fc.oneof(
    fc.jsonValue(),
    fc.array(anyLayer).map((layers) => ({ ...tiled({}), layers })),
  )
  fc.assert(
    fc.property(anyMap, (json) => {
      try {
        assert.ok(parseMap(json).width > 0)
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error
      }
    }),
    { numRuns: 500 },
  )
})

/** Makes a map of 64 x 32 m with these object layers, at 8 pixels a metre. */
function tiled(layers: Record<string, unknown[]>) {
  return {
    orientation: 'orthogonal',
    infinite: false,
    width: 64,
    height: 32,
    tilewidth: 8,
    tileheight: 8,
    layers: Object.entries(layers).map(([name, objects]) => ({ name, type: 'objectgroup', objects })),
  }
}

function corner(x: number, y: number): { x: number; y: number } {
  return { x, y }
}
