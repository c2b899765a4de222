import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DistrictGrid } from './district-grid.ts'

const grid = new DistrictGrid({ width: 640, height: 320, cellSize: 32 }, 100)

test('a map is cut into districts of 8 x 8 cells, those at its far edges smaller', () => {
  assert.deepEqual([grid.columns, grid.rows, grid.size], [3, 2, 6])
  assert.equal(grid.cellsOf(100).length, 64)
  assert.equal(grid.cellsOf(105).length, 8)
  const all = [100, 101, 102, 103, 104, 105].flatMap((district) => grid.cellsOf(district))
  assert.equal(new Set(all).size, 200)
  for (const cell of grid.cellsOf(104)) assert.equal(grid.ofCell(cell), 104)
})

test('a place has a district, and a district its neighbours and its distance', () => {
  assert.equal(grid.at(0, 0), 100)
  assert.equal(grid.at(255.9, 255.9), 100)
  assert.equal(grid.at(256, 0), 101)
  assert.equal(grid.at(639, 319), 105)
  assert.deepEqual(grid.neighboursOf(100), [101, 103, 104])
  assert.deepEqual(grid.neighboursOf(104), [100, 101, 102, 103, 105])
  assert.equal(grid.distanceTo(101, 250, 10), 6)
  assert.equal(grid.distanceTo(101, 300, 10), 0)
})

test('districts that follow each other in blocks lie together: a quarter of the list is a quarter of the map', () => {
  const grid = new DistrictGrid({ width: 1024, height: 1024, cellSize: 32 }, 100)
  assert.deepEqual(
    grid
      .inBlocks()
      .slice(0, 8)
      .map((district) => district - 100),
    [0, 1, 4, 5, 2, 3, 6, 7],
  )
  const odd = new DistrictGrid({ width: 700, height: 300, cellSize: 32 })
  assert.deepEqual(
    [...odd.inBlocks()].sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5],
  )
})
