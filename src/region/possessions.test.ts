import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Item, Items } from '../store/index.ts'
import type { Player } from '../world/index.ts'
import { Possessions } from './possessions.ts'

/** A player whose items are read when the test says so. */
function reading() {
  const answers: ((ids: readonly string[] | undefined) => void)[] = []
  const list = (): Promise<readonly Item[]> =>
    new Promise((resolve, reject) =>
      answers.push((ids) => (ids ? resolve(ids.map((id) => ({ id }) as Item)) : reject(new Error('away')))),
    )
  const possessions = new Possessions({ list } as Partial<Items> as Items)
  const player = { items: [] as readonly Item[], character: { id: 'c' } } as unknown as Player
  return { answers, possessions, player, ids: () => player.items.map(({ id }) => id) }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('[K23] of two readings the one that began later counts, whichever is answered first', async () => {
  const { answers, possessions, player, ids } = reading()
  const both = [possessions.read(player), possessions.read(player)]
  answers[1](['a', 'b'])
  await turn()
  answers[0](['a'])
  await Promise.all(both)
  assert.deepEqual(ids(), ['a', 'b'])
})

test('[K23] a reading that began before the last doubt settles nothing', async () => {
  const { answers, possessions, player, ids } = reading()
  const first = possessions.read(player)
  possessions.doubt(player)
  answers[0]([])
  await first
  assert.equal(possessions.areDoubtful(player), true)
  answers[1](['a'])
  await turn()
  assert.deepEqual([possessions.areDoubtful(player), ids()], [false, ['a']])
})

test('[K23] what is doubtful is read again each second until the store answers', async () => {
  const { answers, possessions, player, ids } = reading()
  possessions.doubt(player)
  answers[0](undefined)
  await turn()
  for (const now of [5000, 5999]) possessions.advance(now)
  assert.equal(answers.length, 1)
  possessions.advance(6000)
  answers[1](['a'])
  await turn()
  assert.deepEqual([possessions.areDoubtful(player), ids()], [false, ['a']])
  for (const now of [7000, 9000, 11_000]) possessions.advance(now)
  assert.equal(answers.length, 2)
})

test('[K23] items are unsettled as long as an operation is under way', () => {
  const { possessions, player } = reading()
  assert.equal(possessions.areUnsettled(player), false)
  possessions.begin(player)
  assert.deepEqual([possessions.areUnsettled(player), possessions.areDoubtful(player)], [true, false])
  possessions.end(player)
  assert.equal(possessions.areUnsettled(player), false)
})
