/** Regions that die or give a district away: everybody goes on, and nothing is lost or there twice. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { go, type meadow, meadowServer } from './meadow.ts'
import { SharedTown } from './shared-town.ts'

const town = (between = '1ms', regions = 2) =>
  new SharedTown<typeof meadow>({ definition: meadowServer, between, regions })

test('[K19] a region dies: its players stand a while, and go on as the same, over the same connection', async () => {
  const cut = town('3ms', 3)
  await cut.settle()
  const west = cut.authors.get(0) as string
  const east = cut.authors.get(1) as string
  assert.notEqual(west, east)
  cut.entrance = (name) => (name.startsWith('W') ? west : east)
  const [wes, eva] = [await cut.join('Wes'), await cut.join('Eva')]
  await cut.run(2500)
  const id = wes.me!.id
  const { world } = cut.get(west).region.home
  const ball = world.spawn('ball', { position: { x: 110, y: 100 }, east: 0, owner: 3, label: 'kept' })
  await cut.run(1500)
  wes.command(go(0, 1))
  await cut.run(1000)
  const before = { ...cut.truthOf(id)!.position! }
  cut.kill(west)
  const died = cut.now
  let back = 0
  cut.watch = () => {
    assert.ok(cut.realIn(id).length <= 1)
    if (back === 0 && cut.realIn(id).length === 1) back = cut.now
    eva.frame()
    const seen = [...eva.entities('walker')].filter(({ name }) => name === 'Wes').length
    assert.equal(seen, 1, `Eva sees ${seen} of Wes after ${cut.now - died} ms`)
  }
  await cut.run(1500)
  wes.command(go(0, 0))
  await cut.run(3000)
  assert.deepEqual([wes.status, eva.status], ['open', 'open'])
  assert.ok(back > 0 && back - died < 1500, `taken over after ${back - died} ms`)
  const truth = cut.truthOf(id)!
  assert.ok(truth.position!.y >= before.y - 0.7, `${truth.position!.y}, and was at ${before.y}`)
  assert.equal(truth.name, 'Wes')
  assert.equal(cut.truthOf(ball.id)?.label, 'kept')
  assert.equal(wes.me!.id, id)
  wes.command(go(0, -1))
  await cut.run(1500)
  wes.command(go(0, 0))
  const corrections = wes.stats.corrections
  await cut.run(1500)
  wes.frame()
  const now = cut.truthOf(id)!.position!
  assert.deepEqual({ ...wes.me!.position }, { ...now })
  assert.equal(wes.stats.corrections, corrections)
  const heard: string[] = []
  eva.on('said', ({ text }) => heard.push(text))
  const said = wes.ask('say', { text: 'still here' })
  await cut.run(500)
  assert.deepEqual([(await said).heardBy >= 2, heard], [true, ['still here']])
  let sheep = 0
  for (const { isDead, region } of cut.processes.values())
    if (!isDead) sheep += [...region.home.world.entities('sheep')].length
  assert.equal(sheep, 4)
})

test('[K6] what a region told of after it was saved last is there when another takes over', async () => {
  const cut = town('3ms', 2)
  await cut.settle()
  const west = cut.authors.get(0) as string
  const { world } = cut.get(west).region.home
  const sheep = [...world.entities('sheep')].find(({ position: { x, y } }) => x < 128 && y < 128)!
  cut.entrance = () => west
  await cut.join('Wes')
  // All is saved every ten seconds, but for players; who looks on has been told of this.
  await cut.run(10_500)
  sheep.wool = 7
  sheep.position.x += 1
  await cut.run(150)
  cut.kill(west)
  await cut.run(3000)
  const { wool, position } = cut.truthOf(sheep.id)!
  assert.deepEqual([wool, position!.x], [7, 33])
})

test('[K6] what happened between two ticks is there after a move, though the old owner dies before it hands over', async () => {
  const cut = new SharedTown<typeof meadow>({
    definition: meadowServer,
    between: '3ms',
    regions: 3,
    storeMs: 120,
  })
  await cut.settle()
  const west = cut.authors.get(0) as string
  const other = [...cut.processes.keys()].find((name) => name !== west) as string
  cut.entrance = () => west
  await cut.join('Wes')
  await cut.run(500)
  const { world } = cut.get(west).region.home
  const sheep = [...world.entities('sheep')].find(({ position: { x, y } }) => x < 128 && y < 128)!
  cut.loses = (_from, _to, { is }) => is === 'hand'
  // The wish that the district moves comes between two ticks, when something has just happened.
  await cut.run((50 - (cut.now % 50)) % 50)
  cut.move(0, other)
  cut.get(west).renewAt = cut.now + 30
  await cut.run(29)
  sheep.wool = 7
  const epoch = (): number => cut.table.holders().find(({ district }) => district === 0)?.epoch ?? 0
  const before = epoch()
  while (epoch() === before) await cut.run(1)
  // Those who look on are told of ticks while the district is nobody's.
  await cut.run(60)
  cut.kill(west)
  await cut.run(5000)
  assert.equal(cut.truthOf(sheep.id)?.wool, 7)
})

test('[K20] a ghost goes when another has its district and knows nothing of it; until then it stays', async () => {
  const cut = town('3ms', 2)
  await cut.settle()
  const [west, east] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
  const { world } = cut.get(west).region.home
  const ball = world.spawn('ball', { position: { x: 110, y: 64 }, east: 0, owner: 1, label: 'never saved' })
  await cut.run(300)
  const seen = () => cut.get(east).region.home.world.get(ball.id)
  assert.equal(seen()?.kind, 'ball')
  cut.kill(west)
  while (cut.authors.get(0) !== east) {
    assert.equal(seen()?.kind, 'ball')
    await cut.run(50)
  }
  await cut.run(2500)
  assert.equal(seen(), undefined)
})

for (const storeMs of [2, 120])
  test(`[K14] a district moves under its players: no correction (the store takes ${storeMs} ms)`, async () => {
    const cut = new SharedTown<typeof meadow>({
      definition: meadowServer,
      between: '3ms',
      regions: 2,
      storeMs,
    })
    await cut.settle()
    const west = cut.authors.get(0) as string
    const other = west === 'region-1' ? 'region-2' : 'region-1'
    cut.entrance = () => west
    const wes = await cut.join('Wes')
    await cut.run(3000)
    const id = wes.me!.id
    wes.command(go(0, 1))
    await cut.run(500)
    cut.move(0, other)
    const regions: string[] = [west]
    cut.watch = () => {
      const [real] = cut.realIn(id)
      if (real && real !== regions.at(-1)) regions.push(real)
    }
    await cut.run(2500)
    wes.command(go(0, 0))
    await cut.run(1500)
    assert.deepEqual(regions, [west, other])
    assert.equal(cut.authors.get(0), other)
    wes.frame()
    assert.deepEqual({ ...wes.me!.position }, { ...cut.truthOf(id)!.position! })
    assert.equal(wes.stats.corrections, 0)
  })

test('[K19] whom no region has for 10 s comes in anew, over the same connection', async () => {
  const cut = town('3ms', 2)
  await cut.settle()
  const west = cut.authors.get(0) as string
  cut.entrance = (_name, speakerOf) => (cut.get(west).isDead ? speakerOf(0) : west)
  const wes = cut.come('Wes')
  for (let waited = 0; !wes.me && waited < 2000; waited += 10) await cut.run(10)
  const { id } = wes.me!
  // Nobody had saved him, and nobody else was told of him.
  cut.kill(west)
  await cut.run(9500)
  assert.deepEqual(cut.realIn(id), [])
  assert.equal(wes.me?.id, id, 'he is shown where he was')
  await cut.run(2000)
  assert.equal(wes.status, 'open')
  assert.notEqual(wes.me!.id, id)
  assert.equal(cut.realIn(wes.me!.id).length, 1)
})

test('[K15] regions that begin anew have the world that was kept, and set no district up again', async () => {
  const cut = town('1ms', 2)
  await cut.settle()
  await cut.run(1500)
  const sheep = (): number => {
    let count = 0
    for (const { isDead, region } of cut.processes.values())
      if (!isDead) count += [...region.home.world.entities('sheep')].length
    return count
  }
  assert.equal(sheep(), 4)
  for (const { isDead, region } of cut.processes.values())
    if (!isDead)
      for (const one of [...region.home.world.entities('sheep')].slice(1)) region.home.world.despawn(one)
  await cut.run(1500)
  const left = sheep()
  assert.ok(left < 4)
  for (const name of ['region-1', 'region-2']) cut.kill(name)
  for (const name of ['region-3', 'region-4']) cut.start(name)
  await cut.run(8000)
  assert.equal(cut.authors.size, 4)
  assert.equal(sheep(), left)
})
