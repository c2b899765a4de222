/** What is near a border is acted on from both sides. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { go, type meadow, meadowServer } from './meadow.ts'
import { SharedTown } from './shared-town.ts'

interface Struck {
  health: number
  readonly position: { x: number; y: number }
}

async function border(between: string, storeMs = 2) {
  const cut = new SharedTown<typeof meadow>({ definition: meadowServer, between, storeMs })
  await cut.settle()
  const [west, east] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
  cut.entrance = (name) => (name.startsWith('W') ? west : east)
  const [wes, eva] = [await cut.join('Wes'), await cut.join('Eva')]
  await cut.run(1000)
  return { cut, west, east, wes, eva }
}

test('[K20] who strikes over a border hits what their screen showed, and the other region hears of it', async () => {
  const { cut, west, east, wes, eva } = await border('12ms±9')
  const id = eva.me!.id
  assert.deepEqual([cut.realIn(wes.me!.id), cut.realIn(id)], [[west], [east]])
  eva.command(go(0, 1))
  await cut.run(1000)
  wes.command(go(0, 0))
  await cut.run(600)
  wes.frame()
  const shown = { ...[...wes.entities('walker')].find(({ name }) => name === 'Eva')!.position }
  wes.command(go(0, 0, { atX: Math.round(shown.x * 10), atY: Math.round(shown.y * 10) }))
  await cut.run(50)
  wes.command(go(0, 0))
  await cut.run(1000)
  const truth = cut.truthOf(id)!
  assert.ok(Math.hypot(truth.position!.x - shown.x, truth.position!.y - shown.y) > 8, 'she ran on')
  assert.equal(truth.health, 90)
  eva.frame()
  wes.frame()
  const seen = [...wes.entities('walker')].find(({ name }) => name === 'Eva')
  assert.deepEqual([eva.me!.health, seen?.health], [90, 90])
  const [mine, theirs] = [cut.get(west).shared.effects, cut.get(east).shared.effects]
  assert.deepEqual([mine.sent, theirs.done, mine.dropped + theirs.dropped], [1, 1, 0])
})

test('[K20] ghosts are found and not counted, and what is wanted of one its own region does', async () => {
  const { cut, west, wes, eva } = await border('1ms')
  const { world } = cut.get(west).region.home
  const ghost = world.get(eva.me!.id)!
  assert.equal(ghost.kind, 'walker')
  assert.ok(world.near({ x: 138, y: 64 }, 5).includes(ghost))
  assert.ok(world.query.within({ x: 138, y: 64 }, 5).includes(ghost))
  assert.deepEqual(
    [...world.entities('walker')].map(({ id }) => id),
    [wes.me!.id],
  )
  assert.deepEqual(
    [...world.entities('walker', 'shown')].map(({ id }) => id).sort(),
    [wes.me!.id, eva.me!.id].sort(),
  )
  // The sky has no place: it is shown everywhere, and real once.
  for (const { region } of cut.processes.values())
    assert.equal([...region.home.world.entities('sky', 'shown')].length, 1)
  world.teleport(ghost as never, { x: 145, y: 70 })
  await cut.run(500)
  const truth = cut.truthOf(eva.me!.id)!.position!
  assert.deepEqual({ ...truth }, { x: 145, y: 70 })
  eva.frame()
  assert.deepEqual({ ...eva.me!.position }, { x: 145, y: 70 })
})

test('[K20] what is said near a border is heard on both sides, once by each', async () => {
  const { cut, wes, eva } = await border('12ms±9')
  const heard: string[] = []
  wes.on('said', ({ text }) => heard.push(`Wes ${text}`))
  eva.on('said', ({ text }) => heard.push(`Eva ${text}`))
  const said = wes.ask('say', { text: 'hello' })
  await cut.run(500)
  assert.ok((await said).heardBy >= 2)
  assert.deepEqual(heard.sort(), ['Eva hello', 'Wes hello'])
})

test('[K20] what two regions change at once is changed by both, as far as it goes', async () => {
  const { cut, west, east, wes, eva } = await border('12ms')
  const { id } = eva.me!
  const ghost = cut.get(west).region.home.world.get(id) as unknown as Struck
  const real = cut.truthOf(id) as unknown as Struck
  const before = { ...real.position }
  const change = async (own: () => void, others: () => void): Promise<void> => {
    own()
    others()
    await cut.run(500)
  }
  await change(
    () => {
      real.health -= 20
      real.position.y += 3
    },
    () => {
      ghost.health -= 10
      ghost.position.x += 1
    },
  )
  const { x, y } = cut.truthOf(id)!.position!
  assert.deepEqual([real.health, x, y], [70, before.x + 1, before.y + 3])
  // A stranger's strike leaves nobody with less than nothing.
  await change(
    () => (real.health -= 65),
    () => (ghost.health -= 30),
  )
  assert.equal(real.health, 0)
  wes.frame()
  assert.equal([...wes.entities('walker')].find(({ name }) => name === 'Eva')!.health, 0)
  // What a handler writes between two ticks is not lost to news that come before the next one.
  real.health = 90
  await cut.run(500)
  await cut.run((95 - (cut.now % 50)) % 50)
  real.health -= 5
  await cut.run(8)
  assert.equal(ghost.health, 90)
  ghost.health -= 10
  await cut.run(500)
  assert.equal(real.health, 75)
  const [mine, theirs] = [cut.get(west).shared.effects, cut.get(east).shared.effects]
  assert.deepEqual([mine.sent, theirs.done, mine.dropped + theirs.dropped], [4, 4, 0])
})

test('[K20] at most 64 effects are sent in a tick and 256 are taken; the rest is dropped, and counted', async () => {
  const { cut, west, east, eva } = await border('1ms')
  const { world } = cut.get(west).region.home
  const { id } = eva.me!
  const ghost = world.get(id)!
  for (let i = 0; i < 70; i++) world.teleport(ghost as never, { x: 138, y: 64 })
  await cut.run(50)
  const { sent, dropped } = cut.get(west).shared.effects
  assert.deepEqual([sent, dropped], [64, 6])
  await cut.run(200)
  const theirs = cut.get(east).shared
  assert.deepEqual([theirs.effects.done, theirs.effects.dropped], [64, 0])
  const affect = {
    is: 'affect',
    session: 0,
    entity: id,
    instance: cut.get(east).region.home.instance.id,
  } as const
  for (let i = 0; i < 300; i++)
    theirs.affect({ ...affect, passedOn: 0, what: 'move', fields: new Uint8Array(0), x: 138, y: 64 })
  await cut.run(100)
  assert.deepEqual([theirs.effects.done, theirs.effects.dropped], [64 + 256, 44])
})

test('[K20] what is done to something on its way over the border is done where it arrives', async () => {
  const { cut, west, east } = await border('3ms', 150)
  const ball = cut
    .get(west)
    .region.home.world.spawn('ball', { position: { x: 110, y: 64 }, east: 14, owner: 1, label: 'struck' })
  const there = cut.get(east).region.home.world
  const { keeper } = cut.get(west).shared
  for (let waited = 0; waited < 3000 && !keeper.isFrozen(ball.id); waited++) await cut.run(1)
  let struck = 0
  while (keeper.isFrozen(ball.id)) {
    const ghost = there.residentOf(ball.id)?.isGhost ? there.get(ball.id) : undefined
    if (ghost?.kind === 'ball') {
      ghost.bounces += 10
      struck += 10
    }
    await cut.run(25)
  }
  assert.ok(struck >= 50, `${struck}`)
  await cut.run(500)
  assert.deepEqual(cut.realIn(ball.id), [east])
  assert.equal(there.get(ball.id)?.bounces, struck)
  assert.deepEqual([cut.get(west).shared.effects.dropped, cut.get(east).shared.effects.dropped], [0, 0])
})
