import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ground, mint, type Rule } from './population.suite.ts'
import type { DistrictShelf, EntityRow, Fence } from './record/district.ts'

const at = (district: number, epoch: number, holder = 'a'): Fence => ({ district, epoch, holder })
const row = (entity: number, hop: number, ...bytes: number[]): EntityRow => ({
  entity,
  hop,
  state: Uint8Array.from(bytes),
})
const rowsOf = async (districts: DistrictShelf, fence: Fence): Promise<string[] | string> => {
  const found = await districts.rows(fence)
  if (found.is === 'stale') return `stale ${found.epoch} ${found.holder}`
  return found.rows.map(({ entity, hop, state }) => `${entity}/${hop}:${state.join()}`).sort()
}

/** What every engine does about districts. @param open  gives an empty store's */
export function districtRules(open: () => Promise<DistrictShelf>): void {
  test('a district is claimed at a higher epoch, or again by the same holder, and never otherwise', async () => {
    const districts = await open()
    assert.deepEqual(await districts.claim(at(1, 3)), { is: 'claimed', rows: [], before: undefined })
    assert.deepEqual(await districts.claim(at(1, 3)), { is: 'claimed', rows: [], before: undefined })
    assert.deepEqual(await districts.claim(at(1, 3, 'b')), { is: 'stale', epoch: 3, holder: 'a' })
    assert.deepEqual(await districts.claim(at(1, 2, 'b')), { is: 'stale', epoch: 3, holder: 'a' })
    assert.deepEqual(await districts.claim(at(1, 4, 'b')), { is: 'claimed', rows: [], before: at(1, 3) })
    assert.deepEqual(await districts.claim(at(1, 4, 'b')), { is: 'claimed', rows: [], before: at(1, 3) })
    assert.equal((await districts.claim(at(1, 3))).is, 'stale')
    assert.deepEqual(await districts.holders(), [at(1, 4, 'b')])
  })

  test('what is saved is claimed with the district, and whoever lost it saves nothing', async () => {
    const districts = await open()
    await districts.claim(at(1, 1))
    const saves = [{ fence: at(1, 1), rows: [row(7, 1, 1, 2), row(8, 1)], gone: [] }]
    assert.deepEqual(await districts.save(saves), ['done'])
    const claimed = await districts.claim(at(1, 2, 'b'))
    assert.equal(claimed.is === 'claimed' && claimed.rows.length, 2)
    const late = [{ fence: at(1, 1), rows: [row(7, 1, 9)], gone: [{ entity: 8, hop: 1 }] }]
    assert.deepEqual(await districts.save(late), ['stale'])
    assert.deepEqual(await rowsOf(districts, at(1, 2, 'b')), ['7/1:1,2', '8/1:'])
    assert.equal(await rowsOf(districts, at(1, 1)), 'stale 2 b')
    const gone = [{ fence: at(1, 2, 'b'), rows: [], gone: [{ entity: 8, hop: 1 }] }]
    assert.deepEqual(await districts.save(gone), ['done'])
    assert.deepEqual(await rowsOf(districts, at(1, 2, 'b')), ['7/1:1,2'])
  })

  test('a pass moves an entity once, however often it is asked for, and its row has the next hop', async () => {
    const districts = await open()
    await districts.claim(at(1, 1))
    await districts.claim(at(2, 1, 'b'))
    await districts.save([{ fence: at(1, 1), rows: [row(7, 1, 1)], gone: [] }])
    const pass = { ...row(7, 1, 5), from: at(1, 1), to: 2 }
    assert.deepEqual(await districts.pass([pass]), [{ is: 'done', epoch: 1 }])
    await districts.claim(at(2, 4, 'c'))
    assert.deepEqual(await districts.pass([pass]), [{ is: 'done', epoch: 1 }])
    assert.deepEqual(await districts.pass([{ ...pass, to: 3 }]), [{ is: 'stale' }])
    assert.deepEqual(await rowsOf(districts, at(1, 1)), [])
    assert.deepEqual(await rowsOf(districts, at(2, 4, 'c')), ['7/2:5'])
    const late = [{ fence: at(1, 1), rows: [row(7, 1, 9)], gone: [{ entity: 7, hop: 1 }] }]
    assert.deepEqual(await districts.save(late), ['done'])
    assert.deepEqual(await rowsOf(districts, at(2, 4, 'c')), ['7/2:5'], 'a late save changes nothing of it')
    assert.deepEqual(await districts.pass([{ ...row(7, 2), from: at(1, 1), to: 1 }]), [{ is: 'stale' }])
    const back = { ...row(7, 2, 6), from: at(2, 4, 'c'), to: 1 }
    assert.deepEqual(await districts.pass([back]), [{ is: 'done', epoch: 1 }])
    assert.deepEqual(await rowsOf(districts, at(1, 1)), ['7/3:6'])
  })

  test('of several passes each is done or stale for itself', async () => {
    const districts = await open()
    await districts.claim(at(1, 1))
    await districts.save([{ fence: at(1, 1), rows: [row(7, 1), row(8, 1)], gone: [] }])
    const passes = [7, 9, 8].map((entity) => ({ ...row(entity, 1), from: at(1, 1), to: 2 }))
    const did = (await districts.pass(passes)).map(({ is }) => is)
    assert.deepEqual(did, ['done', 'stale', 'done'])
    const again = await districts.pass([{ ...row(7, 1), from: at(1, 1), to: 2 }])
    assert.deepEqual(again, [{ is: 'done', epoch: 0 }], 'nobody ever had the district it went to')
  })

  test('a moved district is its new holder’s with all that was last saved, and the old one is refused', async () => {
    const districts = await open()
    await districts.claim(at(1, 4))
    const last = { fence: at(1, 4), rows: [row(7, 2, 3)], gone: [] }
    assert.equal(await districts.move(last, 'b'), 'done')
    assert.equal(await districts.move(last, 'b'), 'done')
    assert.equal(await districts.move(last, 'c'), 'stale')
    assert.deepEqual(await rowsOf(districts, at(1, 5, 'b')), ['7/2:3'])
    assert.deepEqual(await districts.save([last]), ['stale'])
    const taken = await districts.claim(at(1, 5, 'b'))
    assert.deepEqual(taken.is === 'claimed' && taken.before, at(1, 4))
  })

  test('ids are given once', async () => {
    const districts = await open()
    const first = await districts.reserveIds(100)
    assert.ok(first >= 1)
    assert.ok((await districts.reserveIds(1)) >= first + 100)
  })
}

