import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Grid } from '../../geometry/index.ts'
import { Stage, Watcher } from '../stage.suite.ts'
import { Districts } from './districts.ts'

const grid = new Grid({ width: 20 * 32, height: 10 * 32, cellSize: 32 } as never)

/** Returns the range of the districts in which these cells lie. */
function around(...cells: readonly (readonly [column: number, row: number])[]) {
  const columns = cells.map(([column]) => column)
  const rows = cells.map(([, row]) => row)
  return Districts.around({
    ...{ west: Math.min(...columns), east: Math.max(...columns) },
    ...{ south: Math.min(...rows), north: Math.max(...rows) },
  })
}

test('a change is seen in its district and in no other', () => {
  const districts = new Districts(grid)
  districts.note(7 + 7 * 20, 5)
  assert.ok(districts.hasChangedSince(around([0, 0]), 4))
  assert.ok(!districts.hasChangedSince(around([0, 0]), 5))
  assert.ok(!districts.hasChangedSince(around([8, 7], [19, 9]), 0))
  districts.note(19 + 9 * 20, 6)
  assert.ok(districts.hasChangedSince(around([8, 7], [19, 9]), 5))
  assert.ok(!districts.hasChangedSince(Districts.none(), 0))
})

test('who changed is seen in their district, from that tick on', () => {
  const districts = new Districts(grid)
  districts.touch(districts.at(7 + 7 * 20), 5)
  assert.ok(districts.wasTouchedSince(around([0, 0]), 5))
  assert.ok(!districts.wasTouchedSince(around([0, 0]), 6))
  assert.ok(!districts.wasTouchedSince(around([8, 7], [19, 9]), 1))
  assert.ok(!districts.wasTouchedSince(Districts.none(), 1))
})

test('whoever comes to a cell that was empty is told of, in whichever district of a view', () => {
  for (const [x, y] of [
    [10, 10],
    [240, 10],
    [10, 240],
    [240, 240],
    [128, 128],
  ]) {
    const stage = new Stage()
    const watcher = new Watcher(stage.desk).at(128, 128, 200)
    stage.tick(watcher)
    stage.walker(x, y, { name: 'Ada' })
    stage.tick(watcher)
    assert.deepEqual(watcher.news(), ['Ada enters'])
  }
})
