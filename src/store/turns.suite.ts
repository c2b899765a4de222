/**
 * What several clients do to a store, turn by turn: the same for the same seed, so that a store that crashed and
 * was asked again can be compared with one that never did. Each client has characters and items of its own, so the
 * order of the clients' turns makes no difference.
 */
import assert from 'node:assert/strict'
import { Random } from '../core/index.ts'
import { createMemoryStore, type Holder, type ItemChange, type Store } from './index.ts'
import { dumpOf, newAccount, newCharacter, newItem } from './population.suite.ts'

export const CLIENTS = 6
const LANTERNS = 5
const COINS = 1000

const idOf = (client: number, what: string): string => `${client}.${what}`

/** Makes what is there before the first turn. Called twice, it is there once. */
export async function prepare({ accounts, characters, items }: Store): Promise<void> {
  for (let client = 0; client < CLIENTS; client++) {
    const account = idOf(client, 'account')
    await accounts.create(newAccount(account))
    for (const name of ['ada', 'bob']) await characters.create(newCharacter(idOf(client, name), account))
    const isEntered = (await characters.find(idOf(client, 'ada')))?.lease !== undefined
    if (!isEntered) await characters.enter({ id: idOf(client, 'ada'), server: 's1' })
    const changes: ItemChange[] = [
      {
        do: 'mint',
        item: newItem(idOf(client, 'coins-0'), holders(client)[0], { kind: 'coin', quantity: COINS }),
      },
    ]
    for (let index = 0; index < LANTERNS; index++) {
      changes.push({
        do: 'mint',
        item: newItem(idOf(client, `lantern-${index}`), holders(client)[index % 3]),
      })
    }
    await items.apply({ id: idOf(client, 'prepare'), at: 1, changes })
  }
}

/** Takes one client's turn, which always has the same result: a trade, and at times an account and a checkpoint. */
export async function takeTurn(store: Store, seed: number, client: number, turn: number): Promise<void> {
  const random = new Random(seed * 1_000_003 + client * 10_007 + turn)
  const changes = Array.from({ length: random.integer(1, 3) }, () => anyChange(random, client))
  const checkpoint = {
    id: idOf(client, 'ada'),
    epoch: 1,
    at: turn,
    map: 'meadow',
    position: [turn, client],
    state: Uint8Array.of(turn),
  }
  const checkpoints = random.chance(0.3) ? [checkpoint] : []
  await store.items.apply({ id: idOf(client, `turn-${turn}`), at: turn, changes, checkpoints })
  if (turn % 3 === 0) {
    const made = await store.accounts.create(newAccount(idOf(client, `friend-${turn}`), { at: turn }))
    assert.equal(made.is, 'created')
  }
  if (turn % 5 === 0) assert.deepEqual(await store.characters.checkpoint([checkpoint]), { stale: [] })
}

/** Asserts that a store holds the outcome of `turns[client]` turns of each client, no more and no less. */
export async function assertTurnsTaken(store: Store, seed: number, turns: readonly number[]): Promise<void> {
  const model = createMemoryStore()
  await prepare(model)
  for (const [client, count] of turns.entries()) {
    for (let turn = 0; turn < count; turn++) await takeTurn(model, seed, client, turn)
  }
  assert.deepEqual(await dumpOf(store), await dumpOf(model), `seed ${seed}`)
  assert.deepEqual(
    (await store.items.census()).map(({ kind, quantity }) => [kind, quantity]),
    [
      ['coin', CLIENTS * COINS],
      ['lantern', CLIENTS * LANTERNS],
    ],
    `seed ${seed}`,
  )
}

function holders(client: number): [Holder, Holder, Holder] {
  return [
    { character: idOf(client, 'ada') },
    { character: idOf(client, 'bob') },
    { place: idOf(client, 'ground') },
  ]
}

function anyChange(random: Random, client: number): ItemChange {
  const from = random.pick(holders(client))
  const to = random.pick(holders(client))
  const coins = (): string => idOf(client, `coins-${random.integer(0, 3)}`)
  switch (random.integer(0, 3)) {
    case 0:
      return { do: 'split', id: coins(), from, quantity: random.integer(1, 300), into: coins(), to }
    case 1:
      return { do: 'merge', id: coins(), from, into: coins() }
    case 2:
      return { do: 'move', id: coins(), from, to }
    default:
      return { do: 'move', id: idOf(client, `lantern-${random.integer(0, LANTERNS - 1)}`), from, to }
  }
}
