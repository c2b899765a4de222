import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from '../../src/lab/index.ts'
import { fieldServer } from '../field/field.ts'

test('an inspection tells bytes by kind and field, topics, and the trace of one entity', async () => {
  const pair = new Pair(fieldServer, { seed: 31 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(1000)
  const inspection = bob.inspect()
  inspection.trace(ada.me?.id ?? 0)
  ada.command({ east: 0, north: 1 })
  await pair.run(1000)
  ada.command({ east: 0, north: 0 })
  await pair.run(1000)
  const found = inspection.read()
  assert.equal(found.seconds, 2)
  const place = found.fields.find(({ kind, what }) => kind === 'walker' && what === 'position')
  assert.ok(
    place && place.timesPerSecond >= 1 && place.timesPerSecond <= 3,
    'two turns were told, and nothing between',
  )
  assert.ok(found.trace.length >= 2 && found.trace.every(({ bits, tick }) => bits > 0 && tick > 20))
  assert.ok(found.topics.some(({ name, entities }) => name.startsWith('cell ') && entities > 0))
  const sum = found.fields.reduce((total, { bytesPerSecond }) => total + bytesPerSecond, 0)
  assert.ok(Math.abs(sum - found.bytesPerSecond) < 1e-9)

  await pair.run(1000)
  const quiet = inspection.read()
  assert.equal(
    quiet.fields.find(({ what }) => what === 'position'),
    undefined,
    'who stands still costs nothing',
  )
  inspection.stop()
})

test('a straight walker costs nothing between its turns', async () => {
  const pair = new Pair(fieldServer, { seed: 32 })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  ada.command({ east: 0, north: 1 })
  await pair.run(200)
  const inspection = bob.inspect()
  inspection.trace(ada.me?.id ?? 0)
  await pair.run(700)
  assert.deepEqual(inspection.read().trace, [])
  inspection.stop()
})
