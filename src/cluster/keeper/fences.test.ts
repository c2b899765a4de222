import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fences } from './fences.ts'

test('[K3] nothing is listened to from a lower epoch of the district or a lower hop of the entity', () => {
  const fences = new Fences()
  fences.raise(1, 4)
  assert.equal(fences.accept({ district: 1, epoch: 3 }, 7, 9), false)
  assert.equal(fences.accept({ district: 1, epoch: 4 }, 7, 9), true)
  assert.equal(fences.accept({ district: 1, epoch: 5 }, 7, 8), false)
  assert.equal(fences.accept({ district: 1, epoch: 5 }, 7, 10), true)
  assert.equal(fences.accept({ district: 1, epoch: 4 }, 7, 11), false, 'a newer owner was heard of')
  assert.equal(fences.refused, 3)
  assert.equal(fences.raise(1, 4), false)
})

test('[K3] who has just begun listens to nobody of whose district it knows nothing', () => {
  const fences = new Fences()
  assert.equal(fences.accept({ district: 1, epoch: 4 }, 7, 1), false)
  const assignment = { district: 1, owner: 'a', epoch: 4, movingTo: '', revision: 1 }
  fences.view({ members: [], assignments: [assignment], leader: '' })
  assert.equal(fences.accept({ district: 1, epoch: 4 }, 7, 1), true)
})

test('[K2] it says which floors are above what the directory says, also where that says nothing', () => {
  const fences = new Fences()
  const view = (...epochs: number[]) => ({
    ...{ members: [], leader: '' },
    assignments: epochs.map((epoch, district) => ({
      district,
      owner: 'a',
      epoch,
      movingTo: '',
      revision: 1,
    })),
  })
  fences.view(view(3, 4, 5))
  assert.deepEqual(fences.ahead(view(3, 5, 5)), [])
  assert.deepEqual(fences.ahead(view(3, 3)), [
    { district: 1, epoch: 4 },
    { district: 2, epoch: 5 },
  ])
})
