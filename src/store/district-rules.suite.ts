import assert from 'node:assert/strict'
import { test } from 'node:test'
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
    assert.deepEqual(await districts.claim(at(1, 3)), { is: 'claimed', rows: [] })
    assert.deepEqual(await districts.claim(at(1, 3)), { is: 'claimed', rows: [] })
    assert.deepEqual(await districts.claim(at(1, 3, 'b')), { is: 'stale', epoch: 3, holder: 'a' })
    assert.deepEqual(await districts.claim(at(1, 2, 'b')), { is: 'stale', epoch: 3, holder: 'a' })
    assert.equal((await districts.claim(at(1, 4, 'b'))).is, 'claimed')
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
    assert.equal((await districts.claim(at(1, 5, 'b'))).is, 'claimed')
  })

  test('ids are given once', async () => {
    const districts = await open()
    const first = await districts.reserveIds(100)
    assert.ok(first >= 1)
    assert.ok((await districts.reserveIds(1)) >= first + 100)
  })
}
