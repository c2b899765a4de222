import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pair } from 'shardless/lab'
import { type Persistence, TradeRefused } from 'shardless/server'
import type { town } from './game/town.ts'
import definition from './server.node.ts'

/** Sets up two players beside a lantern burning on the ground, with a store that answers on demand. */
async function besideLantern() {
  const pair = new Pair<typeof town>(definition, { seed: 4 })
  for (const name of ['Ada', 'Bob']) await pair.join({ name })
  const { world, realm } = pair.host
  const [ada, bob] = world.players.values()
  const lantern = world.spawn('lantern', { position: { ...ada.entity!.position }, flight: 0 } as never)
  Object.assign(bob.entity!.position, ada.entity!.position)
  let settle = { done: (): void => {}, refuse: (): void => {} }
  const persistence = {
    lasts: () => true,
    newId: () => 'x',
    holder: () => ({ character: 'ada' }),
    trade: () =>
      new Promise<void>((resolve, reject) => {
        const refused = new TradeRefused({ is: 'refused', why: 'exists', change: 0 })
        settle = { done: resolve, refuse: () => reject(refused) }
      }),
  } as unknown as Persistence
  const pick = async (player: typeof ada): Promise<unknown> =>
    definition.options.requests?.pick({ world, player, realm, ask: {}, persistence } as never)
  const isThere = () => world.get(lantern.id) === lantern
  return { pick, ada, bob, isThere, settle: () => settle }
}

test('a lantern is taken out of the world when it is kept, not before, and by one alone', async () => {
  const { pick, ada, bob, isThere, settle } = await besideLantern()
  const picked = pick(ada)
  assert.ok(isThere())
  await assert.rejects(pick(bob), { name: 'Sorry', message: 'No lantern burns within reach.' })
  settle().done()
  assert.deepEqual(await picked, { carried: 0 })
  assert.ok(!isThere())
})

test('a lantern whose keeping is refused lies where it lay, and the next may have it', async () => {
  const { pick, ada, bob, isThere, settle } = await besideLantern()
  const picked = pick(ada)
  settle().refuse()
  await assert.rejects(picked, { name: 'TradeRefused' })
  assert.ok(isThere())
  const next = pick(bob)
  settle().done()
  await next
  assert.ok(!isThere())
})
