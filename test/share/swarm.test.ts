/** Real regions, played from a seed: walkers and balls cross borders while regions die and districts move. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { go, type meadow, meadowServer } from './meadow.ts'
import { SharedTown } from './shared-town.ts'

const SEEDS = [1, 2]
/** For how long things happen, in ms of virtual time. */
const PLAY_MS = 12_000

for (const seed of SEEDS)
  test(`[K7] nothing is lost or real twice, nobody is disconnected, whatever happens (seed ${seed})`, async () => {
    const random = new Random(seed)
    const between = random.pick(['1ms', '5ms', '12ms±9'])
    const cut = new SharedTown<typeof meadow>({ definition: meadowServer, between, regions: 3, seed })
    await cut.settle()
    const where = `seed ${seed}, ${between}`
    const clients = [await cut.join('Wes'), await cut.join('Eva')]
    const ids = clients.map(({ me }) => me!.id)
    const { world } = cut.get(cut.authors.get(0) as string).region.home
    for (let i = 0; i < 6; i++) {
      const position = { x: random.between(100, 127), y: random.between(10, 120) }
      ids.push(world.spawn('ball', { position, east: random.pick([-14, 9, 14]), label: `ball ${i}` }).id)
    }
    await cut.run(2500)
    let [crash, crossings] = [random.between(2000, 5000), 0]
    const last = new Map<number, string>()
    cut.watch = () => {
      for (const id of ids) {
        const real = cut.realIn(id)
        assert.ok(real.length <= 1, `${where}: entity ${id} is real in ${real} at ${cut.now} ms`)
        if (real.length === 1 && last.has(id) && last.get(id) !== real[0]) crossings++
        if (real.length === 1) last.set(id, real[0])
      }
    }
    const begun = cut.now
    for (let passed = 0; passed < PLAY_MS; passed += 500) {
      for (const client of clients) client.command(go(random.integer(-1, 1), random.integer(-1, 1)))
      const living = [...cut.processes.values()].filter(({ isDead }) => !isDead)
      if (cut.now - begun > crash && living.length > 2) {
        crash = Number.POSITIVE_INFINITY
        cut.kill(random.pick(living).name)
        cut.start(`region-${cut.now}`)
      } else if (random.chance(0.15)) cut.move(random.integer(0, 3), random.pick(living).name)
      await cut.run(500)
    }
    for (const client of clients) client.command(go(0, 0))
    await cut.run(5000)
    for (const id of ids)
      assert.equal(cut.realIn(id).length, 1, `${where}: entity ${id} is real in ${cut.realIn(id)}`)
    for (const client of clients) {
      assert.equal(client.status, 'open')
      client.frame()
      assert.deepEqual({ ...client.me!.position }, { ...cut.truthOf(client.me!.id)!.position! }, where)
      const seen = [...client.entities('walker')].map(({ name }) => name).sort()
      assert.equal(new Set(seen).size, seen.length, `${where}: ${seen}`)
    }
    let sheep = 0
    for (const { isDead, region } of cut.processes.values())
      if (!isDead) sheep += [...region.home.world.entities('sheep')].length
    assert.equal(sheep, 4, where)
    assert.ok(crossings > 0, `${where}: ${crossings} crossings`)
  })
