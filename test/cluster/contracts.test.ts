/** The contracts that the processes of a cluster meet in: any directory and any store will do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Directory,
  DirectoryBook,
  DistrictGrid,
  MEMBER_TTL_MS,
  RENEWAL_MS,
} from '../../src/cluster/index.ts'
import { instant } from '../../src/core/index.ts'
import { createMemoryDistricts, DistrictTable } from '../../src/store/index.ts'

/** A directory within one process. */
function directoryOf(book: DirectoryBook, now: () => number): Directory {
  return {
    renew: async (member) => book.renew(member, instant(now())),
    leave: async (name) => book.leave(name),
    look: async () => book.look(instant(now())),
    assign: async (assignment, revision) => book.assign(assignment, revision),
    lead: async (name) => book.lead(name, instant(now())),
  }
}

test('a region that is assigned a district owns it once the store says so', async () => {
  const directory = directoryOf(new DirectoryBook(), () => 0)
  const districts = createMemoryDistricts()
  const grid = new DistrictGrid({ width: 512, height: 256, cellSize: 32 })
  assert.ok(await directory.lead('a'))
  for (let district = 0; district < grid.size; district++)
    assert.ok(await directory.assign({ district, owner: 'a', epoch: 1, movingTo: '' }, 0))
  for (const { district, epoch, owner } of (await directory.look()).assignments)
    assert.equal((await districts.claim({ district, epoch, holder: owner })).is, 'claimed')
  assert.equal((await districts.holders()).length, 2)
})

test('a member renews well within the time it stays listed', () => {
  assert.ok(RENEWAL_MS * 3 < MEMBER_TTL_MS)
})

test('a copy of what districts hold goes its own way', () => {
  const table = new DistrictTable()
  table.claim({ district: 1, epoch: 1, holder: 'a' })
  const copy = table.copy()
  table.claim({ district: 1, epoch: 2, holder: 'b' })
  assert.equal(copy.claim({ district: 1, epoch: 1, holder: 'a' }).is, 'claimed')
})
