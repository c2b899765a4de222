import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Stage, Watcher } from '../stage.suite.ts'
import { StateMeter } from './state-meter.ts'

test('[T37] every bit of a packet is counted once, under a kind and a field or what it is for', () => {
  const stage = new Stage()
  const walkers = Array.from({ length: 8 }, (_, i) => stage.walker(40 + 8 * i, 60))
  const leaf = stage.world.spawn('leaf', { position: { x: 60, y: 60 } })
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  const meter = new StateMeter()
  watcher.replica.meter = meter
  let bytes = 0
  for (let tick = 0; tick < 60; tick++) {
    for (const walker of walkers) walker.position.x += tick % 20 < 10 ? 0.3 : -0.3
    if (tick % 7 === 0) walkers[1].bag = [tick % 10]
    if (tick === 30) stage.world.despawn(walkers[7])
    leaf.position.y += 0.1
    stage.tick(watcher.at(60 + tick, 60, 30))
    bytes += watcher.bytes
  }
  // Flags of advances, one or two bits each, and the filling to whole bytes belong to nobody.
  const missing = bytes * 8 - meter.bits
  const advances = meter.counts.find(({ what }) => what === 'heads')?.times ?? 0
  assert.ok(missing > 0 && missing < advances * 40, `${missing} bits of ${advances} advances`)
  const named = meter.counts.map(({ kind, what }) => `${kind}.${what}`)
  for (const name of [
    'walker.position',
    'walker.bag',
    'walker.once told',
    'leaf.position',
    'walker.arrival',
    '.anchor',
  ])
    assert.ok(named.includes(name), name)
  meter.clear()
  assert.equal(meter.bits, 0)
})

test('[T37] one entity can be traced: what was read of it, when, in how many bits', () => {
  const stage = new Stage()
  const ada = stage.walker(60, 60)
  stage.walker(61, 61, { name: 'Bob' })
  const watcher = new Watcher(stage.desk).at(60, 60, 30)
  const meter = new StateMeter()
  meter.traced = ada.id
  watcher.replica.meter = meter
  stage.tick(watcher)
  ada.health = 3
  stage.tick(watcher)
  stage.tick(watcher)
  stage.world.despawn(ada)
  stage.tick(watcher)
  assert.deepEqual(
    meter.trace.map(({ tick, what, bits }) => `${tick} ${what} ${bits}`),
    [
      '1 once told 64',
      '1 arrival 8',
      '1 position 39',
      '1 facing 8',
      '1 health 7',
      '1 bag 3',
      '1 lantern 1',
      '1 friend 32',
      '2 what changed 5',
      '2 health 7',
      '4 left 0',
    ],
  )
})
