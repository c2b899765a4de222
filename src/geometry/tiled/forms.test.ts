import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { OutsideError } from '../../core/index.ts'
import { box, drawn, grid, objectLayer, said, tileLayer } from './drawn.suite.ts'
import { parseMap } from './parse-map.ts'
import type { Decompress } from './tile-data.ts'

test('[M11] maps of Tiled 1.0 and 1.1, whose properties are records, keep scale and walls', () => {
  const map = drawn({
    version: 1,
    properties: { pixelsPerMetre: 16 },
    propertytypes: { pixelsPerMetre: 'int' },
    tilesets: [
      grid({
        tiles: {
          '1': { type: 'rock', objectgroup: { objects: [{ id: 1, x: 0, y: 8, width: 16, height: 8 }] } },
        },
        tileproperties: { '0': { solid: true }, '1': { solid: 'water' } },
        tilepropertytypes: { '0': { solid: 'bool' }, '1': { solid: 'string' } },
      }),
    ],
    layers: [
      tileLayer({ '1 1': 1, '2 2': 2 }),
      objectLayer('rocks', [{ id: 1, x: 0, y: 0, width: 16, height: 16 }], {
        properties: { solid: true },
        propertytypes: { solid: 'bool' },
      }),
    ],
  })
  const read = parseMap(map)
  assert.deepEqual([read.width, read.height], [4, 4])
  assert.deepEqual(read.solids, [box(0, 3, 1, 4), box(2, 1, 3, 1.5, 'water', 'rock'), box(1, 2, 2, 3)])
})

test('[M11] before Tiled 0.16 every property was a text', () => {
  const map = drawn({
    properties: { pixelsPerMetre: '16' },
    tilesets: [grid({ tileproperties: { '0': { solid: 'true' }, '1': { solid: 'false' } } })],
    layers: [tileLayer({ '1 1': 1, '2 2': 2 }, { properties: { solid: 'true' } })],
  })
  assert.deepEqual(parseMap(map).solids, [box(1, 2, 2, 3)])
})

test('[M12] a class is called `type` or `class`, as the version has it', () => {
  for (const words of [
    { type: 'oak' },
    { class: 'oak' },
    { type: '', class: 'oak' },
    { type: 'oak', class: '' },
  ]) {
    const tile = { id: 0, ...words, properties: said({ solid: true }) }
    const map = drawn({
      tilesets: [grid({ tiles: [tile] })],
      layers: [
        tileLayer({ '1 1': 1 }),
        objectLayer('walls', [{ id: 1, x: 0, y: 0, width: 16, height: 16, ...words }]),
      ],
    })
    assert.deepEqual(
      parseMap(map).solids.map(({ variety }) => variety),
      ['oak', 'oak'],
    )
  }
})

const tmx = (layers: string, map = 'width="4" height="4"') => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE map SYSTEM "http://mapeditor.org/dtd/1.0/map.dtd">
<map version="1.8" orientation="orthogonal" ${map} tilewidth="16" tileheight="16">
 <properties><property name="pixelsPerMetre" type="int" value="16"/><property name="tale">Once
upon &lt;a&gt; time</property></properties>
 <tileset firstgid="1" name="grid" tilewidth="16" tileheight="16" tilecount="4" columns="4">
  <tileoffset x="0" y="0"/>
  <image source="g.png" width="64" height="16"/>
  <tile id="0"><properties><property name="solid" type="bool" value="true"/></properties></tile>
  <tile id="1" class="slab"><objectgroup draworder="index"><properties/><object id="1" x="0" y="8" width="16" height="8"/></objectgroup></tile>
 </tileset>
 <tileset firstgid="10" name="props" tilewidth="32" tileheight="32" tilecount="1" columns="0" objectalignment="topleft">
  <tile id="5" type="tree"><properties><property name="solid" value="tree"/></properties><image width="32" height="16" source="t.png"/></tile>
 </tileset>
 ${layers}
