import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../src/client/index.ts'
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { Author, Desk, PacketWriter, View } from '../../src/replication/index.ts'
import { World } from '../../src/world/index.ts'
import { field, fieldServer } from '../field/field.ts'

/** Bits of a coordinate and of a velocity in the field: 1/4096 m a unit, cells of 32 m, 8 m/s at 20 ticks a second. */
const COORDINATE_BITS = 18
const VELOCITY_BITS = 12
/** Bits of a speed beside a velocity; of a direction at that speed with a tolerance of 1/32 m. */
const SPEED_BITS = 4
const DIRECTION_BITS = 11

type Field = typeof field

/** Ada walks, Bob watches: what Bob is told of Ada, as it was read. */
async function watched(seed: number) {
  const pair = new Pair(fieldServer, { seed })
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(500)
  const inspection = bob.inspect()
  inspection.trace(ada.me?.id ?? 0)
  return { pair, ada, bob, inspection }
}

async function walk(
  { pair, ada }: { pair: Pair<Field>; ada: Client<Field> },
  way: [number, number],
  ms: number,
): Promise<void> {
  ada.command({ east: way[0], north: way[1] })
  await pair.run(ms)
}

test('[T9] a turn is told by its velocity or direction alone, and nothing is told until the next', async () => {
  const scene = await watched(41)
  await walk(scene, [0, 1], 900)
  await walk(scene, [1, 1], 900)
  await walk(scene, [1, -1], 900)
  const places = scene.inspection.read().trace.filter(({ what }) => what === 'position')
  // Turn, age, whether it is a direction, moving: one bit each; then a velocity along each axis, and the speed.
  // The last turn keeps the speed, and needs none of that, but the direction.
  assert.deepEqual(
    places.map(({ bits }) => bits),
    [4 + 2 * VELOCITY_BITS + SPEED_BITS, 4 + 2 * VELOCITY_BITS + SPEED_BITS, 3 + DIRECTION_BITS],
  )
})

test('[T12] that only the place changed takes two bits where one is for who also looks the new way', async () => {
  const scene = await watched(42)
  await walk(scene, [0, 1], 500)
  const changed = scene.inspection.read().trace.filter(({ what }) => what === 'what changed')
  assert.deepEqual(
    changed.map(({ bits }) => bits),
    [2],
  )
})

test('[T8] [T11] an arrival in another cell has kind, id, a place from the cell’s corner, and every field', async () => {
  const scene = await watched(43)
  await walk(scene, [-1, 0], 1500)
  const { trace } = scene.inspection.read()
  const at = trace.findIndex(({ what }) => what === 'arrival')
  assert.ok(at >= 0, 'Ada crossed into another cell')
  const told = Object.fromEntries(trace.slice(at, at + 4).map(({ what, bits }) => [what, bits]))
  // Two bits tell three kinds apart; the id is a count: 1 takes six bits.
  assert.deepEqual(told, {
    arrival: 2 + 6,
    // That it did not jump, the segment's age 0 and that it moves are one bit each.
    position: 3 + 2 * COORDINATE_BITS + 2 * VELOCITY_BITS + SPEED_BITS,
    // That it is not the way she goes, and what it is.
    facing: 1 + 8,
    health: 7,
  })
})

test('[T6] who crosses a border departs in one advance and arrives in another, in the same tick', async () => {
  const scene = await watched(44)
  await walk(scene, [-1, 0], 1500)
  const { trace, fields } = scene.inspection.read()
  const left = trace.find(({ what }) => what === 'left')
  const arrived = trace.find(({ what }) => what === 'arrival')
  assert.ok(left && arrived && left.tick === arrived.tick)
  assert.equal(fields.filter(({ what }) => what === 'departures').length, 1)
})

test('[T14] once-told fields are told once, however often the entity comes and goes', async () => {
  const scene = await watched(45)
  for (let turn = 0; turn < 4; turn++) await walk(scene, [turn % 2 === 0 ? -1 : 1, 0], 2000)
  const { fields } = scene.inspection.read()
  assert.ok(fields.some(({ what }) => what === 'arrival'))
  assert.equal(
    fields.find(({ what }) => what === 'once told'),
    undefined,
  )
})

test('[T14] after 600 ticks out of view once-told fields are told again', async () => {
  const scene = await watched(46)
  await walk(scene, [-1, 1], 19_000)
  await walk(scene, [0, 0], 32_000)
  scene.inspection.read()
  await walk(scene, [1, -1], 19_000)
  const { fields } = scene.inspection.read()
  assert.equal(fields.filter(({ what }) => what === 'once told').length, 1)
  assert.equal([...scene.bob.entities('walker')].find(({ id }) => id === scene.ada.me?.id)?.name, 'Ada')
})

test('[T15] a viewer who walks to and fro on a border neither loses nor finds anyone', async () => {
  const scene = await watched(47)
  let flicker = 0
  scene.ada.onEnter('walker', () => flicker++)
  scene.ada.onLeave('walker', () => flicker++)
  // Bob stands still; Ada walks until he is about to be out of range, and there to and fro.
  await walk(scene, [0, 1], 9000)
  const before = flicker
  for (let turn = 0; turn < 10; turn++) await walk(scene, [0, turn % 2 === 0 ? 1 : -1], 600)
  assert.ok(flicker - before <= 1, `${flicker - before} times somebody came or went`)
})

test('[T18] a lost packet is repaired, whatever was acknowledged after it; where nothing was lost, nothing is told again', () => {
  const next = (fates: readonly ('acknowledged' | 'lost')[]): number => {
    const world = new World(field, { map: emptyMap(256, 256), random: new Random(1) })
    const author = new Author(world)
    const desk = new Desk(author)
    const view = new View(desk, { isLossy: true })
    const packet = new PacketWriter(1100)
    const ada = world.spawn('walker', { position: { x: 40, y: 40 }, name: 'Ada' })
    const tell = (): number => {
      world.advance()
      author.publish()
      desk.begin(world.tick)
      view.lookAt(40, 40, 30)
      packet.length = 0
      const number = view.write(packet)
      world.endTick()
      return number
    }
    view.acknowledged(tell())
    ada.health = 50
    const first = tell()
    ada.facing = 1
    const second = tell()
    view[fates[1]](second)
    view[fates[0]](first)
    return tell()
  }
  assert.notEqual(next(['lost', 'acknowledged']), 0)
  assert.notEqual(next(['acknowledged', 'lost']), 0)
  assert.equal(next(['acknowledged', 'acknowledged']), 0)
})
