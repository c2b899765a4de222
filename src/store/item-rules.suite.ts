import assert from 'node:assert/strict'
import type { Holder, ItemChange, Operation } from './index.ts'
import {
  checkpointOf,
  dumpOf,
  empty,
  ground,
  mint,
  newItem,
  population,
  type Rule,
} from './population.suite.ts'

/** Tests what every store does with items and operations. */
export function itemRules(rule: Rule): void {
  const ada: Holder = { character: 'ada-1' }
  const bob: Holder = { character: 'bob-1' }
  const doing = (id: string, ...changes: ItemChange[]): Operation => ({ id, at: 3000, changes })
  const done = { is: 'done' } as const
  const refused = (why: string, change = 0): object => ({ is: 'refused', why, change })

  rule('an item is minted, moved, rewritten and destroyed, and is where it was put', async (store) => {
    const { items } = store
    await population(store)
    const sword = newItem('sword', ada, { kind: 'sword', data: Uint8Array.of(0, 255) })
    assert.deepEqual(await items.apply(doing('o1', { do: 'mint', item: sword })), done)
    assert.deepEqual(await items.find('sword'), sword)
    assert.deepEqual(await items.apply(doing('o2', { do: 'move', id: 'sword', from: ada, to: bob })), done)
    const data = Uint8Array.of(7)
    assert.deepEqual(await items.apply(doing('o3', { do: 'rewrite', id: 'sword', from: bob, data })), done)
    assert.deepEqual(await items.find('sword'), { ...sword, holder: bob, data })
    assert.deepEqual(
      (await items.list(bob)).map(({ id }) => id),
      ['bob-lantern', 'sword'],
    )
    assert.deepEqual(await items.apply(doing('o4', { do: 'destroy', id: 'sword', from: bob })), done)
    assert.equal(await items.find('sword'), undefined)
    assert.deepEqual(await items.census(), [
      { kind: 'coin', items: 1, quantity: 100 },
      { kind: 'lantern', items: 3, quantity: 3 },
    ])
  })

  rule('a stack is split and joined, and the sum stays', async (store) => {
    const { items } = store
    await population(store)
    const split = (quantity: number): ItemChange => ({
      do: 'split',
      id: 'coins',
      from: ada,
      quantity,
      into: 'coins-2',
      to: bob,
    })
    assert.deepEqual(await items.apply(doing('o1', split(100))), refused('too-few'))
    assert.deepEqual(await items.apply(doing('o2', split(99))), done)
    assert.deepEqual(await items.apply(doing('o3', split(1))), refused('exists'))
    assert.deepEqual(
      [(await items.find('coins'))?.quantity, (await items.find('coins-2'))?.quantity],
      [1, 99],
    )
    const merge: ItemChange = { do: 'merge', id: 'coins-2', from: bob, into: 'coins' }
    assert.deepEqual(await items.apply(doing('o4', merge)), refused('unlike'))
    const back: ItemChange = { do: 'move', id: 'coins-2', from: bob, to: ada }
    assert.deepEqual(await items.apply(doing('o5', back, { ...merge, from: ada })), done)
    assert.equal((await items.find('coins'))?.quantity, 100)
    assert.equal(await items.find('coins-2'), undefined)
    const self: ItemChange = { do: 'merge', id: 'coins', from: ada, into: 'coins' }
    assert.deepEqual(await items.apply(doing('o6', self)), refused('unlike'))
    const hoard = mint('hoard', ada, { kind: 'coin', quantity: Number.MAX_SAFE_INTEGER - 99 })
    const join: ItemChange = { do: 'merge', id: 'hoard', from: ada, into: 'coins' }
    assert.deepEqual(await items.apply(doing('o7', hoard, join)), refused('too-few', 1))
    assert.equal(await items.find('hoard'), undefined)
  })

  rule('where one change cannot be, none is made, and the first that cannot is named', async (store) => {
    const { items } = store
    await population(store)
    const before = await dumpOf(store)
    const move: ItemChange = { do: 'move', id: 'ada-lantern', from: ada, to: bob }
    const cases: [string, ItemChange, string][] = [
      ['c1', { do: 'move', id: 'nothing', from: ada, to: bob }, 'missing'],
      ['c2', { do: 'move', id: 'bob-lantern', from: ada, to: bob }, 'elsewhere'],
      ['c3', { do: 'move', id: 'bob-lantern', from: bob, to: { character: 'nobody' } }, 'no-holder'],
      ['c4', mint('bob-lantern', bob), 'exists'],
      ['c5', mint('fresh', { character: 'nobody' }), 'no-holder'],
      ['c6', { do: 'destroy', id: 'ada-lantern', from: ada }, 'elsewhere'],
      ['c7', { do: 'merge', id: 'bob-lantern', from: bob, into: 'nothing' }, 'missing'],
      ['c8', { do: 'merge', id: 'coins', from: ada, into: 'bob-lantern' }, 'unlike'],
    ]
    for (const [id, change, why] of cases) {
      assert.deepEqual(await items.apply(doing(id, move, change)), refused(why, 1), why)
    }
    const after = (await dumpOf(store)).filter((line) => !line.includes('"operations"'))
    assert.deepEqual(
      after,
      before.filter((line) => !line.includes('"operations"')),
    )
    assert.deepEqual(await items.list({ place: 'nowhere' }), [])
  })

  rule('an operation asked for again is not done again, and has the same result', async (store) => {
    const { items } = store
    await population(store)
    const there = doing('there', { do: 'move', id: 'ada-lantern', from: ada, to: bob })
    const back = doing('back', { do: 'move', id: 'ada-lantern', from: bob, to: ada })
    const early = doing('early', { do: 'move', id: 'later', from: ground, to: ada })
    assert.deepEqual(await items.apply(early), refused('missing'))
    assert.deepEqual(await items.apply(doing('make', mint('later', ground))), done)
    for (const operation of [there, back, { ...there, at: 9999 }, back, there]) {
      assert.deepEqual(await items.apply(operation), done)
    }
    assert.deepEqual((await items.find('ada-lantern'))?.holder, ada)
    assert.deepEqual(await items.apply(early), refused('missing'), 'a refusal is remembered too')
    assert.deepEqual((await items.find('later'))?.holder, ground)
  })

  rule('an id that was used for something else is refused', async (store) => {
    const { items } = store
    await population(store)
    const changes: ItemChange[] = [
      { do: 'move', id: 'ada-lantern', from: ada, to: bob },
      { do: 'move', id: 'ada-lantern', from: ada, to: ground },
      { do: 'move', id: 'bob-lantern', from: ada, to: bob },
      { do: 'move', id: 'ada-lantern', from: bob, to: bob },
      { do: 'destroy', id: 'ada-lantern', from: ada },
    ]
    assert.deepEqual(await items.apply(doing('o', changes[0])), done)
    for (const change of changes.slice(1)) {
      assert.deepEqual(await items.apply(doing('o', change)), { is: 'mismatch' })
    }
    assert.deepEqual(await items.apply(doing('o', changes[0], changes[0])), { is: 'mismatch' })
    assert.deepEqual((await items.find('ada-lantern'))?.holder, bob)
  })

  rule('of many who reach for one item at once, one gets it', async (store) => {
    const { items } = store
    await population(store)
    const reach = (index: number): Operation =>
      doing(`reach-${index}`, { do: 'move', id: 'ground-lantern', from: ground, to: index % 2 ? ada : bob })
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => items.apply(reach(index))))
    assert.equal(results.filter(({ is }) => is === 'done').length, 1)
    const same = await Promise.all(
      Array.from({ length: 10 }, () => items.apply(doing('same', mint('one', ada)))),
    )
    assert.deepEqual(same, Array(10).fill(done))
    const mints = Array.from({ length: 10 }, (_, index) =>
      items.apply(doing(`mint-${index}`, mint('two', bob))),
    )
    assert.equal((await Promise.all(mints)).filter(({ is }) => is === 'done').length, 1)
  })

  rule(
    'what is done under a lease needs the lease, and saves the character in the same transaction',
    async (store) => {
      const { items, characters } = store
      await population(store)
      await characters.enter({ id: 'ada-1', server: 's1' })
      const buy = (id: string, epoch: number): Operation => ({
        ...doing(id, mint(id, ada)),
        leases: [{ id: 'ada-1', epoch }],
        checkpoints: [checkpointOf('ada-1', epoch, { state: Uint8Array.of(42) })],
      })
      assert.deepEqual(await items.apply(buy('stale', 0)), refused('stale', -1))
      assert.deepEqual((await characters.find('ada-1'))?.state, empty)
      assert.deepEqual(await items.apply(buy('bought', 1)), done)
      assert.deepEqual((await characters.find('ada-1'))?.state, Uint8Array.of(42))
      await characters.release({ id: 'ada-1', epoch: 1 })
      assert.deepEqual(await items.apply(buy('late', 1)), refused('stale', -1))
      assert.deepEqual(await items.apply(buy('bought', 1)), done, 'asked again after the lease')
      const fence = { ...doing('fence', mint('fenced', ada)), leases: [{ id: 'nobody', epoch: 1 }] }
      assert.deepEqual(await items.apply(fence), refused('stale', -1))
      assert.deepEqual(
        (await items.list(ada)).map(({ id }) => id),
        ['ada-lantern', 'bought', 'coins'],
      )
    },
  )

  rule('a forgotten operation is new again, and its items keep it from happening twice', async (store) => {
    const { items } = store
    await population(store)
    const move = { ...doing('old', { do: 'move', id: 'ada-lantern', from: ada, to: bob }), at: 1000 }
    await items.apply(move)
    await items.apply(doing('new', mint('x', ada)))
    const forgotten = await items.forget(3000)
    assert.ok(forgotten >= 1)
    assert.equal(await items.forget(3000), 0)
    assert.deepEqual(await items.apply(move), refused('elsewhere'))
    assert.deepEqual(await items.apply(doing('new', mint('x', ada))), done)
  })

  rule('a census counts beyond what one stack may hold', async (store) => {
    const most = Number.MAX_SAFE_INTEGER
    const changes = Array.from({ length: 100 }, (_, index) => mint(`i${index}`, ground, { quantity: most }))
    for (const id of ['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8', 'o9', 'o10', 'o11']) {
      const own = changes.map((change) =>
        change.do === 'mint'
          ? { ...change, item: { ...change.item, id: `${id}-${change.item.id}` } }
          : change,
      )
      assert.deepEqual(await store.items.apply({ id, at: 1, changes: own }), done)
    }
    const [{ items, quantity }] = await store.items.census()
    assert.equal(items, 1100)
    assert.ok(Math.abs(quantity / (1100 * most) - 1) < 1e-9)
  })
}
