import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Grid } from './grid.ts'

const grid = new Grid({ width: 96, height: 64, cellSize: 32 })

test('cells are numbered row by row from the south-west', () => {
  assert.deepEqual([grid.columns, grid.rows, grid.cells], [3, 2, 6])
  assert.equal(grid.cellAt(0, 0), 0)
  assert.equal(grid.cellAt(95.9, 0), 2)
  assert.equal(grid.cellAt(0, 63.9), 3)
  assert.equal(grid.cellAt(95.9, 63.9), 5)
})

test('a border belongs to the cell in the east and in the north of it', () => {
  assert.equal(grid.cellAt(31.999, 31.999), 0)
  assert.equal(grid.cellAt(32, 31.999), 1)
  assert.equal(grid.cellAt(31.999, 32), 3)
})

test('what lies outside counts to the nearest cell', () => {
  assert.equal(grid.cellAt(-5, -5), 0)
  assert.equal(grid.cellAt(500, 500), 5)
  assert.equal(grid.column(96), 2)
  assert.equal(grid.row(64), 1)
})

test('the distance to a cell is 0 within it, straight beside it and slanted at its corners', () => {
  assert.equal(grid.distanceTo(0, 5, 5), 0)
  assert.equal(grid.distanceTo(0, 32, 32), 0)
  assert.equal(grid.distanceTo(0, 42, 5), 10)
  assert.equal(grid.distanceTo(4, 40, 20), 12)
  assert.equal(grid.distanceTo(0, 35, 36), 5)
})
