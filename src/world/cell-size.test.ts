import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integer, record } from '../wire/index.ts'
import { cellSizeOf, type MapSize } from './cell-size.ts'
import { entity } from './entity.ts'
import { defineGame } from './game.ts'
import { motion } from './position.ts'

test('cells are about as wide as players see where nobody says how many people there are', () => {
  assert.equal(cellSizeOf({ width: 288, height: 288 }, 1), 48)
  assert.equal(cellSizeOf({ width: 512, height: 256 }, 1), 64)
  assert.equal(cellSizeOf({ width: 512, height: 512, sight: 20 }, 1), 16)
  assert.equal(cellSizeOf({ width: 40, height: 40 }, 1), 40)
})

test('where people are many cells are smaller, and where they are few larger, within bounds', () => {
  const side = (width: number, people: number, sight = 48): number =>
    cellSizeOf({ width, height: width, people, sight }, 1)
  assert.deepEqual([side(288, 680), side(576, 400), side(192, 600), side(64, 200, 96)], [48, 96, 32, 64])
  assert.equal(side(4096, 10), 128)
  assert.equal(side(4096, 1_000_000), 32)
})

test('a cell that the game says is taken as it is, and one is never smaller than the fastest motion needs', () => {
  assert.equal(cellSizeOf({ width: 256, height: 256, cellSize: 8, people: 9 }, 32), 8)
  assert.equal(cellSizeOf({ width: 256, height: 256 }, 100), 128)
})

test('both sides of the map are whole numbers of cells, whatever they are', () => {
  for (const [width, height] of [
    [100, 300],
    [96, 36],
    [1000, 250],
    [13.5, 27],
    [4096, 4096],
  ]) {
    const side = cellSizeOf({ width, height }, 1)
    assert.ok(Number.isInteger(width / side) && Number.isInteger(height / side) && Number.isInteger(side * 4))
  }
})

function gameOn(map: MapSize, speedMax = 8) {
  return defineGame({
    name: 'cells',
    version: '1',
    map,
    player: 'walker',
    entities: { walker: entity({ position: motion({ tolerance: 0.01, speedMax }) }) },
    command: record({ east: integer({ min: -1, max: 1 }) }),
    step() {},
  })
}

test('a game without a cell size says which was chosen, and its description with it', () => {
  const game = gameOn({ width: 288, height: 288, people: 680 })
  assert.equal(game.map.cellSize, 48)
  assert.match(game.description, /288 x 288 m in cells of 48 m/)
  assert.equal(game.fingerprint, gameOn({ width: 288, height: 288, cellSize: 48 }).fingerprint)
  assert.equal(gameOn({ width: 1024, height: 1024 }, 400).map.cellSize, 128)
})

test('what no cell fits is refused with the fix', () => {
  const bad = (map: MapSize, message: RegExp): void =>
    assert.throws(() => gameOn(map), { code: 'world/bad-game', message })
  bad({ width: 100.1, height: 64 }, /no cell of a map of 100.1 x 64 m could be chosen/)
  bad({ width: 64, height: 64, people: 0 }, /map.people is 0/)
  bad({ width: 64, height: 64, sight: Number.NaN }, /map.sight is NaN/)
  bad({ width: 0, height: 64 }, /no cell of a map|each side has to be/)
})
