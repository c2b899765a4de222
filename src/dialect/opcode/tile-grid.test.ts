import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STEPS, stepWay, wayTowards } from './compass.ts'
import { TileGrid } from './tile-grid.ts'

const ground = { column: 48, row: 608, columns: 41, rows: 41 }

test('[OP26] who is anchored stands in the middle of the ground; columns grow to the west, rows to the south', () => {
  const grid = new TileGrid(2, ground)
  grid.anchor({ x: 301, y: 77 })
  const at = (x: number, y: number) => [grid.column({ x, y }), grid.row({ x, y })]
  assert.deepEqual(at(301, 77), [68, 628])
  assert.deepEqual(at(301.9, 76), [68, 628])
  assert.deepEqual(at(302, 75.9), [67, 629])
  assert.deepEqual(grid.middle(68, 628), { x: 301, y: 77 })
  assert.deepEqual(grid.middle(67, 629), { x: 303, y: 75 })
})

test('[OP26] the ground ends 20 tiles from its middle', () => {
  const grid = new TileGrid(2, ground)
  grid.anchor({ x: 301, y: 77 })
  assert.equal(grid.isOnGround({ x: 301 + 40, y: 77 - 40 }), true)
  assert.equal(grid.isOnGround({ x: 301 + 42, y: 77 }), false)
  assert.equal(grid.isOnGround({ x: 301, y: 77 + 42 }), false)
})

test('[OP21] ways go from north over west, south and east', () => {
  const eighth = Math.PI / 4
  assert.deepEqual(
    [2, 3, 4, 5, 6, 7, 0, 1, 8, -2].map((eighths) => wayTowards(eighths * eighth)),
    [0, 1, 2, 3, 4, 5, 6, 7, 6, 4],
  )
  for (const [way, [columns, rows]] of STEPS.entries()) assert.equal(stepWay(columns, rows), way)
  assert.equal(stepWay(0, 0), undefined)
  assert.equal(stepWay(2, 0), undefined)
})
