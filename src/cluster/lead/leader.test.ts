import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import type { ClusterMember, DirectoryView, DistrictEpoch } from '../directory/directory.ts'
import { Leader } from './leader.ts'

const member = (name: string, ahead: readonly DistrictEpoch[] = []): ClusterMember => ({
  ...{ name, role: 'region', address: '', isDraining: false },
  ...{ followers: [], load: [], tickShare: 0, ahead },
})

/** A directory that gives district 1 to a at epoch 3, over revision 7. */
const viewOf = (...members: ClusterMember[]): DirectoryView => ({
  ...{ members, leader: 'a' },
  assignments: [{ district: 1, owner: 'a', epoch: 3, movingTo: '', revision: 7 }],
})

function decided(view: DirectoryView, stored = 3) {
  const leader = new Leader({ districts: [1], neighboursOf: () => [] })
  leader.look(view, instant(0))
  return leader.decide(view, [{ district: 1, epoch: stored, holder: 'a' }], instant(0))
}

test('[K2] where members listen to nobody below an epoch that nobody has, the owner begins a new one above', () => {
  assert.deepEqual(decided(viewOf(member('a'), member('b'))), [])
  assert.deepEqual(decided(viewOf(member('a'), member('b', [{ district: 1, epoch: 5 }]))), [
    { assignment: { district: 1, owner: 'a', epoch: 6, movingTo: '' }, revision: 7 },
  ])
})

test('[K2] a member that says what the directory or the store has by now changes nothing', () => {
  assert.deepEqual(decided(viewOf(member('a'), member('b', [{ district: 1, epoch: 3 }]))), [])
  const moved = { ...viewOf(member('a'), member('b', [{ district: 1, epoch: 4 }])) }
  const moving = { ...moved, assignments: [{ ...moved.assignments[0], movingTo: 'b' }] }
  const leader = new Leader({ districts: [1], neighboursOf: () => [] })
  leader.look(moving, instant(0))
  assert.deepEqual(leader.decide(moving, [{ district: 1, epoch: 4, holder: 'b' }], instant(0)), [
    { assignment: { district: 1, owner: 'b', epoch: 4, movingTo: '' }, revision: 7 },
  ])
})
