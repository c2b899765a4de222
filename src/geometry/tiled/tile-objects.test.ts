import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutsideError } from '../../core/index.ts'
import { box, drawn, grid, objectLayer, said, tileLayer } from './drawn.suite.ts'
import { parseMap, surveyMap } from './parse-map.ts'

const [right, down, over] = [0x8000_0000, 0x4000_0000, 0x2000_0000]
/**
 * A tileset whose tiles have a shape in their lower half: 0 is solid, 1 only has the shape, 2 is plain, 3 is a
 * tree.
 */
const lower = { objects: [{ id: 1, x: 0, y: 8, width: 16, height: 8 }] }
const tiles = [
  { id: 0, type: 'crate', properties: said({ solid: true, weight: 3 }), objectgroup: lower },
  { id: 1, objectgroup: lower },
  { id: 3, type: 'tree' },
]
const crate = { id: 5, x: 32, y: 32, width: 16, height: 16, gid: 1 }
const things = (objects: unknown[], parts: Record<string, unknown> = {}, name = 'things') =>
  drawn({
    tilesets: [grid({ tiles, ...(parts.set as object) })],
    layers: [objectLayer(name, objects, parts)],
  })

test('[M12] an object that is a tile is solid where itself, its tile, its layer or its class says so: by its shapes', () => {
  const half = (kind = 'wall', variety = '') => box(2, 2, 3, 2.5, kind, variety)
  assert.deepEqual(parseMap(things([{ ...crate, gid: 2 }])).solids, [])
  assert.deepEqual(parseMap(things([{ ...crate, gid: 2 }], {}, 'walls')).solids, [half()])
  assert.deepEqual(
    parseMap(things([{ ...crate, gid: 2 }], { properties: said({ solid: 'water' }) })).solids,
    [half('water')],
  )
  assert.deepEqual(parseMap(things([{ ...crate, gid: 2, properties: said({ solid: true }) }])).solids, [
    half(),
  ])
  assert.deepEqual(parseMap(things([{ ...crate, gid: 2, type: 'wall' }])).solids, [half('wall', 'wall')])
  // All of it, where its tile has no shapes.
  assert.deepEqual(parseMap(things([{ ...crate, gid: 4 }])).solids, [box(2, 2, 3, 3, 'tree', 'tree')])
  assert.deepEqual(parseMap(things([{ ...crate, gid: 3 }], {}, 'trees')).solids, [box(2, 2, 3, 3, 'tree')])
})

test('[M12] where only the tile itself says that it is solid, all of it is; its shapes where another says so', () => {
  const whole = box(2, 2, 3, 3, 'wall', 'crate')
  const half = box(2, 2, 3, 2.5, 'wall', 'crate')
  assert.deepEqual(parseMap(things([crate])).solids, [whole])
  assert.deepEqual(parseMap(things([{ ...crate, gid: 1 + right + down }])).solids, [whole])
  assert.deepEqual(parseMap(things([{ ...crate, width: 32, height: 8 }])).solids, [
    box(2, 2, 4, 2.5, 'wall', 'crate'),
  ])
  assert.deepEqual(parseMap(things([crate], {}, 'walls')).solids, [half])
  assert.deepEqual(parseMap(things([crate], { properties: said({ solid: true }) })).solids, [half])
  assert.deepEqual(parseMap(things([{ ...crate, type: 'wall' }])).solids, [box(2, 2, 3, 2.5, 'wall', 'wall')])
  assert.deepEqual(parseMap(things([{ ...crate, properties: said({ solid: true }) }])).solids, [half])
})

test('[M12] nor is it solid where one of them says that it is not, or where it is decor', () => {
  const no = said({ solid: false })
  assert.deepEqual(parseMap(things([{ ...crate, properties: no }])).solids, [])
  assert.deepEqual(parseMap(things([crate], { properties: no })).solids, [])
  assert.deepEqual(parseMap(things([crate], {}, 'decor')).solids, [])
  const set = { tiles: [{ id: 0, properties: no }] }
  assert.deepEqual(parseMap(things([crate], { set }, 'walls')).solids, [])
  assert.deepEqual(parseMap(things([{ ...crate, properties: said({ solid: true }) }], {}, 'decor')).solids, [
    box(2, 2, 3, 2.5, 'wall', 'crate'),
  ])
})

test('[M12] its number, mirrors and turn are told, and it has the class and the properties of its tile', () => {
  const object = {
    ...crate,
    gid: 1 + right + over,
    rotation: 90,
    properties: said({ weight: 4, open: false }),
  }
  const [read] = parseMap(things([object])).objects
  assert.equal(read.kind, 'crate')
  assert.deepEqual(read.properties, { solid: true, weight: 4, open: false })
  assert.deepEqual(read.tile, {
    ...{ tileset: 'grid', number: 0, rotation: 90 },
    ...{ isMirroredDiagonally: true, isMirroredX: true, isMirroredY: false },
  })
  assert.equal(parseMap(things([{ ...crate, type: 'box' }])).objects[0].kind, 'box')
  assert.equal(parseMap(things([{ id: 1, x: 0, y: 0, gid: 0 }])).objects[0].tile, undefined)
})

