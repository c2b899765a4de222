import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import { type ClusterMember, MEMBER_TTL_MS } from './directory.ts'
import { DirectoryBook } from './directory-book.ts'

const member = (name: string): ClusterMember => ({
  ...{ name, role: 'region', address: '', isDraining: false, followers: [], load: [], tickShare: 0 },
})
const assignment = { district: 4, owner: 'a', epoch: 7, movingTo: '' }

test('a member is listed until it has not renewed for the TTL', () => {
  const book = new DirectoryBook()
  book.renew(member('a'), instant(0))
  book.renew(member('b'), instant(500))
  const names = (now: number): string[] => book.look(instant(now)).members.map(({ name }) => name)
  assert.deepEqual(names(MEMBER_TTL_MS - 1), ['a', 'b'])
  assert.deepEqual(names(MEMBER_TTL_MS), ['b'])
  book.leave('b')
  assert.deepEqual(names(MEMBER_TTL_MS), [])
})

test('an assignment is written over the revision it was read at, and no other', () => {
  const book = new DirectoryBook()
  assert.equal(book.assign(assignment, 1), false)
  assert.equal(book.assign(assignment, 0), true)
  assert.equal(book.assign({ ...assignment, owner: 'b' }, 0), false)
  const [{ revision }] = book.look(instant(0)).assignments
  assert.equal(book.assign({ ...assignment, owner: 'b' }, revision), true)
  assert.equal(book.look(instant(0)).assignments[0].owner, 'b')
})

test('one leads until it stops renewing, and then another may', () => {
  const book = new DirectoryBook()
  assert.equal(book.lead('a', instant(0)), true)
  assert.equal(book.lead('b', instant(900)), false)
  assert.equal(book.lead('a', instant(900)), true)
  assert.equal(book.lead('b', instant(900 + MEMBER_TTL_MS)), true)
  assert.equal(book.look(instant(1950)).leader, 'b')
})

test('what was forgotten is written anew, and revisions begin again', () => {
  const book = new DirectoryBook()
  book.assign(assignment, 0)
  book.forget()
  assert.deepEqual(book.look(instant(0)).assignments, [])
  assert.equal(book.assign(assignment, 0), true)
  assert.equal(book.look(instant(0)).assignments[0].revision, 1)
})

test('a member that says to be late stays listed for twice that longer, up to 4 s; so does its lead', () => {
  for (const [lateMs, more] of [
    [0, 0],
    [700, 1400],
    [60_000, 4000],
  ]) {
    const book = new DirectoryBook()
    book.renew({ ...member('a'), lateMs }, instant(0))
    assert.equal(book.lead('a', instant(0)), true)
    const end = MEMBER_TTL_MS + more
    assert.equal(book.look(instant(end - 1)).leader, 'a')
    assert.equal(book.look(instant(end - 1)).members.length, 1)
    assert.equal(book.lead('b', instant(end)), true)
    assert.deepEqual(book.look(instant(end)).members, [])
  }
})