</map>`
const numbers = [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]
const bytes = Buffer.from(Uint32Array.from(numbers).buffer)
const layerOf = (data: string) => ` <layer id="1" name="ground" width="4" height="4">${data}</layer>`
const decompress: Decompress = (compression, packed, maxOutputLength) =>
  compression === 'zlib' ? inflateSync(packed, { maxOutputLength }) : gunzipSync(packed, { maxOutputLength })

for (const [name, data] of [
  ['CSV', `<data encoding="csv">\n${numbers.slice(0, 8).join(',')},\n${numbers.slice(8).join(',')}\n</data>`],
  ['XML', `<data>${numbers.map((gid) => (gid === 0 ? '<tile/>' : `<tile gid="${gid}"/>`)).join('')}</data>`],
  ['base64', `<data encoding="base64">\n  ${bytes.toString('base64')}\n </data>`],
  ['zlib', `<data encoding="base64" compression="zlib">${deflateSync(bytes).toString('base64')}</data>`],
  ['gzip', `<data encoding="base64" compression="gzip">${gzipSync(bytes).toString('base64')}</data>`],
] as const)
  test(`[M11] a .tmx is read as a .tmj, tiles as ${name}`, () => {
    const map = parseMap(tmx(layerOf(data)), 'town.tmx', { decompress })
    assert.deepEqual(map.solids, [box(2, 2, 3, 2.5, 'wall', 'slab'), box(1, 2, 2, 3)])
    assert.deepEqual(map.properties, { pixelsPerMetre: 16, tale: 'Once\nupon <a> time' })
  })

test('[M11] a .tmx has chunks, groups, offsets, objects of every shape and pictures', () => {
  const map = parseMap(
    tmx(
      `<group name="all" offsetx="16"><layer name="ground"><data encoding="csv">
        <chunk x="-2" y="0" width="2" height="1">1,1</chunk><chunk x="0" y="0" width="6" height="4">${'0,'.repeat(23)}1</chunk>
       </data></layer>
       <objectgroup name="things">
        <object id="1" name="lime" gid="15" x="0" y="0" width="32" height="16"/>
        <object id="2" name="sign" x="16" y="16" width="8" height="8"><text wrap="1">Hello</text></object>
        <object id="3" name="gate" x="0" y="0"><polyline points="0,0 16,16"/></object>
       </objectgroup></group>
       <objectgroup name="walls" visible="0">
        <object id="4" x="0" y="48" width="16" height="16"><ellipse/></object>
        <object id="5" x="32" y="48"><polygon points="0,0 16,0 0,16"/></object>
       </objectgroup>
       <objectgroup name="spawn"><object id="6" x="64" y="32"><point/></object></objectgroup>
       <imagelayer name="sky"><image source="sky.png" width="1" height="1"/></imagelayer>`,
      'width="1" height="1" infinite="1"',
    ),
    'town.tmx',
  )
  assert.deepEqual([map.width, map.height], [8, 4])
  assert.deepEqual(map.spawns, [{ x: 6, y: 2 }])
  assert.deepEqual(map.solids, [
    box(3, 3, 5, 4, 'tree', 'tree'),
    { kind: 'wall', variety: '', shape: 'circle', x: 2.5, y: 0.5, radius: 0.5 },
    {
      ...{ kind: 'wall', variety: '', shape: 'polygon' },
      points: [
        { x: 4, y: 1 },
        { x: 5, y: 1 },
        { x: 4, y: 0 },
      ],
    },
    box(1, 3, 3, 4),
    box(8, 0, 9, 1),
  ])
  assert.deepEqual(map.place('lime'), { x: 4, y: 3.5 })
  assert.deepEqual(map.objects.find(({ name }) => name === 'gate')?.points, [
    { x: 3, y: 4 },
    { x: 4, y: 3 },
  ])
})

test('[M11] a mark of the byte order before a file is passed over', () => {
  assert.equal(parseMap(`\uFEFF${JSON.stringify(drawn())}`).width, 4)
  assert.equal(parseMap(`\uFEFF${tmx('')}`).width, 4)
})

for (const [sentence, text] of [
  [
    'layer \'walls\', object 3 has "here" for its x; it must be a number',
    tmx('<objectgroup name="walls"><object id="3" x="here" y="0"/></objectgroup>'),
  ],
  ['the map begins with <tileset>; a .tmx begins with <map>', '<tileset/>'],
  ['the map does not close <map>', '<map orientation="orthogonal">'],
  ['the map is no XML at character 0', '<!DOCTYPE map [<!ENTITY a "b">]><map/>'],
  ['the map is "hexagonal"; only orthogonal maps are read', '<map orientation="hexagonal"/>'],
  [
    'the map has a width of "wide"; it must be an integer from 1 to 65536',
    tmx('', 'width="wide" height="4"'),
  ],
  ["layer 'ground' has 3 tiles; its size says 16", tmx(layerOf('<data encoding="csv">1,2,3</data>'))],
  [
    "layer 'ground' has x for its tile at index 1; it must be a whole number below 2^32",
    tmx(layerOf(`<data encoding="csv">1,x${',0'.repeat(14)}</data>`)),
  ],
  [
    "layer 'ground' is encoded as rot13; save it as CSV or base64",
    tmx(layerOf('<data encoding="rot13">a</data>')),
  ],
  [
    "layer 'ground' has no tiles; save the map again with Tiled, with CSV or base64 for its layer format",
    tmx(layerOf('')),
  ],
] as const)
  test(`[M15] a broken .tmx is refused in one sentence: ${sentence}`, () => {
    assert.throws(() => parseMap(text, 'town.tmx'), new OutsideError(`town.tmx: ${sentence}`))
  })
