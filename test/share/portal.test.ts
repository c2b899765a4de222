/** Maps in the hands of different regions: who goes through a portal goes from one region to another. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineServer } from '../../src/server/index.ts'
import { field } from '../field/field.ts'
import { maps, twoMaps } from '../field/two-maps.ts'
import { SharedTown } from './shared-town.ts'

const map = (name: string) => maps[name]

for (const between of ['1ms', '12ms±9'])
  test(`[K16] [K17] through a portal to a map of another region, and back: the same character, once (${between})`, async () => {
    const cut = new SharedTown<typeof field>({ definition: twoMaps as never, between })
    await cut.settle()
    const [meadow, cave] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
    assert.notEqual(meadow, cave)
    cut.entrance = () => meadow
    const [ada, bob] = [await cut.join('Ada', { map }), await cut.join('Bob', { map })]
    await cut.run(1500)
    const { id } = ada.me!
    const log: string[] = []
    ada.onMap(({ name }) => log.push(name))
    ada.onStatus((status) => log.push(status))
    bob.onLeave('walker', ({ name }) => log.push(`Bob sees ${name} no more`))
    const regions: string[] = []
    cut.watch = () => {
      const real = cut.realIn(id)
      assert.ok(real.length <= 1, `real in ${real}`)
      if (real.length === 1 && real[0] !== regions.at(-1)) regions.push(real[0])
    }
    const until = async (name: string): Promise<void> => {
      for (let waited = 0; waited < 8000 && (ada.map?.name !== name || !ada.me); waited += 50)
        await cut.run(50)
      await cut.run(1500)
      ada.frame()
      assert.deepEqual([ada.me?.id, ada.me?.name, ada.me?.health, ada.map?.name], [id, 'Ada', 77, name])
    }
    ada.command({ east: 1, north: 0 })
    await until('cave')
    // The key is still held, and she sees what is there.
    assert.ok(ada.me!.position.x > 33, `${ada.me!.position.x}`)
    assert.deepEqual([...ada.entities('sky')].length, 1)
    const said = ada.ask('say', { text: 'from the cave' })
    await cut.run(500)
    assert.equal((await said).heardBy, 1)
    await until('meadow')
    ada.command({ east: 0, north: 0 })
    await cut.run(1500)
    ada.frame()
    assert.deepEqual(regions, [meadow, cave, meadow])
    assert.deepEqual(log.sort(), ['Bob sees Ada no more', 'cave', 'meadow'])
    assert.deepEqual({ ...ada.me!.position }, { ...cut.truthOf(id)!.position! })
    assert.deepEqual([ada.stats.isPredicting, bob.status], [true, 'open'])
    assert.ok(ada.stats.corrections <= (between === '1ms' ? 0 : 3), `${ada.stats.corrections} corrections`)
  })

/** The first portal leads into an instance of the cave, made for whoever goes in; its own to the home of this map. */
const throughInstance = (to: 'meadow' | 'cave') =>
  defineServer(field, {
    ...twoMaps.options,
    leadsTo: ({ from, realm }) =>
      from.isHome
        ? realm.open('cave', { begin: ({ world }) => void world.spawn('sky', { rain: 8 }) })
        : realm.home(to),
  })

for (const to of ['meadow', 'cave'] as const)
  test(`[K16] who was in an instance made for a group goes on as the same in the home of the ${to}, and is kept there`, async () => {
    const cut = new SharedTown<typeof field>({ definition: throughInstance(to) as never, between: '3ms' })
    await cut.settle()
    const [meadow, cave] = [cut.authors.get(0) as string, cut.authors.get(1) as string]
    cut.entrance = () => meadow
    const [ada, bob] = [await cut.join('Ada', { map }), await cut.join('Bob', { map })]
    await cut.run(1500)
    const { id } = ada.me!
    cut.watch = () => assert.ok(cut.realIn(id).length <= 1, `real in ${cut.realIn(id)}`)
    const rain = (): number[] => [...ada.entities('sky')].map((sky) => sky.rain)
    /** Runs until she is on a map, and some more. */
    const until = async (name: string, isThere: () => boolean): Promise<void> => {
      for (let waited = 0; waited < 8000 && !(ada.map?.name === name && ada.me && isThere()); waited += 50)
        await cut.run(50)
      await cut.run(500)
      ada.frame()
      assert.deepEqual([ada.me?.id, ada.me?.health, ada.map?.name], [id, 77, name])
    }
    for (const client of [ada, bob]) client.command({ east: 1, north: 0 })
    await until('cave', () => rain().includes(8))
    bob.frame()
    assert.deepEqual([rain(), [...ada.entities('walker')].length, cut.realIn(id)], [[8], 1, [meadow]])
    assert.equal([...bob.entities('walker')].length, 1, 'each has an instance')
    bob.command({ east: 0, north: 0 })
    await until(to, () => !rain().includes(8))
    ada.command({ east: 0, north: 0 })
    await cut.run(2500)
    assert.deepEqual(cut.realIn(id), [to === 'meadow' ? meadow : cave])
    // Bob is in an instance still: should that die with its region, he waits to come in anew. She goes on.
    cut.entrance = (_name, speakerOf) => speakerOf(0)
    const other = to === 'meadow' ? cave : meadow
    cut.kill(to === 'meadow' ? meadow : cave)
    await cut.run(4000)
    assert.deepEqual(cut.realIn(id), [other])
    ada.frame()
    assert.deepEqual([ada.me?.id, ada.me?.health, ada.map?.name, ada.status], [id, 77, to, 'open'])
    assert.deepEqual({ ...ada.me!.position }, { ...cut.truthOf(id)!.position! })
    assert.equal(bob.status, 'open')
  })
