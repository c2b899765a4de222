/** `shardless map`, as a map's maker runs it, and the same sentences where the map is loaded. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { OutsideError } from '../../src/core/index.ts'
import { loadMap } from '../../src/server/index.node.ts'
import { runShardless } from './shardless.ts'

const head = {
  ...{ type: 'map', orientation: 'orthogonal', width: 4, height: 4, tilewidth: 8, tileheight: 8 },
}
const rock = { id: 1, x: 0, y: 0, width: 8, height: 16, type: 'rock & <roll>' }
const ground = { name: 'ground', type: 'tilelayer', width: 4, height: 4, data: Array(16).fill(0) }

test('what is solid on a map, and what was passed over, is told and drawn', async (t) => {
  const folder = newFolder(t)
  const [file, svg] = [join(folder, 'town.tmj'), join(folder, 'town.svg')]
  const pond = { id: 2, x: 16, y: 16, width: 8, height: 8, ellipse: true }
  const label = { id: 3, x: 0, y: 0, width: 8, height: 8, text: { text: 'Town' } }
  const layers = [
    ground,
    { name: 'walls', type: 'objectgroup', objects: [rock, label] },
    { name: 'water', type: 'objectgroup', objects: [pond] },
    { name: 'spawn', type: 'objectgroup', objects: [{ id: 4, x: 28, y: 28, point: true }] },
    { name: 'sky', type: 'imagelayer', image: 'sky.png' },
  ]
  writeFileSync(file, JSON.stringify({ ...head, layers }))
  const { code, said } = await runShardless('map', file, '--svg', svg)
  const told = "town.tmj: layer 'walls', object 3 is a text and stands in nobody's way."
  assert.equal(
    said,
    `map         town.tmj
size        4 x 4 m
solids      1 wall, 1 water, 0 trees
spawns      1
portals     0
objects     2
layer       'ground': tiles, solid where a tile is
layer       'walls': 1 object, wall; 1 solid
layer       'water': 0 objects, water; 1 solid
layer       'spawn': 1 object, spawn
layer       'sky': pictures, only to be looked at
passed over ${told}
`,
  )
  assert.equal(code, 0)
  const picture = readFileSync(svg, 'utf8')
  assert.match(
    picture,
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="64" height="64" viewBox="0 0 4 4">/,
  )
  assert.match(
    picture,
    /<g id="wall"[^>]*>\n<rect x="0" y="2" width="1" height="2"><title>rock &amp; &lt;roll&gt;<\/title><\/rect>\n<\/g>/,
  )
  assert.match(picture, /<g id="water"[^>]*>\n<circle cx="2.5" cy="1.5" r="0.5"\/>\n<\/g>/)
  assert.match(picture, /<circle cx="3.5" cy="0.5" r="0.3"\/>/)
  const heard: string[] = []
  loadMap(file, { tell: (sentence) => heard.push(sentence) })
  assert.deepEqual(heard, [told])
})

test('a map that cannot be read, or drawn, is one sentence and no stack', async (t) => {
  const folder = newFolder(t)
  const file = join(folder, 'town.tmx')
  writeFileSync(file, '<map orientation="isometric"/>')
  const refused = await runShardless('map', file)
  assert.deepEqual(refused, {
    code: 1,
    said: 'town.tmx: the map is "isometric"; only orthogonal maps are read\n',
  })
  writeFileSync(file, '<map orientation="orthogonal" width="1" height="1" tilewidth="8" tileheight="8"/>')
  const { code, said } = await runShardless('map', file, '--svg', join(folder, 'none', 'town.svg'))
  assert.equal(code, 1)
  assert.match(said, /\npassed over town\.tmx: the map has nothing solid on it: /)
  assert.match(said, /\nThe picture \S+ cannot be written: ENOENT\.\n$/)
})

test('[M14] tilesets and templates lie where the map and the template say, and only what is called so is opened', (t) => {
  const folder = newFolder(t)
  for (const name of ['maps', 'sets']) mkdirSync(join(folder, name))
  const file = join(folder, 'maps', 'town.tmj')
  const properties = [{ name: 'solid', type: 'bool', value: true }]
  const set = { name: 'props', tilewidth: 8, tileheight: 8, tilecount: 1, tiles: [{ id: 0, properties }] }
  writeFileSync(join(folder, 'sets', 'props.tsj'), JSON.stringify(set))
  const template = { object: { gid: 1, width: 8, height: 8 }, tileset: { firstgid: 1, source: 'props.tsj' } }
  writeFileSync(join(folder, 'sets', 'crate.tj'), JSON.stringify(template))
  const object = { id: 1, x: 8, y: 8, template: '../sets/crate.tj' }
  const withObject = (parts: object) => {
    const things = { name: 'things', type: 'objectgroup', objects: [{ ...object, ...parts }] }
    writeFileSync(file, JSON.stringify({ ...head, layers: [things] }))
    return () => loadMap(file)
  }
  assert.deepEqual(withObject({})().solids, [
    { kind: 'wall', variety: '', shape: 'box', x0: 1, y0: 3, x1: 2, y1: 4 },
  ])
  writeFileSync(join(folder, 'secret.txt'), 'a secret')
  for (const [template, sentence] of [
    [
      '../sets/gone.tj',
      'comes from the template ../sets/gone.tj, which cannot be read: there is no such file',
    ],
    [
      '../secret.txt',
      'comes from the template ../secret.txt, which cannot be read: tilesets end in .tsj or .tsx, templates in .tj or .tx',
    ],
  ])
    assert.throws(
      withObject({ template }),
      new OutsideError(`town.tmj: layer 'things', object 1 ${sentence}`),
    )
  mkdirSync(join(folder, 'sets', 'folder.tj'))
  assert.throws(
    withObject({ template: '../sets/folder.tj' }),
    new OutsideError(
      "town.tmj: layer 'things', object 1 comes from the template ../sets/folder.tj, which cannot be read: it is no file",
    ),
  )
})

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'map-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
