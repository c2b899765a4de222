import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyMap, type WorldMap, worldMap } from '../geometry/index.ts'
import { MapShelf } from './map-shelf.ts'

/** A map with a wall at so many metres. */
function walled(at: number): WorldMap {
  const box = { shape: 'box', x0: at, y0: 0, x1: at + 1, y1: 20, kind: 'wall', variety: '' } as const
  return worldMap({ width: 64, height: 64, properties: {}, solids: [box], objects: [] })
}

test('worlds that have maps of their own keep their pieces, however many change; each keeps its two newest', () => {
  const shelf = new MapShelf()
  const home = {}
  const house = emptyMap(64, 64)
  const shared = shelf.hashOf(home, house)
  const rooms = Array.from({ length: 5 }, () => ({}))
  for (const room of rooms) assert.equal(shelf.hashOf(room, house), shared)
  const own = rooms.map((room, at) => shelf.hashOf(room, walled(at)))
  assert.equal(new Set(own).size, 5)
  for (const hash of [shared, ...own]) {
    assert.ok(shelf.find(hash))
    assert.ok(shelf.piecesOf(hash).length > 0)
  }
  const [room] = rooms
  const next = [10, 11].map((at) => shelf.hashOf(room, walled(at)))
  assert.equal(shelf.find(own[0]), undefined, 'the third newest is gone')
  assert.ok(shelf.find(next[0]) && shelf.find(next[1]) && shelf.find(own[1]))
  for (const one of rooms) shelf.release(one)
  assert.equal(shelf.find(next[1]), undefined)
  assert.deepEqual(shelf.piecesOf(own[1]), [])
  assert.ok(shelf.find(shared), 'the home has it still')
})
