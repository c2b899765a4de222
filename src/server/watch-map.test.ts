import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { OutsideError } from '../core/index.ts'
import { loadMap } from './load-map.node.ts'
import { MapWatcher } from './watch-map.node.ts'

test('[M18] a map that was written is read again; a broken one is told of, and the old one stays', async (t) => {
  const folder = newFolder(t)
  const file = join(folder, 'town.tmj')
  const tileset = join(folder, 'ground.tsj')
  writeFileSync(tileset, JSON.stringify(ground(true)))
  writeFileSync(file, JSON.stringify(tiled({})))
  const told: string[] = []
  let wake = (): void => {}
  const tell = (what: string): void => {
    told.push(what)
    wake()
  }
  const watcher = new MapWatcher(file, {
    quietMs: 20,
    changed: (map) => tell(`${map.solids.length} solids`),
    refused: tell,
  })
  t.after(() => watcher.close())
  const next = async (work: () => void): Promise<string | undefined> => {
    const heard = new Promise<void>((resolve) => {
      wake = resolve
    })
    work()
    await heard
    return told.at(-1)
  }
  assert.equal(await next(() => writeFileSync(tileset, JSON.stringify(ground(false)))), '0 solids')
  assert.equal(
    await next(() => writeFileSync(file, '{"layers":')),
    `The map ${file} is not JSON: Unexpected end of JSON input.`,
  )
  // As editors do: a new file is put in the place of the old one.
  const saved = (map: object) => () => {
    writeFileSync(`${file}.new`, JSON.stringify(map))
    renameSync(`${file}.new`, file)
  }
  assert.equal(
    await next(saved(tiled({ width: 0 }))),
    'town.tmj: the map has a width of 0; it must be an integer from 1 to 65536',
  )
  const wall = { name: 'walls', type: 'objectgroup', objects: [{ id: 1, x: 0, y: 0, width: 8, height: 8 }] }
  assert.equal(await next(saved(tiled({ layers: [wall] }))), '1 solids')
})

test('[M13] tiles that are compressed by gzip or zstd are read from a file', (t) => {
  const file = join(newFolder(t), 'town.tmj')
  const bytes = Buffer.from(Uint32Array.from([1, 1, 0, 1]).buffer)
  for (const [compression, packed] of [
    ['gzip', gzipSync(bytes)],
    ['zstd', zstdCompressSync(bytes)],
  ] as const) {
    const layer = { name: 'walls', type: 'tilelayer', width: 2, height: 2, encoding: 'base64', compression }
    const layers = [{ ...layer, data: packed.toString('base64') }]
    const tilesets = [{ firstgid: 1, ...ground(true) }]
    writeFileSync(file, JSON.stringify(tiled({ layers, tilesets })))
    assert.equal(loadMap(file).solids.length, 2)
  }
})

test('a map that is not there is one sentence', () => {
  assert.throws(
    () => loadMap('/nowhere/town.tmj'),
    new OutsideError('The map /nowhere/town.tmj cannot be read: ENOENT.'),
  )
})

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'map-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function ground(solid: boolean): object {
  const tiles = [{ id: 0, properties: [{ name: 'solid', value: solid }] }]
  return { name: 'ground', tilewidth: 8, tileheight: 8, tilecount: 1, tiles }
}

function tiled(extra: object): object {
  const layer = { name: 'ground', type: 'tilelayer', width: 2, height: 1, data: [1, 0] }
  const shape = { orientation: 'orthogonal', width: 2, height: 2, tilewidth: 8, tileheight: 8 }
  return { ...shape, tilesets: [{ firstgid: 1, source: 'ground.tsj' }], layers: [layer], ...extra }
}