test('[M12] its shapes are mirrored, stretched and turned with it', () => {
  const solids = (object: object) => parseMap(things([{ ...crate, ...object }], {}, 'walls')).solids
  assert.deepEqual(solids({ gid: 1 + down }), [box(2, 2.5, 3, 3, 'wall', 'crate')])
  assert.deepEqual(solids({ gid: 1 + over }), [box(2.5, 2, 3, 3, 'wall', 'crate')])
  assert.deepEqual(solids({ gid: 1 + over + right }), [box(2, 2, 2.5, 3, 'wall', 'crate')])
  assert.deepEqual(solids({ width: 32, height: 8 }), [box(2, 2, 4, 2.25, 'wall', 'crate')])
  // Clockwise around its lower left corner.
  assert.deepEqual(solids({ rotation: 90 }), [box(2, 1, 2.5, 2, 'wall', 'crate')])
  const [slanted] = solids({ rotation: 45 })
  assert.ok(slanted.shape === 'polygon')
  assert.ok(Math.abs(slanted.points[3].x - 2) < 1e-12 && Math.abs(slanted.points[3].y - 2) < 1e-12)
})

test('[M12] where it hangs is as its tileset says (objectalignment)', () => {
  const places = {
    unspecified: [2, 2],
    topleft: [2, 1],
    top: [1.5, 1],
    topright: [1, 1],
    left: [2, 1.5],
    center: [1.5, 1.5],
    right: [1, 1.5],
    bottomleft: [2, 2],
    bottom: [1.5, 2],
    bottomright: [1, 2],
  }
  for (const [objectalignment, [x, y]] of Object.entries(places)) {
    const { solids, objects } = parseMap(things([{ ...crate, gid: 4 }], { set: { objectalignment } }))
    assert.deepEqual(solids, [box(x, y, x + 1, y + 1, 'tree', 'tree')], objectalignment)
    assert.deepEqual([objects[0].x, objects[0].y, objects[0].width, objects[0].height], [x, y, 1, 1])
  }
  const turned = parseMap(things([{ ...crate, gid: 4, rotation: 180 }], { set: { objectalignment: 'top' } }))
  assert.deepEqual(turned.solids, [box(1.5, 2, 2.5, 3, 'tree', 'tree')])
})

test('[M12] an object is moved by the offset of its tileset, stretched with it; old files leave out its size', () => {
  const set = { tileoffset: { x: 8, y: 4 } }
  assert.deepEqual(parseMap(things([{ ...crate, gid: 4, width: 32 }], { set })).solids, [
    box(3, 1.75, 5, 2.75, 'tree', 'tree'),
  ])
  assert.deepEqual(parseMap(things([{ id: 5, x: 32, y: 32, gid: 4 }])).solids, [
    box(2, 2, 3, 3, 'tree', 'tree'),
  ])
})

test('[M12] an object without a picture may be solid by its own property, and stays an object', () => {
  const rock = { id: 1, name: 'rock', x: 0, y: 0, width: 16, height: 16, properties: said({ solid: true }) }
  const map = parseMap(things([rock]))
  assert.deepEqual(map.solids, [box(0, 3, 1, 4)])
  assert.equal(map.objects.length, 1)
  const open = { ...rock, properties: said({ solid: false }) }
  assert.deepEqual(parseMap(things([open], {}, 'walls')).solids, [])
})

test('[M15] what cannot be solid is passed over and told of, once for each layer', () => {
  const objects = [
    { ...crate, gid: 2 },
    { ...crate, id: 6, gid: 2 },
    { ...crate, id: 7, gid: 77 },
    { id: 8, x: 0, y: 0, width: 16, height: 16, properties: said({ solid: 'very' }) },
    { id: 9, x: 0, y: 0, point: true, properties: said({ solid: true }) },
  ]
  const map = things(objects)
  map.layers.push(
    objectLayer('walls', [{ id: 10, x: 0, y: 0, width: 16, height: 16, text: { text: 'x' } }, crate]),
  )
  const { notes } = surveyMap(map, 'town.tmj')
  assert.deepEqual(notes, [
    "town.tmj: layer 'things', object 5 is a tile with collision shapes, but neither it, its tile nor its layer is solid: a property 'solid' says so; another there too.",
    "town.tmj: layer 'things', object 7 has the number 77, which is in none of the map's tilesets.",
    "town.tmj: layer 'things', object 8 has \"very\" for its property 'solid', which is none of true, false, wall, water and tree.",
    "town.tmj: layer 'things', object 9 is without a size and stands in nobody's way.",
    "town.tmj: layer 'walls', object 10 is a text and stands in nobody's way.",
  ])
})

