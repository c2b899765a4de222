import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atan2, cos, sin } from '../../core/index.ts'
import { StateMeter } from '../replica/state-meter.ts'
import { Stage, Watcher } from '../stage.suite.ts'

/** Walks in many directions, `off` radians beside which the walker looks. @returns the bits of each facing told */
function bitsOfFacings(off: number): number[] {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk).at(128, 128, 60)
  const ada = stage.walker(128, 128)
  stage.tick(watcher)
  const meter = new StateMeter()
  watcher.replica.meter = meter
  meter.traced = ada.id
  for (let leg = 0; leg < 16; leg++) {
    const heading = (leg * 2.39996) % (2 * Math.PI)
    const [x, y] = [cos(heading) * 0.25, sin(heading) * 0.25]
    for (let tick = 0; tick < 6; tick++) {
      ada.position.x += x
      ada.position.y += y
      ada.facing = atan2(y, x) + off
      stage.tick(watcher)
      const shown = watcher.replica.present.get(ada.id)?.entity.facing as number
      const turned = (((shown - ada.facing) % (2 * Math.PI)) + 3 * Math.PI) % (2 * Math.PI)
      assert.ok(Math.abs(turned - Math.PI) <= Math.PI / 256 + 1e-9, `leg ${leg}: ${shown} for ${ada.facing}`)
    }
  }
  return meter.trace.filter(({ what }) => what === 'facing').map(({ bits }) => bits)
}

test('[T12] whoever looks where they walk is told of it by no bit when they turn, and by one elsewhere', () => {
  const bits = bitsOfFacings(0)
  assert.ok(bits.length >= 15)
  assert.ok(bits.filter((each) => each <= 1).length >= bits.length - 2, bits.join())
  assert.ok(bits.filter((each) => each === 0).length >= 10, bits.join())
})

test('[T12] whoever looks elsewhere is told of it as it is', () => {
  const bits = bitsOfFacings(1)
  assert.ok(bits.length >= 15)
  assert.deepEqual(new Set(bits), new Set([9]))
})