/** What a whole store adds: items are traded from a district, and a restored store has districts in nobody's hands. */
export function fenceRules(rule: Rule): void {
  const stale = { is: 'refused', why: 'stale', change: -1 }
  const entityAt = (district: Fence, hop: number, entity = 7) => ({ ...district, entity, hop })

  rule(
    '[K23] an operation from a district in other hands is stale; those may do it',
    async ({ districts, items }) => {
      await districts.claim(at(1, 1))
      const operation = { id: 'o1', at: 1, changes: [mint('i1', ground)], fences: [entityAt(at(1, 1), 1)] }
      assert.deepEqual(await items.apply(operation), { is: 'done' })
      await districts.claim(at(1, 2, 'b'))
      assert.deepEqual(await items.apply(operation), { is: 'done' }, 'what was done stays done')
      const late = { ...operation, id: 'o2', changes: [mint('i2', ground)] }
      assert.deepEqual(await items.apply(late), stale)
      assert.equal(await items.find('i2'), undefined)
      const mine = entityAt(at(1, 2, 'b'), 1)
      assert.deepEqual(
        await items.apply({ ...late, fences: [mine, entityAt(at(1, 1), 1, 8)] }),
        stale,
        'all of them',
      )
      assert.deepEqual(await items.apply({ ...late, fences: [mine] }), { is: 'done' })
      assert.deepEqual(await items.apply({ ...operation, fences: [mine] }), { is: 'done' })
    },
  )

  rule(
    '[K23] an operation on an entity that has gone on is stale; the next may do it',
    async ({ districts, items }) => {
      const [here, there] = [at(1, 1), at(2, 3, 'b')]
      await districts.claim(here)
      await districts.claim(there)
      await districts.save([{ fence: here, rows: [row(7, 1)], gone: [] }])
      const operation = { id: 'o1', at: 1, changes: [mint('i1', ground)] }
      await districts.pass([{ ...row(7, 1), from: here, to: 2 }])
      assert.deepEqual(await items.apply({ ...operation, fences: [entityAt(here, 1)] }), stale)
      assert.equal(await items.find('i1'), undefined)
      assert.deepEqual(await items.apply({ ...operation, fences: [entityAt(there, 2)] }), { is: 'done' })
      const other = { ...operation, id: 'o2', changes: [mint('i2', ground)] }
      assert.deepEqual(
        await items.apply({ ...other, fences: [entityAt(here, 1, 9)] }),
        { is: 'done' },
        'not saved yet',
      )
    },
  )

  rule('a restored store has districts in nobody’s hands, above every old epoch', async (store) => {
    const { districts } = store
    await districts.claim(at(1, 5))
    await districts.save([{ fence: at(1, 5), rows: [row(7, 1)], gone: [] }])
    await store.restore((async function* () {})())
    assert.deepEqual(await districts.save([{ fence: at(1, 5), rows: [], gone: [] }]), ['stale'])
    assert.equal((await districts.claim(at(1, 5))).is, 'stale')
    assert.deepEqual(await districts.claim(at(1, 7)), { is: 'claimed', rows: [], before: at(1, 6, '') })
  })

  rule('passes asked for at the same time from both sides end in one order', async ({ districts }) => {
    await districts.claim(at(1, 1))
    await districts.claim(at(2, 1))
    const rows = Array.from({ length: 20 }, (_, entity) => row(entity, 1))
    await districts.save([{ fence: at(1, 1), rows: rows.slice(0, 10), gone: [] }])
    await districts.save([{ fence: at(2, 1), rows: rows.slice(10), gone: [] }])
    const answers = await Promise.all(
      rows.map((one, entity) =>
        districts.pass([{ ...one, from: at(entity < 10 ? 1 : 2, 1), to: entity < 10 ? 2 : 1 }]),
      ),
    )
    assert.deepEqual(new Set(answers.flat().map(({ is }) => is)), new Set(['done']))
    const names = (await rowsOf(districts, at(1, 1))) as string[]
    assert.deepEqual(
      names,
      rows
        .slice(10)
        .map(({ entity }) => `${entity}/2:`)
        .sort(),
    )
  })
}
