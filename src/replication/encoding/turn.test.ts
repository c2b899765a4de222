import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atan2, cos, Random, sin } from '../../core/index.ts'
import { firstMismatch } from '../ledger/digest.ts'
import { StateMeter } from '../replica/state-meter.ts'
import { Stage, stageGame, Watcher } from '../stage.suite.ts'
import {
  directionBits,
  nearestDirection,
  type PositionLayout,
  positionLayout,
  SPEED_BITS,
  speedBeside,
  speedOf,
  speedUnits,
  turnedVelocity,
} from './position-layout.ts'

const kind = stageGame.kinds.find(({ name }) => name === 'walker')!
const layout = positionLayout(stageGame, kind) as PositionLayout

test('[T9] a direction is off by a 50th of the tolerance a tick at most, at every speed', () => {
  const random = new Random(1)
  for (let i = 0; i < 3000; i++) {
    const speed = random.integer(1, layout.velocityOffset)
    const angle = random.between(-Math.PI, Math.PI)
    const direction = nearestDirection(layout, speed, cos(angle) * speed, sin(angle) * speed)
    assert.ok(direction >= 0 && direction < 2 ** directionBits(layout, speed))
    const [x, y] = [0, 1].map((axis) => turnedVelocity(layout, speed, direction, axis))
    const off = Math.sqrt((x - cos(angle) * speed) ** 2 + (y - sin(angle) * speed) ** 2)
    assert.ok(off <= layout.toleranceUnits / 50 + Math.SQRT1_2, `${speed} ${angle}: off by ${off}`)
    assert.ok(!Object.is(x, -0) && !Object.is(y, -0))
    if (x !== 0 || y !== 0) assert.ok(Math.abs(turnOf(atan2(y, x) - angle)) < 2 / speed + 0.05)
  }
})

function turnOf(angle: number): number {
  return ((((angle + Math.PI) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) - Math.PI
}

test('[T8] a speed is told beside its velocity, as near as 4 bits can', () => {
  for (const [length, told] of [
    [500, 500],
    [507, 507],
    [508, 507],
    [492, 492],
    [400, 492],
  ]) {
    assert.equal(speedBeside(length, 300, 400), told)
    const units = speedUnits(told, 300, 400)
    assert.ok(units >= 0 && units < 2 ** SPEED_BITS)
    assert.equal(speedOf(units, 300, 400), told)
  }
  assert.equal(speedBeside(9, 0, 0), 0)
  assert.equal(speedOf(0, 1, 0), 1)
})

/** Has somebody walk legs in other directions. @returns the bits of each place told */
function bitsOfTurns(speedOfLeg: (leg: number) => number): number[] {
  const stage = new Stage()
  const watcher = new Watcher(stage.desk).at(140, 140, 60)
  const ada = stage.walker(140, 140)
  const meter = new StateMeter()
  stage.tick(watcher)
  watcher.replica.meter = meter
  meter.traced = ada.id
  for (let leg = 0; leg < 24; leg++) {
    const heading = leg * 2.39996
    for (let tick = 0; tick < 12; tick++) {
      ada.position.x += cos(heading) * speedOfLeg(leg)
      ada.position.y += sin(heading) * speedOfLeg(leg)
      stage.tick(watcher)
      const { ledger } = stage.author
      for (const { key, name } of ledger.topics)
        if (name.kind === 'cell') assert.equal(firstMismatch(ledger, watcher.replica.ledger, key), undefined)
    }
  }
  return meter.trace.filter(({ what }) => what === 'position').map(({ bits }) => bits)
}

test('[T9] whoever turns and keeps the speed is told of it by a direction alone', () => {
  const bits = bitsOfTurns(() => 0.21)
  const short = bits.filter((each) => each <= 18)
  assert.ok(short.length >= 20, bits.join())
})

test('[T9] whoever changes the speed with each turn is told of the velocity', () => {
  const bits = bitsOfTurns((leg) => 0.1 + 0.01 * (leg % 11))
  const short = bits.filter((each) => each <= 18)
  assert.ok(short.length <= 3, bits.join())
})
