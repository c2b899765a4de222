import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '../../core/index.ts'
import type { ClusterMember } from '../directory/directory.ts'
import { Balance } from './balance.ts'

const region = (
  name: string,
  districts: readonly (readonly [number, number])[],
  more = {},
): ClusterMember => ({
  ...{ name, role: 'region', address: '', isDraining: false, followers: [], tickShare: 0.1 },
  load: districts.map(([district, cpuMs]) => ({ district, epoch: 1, cpuMs, entities: 1, players: 1 })),
  ...more,
})
const assigned = (owners: Readonly<Record<number, string>>, movingTo = '') =>
  Object.entries(owners).map(([district, owner]) => ({
    ...{ district: Number(district), owner, epoch: 1, movingTo, revision: 7 },
  }))
const none = (): number[] => []

test('a region that has nothing is given the costliest district of whoever has most', () => {
  const balance = new Balance(none, { spreads: true })
  const regions = [
    region('a', [
      [1, 2],
      [2, 5],
      [3, 1],
    ]),
    region('b', [[4, 9]]),
    region('c', []),
  ]
  const assignments = assigned({ 1: 'a', 2: 'a', 3: 'a', 4: 'b' })
  const [move, ...rest] = balance.decide(assignments, regions, instant(10_000))
  assert.deepEqual(rest, [])
  const assignment = { district: 2, owner: 'a', epoch: 1, movingTo: 'c' }
  assert.deepEqual(move, { assignment, revision: 7 })
  assert.deepEqual(balance.decide(assignments, regions, instant(12_000)), [], 'not before the next round')
})

test('nothing is spread where each has one, where one is moving, or to whoever goes', () => {
  const regions = [
    region('a', [
      [1, 2],
      [2, 2],
    ]),
    region('b', [[3, 1]]),
  ]
  const fresh = (): Balance => new Balance(none, { spreads: true })
  assert.deepEqual(fresh().decide(assigned({ 1: 'a', 2: 'a', 3: 'b' }), regions, instant(0)), [])
  const idle = [...regions, region('c', [])]
  assert.deepEqual(fresh().decide(assigned({ 1: 'a', 2: 'a', 3: 'b' }, 'b'), idle, instant(0)), [])
  const going = [...regions, region('c', [], { isDraining: true })]
  assert.deepEqual(fresh().decide(assigned({ 1: 'a', 2: 'a', 3: 'b' }), going, instant(0)), [])
  assert.deepEqual(new Balance(none).decide(assigned({ 1: 'a', 2: 'a', 3: 'b' }), idle, instant(0)), [])
})

test('who goes gives its districts to the least loaded, one at a time', () => {
  const regions = [
    region(
      'a',
      [
        [1, 1],
        [2, 1],
      ],
      { isDraining: true },
    ),
    region('b', [[3, 4]]),
    region('c', [[4, 2]]),
  ]
  const moves = new Balance(none).decide(assigned({ 1: 'a', 2: 'a', 3: 'b', 4: 'c' }), regions, instant(0))
  assert.deepEqual(
    moves.map(({ assignment }) => [assignment.district, assignment.movingTo]),
    [[1, 'c']],
  )
})

test('[K22] who is still taking a district gets no other one; what is on its way counts', () => {
  const going = region(
    'a',
    [
      [1, 3],
      [2, 1],
    ],
    { isDraining: true },
  )
  const regions = [going, region('b', [[3, 4]]), region('c', [])]
  const balance = new Balance(none)
  const to = (owners: Readonly<Record<number, string>>): unknown =>
    balance.decide(assigned(owners), regions, instant(0)).map(({ assignment }) => assignment.movingTo)
  assert.deepEqual(to({ 1: 'a', 2: 'a', 3: 'b' }), ['c'])
  assert.deepEqual(to({ 1: 'c', 2: 'a', 3: 'b' }), ['b'], 'c has not told of 1 yet')
  regions[2] = region('c', [[1, 3]])
  assert.deepEqual(to({ 1: 'c', 2: 'a', 3: 'b' }), ['c'])
  assert.deepEqual(to({ 1: 'c', 2: 'a', 3: 'b', 4: 'b' }), ['c'], 'b is taking 4')
})

test('[K22] who goes gives away one at a time, and nothing to whom another is on its way; that counts where it goes', () => {
  const going = region('a', [[1, 1]], { isDraining: true })
  const to = (
    regions: readonly ClusterMember[],
    owners: Readonly<Record<number, string>>,
    moving: Readonly<Record<number, string>> = {},
  ): unknown =>
    new Balance(none)
      .decide(
        assigned(owners).map((one) => ({ ...one, movingTo: moving[one.district] ?? '' })),
        [going, ...regions],
        instant(0),
      )
      .map(({ assignment: { district, movingTo } }) => `${district} to ${movingTo}`)
  const b = region('b', [
    [3, 5],
    [5, 3],
  ])
  const [c, e] = [region('c', []), region('e', [[4, 6]])]
  assert.deepEqual(to([b, c], { 1: 'a', 2: 'a', 3: 'b', 5: 'b' }, { 1: 'b' }), [], '1 is on its way')
  assert.deepEqual(to([b, c], { 1: 'a', 3: 'b', 5: 'b' }), ['1 to c'])
  assert.deepEqual(to([b, c], { 1: 'a', 3: 'b', 5: 'b' }, { 5: 'c' }), ['1 to b'], 'c is given 5')
  assert.deepEqual(
    to([b, e, c], { 1: 'a', 3: 'b', 4: 'e', 5: 'b' }, { 5: 'c' }),
    ['1 to b'],
    'b gives 5 away',
  )
  assert.deepEqual(to([b, e], { 1: 'a', 3: 'b', 4: 'e', 5: 'b' }), ['1 to e'])
})

test('[K22] whoever wants to go is given nothing to cool another', () => {
  for (const isDraining of [false, true]) {
    const balance = new Balance(() => [3])
    const hot = region(
      'a',
      [
        [1, 5],
        [2, 5],
      ],
      { tickShare: 0.9 },
    )
    const regions = [hot, region('b', [[3, 1]], { isDraining }), region('c', [[4, 1]])]
    // While one of its districts is on its way it gives no other.
    const assignments = assigned({ 1: 'a', 2: 'a', 3: 'b', 4: 'c' }).map((one) =>
      one.district === 3 ? { ...one, movingTo: 'c' } : one,
    )
    const moves = [0, 5000, 10_000].flatMap((at) => balance.decide(assignments, regions, instant(at)))
    assert.deepEqual(
      moves.map(({ assignment }) => assignment.movingTo),
      isDraining ? [] : ['b'],
    )
  }
})
