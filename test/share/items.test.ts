/** What players have is what the store has, whoever crosses or dies while it is being changed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PurseTown } from './purse-town.ts'

const EAST = { east: 1 }
const STAY = { east: 0 }
/** Later than the store is asked again for what is doubtful, and than a region is taken over, in ms. */
const SETTLED_MS = 4000

async function begin(regions = 2) {
  const purses = new PurseTown(regions)
  const { town } = purses
  await town.settle()
  const [west, east] = [town.authors.get(0) as string, town.authors.get(1) as string]
  assert.notEqual(west, east)
  town.entrance = () => west
  const wes = await town.join('Wes')
  await town.run(2500)
  const id = wes.me!.id
  const where = (): string[] => town.realIn(id)
  /** Asks for a coin; what is answered, or the sentence with which it is refused. */
  const take = (number: number) =>
    wes.ask('take', { number }).then(
      ({ coins }) => coins,
      (error) => `${error}`,
    )
  const count = async (): Promise<number> => {
    const asked = wes.ask('count', {})
    await town.run(500)
    return (await asked).coins
  }
  const goEast = async (): Promise<void> => {
    wes.command(EAST)
    for (let waited = 0; where()[0] !== east && waited < 5000; waited += 50) await town.run(50)
    wes.command(STAY)
    assert.deepEqual(where(), [east])
  }
  return { ...{ purses, town, west, east, wes, take, count, goEast, where } }
}

/** Holds that all agree on how many coins he has. */
async function agree({ purses, count }: Awaited<ReturnType<typeof begin>>, coins: number): Promise<void> {
  assert.equal(await purses.kept('Wes'), coins, 'in the store')
  assert.equal(await count(), coins, 'as he is told')
  assert.equal(purses.believed('Wes'), coins, 'as his region has it')
}

test('[K23] a trade is answered after its player crossed: the next region has what was bought', async () => {
  const now = await begin()
  const { purses, town, west, east, take, goEast } = now
  purses.holds = (what, region) => (what === 'apply' && region === west ? 'answer' : undefined)
  const taken = take(1)
  await town.run(100)
  assert.equal(await purses.kept('Wes'), 1, 'it was done')
  await goEast()
  await town.run(1000)
  assert.equal(purses.held.length, 1)
  assert.equal(purses.believed('Wes'), 1, `${east} has read it`)
  purses.go()
  await town.run(500)
  assert.equal(await taken, 1)
  await agree(now, 1)
})

test('[K23] a trade reaches the store after its player crossed: it is refused, and done when it is asked again', async () => {
  const now = await begin()
  const { purses, town, west, take, goEast } = now
  purses.holds = (what, region) => (what === 'apply' && region === west ? 'call' : undefined)
  const taken = take(1)
  await town.run(100)
  await goEast()
  await town.run(1000)
  purses.go()
  await town.run(500)
  assert.match(`${await taken}`, /on the way elsewhere. Ask again/)
  await agree(now, 0)
  const again = take(1)
  await town.run(500)
  assert.equal(await again, 1)
  await agree(now, 1)
})

test('[K23] a trade reaches the store after its region was taken over: it is refused', async () => {
  const now = await begin()
  const { purses, town, west, take, where } = now
  purses.holds = (what, region) => (what === 'apply' && region === west ? 'call' : undefined)
  void take(1).catch(() => {})
  await town.run(100)
  town.kill(west)
  await town.run(SETTLED_MS)
  assert.equal(where().length, 1)
  purses.go()
  await town.run(500)
  await agree(now, 0)
})

test('[K23] who is taken over goes on to a third region before their items were read: that one reads them', async () => {
  const now = await begin(3)
  const { purses, town, west, take, where } = now
  // What he takes after his region saved him is in no row.
  const taken = take(1)
  await town.run(200)
  assert.equal(await taken, 1)
  purses.holds = (what) => (what === 'list' ? 'call' : undefined)
  town.kill(west)
  for (let waited = 0; where().length === 0 && waited < 5000; waited += 10) await town.run(10)
  const [heir] = where()
  assert.equal(purses.believed('Wes'), 0, 'his row is older')
  const third = ['region-1', 'region-2', 'region-3'].find((name) => name !== west && name !== heir) as string
  town.move(0, third)
  for (let waited = 0; where()[0] !== third && waited < 5000; waited += 10) await town.run(10)
  assert.deepEqual(where(), [third])
  purses.go()
  await town.run(1500)
  await agree(now, 1)
})

test('[K23] who comes back to a region that was never told of the arrival is as the other region had them', async () => {
  const now = await begin()
  const { town, west, east, wes, take, goEast, where } = now
  town.loses = (from, _to, message) => from === east && message.is === 'taken'
  await goEast()
  const taken = take(1)
  await town.run(500)
  assert.equal(await taken, 1)
  wes.command({ east: -1 })
  for (let waited = 0; where()[0] !== west && waited < 5000; waited += 50) await town.run(50)
  wes.command(STAY)
  assert.deepEqual(where(), [west])
  await town.run(500)
  await agree(now, 1)
  wes.frame()
  const at = { ...wes.me!.position }
  assert.deepEqual(at, { ...town.truthOf(wes.me!.id)!.position! })
  await goEast()
  await agree(now, 1)
})

test('[K23] a store that does not answer a reading is asked again', async () => {
  const now = await begin()
  const { purses, town, west, take } = now
  const taken = take(1)
  await town.run(200)
  assert.equal(await taken, 1)
  let refused = 0
  purses.holds = (what) => {
    if (what === 'list' && refused++ < 2) throw new Error('The store is away.')
    return undefined
  }
  town.kill(west)
  await town.run(SETTLED_MS)
  assert.ok(refused > 2)
  assert.equal(purses.believed('Wes'), 1)
})

test('[K23] a trade of which no answer came may have been done: what there is is read', async () => {
  const now = await begin()
  const { purses, town, take } = now
  purses.holds = (what) => (what === 'apply' ? 'lost' : undefined)
  const taken = take(1)
  await town.run(500)
  assert.match(`${await taken}`, /cannot reach what it keeps things in/)
  assert.equal(purses.believed('Wes'), 1)
  purses.go()
  await agree(now, 1)
})
