/** A world cut between regions: what crosses a border goes on in the other region, and nobody notices. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { go, type meadow, meadowServer, waiting } from './meadow.ts'
import { SharedTown } from './shared-town.ts'

const town = (between = '1ms', regions = 2) =>
  new SharedTown<typeof meadow>({ definition: meadowServer, between, regions })

/** The regions that speak for the south-western and the south-eastern district. */
function sides(cut: SharedTown<typeof meadow>): [string, string] {
  return [cut.authors.get(0) as string, cut.authors.get(1) as string]
}

test('[K15] what a world begins with is there once, in the region of its district; all make the same tick at once', async () => {
  const cut = town()
  await cut.settle()
  await cut.run(200)
  const kinds = [...cut.processes.values()].map(({ region }) => {
    const { world } = region.home
    return [[...world.entities('sheep')].length, [...world.entities('sky')].length]
  })
  assert.equal(
    kinds.reduce((sum, [sheep]) => sum + sheep, 0),
    4,
  )
  assert.equal(
    kinds.reduce((sum, [, sky]) => sum + sky, 0),
    1,
  )
  const ticks = [...cut.processes.values()].map(({ region }) => region.realm.tick)
  assert.equal(new Set(ticks).size, 1)
})

test('[K21] who comes in before anybody speaks for the place waits, and is real in the region of the district', async () => {
  const cut = town()
  cut.entrance = (_name, speakerOf) => speakerOf(0)
  const wes = await cut.join('Wes')
  await cut.settle()
  await cut.run(1500)
  assert.equal(wes.status, 'open')
  assert.deepEqual(cut.realIn(wes.me!.id), [cut.authors.get(0)])
})

test('[K16] what moves by itself goes over a border and back, real in one region at a time, with all its fields', async () => {
  const cut = town('12ms±9')
  await cut.settle()
  const [west] = sides(cut)
  const { world } = cut.get(west).region.home
  const ball = world.spawn('ball', { position: { x: 110, y: 64 }, east: 12, owner: 77, label: 'red' })
  const { id } = ball
  const seen = new Set<string>()
  let [least, most] = [256, 0]
  for (let i = 0; i < 300; i++) {
    await cut.run(50)
    const real = cut.realIn(id)
    assert.ok(real.length <= 1, `real in ${real}`)
    for (const name of real) seen.add(name)
    const truth = cut.truthOf(id)
    if (!truth?.position) continue
    least = Math.min(least, truth.position.x)
    most = Math.max(most, truth.position.x)
    assert.deepEqual([truth.owner, truth.label], [77, 'red'])
  }
  assert.equal(seen.size, 2)
  assert.ok(least < 107 && most > 149, `${least} to ${most}`)
})

for (const between of ['1ms', '12ms±9'])
  test(`[K17] a player walks to and fro over a border: no correction, no duplicate, no pause (${between})`, async () => {
    const cut = town(between)
    await cut.settle()
    const [west, east] = sides(cut)
    cut.entrance = (name) => (name.startsWith('W') ? west : east)
    const [wes, eva] = [await cut.join('Wes'), await cut.join('Eva')]
    await cut.run(1500)
    const id = wes.me!.id
    const doubles: string[] = []
    const regions: string[] = []
    let [gap, longest, leap, last] = [0, 0, 0, { x: 0, y: 0 }]
    let direction = 1
    let turns = 0
    cut.watch = () => {
      const real = cut.realIn(id)
      if (real.length > 1) doubles.push(`${cut.now}: ${real}`)
      if (real.length === 1 && real[0] !== regions.at(-1)) regions.push(real[0])
      eva.frame()
      const shown = [...eva.entities('walker')].filter(({ name }) => name === 'Wes')
      if (shown.length !== 1) doubles.push(`${cut.now}: Eva sees ${shown.length}`)
      else {
        const { x, y } = shown[0].position
        gap = x === last.x && y === last.y ? gap + 1 : 0
        if (cut.now > walkingSince + 500) longest = Math.max(longest, gap)
        if (cut.now > walkingSince) leap = Math.max(leap, Math.abs(x - last.x))
        last = { x, y }
      }
      wes.frame()
      const { x } = wes.me!.position
      if ((direction > 0 && x > 140) || (direction < 0 && x < 116)) {
        direction = -direction
        turns++
        wes.command(go(direction, 0))
      }
    }
    const walkingSince = cut.now
    wes.command(go(direction, 0))
    while (regions.length < 21 && cut.now < walkingSince + 80_000) await cut.run(500)
    assert.deepEqual(doubles, [])
    assert.ok(regions.length >= 21, `${regions.length - 1} crossings, ${turns} turns`)
    assert.equal(wes.stats.corrections, 0)
    assert.equal(wes.status, 'open')
    assert.ok(longest <= 110, `stood for ${longest} ms`)
    assert.ok(leap < 0.05, `leapt by ${leap} m`)
    wes.command(go(0, 0))
    await cut.run(1500)
    const truth = cut.truthOf(id)!.position!
    wes.frame()
    eva.frame()
    assert.deepEqual({ ...wes.me!.position }, { ...truth })
    const shown = [...eva.entities('walker')].find(({ name }) => name === 'Wes')!.position
    assert.ok(Math.hypot(shown.x - truth.x, shown.y - truth.y) < 0.05)
    assert.equal(wes.stats.corrections, 0)
  })

for (const between of ['1ms', '30ms±20'])
  test(`[K17] what is asked while its player goes over a border is answered once, by either region (${between})`, async () => {
    const cut = town(between)
    await cut.settle()
    const [west, east] = sides(cut)
    cut.entrance = () => west
    const wes = await cut.join('Wes')
    await cut.run(1500)
    const id = wes.me!.id
    const answers: string[] = []
    const ask = (text: string): void =>
      void wes.ask('say', { text }).then(
        () => answers.push(text),
        (error) => answers.push(`${text}: ${error.message}`),
      )
    // One that waits on one side, and is answered from there when its player is on the other.
    const slow = wes.ask('slow', { text: 'slow' })
    await cut.run(200)
    wes.command(go(1, 0))
    const asked: string[] = []
    for (let i = 0; i < 40; i++) {
      asked.push(`${i}`)
      ask(`${i}`)
      await cut.run(60)
    }
    wes.command(go(0, 0))
    await cut.run(1000)
    assert.deepEqual(cut.realIn(id), [east])
    for (const go of waiting.splice(0)) go()
    await cut.run(500)
    assert.equal((await slow).text, 'slow')
    assert.deepEqual(answers.sort(), asked.sort())
  })