const files: Record<string, string> = {
  'parts/lamp.tj': JSON.stringify({
    type: 'template',
    object: {
      ...{ id: 1, name: 'lamp', type: 'light', width: 16, height: 16, rotation: 90 },
      properties: said({ watts: 40, colour: 'white' }),
    },
  }),
  'parts/crate.tx': `<?xml version="1.0"?><template><tileset firstgid="1" source="../sets/grid.tsx"/>
    <object name="crate" gid="2147483649" width="16" height="16"><properties><property name="solid" type="bool" value="true"/></properties></object></template>`,
  'sets/grid.tsx': `<tileset name="far" tilewidth="16" tileheight="16" tilecount="4"><tile id="0" type="box"><objectgroup>
    <object id="1" template="../parts/half.tj" x="8" y="0"/></objectgroup></tile></tileset>`,
  'parts/half.tj': JSON.stringify({ object: { width: 8, height: 16 } }),
  'parts/none.tj': '{}',
  'parts/nested.tj': JSON.stringify({ object: { template: 'lamp.tj' } }),
  'parts/broken.tj': '{"object":',
}
const readFile = (path: string): string => {
  if (files[path] === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  return files[path]
}

test('[M14] an object may come from a template, .tj or .tx, whose tileset lies where the template says', () => {
  const lamps = [
    { id: 3, template: 'parts/lamp.tj', x: 32, y: 16 },
    {
      id: 4,
      template: 'parts/lamp.tj',
      x: 0,
      y: 0,
      rotation: 0,
      name: 'sun',
      type: 'star',
      width: 32,
      height: 32,
      ellipse: true,
      properties: said({ watts: 60 }),
    },
  ]
  const map = drawn({
    layers: [
      objectLayer('decor', lamps),
      objectLayer('things', [{ id: 5, template: 'parts/crate.tx', x: 0, y: 64 }]),
      objectLayer('walls', [{ id: 6, template: 'parts\\half.tj', x: 48, y: 48 }]),
    ],
  })
  const read = parseMap(map, 'town.tmj', { readFile })
  const [lamp, sun] = read.decor
  assert.deepEqual([lamp.id, lamp.name, lamp.kind, lamp.x, lamp.y], [3, 'lamp', 'light', 1, 2])
  assert.deepEqual(lamp.properties, { watts: 40, colour: 'white' })
  assert.deepEqual([sun.name, sun.kind, sun.shape, sun.width], ['sun', 'star', 'ellipse', 2])
  assert.deepEqual(sun.properties, { watts: 60, colour: 'white' })
  assert.deepEqual(read.solids, [box(0, 0, 0.5, 1, 'wall', 'box'), box(3, 0, 3.5, 1)])
  assert.equal(read.objects.find(({ id }) => id === 5)?.tile?.tileset, 'far')
})

for (const [sentence, template] of [
  [
    "town.tmj: layer 'walls', object 5 comes from the template parts/gone.tj, which cannot be read: there is no such file",
    'parts/gone.tj',
  ],
  [
    "town.tmj: layer 'walls', object 5 comes from the template parts/none.tj, which holds no object",
    'parts/none.tj',
  ],
  [
    "town.tmj: layer 'walls', object 5 comes from the template parts/nested.tj, which comes from another; detach one of them in Tiled",
    'parts/nested.tj',
  ],
  [
    "town.tmj: layer 'walls', object 5 comes from the template parts/broken.tj, which is not JSON: Unexpected end of JSON input",
    'parts/broken.tj',
  ],
  ["town.tmj: layer 'walls', object 5 has 3 for the path of its template; it must be a text", 3],
] as const)
  test(`[M15] a broken template is refused in one sentence: ${sentence}`, () => {
    const map = drawn({ layers: [objectLayer('walls', [{ id: 5, template, x: 0, y: 0 }])] })
    assert.throws(() => parseMap(map, 'town.tmj', { readFile }), new OutsideError(sentence))
  })

test('[M12] `decor` may be of any type, and so may what lies in a group of that name', () => {
  const inside = [
    tileLayer({ '1 1': 1 }, { name: 'leaves' }),
    objectLayer('lamps', [{ id: 1, x: 0, y: 0, width: 16, height: 16 }, crate]),
    tileLayer({ '2 2': 3 }, { name: 'walls' }),
  ]
  const map = drawn({
    tilesets: [grid({ tiles })],
    layers: [
      tileLayer({ '0 0': 1 }, { name: 'decor' }),
      { name: 'decor', type: 'imagelayer', image: 'sky.png' },
      { name: 'decor', type: 'group', layers: inside },
      { name: 'walls', type: 'group', layers: [tileLayer({ '3 3': 3 }, { name: 'stones' })] },
    ],
  })
  const read = parseMap(map)
  assert.deepEqual(read.solids, [box(2, 1, 3, 2), box(3, 0, 4, 1)])
  assert.deepEqual(
    read.decor.map(({ id }) => id),
    [1, 5],
  )
})
