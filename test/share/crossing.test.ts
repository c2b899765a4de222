/** What crosses a border or goes along with its district is as it would be without one, whatever that takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type meadow, meadowServer } from './meadow.ts'
import { type RegionProcess, SharedTown, type TownOptions } from './shared-town.ts'

const SPEED = 12
const TICK_METRES = SPEED / 20

async function town(options: Omit<TownOptions, 'definition'>) {
  const cut = new SharedTown<typeof meadow>({ definition: meadowServer, ...options })
  await cut.settle()
  const [west, east] = [cut.authors.get(0), cut.authors.get(1)].map((name) => cut.get(name ?? ''))
  const { world } = west.region.home
  /** A ball that rolls east from here, and the tick at which it begins. */
  const roll = (x: number, y = 64): { readonly id: number; readonly x: number; readonly tick: number } => {
    const { id } = world.spawn('ball', { position: { x, y }, east: SPEED, owner: 1, label: 'rolls' })
    return { id, x, tick: world.tick }
  }
  return { cut, west, east, world, roll }
}

/** The segment on which a region tells an entity to be. */
function segmentIn({ region }: RegionProcess, id: number) {
  const { world, author } = region.home
  const resident = world.residentOf(id)
  const index = resident ? author.indexOf(resident) : -1
  assert.ok(resident && index >= 0, `${id} is told by ${region.home.instance.map}`)
  const table = author.ledger.tables[resident.kind.index]
  const row = author.ledger.entityRow[index]
  return {
    start: table.start[row],
    x: table.place[row * table.axes],
    velocity: table.velocity[row * table.axes],
  }
}

test('[K14] what is in a district that moves is real nowhere until the new owner has it, and stands still', async () => {
  const { cut, west, east, world } = await town({ storeMs: 120 })
  assert.notEqual(west, east)
  const ball = world.spawn('ball', { position: { x: 30, y: 64 }, east: SPEED, owner: 1, label: 'rolls' })
  await cut.run(200)
  cut.move(0, east.name)
  const [places, real] = [new Set<number>(), new Set<string>()]
  cut.watch = () => {
    const { at } = west.shared.keeper.districts.get(0) ?? {}
    if (at !== 'moving') return
    places.add(ball.position.x)
    for (const name of cut.realIn(ball.id)) real.add(name)
  }
  await cut.run(1500)
  assert.deepEqual([places.size, [...real]], [1, []])
  assert.deepEqual(cut.realIn(ball.id), [east.name])
})

for (const [regions, storeMs, between] of [
  [2, 2, '60ms'],
  [2, 120, '1ms'],
  // From one district to another of the same region.
  [1, 120, '1ms'],
] as const)
  test(`[K16] ticks made while something crossed are made up for (${regions} regions, ${between}, the store takes ${storeMs} ms)`, async () => {
    const { cut, east, roll } = await town({ regions, storeMs, between })
    const { id, x, tick } = roll(108)
    await cut.run(3000)
    const keeper = east.shared.keeper.entities.get(id)
    assert.equal(keeper?.district, 1)
    assert.ok(regions === 1 || east.shared.counts.late > 0)
    const truth = east.region.home.world.get(id)!.position!
    const ticks = east.region.home.world.tick - tick
    assert.ok(
      Math.abs(truth.x - (x + TICK_METRES * ticks)) < 1e-6,
      `${truth.x} after ${ticks} ticks from ${x}`,
    )
  })

test('[K16] the next region goes on with the path on which viewers know what crosses, which it may not have heard of', async () => {
  const { cut, west, east, world, roll } = await town({ between: '1ms', feeds: '300ms' })
  const { id } = roll(108)
  const ball = world.get(id) as unknown as { east: number; readonly position: { readonly x: number } }
  let before = { start: 0, x: 0, velocity: 0 }
  cut.watch = () => {
    if (cut.realIn(id)[0] !== west.name) return
    before = segmentIn(west, id)
    if (ball.position.x > 131) ball.east = 8
  }
  for (let waited = 0; waited < 3000 && cut.realIn(id)[0] !== east.name; waited += 10) await cut.run(10)
  await cut.run(100)
  assert.deepEqual(cut.realIn(id), [east.name])
  const { start, x, velocity } = segmentIn(east, id)
  assert.equal(velocity, before.velocity)
  assert.equal(x, before.x + before.velocity * (start - before.start))
})

test('[K16] where something stood before it crossed is known in the next region, which never saw it there', async () => {
  const { cut, east, world } = await town({ between: '1ms' })
  const ball = world.spawn('ball', { position: { x: 20, y: 64 }, east: 0, owner: 1, label: 'stands' })
  await cut.run(1500)
  assert.equal(east.region.home.world.get(ball.id), undefined, 'it is too far away')
  world.teleport(ball as never, { x: 140, y: 64 })
  const { keeper } = east.shared
  for (let waited = 0; waited < 2000 && !keeper.entities.has(ball.id); waited++) await cut.run(1)
  const there = east.region.home.world
  const stood = there.stood(there.residentOf(ball.id)!)
  assert.ok(stood.filter(({ x }) => x === 20).length >= 3, JSON.stringify(stood))
})
