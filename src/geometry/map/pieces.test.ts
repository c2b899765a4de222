import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomMap, walk } from '../../../test/browser/steps.ts'
import { parseMap } from '../tiled/parse-map.ts'
import { readPiece } from './piece-reading.ts'
import { assembleMap, cutMap, INDEX, missingPieces } from './pieces.ts'
import type { WorldMap } from './world-map.ts'

const town = parseMap(
  JSON.parse(readFileSync(new URL('../../../demo/map/town.tmj', import.meta.url), 'utf8')),
)

test('[M16] a map put together from its pieces is cut into the same bytes, and moves bodies to the same bits', () => {
  for (const map of [town, randomMap(1), randomMap(2)]) {
    const { files, hash } = cutMap(map)
    const again = assembled(files)
    assert.equal(cutMap(again).hash, hash)
    assert.deepEqual([...cutMap(again).files.keys()], [...files.keys()])
    assert.deepEqual([again.width, again.height, again.properties], [map.width, map.height, map.properties])
    assert.deepEqual(sorted(again.solids), sorted(map.solids))
    assert.deepEqual(sorted(again.objects), sorted(map.objects))
    assert.equal(walk(again, { seed: 5, steps: 20_000 }), walk(map, { seed: 5, steps: 20_000 }))
  }
})

test('[M16] which tile an object shows goes with it, and nonsense is refused', () => {
  const crate = { id: 5, x: 8, y: 8, width: 8, height: 8, gid: 0xa000_0001, rotation: 30 }
  const set = { firstgid: 1, name: 'props', tilewidth: 8, tileheight: 8, tilecount: 1 }
  const map = parseMap({
    ...{ orientation: 'orthogonal', width: 8, height: 8, tilewidth: 8, tileheight: 8, tilesets: [set] },
    layers: [{ name: 'things', type: 'objectgroup', objects: [crate] }],
  })
  const { files } = cutMap(map)
  assert.deepEqual(assembled(files).objects, map.objects)
  assert.equal(map.objects[0].tile?.isMirroredX, true)
  const piece = new TextDecoder().decode(files.get('0-0.json'))
  assert.match(piece, /"tile":\["props",0,5,30\]/)
  for (const tile of [
    ...['null', '["props",0,5]', '[1,0,5,30]', '["props",-1,5,30]'],
    ...['["props",0,8,30]', '["props",0,5,"30"]'],
  ]) {
    const into = { layers: ['things'], solids: [], byLayer: [[]] }
    const bytes = new TextEncoder().encode(piece.replace(/"tile":\[[^\]]*\]/, `"tile":${tile}`))
    assert.equal(readPiece(bytes, into), 'holds no object at index 0', tile)
  }
})

test('[M16] one house more is one piece and the index more', () => {
  const { files } = cutMap(town)
  const house = { kind: 'wall', variety: '', shape: 'box', x0: 100, y0: 200, x1: 103, y1: 204 } as const
  const built = cutMap({ ...town, solids: [...town.solids.slice(0, 500), house, ...town.solids.slice(500)] })
  const index = built.files.get(INDEX) as Uint8Array
  assert.deepEqual(missingPieces(index, files), ['1-3.json'])
  assert.deepEqual(missingPieces(index, built.files), [])
  const mended = new Map([
    ...files,
    ...['1-3.json', INDEX].map((name) => [name, built.files.get(name)!] as const),
  ])
  assert.equal(cutMap(assembled(mended)).hash, built.hash)
  assert.ok((built.files.get('1-3.json')?.length ?? 0) < 20_000)
})

test('[M16] a missing, damaged or foreign piece is refused by name', () => {
  const { files } = cutMap(town)
  const without = new Map(files)
  without.delete('3-4.json')
  assert.deepEqual(assembleMap(without), { is: 'refused', reason: '3-4.json is missing.' })
  without.set('3-4.json', new Uint8Array([1]))
  assert.deepEqual(assembleMap(without), {
    is: 'refused',
    reason: '3-4.json is not the one that the index names.',
  })
  assert.deepEqual(assembleMap(new Map()), { is: 'refused', reason: 'index.json is missing.' })
  assert.deepEqual(missingPieces(new Uint8Array([1, 2]), files), [INDEX])
})

test('[M16] whatever the files hold, they are a map or they are refused', () => {
  const { files } = cutMap(randomMap(4))
  const names = [...files.keys()]
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), fc.nat({ max: 255 }), (name, where, byte) => {
      const bytes = Uint8Array.from(files.get(name)!)
      bytes[where % bytes.length] = byte
      const { is } = assembleMap(new Map([...files, [name, bytes]]))
      assert.ok(is === 'map' || is === 'refused')
    }),
    { numRuns: 300 },
  )
})

function assembled(files: ReadonlyMap<string, Uint8Array>): WorldMap {
  const told = assembleMap(files)
  assert.ok(told.is === 'map', told.is === 'refused' ? told.reason : '')
  return told.map
}

function sorted(things: readonly unknown[]): string[] {
  return things.map((thing) => JSON.stringify(thing)).sort()
}
