import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ShardlessError } from '../core/index.ts'
import {
  BOUNDS,
  type Character,
  type Checkpoint,
  createMemoryStore,
  type Holder,
  type Item,
  type ItemChange,
  type NewAccount,
  type NewCharacter,
  type Operation,
  type Store,
} from './index.ts'

/** One implementation of the store, as the suite drives it. */
export interface StoreUnderTest {
  readonly name: string
  /** Why it cannot be had on this machine; undefined where it can. */
  readonly missing?: string
  /** Before the first test and after the last. */
  begin?(): Promise<void>
  end?(): Promise<void>
  /** A new, empty store. */
  open(): Promise<Store>
  /** The last opened store's data again; left out where it ends with the store. */
  openAgain?(): Promise<Store>
}

const empty = new Uint8Array()

export const newAccount = (id: string, more: Partial<NewAccount> = {}): NewAccount => ({
  id,
  name: id.toUpperCase(),
  nameKey: id,
  passwordHash: `hash of ${id}`,
  role: 'player',
  at: 1000,
  ...more,
})

export const newCharacter = (
  id: string,
  accountId: string,
  more: Partial<NewCharacter> = {},
): NewCharacter => ({
  id,
  accountId,
  name: id.toUpperCase(),
  nameKey: id,
  map: '',
  position: [],
  state: empty,
  at: 1000,
  perAccountMax: 5,
  ...more,
})

export const newItem = (id: string, holder: Holder, more: Partial<Item> = {}): Item => ({
  id,
  kind: 'lantern',
  quantity: 1,
  data: empty,
  holder,
  ...more,
})

const ground: Holder = { place: 'meadow' }
const mint = (id: string, holder: Holder, more: Partial<Item> = {}): ItemChange => ({
  do: 'mint',
  item: newItem(id, holder, more),
})
const checkpointOf = (id: string, epoch: number, more: Partial<Checkpoint> = {}): Checkpoint => ({
  id,
  epoch,
  map: 'meadow',
  position: [1.5, -2, 1e-7],
  state: Uint8Array.of(1, 2, 3),
  at: 2000,
  ...more,
})

/** The rules that every store keeps. */
export function storeSuite(store: StoreUnderTest): void {
  describe(`a store (${store.name})`, { skip: store.missing ?? false }, () => {
    before(async () => store.begin?.())
    after(async () => store.end?.())
    const rule = (title: string, play: (opened: Store) => Promise<void>): void => {
      test(title, async () => {
        const opened = await store.open()
        try {
          await play(opened)
        } finally {
          await opened.close()
        }
      })
    }
    accountRules(rule)
    characterRules(rule)
    itemRules(rule)
    smallRules(rule)
    dumpRules(rule)

    if (store.openAgain === undefined) return
    test('what was answered is there when the store is opened again', async () => {
      const first = await store.open()
      await population(first)
      const rows = await dumpOf(first)
      await first.close()
      const second = await store.openAgain!()
      assert.deepEqual(await dumpOf(second), rows)
      await second.close()
    })
    test('a request that was asked before close is answered', async () => {
      const first = await store.open()
      const asked = [1, 2, 3].map((number) => first.accounts.create(newAccount(`a${number}`)))
      await first.close()
      assert.deepEqual(
        (await Promise.all(asked)).map(({ is }) => is),
        ['created', 'created', 'created'],
      )
      const second = await store.openAgain!()
      assert.equal(await second.accounts.count(), 3)
      await second.close()
    })
  })
}

type Rule = (title: string, play: (store: Store) => Promise<void>) => void

function accountRules(rule: Rule): void {
  rule('an account is found by id and by name key, as it was made', async ({ accounts }) => {
    const made = await accounts.create(newAccount('ada', { name: 'Ada \u{1f3ee}', role: 'owner' }))
    const expected = {
      id: 'ada',
      name: 'Ada \u{1f3ee}',
      nameKey: 'ada',
      passwordHash: 'hash of ada',
      role: 'owner',
      ban: undefined,
      generation: 1,
      createdAt: 1000,
      lastLoginAt: undefined,
    }
    assert.deepEqual(made, { is: 'created', account: expected })
    assert.deepEqual(await accounts.find('ada'), expected)
    assert.deepEqual(await accounts.findByKey('ada'), expected)
    assert.equal(await accounts.find('Ada'), undefined)
    assert.equal(await accounts.findByKey('ad'), undefined)
  })

  rule(
    'a name key belongs to one account, and so does an id; the same request again is answered as before',
    async ({ accounts }) => {
      await accounts.create(newAccount('ada'))
      assert.deepEqual(await accounts.create(newAccount('bob', { nameKey: 'ada' })), {
        is: 'taken',
        what: 'name',
      })
      assert.deepEqual(await accounts.create(newAccount('ada', { nameKey: 'bob' })), {
        is: 'taken',
        what: 'id',
      })
      assert.equal((await accounts.create(newAccount('ada', { at: 5000 }))).is, 'created')
      assert.equal((await accounts.find('ada'))?.createdAt, 1000)
      assert.equal(await accounts.count(), 1)
    },
  )

  rule('of many who ask for one name at once, one gets it', async ({ accounts }) => {
    const ids = Array.from({ length: 20 }, (_, index) => `a${index}`)
    const made = await Promise.all(ids.map((id) => accounts.create(newAccount(id, { nameKey: 'wanted' }))))
    assert.equal(made.filter(({ is }) => is === 'created').length, 1)
    assert.equal(await accounts.count(), 1)
  })

  rule('a guest has no password, and gets one with a name', async ({ accounts }) => {
    await accounts.create(newAccount('guest', { passwordHash: undefined }))
    await accounts.create(newAccount('ada'))
    assert.equal((await accounts.find('guest'))?.passwordHash, undefined)
    assert.equal(await accounts.rename({ id: 'guest', name: 'Ada', nameKey: 'ada' }), 'taken')
    assert.equal(await accounts.rename({ id: 'nobody', name: 'Eve', nameKey: 'eve' }), undefined)
    assert.equal(await accounts.rename({ id: 'nobody', name: 'Ada', nameKey: 'ada' }), undefined)
    for (let repeated = 0; repeated < 2; repeated++) {
      const renamed = await accounts.rename({ id: 'guest', name: 'Eve', nameKey: 'eve' })
      assert.deepEqual(renamed, await accounts.findByKey('eve'))
    }
    assert.equal((await accounts.setPassword({ id: 'guest', passwordHash: 'new' }))?.passwordHash, 'new')
    assert.equal(await accounts.findByKey('guest'), undefined)
  })

  rule(
    'each change answers with the account after it, or undefined where there is none',
    async ({ accounts }) => {
      await accounts.create(newAccount('ada'))
      const ban = { until: 9000, reason: 'shouting', at: 2000 }
      const changes: [() => Promise<unknown>, object][] = [
        [() => accounts.setRole({ id: 'ada', role: 'staff' }), { role: 'staff' }],
        [() => accounts.recordLogin({ id: 'ada', at: 3000 }), { lastLoginAt: 3000 }],
        [
          () => accounts.setPassword({ id: 'ada', passwordHash: 'other' }),
          { passwordHash: 'other', generation: 2 },
        ],
        [() => accounts.ban({ id: 'ada', ban }), { ban, generation: 3 }],
        [
          () => accounts.ban({ id: 'ada', ban: { ...ban, until: undefined } }),
          { ban: { ...ban, until: undefined }, generation: 4 },
        ],
        [() => accounts.unban('ada'), { ban: undefined }],
        [() => accounts.revoke('ada'), { generation: 5 }],
      ]
      for (const [change, expected] of changes) {
        const before = await accounts.find('ada')
        assert.deepEqual(await change(), { ...before, ...expected })
        assert.deepEqual(await accounts.find('ada'), { ...before, ...expected })
      }
      const id = 'nobody'
      assert.equal(await accounts.setRole({ id, role: 'staff' }), undefined)
      assert.equal(await accounts.recordLogin({ id, at: 1 }), undefined)
      assert.equal(await accounts.setPassword({ id, passwordHash: 'x' }), undefined)
      assert.equal(await accounts.ban({ id, ban }), undefined)
      assert.equal(await accounts.unban(id), undefined)
      assert.equal(await accounts.revoke(id), undefined)
      assert.equal(await accounts.delete(id), false)
    },
  )

  rule('accounts are listed by name key in the order of its bytes, page by page', async ({ accounts }) => {
    const keys = ['a', 'a_b', 'ab', 'b', '\u00e9', '\uffee', '\u{1f3ee}']
    for (const [index, nameKey] of [...keys].reverse().entries()) {
      await accounts.create(newAccount(`id${index}`, { nameKey }))
    }
    const seen: string[] = []
    for (let next: string | undefined, turn = 0; turn === 0 || next !== undefined; turn++) {
      const page = await accounts.list({ limit: 2, after: next })
      seen.push(...page.accounts.map(({ nameKey }) => nameKey))
      next = page.next
    }
    assert.deepEqual(seen, keys)
    assert.equal((await accounts.list({ limit: keys.length })).next, undefined)
    assert.equal((await accounts.list({ limit: keys.length - 1 })).next, '\uffee')
  })

  rule('a list is narrowed by prefix, role and bans that hold', async ({ accounts }) => {
    for (const id of ['ada', 'adam', 'bob']) await accounts.create(newAccount(id))
    await accounts.create(newAccount('odd', { nameKey: 'a%d' }))
    await accounts.setRole({ id: 'bob', role: 'staff' })
    await accounts.ban({ id: 'ada', ban: { until: 5000, reason: '', at: 1 } })
    await accounts.ban({ id: 'bob', ban: { until: undefined, reason: '', at: 1 } })
    const list = async (query: object): Promise<string[]> =>
      (await accounts.list({ limit: 10, ...query })).accounts.map(({ nameKey }) => nameKey)
    assert.deepEqual(await list({ prefix: 'ad' }), ['ada', 'adam'])
    assert.deepEqual(await list({ prefix: 'a%' }), ['a%d'])
    assert.deepEqual(await list({ prefix: '' }), ['a%d', 'ada', 'adam', 'bob'])
    assert.deepEqual(await list({ prefix: 'ad', after: 'ada' }), ['adam'])
    assert.deepEqual(await list({ role: 'staff' }), ['bob'])
    assert.deepEqual(await list({ bannedAt: 4999 }), ['ada', 'bob'])
    assert.deepEqual(await list({ bannedAt: 5000 }), ['bob'])
    assert.deepEqual(await list({ bannedAt: 4999, role: 'player' }), ['ada'])
  })

  rule('a deleted account takes its characters and their items with it, and nothing else', async (store) => {
    await population(store)
    assert.equal(await store.accounts.delete('ada'), true)
    assert.equal(await store.accounts.delete('ada'), false)
    assert.deepEqual(await store.characters.list('ada'), [])
    assert.equal(await store.characters.find('ada-1'), undefined)
    assert.deepEqual(await store.items.list({ character: 'ada-1' }), [])
    assert.equal((await store.items.list({ character: 'bob-1' })).length, 1)
    assert.equal((await store.items.list(ground)).length, 1)
    assert.equal((await store.accounts.create(newAccount('ada2', { nameKey: 'ada' }))).is, 'created')
  })
}

function characterRules(rule: Rule): void {
  rule(
    'a character is found by id, name key and account, as it was made',
    async ({ accounts, characters }) => {
      await accounts.create(newAccount('ada'))
      const state = Uint8Array.from({ length: 256 }, (_, index) => index)
      const given = newCharacter('c1', 'ada', { map: 'meadow', position: [0.1, -7, 5e-324, 1e300], state })
      const made = await characters.create(given)
      assert.ok(made.is === 'created')
      const { perAccountMax: _, at, ...kept } = given
      const expected = {
        ...kept,
        createdAt: at,
        savedAt: at,
        lease: undefined,
      }
      assert.deepEqual(made.character, expected)
      assert.deepEqual(await characters.find('c1'), expected)
      assert.deepEqual(await characters.findByKey('c1'), expected)
      assert.deepEqual(await characters.list('ada'), [expected])
      state[0] = 99
      assert.equal((await characters.find('c1'))?.state[0], 0, 'the store has a copy of its own')
    },
  )

  rule(
    'an account has as many characters as it may, and names are taken once',
    async ({ accounts, characters }) => {
      await accounts.create(newAccount('ada'))
      await accounts.create(newAccount('bob'))
      assert.deepEqual(await characters.create(newCharacter('c1', 'nobody')), { is: 'no-account' })
      for (const id of ['c1', 'c2']) {
        assert.equal((await characters.create(newCharacter(id, 'ada', { perAccountMax: 2 }))).is, 'created')
      }
      assert.deepEqual(await characters.create(newCharacter('c3', 'ada', { perAccountMax: 2 })), {
        is: 'full',
      })
      assert.equal(
        (await characters.create(newCharacter('c2', 'ada', { perAccountMax: 2 }))).is,
        'created',
        'again',
      )
      assert.deepEqual(await characters.create(newCharacter('c3', 'bob', { nameKey: 'c1' })), {
        is: 'taken',
        what: 'name',
      })
      assert.deepEqual(await characters.create(newCharacter('c1', 'bob', { nameKey: 'c3' })), {
        is: 'taken',
        what: 'id',
      })
      assert.deepEqual(await characters.create(newCharacter('c1', 'bob')), { is: 'taken', what: 'name' })
      const crowd = Array.from({ length: 10 }, (_, index) =>
        newCharacter(`b${index}`, 'bob', { perAccountMax: 3 }),
      )
      const made = await Promise.all(crowd.map((one) => characters.create(one)))
      assert.equal(made.filter(({ is }) => is === 'created').length, 3)
      assert.equal((await characters.list('bob')).length, 3)
    },
  )

  rule(
    'a character is in the world for one server; the next entry takes over and tells whose lease ended',
    async (store) => {
      const { characters } = store
      await population(store)
      const first = await characters.enter({ id: 'ada-1', server: 's1' })
      assert.ok(first.is === 'entered')
      assert.deepEqual(first.displaced, [])
      assert.deepEqual(first.character.lease, { server: 's1', epoch: 1 })
      assert.deepEqual(await characters.enter({ id: 'ada-1', server: 's2', onlyIfFree: true }), {
        is: 'held',
        by: { character: 'ada-1', server: 's1', epoch: 1 },
      })
      const second = await characters.enter({ id: 'ada-1', server: 's2' })
      assert.ok(second.is === 'entered')
      assert.deepEqual(second.displaced, [{ character: 'ada-1', server: 's1', epoch: 1 }])
      assert.deepEqual(second.character.lease, { server: 's2', epoch: 2 })
      assert.deepEqual(await characters.enter({ id: 'nobody', server: 's1' }), { is: 'unknown' })
    },
  )

  rule('an account has one character in the world, or more where the game lets it', async (store) => {
    const { characters } = store
    await population(store)
    await characters.enter({ id: 'ada-1', server: 's1' })
    const held = await characters.enter({ id: 'ada-2', server: 's1', onlyIfFree: true })
    assert.equal(held.is, 'held')
    const other = await characters.enter({ id: 'ada-2', server: 's1' })
    assert.ok(other.is === 'entered')
    assert.deepEqual(other.displaced, [{ character: 'ada-1', server: 's1', epoch: 1 }])
    assert.equal((await characters.find('ada-1'))?.lease, undefined)
    await characters.enter({ id: 'ada-1', server: 's1', besideOthers: true })
    const both = (await characters.heldBy('s1')).map(({ id, lease }) => [id, lease?.epoch])
    assert.deepEqual(both, [
      ['ada-1', 2],
      ['ada-2', 1],
    ])
  })

  rule(
    'of many entries at once each gets an epoch of its own, and the last of them the lease',
    async (store) => {
      await population(store)
      const servers = Array.from({ length: 12 }, (_, index) => `s${index}`)
      const entries = await Promise.all(
        servers.map((server) => store.characters.enter({ id: 'ada-1', server })),
      )
      const leases = entries.map((entry) => (entry.is === 'entered' ? entry.character.lease! : assert.fail()))
      assert.deepEqual(
        leases.map(({ epoch }) => epoch).sort((a, b) => a - b),
        servers.map((_, index) => index + 1),
      )
      assert.deepEqual(
        (await store.characters.find('ada-1'))?.lease,
        leases.find(({ epoch }) => epoch === servers.length),
      )
    },
  )

  rule('a checkpoint is saved for who holds the lease, and for nobody else', async (store) => {
    const { characters } = store
    await population(store)
    await characters.enter({ id: 'ada-1', server: 's1' })
    await characters.enter({ id: 'bob-1', server: 's1' })
    const saved = await characters.checkpoint([
      checkpointOf('bob-1', 1),
      checkpointOf('ada-1', 1, { map: 'first' }),
      checkpointOf('ada-2', 0),
      checkpointOf('nobody', 1),
      checkpointOf('bob-1', 2),
      checkpointOf('ada-1', 1),
    ])
    assert.deepEqual(saved, { stale: ['ada-2', 'nobody', 'bob-1'] })
    for (const id of ['ada-1', 'bob-1']) {
      const { map, position, state, savedAt } = (await characters.find(id))!
      assert.deepEqual(
        { map, position, state, savedAt },
        {
          map: 'meadow',
          position: [1.5, -2, 1e-7],
          state: Uint8Array.of(1, 2, 3),
          savedAt: 2000,
        },
      )
    }
    await characters.enter({ id: 'ada-1', server: 's2' })
    assert.deepEqual(await characters.checkpoint([checkpointOf('ada-1', 1, { map: 'late' })]), {
      stale: ['ada-1'],
    })
    assert.equal((await characters.find('ada-1'))?.map, 'meadow')
    assert.deepEqual(await characters.checkpoint([]), { stale: [] })
  })

  rule(
    'leaving saves and gives the lease back; a second time, or with an old epoch, it does nothing',
    async (store) => {
      const { characters } = store
      await population(store)
      await characters.enter({ id: 'ada-1', server: 's1' })
      assert.equal(await characters.leave(checkpointOf('ada-1', 2)), false)
      assert.equal(await characters.leave(checkpointOf('ada-1', 1, { at: 7000 })), true)
      assert.equal(await characters.leave(checkpointOf('ada-1', 1)), false)
      const { savedAt, lease } = (await characters.find('ada-1'))!
      assert.deepEqual([savedAt, lease], [7000, undefined])
      await characters.enter({ id: 'ada-1', server: 's1' })
      assert.equal(await characters.release({ id: 'ada-1', epoch: 1 }), false)
      assert.equal(await characters.release({ id: 'ada-1', epoch: 2 }), true)
      assert.equal(await characters.release({ id: 'ada-1', epoch: 2 }), false)
      assert.equal(await characters.release({ id: 'nobody', epoch: 0 }), false)
      assert.equal((await characters.find('ada-1'))?.savedAt, 7000)
    },
  )

  rule("a dead server's leases are ended all at once, and what it still sends is stale", async (store) => {
    const { characters } = store
    await population(store)
    await characters.enter({ id: 'ada-1', server: 's1' })
    await characters.enter({ id: 'bob-1', server: 's1' })
    assert.equal(await characters.releaseServer('s2'), 0)
    assert.equal(await characters.releaseServer('s1'), 2)
    assert.deepEqual(await characters.heldBy('s1'), [])
    assert.deepEqual(await characters.checkpoint([checkpointOf('ada-1', 1)]), { stale: ['ada-1'] })
    assert.equal(await characters.releaseServer('s1'), 0)
  })

  rule('a deleted character takes what it holds with it', async (store) => {
    await population(store)
    assert.equal(await store.characters.delete('ada-1'), true)
    assert.equal(await store.characters.delete('ada-1'), false)
    assert.deepEqual(await store.items.list({ character: 'ada-1' }), [])
    assert.deepEqual(
      (await store.characters.list('ada')).map(({ id }) => id),
      ['ada-2'],
    )
  })
}

function itemRules(rule: Rule): void {
  const ada: Holder = { character: 'ada-1' }
  const bob: Holder = { character: 'bob-1' }
  const doing = (id: string, ...changes: ItemChange[]): Operation => ({ id, at: 3000, changes })
  const done = { is: 'done' } as const
  const refused = (why: string, change = 0): object => ({ is: 'refused', why, change })

  rule('an item is minted, moved, rewritten and destroyed, and is where it was put', async (store) => {
    const { items } = store
    await population(store)
    const sword = newItem('sword', ada, { kind: 'sword', data: Uint8Array.of(0, 255) })
    assert.deepEqual(await items.apply(doing('o1', { do: 'mint', item: sword })), done)
    assert.deepEqual(await items.find('sword'), sword)
    assert.deepEqual(await items.apply(doing('o2', { do: 'move', id: 'sword', from: ada, to: bob })), done)
    const data = Uint8Array.of(7)
    assert.deepEqual(await items.apply(doing('o3', { do: 'rewrite', id: 'sword', from: bob, data })), done)
    assert.deepEqual(await items.find('sword'), { ...sword, holder: bob, data })
    assert.deepEqual(
      (await items.list(bob)).map(({ id }) => id),
      ['bob-lantern', 'sword'],
    )
    assert.deepEqual(await items.apply(doing('o4', { do: 'destroy', id: 'sword', from: bob })), done)
    assert.equal(await items.find('sword'), undefined)
    assert.deepEqual(await items.census(), [
      { kind: 'coin', items: 1, quantity: 100 },
      { kind: 'lantern', items: 3, quantity: 3 },
    ])
  })

  rule('a stack is split and joined, and the sum stays', async (store) => {
    const { items } = store
    await population(store)
    const split = (quantity: number): ItemChange => ({
      do: 'split',
      id: 'coins',
      from: ada,
      quantity,
      into: 'coins-2',
      to: bob,
    })
    assert.deepEqual(await items.apply(doing('o1', split(100))), refused('too-few'))
    assert.deepEqual(await items.apply(doing('o2', split(99))), done)
    assert.deepEqual(await items.apply(doing('o3', split(1))), refused('exists'))
    assert.deepEqual(
      [(await items.find('coins'))?.quantity, (await items.find('coins-2'))?.quantity],
      [1, 99],
    )
    const merge: ItemChange = { do: 'merge', id: 'coins-2', from: bob, into: 'coins' }
    assert.deepEqual(await items.apply(doing('o4', merge)), refused('unlike'))
    const back: ItemChange = { do: 'move', id: 'coins-2', from: bob, to: ada }
    assert.deepEqual(await items.apply(doing('o5', back, { ...merge, from: ada })), done)
    assert.equal((await items.find('coins'))?.quantity, 100)
    assert.equal(await items.find('coins-2'), undefined)
    const self: ItemChange = { do: 'merge', id: 'coins', from: ada, into: 'coins' }
    assert.deepEqual(await items.apply(doing('o6', self)), refused('unlike'))
    const hoard = mint('hoard', ada, { kind: 'coin', quantity: Number.MAX_SAFE_INTEGER - 99 })
    const join: ItemChange = { do: 'merge', id: 'hoard', from: ada, into: 'coins' }
    assert.deepEqual(await items.apply(doing('o7', hoard, join)), refused('too-few', 1))
    assert.equal(await items.find('hoard'), undefined)
  })

  rule('where one change cannot be, none is made, and the first that cannot is named', async (store) => {
    const { items } = store
    await population(store)
    const before = await dumpOf(store)
    const move: ItemChange = { do: 'move', id: 'ada-lantern', from: ada, to: bob }
    const cases: [string, ItemChange, string][] = [
      ['c1', { do: 'move', id: 'nothing', from: ada, to: bob }, 'missing'],
      ['c2', { do: 'move', id: 'bob-lantern', from: ada, to: bob }, 'elsewhere'],
      ['c3', { do: 'move', id: 'bob-lantern', from: bob, to: { character: 'nobody' } }, 'no-holder'],
      ['c4', mint('bob-lantern', bob), 'exists'],
      ['c5', mint('fresh', { character: 'nobody' }), 'no-holder'],
      ['c6', { do: 'destroy', id: 'ada-lantern', from: ada }, 'elsewhere'],
      ['c7', { do: 'merge', id: 'bob-lantern', from: bob, into: 'nothing' }, 'missing'],
      ['c8', { do: 'merge', id: 'coins', from: ada, into: 'bob-lantern' }, 'unlike'],
    ]
    for (const [id, change, why] of cases) {
      assert.deepEqual(await items.apply(doing(id, move, change)), refused(why, 1), why)
    }
    const after = (await dumpOf(store)).filter((line) => !line.includes('"operations"'))
    assert.deepEqual(
      after,
      before.filter((line) => !line.includes('"operations"')),
    )
    assert.deepEqual(await items.list({ place: 'nowhere' }), [])
  })

  rule('an operation asked for again is not done again, and has the same result', async (store) => {
    const { items } = store
    await population(store)
    const there = doing('there', { do: 'move', id: 'ada-lantern', from: ada, to: bob })
    const back = doing('back', { do: 'move', id: 'ada-lantern', from: bob, to: ada })
    const early = doing('early', { do: 'move', id: 'later', from: ground, to: ada })
    assert.deepEqual(await items.apply(early), refused('missing'))
    assert.deepEqual(await items.apply(doing('make', mint('later', ground))), done)
    for (const operation of [there, back, { ...there, at: 9999 }, back, there]) {
      assert.deepEqual(await items.apply(operation), done)
    }
    assert.deepEqual((await items.find('ada-lantern'))?.holder, ada)
    assert.deepEqual(await items.apply(early), refused('missing'), 'a refusal is remembered too')
    assert.deepEqual((await items.find('later'))?.holder, ground)
  })

  rule('an id that was used for something else is refused', async (store) => {
    const { items } = store
    await population(store)
    const changes: ItemChange[] = [
      { do: 'move', id: 'ada-lantern', from: ada, to: bob },
      { do: 'move', id: 'ada-lantern', from: ada, to: ground },
      { do: 'move', id: 'bob-lantern', from: ada, to: bob },
      { do: 'move', id: 'ada-lantern', from: bob, to: bob },
      { do: 'destroy', id: 'ada-lantern', from: ada },
    ]
    assert.deepEqual(await items.apply(doing('o', changes[0])), done)
    for (const change of changes.slice(1)) {
      assert.deepEqual(await items.apply(doing('o', change)), { is: 'mismatch' })
    }
    assert.deepEqual(await items.apply(doing('o', changes[0], changes[0])), { is: 'mismatch' })
    assert.deepEqual((await items.find('ada-lantern'))?.holder, bob)
  })

  rule('of many who reach for one item at once, one gets it', async (store) => {
    const { items } = store
    await population(store)
    const reach = (index: number): Operation =>
      doing(`reach-${index}`, { do: 'move', id: 'ground-lantern', from: ground, to: index % 2 ? ada : bob })
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => items.apply(reach(index))))
    assert.equal(results.filter(({ is }) => is === 'done').length, 1)
    const same = await Promise.all(
      Array.from({ length: 10 }, () => items.apply(doing('same', mint('one', ada)))),
    )
    assert.deepEqual(same, Array(10).fill(done))
    const mints = Array.from({ length: 10 }, (_, index) =>
      items.apply(doing(`mint-${index}`, mint('two', bob))),
    )
    assert.equal((await Promise.all(mints)).filter(({ is }) => is === 'done').length, 1)
  })

  rule(
    'what is done under a lease needs the lease, and saves the character in the same transaction',
    async (store) => {
      const { items, characters } = store
      await population(store)
      await characters.enter({ id: 'ada-1', server: 's1' })
      const buy = (id: string, epoch: number): Operation => ({
        ...doing(id, mint(id, ada)),
        leases: [{ id: 'ada-1', epoch }],
        checkpoints: [checkpointOf('ada-1', epoch, { state: Uint8Array.of(42) })],
      })
      assert.deepEqual(await items.apply(buy('stale', 0)), refused('stale', -1))
      assert.deepEqual((await characters.find('ada-1'))?.state, empty)
      assert.deepEqual(await items.apply(buy('bought', 1)), done)
      assert.deepEqual((await characters.find('ada-1'))?.state, Uint8Array.of(42))
      await characters.release({ id: 'ada-1', epoch: 1 })
      assert.deepEqual(await items.apply(buy('late', 1)), refused('stale', -1))
      assert.deepEqual(await items.apply(buy('bought', 1)), done, 'asked again after the lease')
      const fence = { ...doing('fence', mint('fenced', ada)), leases: [{ id: 'nobody', epoch: 1 }] }
      assert.deepEqual(await items.apply(fence), refused('stale', -1))
      assert.deepEqual(
        (await items.list(ada)).map(({ id }) => id),
        ['ada-lantern', 'bought', 'coins'],
      )
    },
  )

  rule('a forgotten operation is new again, and its items keep it from happening twice', async (store) => {
    const { items } = store
    await population(store)
    const move = { ...doing('old', { do: 'move', id: 'ada-lantern', from: ada, to: bob }), at: 1000 }
    await items.apply(move)
    await items.apply(doing('new', mint('x', ada)))
    const forgotten = await items.forget(3000)
    assert.ok(forgotten >= 1)
    assert.equal(await items.forget(3000), 0)
    assert.deepEqual(await items.apply(move), refused('elsewhere'))
    assert.deepEqual(await items.apply(doing('new', mint('x', ada))), done)
  })

  rule('a census counts beyond what one stack may hold', async (store) => {
    const most = Number.MAX_SAFE_INTEGER
    const changes = Array.from({ length: 100 }, (_, index) => mint(`i${index}`, ground, { quantity: most }))
    for (const id of ['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8', 'o9', 'o10', 'o11']) {
      const own = changes.map((change) =>
        change.do === 'mint'
          ? { ...change, item: { ...change.item, id: `${id}-${change.item.id}` } }
          : change,
      )
      assert.deepEqual(await store.items.apply({ id, at: 1, changes: own }), done)
    }
    const [{ items, quantity }] = await store.items.census()
    assert.equal(items, 1100)
    assert.ok(Math.abs(quantity / (1100 * most) - 1) < 1e-9)
  })
}

function smallRules(rule: Rule): void {
  rule('keys are listed by purpose, oldest first, until they are removed', async ({ keys }) => {
    const key = (id: string, createdAt: number, purpose = 'token') => ({
      id,
      purpose,
      secret: Uint8Array.of(createdAt % 256, 0, 255),
      createdAt,
      expiresAt: createdAt + 500,
    })
    for (const one of [key('k2', 20), key('k1', 10), key('k0', 20), key('other', 5, 'connect')]) {
      assert.equal(await keys.add(one), true)
    }
    assert.equal(await keys.add(key('k1', 99)), false)
    assert.deepEqual(await keys.list('token'), [key('k1', 10), key('k0', 20), key('k2', 20)])
    assert.equal(await keys.remove('k1'), true)
    assert.equal(await keys.remove('k1'), false)
    assert.equal((await keys.list('token')).length, 2)
    assert.deepEqual(await keys.list('nothing'), [])
  })

  rule('bans of addresses are replaced, listed and lifted', async ({ addressBans }) => {
    const ban = { address: '2001:db8::/64', until: 5000, reason: 'flood', at: 1000 }
    await addressBans.set(ban)
    await addressBans.set({ ...ban, address: '203.0.113.7', until: undefined })
    await addressBans.set({ ...ban, reason: 'flood again' })
    assert.deepEqual(await addressBans.find('2001:db8::/64'), { ...ban, reason: 'flood again' })
    assert.deepEqual(
      (await addressBans.list()).map(({ address, until }) => [address, until]),
      [
        ['2001:db8::/64', 5000],
        ['203.0.113.7', undefined],
      ],
    )
    assert.equal(await addressBans.lift('203.0.113.7'), true)
    assert.equal(await addressBans.lift('203.0.113.7'), false)
    assert.equal(await addressBans.find('203.0.113.7'), undefined)
  })

  rule('texts and bytes come back as they went in, at their largest too', async (store) => {
    const odd = `'"\\%_;--\u0001\n\u{1f3ee}\u00e9 $1 ?1 FOR UPDATE`
    const nameKey = odd + 'x'.repeat(BOUNDS.nameLength - odd.length)
    await store.accounts.create(newAccount('ada', { name: odd, nameKey, passwordHash: odd }))
    assert.equal((await store.accounts.findByKey(nameKey))?.name, odd)
    const state = new Uint8Array(BOUNDS.stateBytes).fill(0xee)
    await store.characters.create(
      newCharacter('c', 'ada', { state, position: Array(8).fill(Number.MAX_VALUE) }),
    )
    assert.deepEqual((await store.characters.find('c'))?.state, state)
    const item = newItem('i', { place: odd }, { kind: odd, quantity: Number.MAX_SAFE_INTEGER })
    await store.items.apply({ id: 'o', at: Number.MAX_SAFE_INTEGER, changes: [{ do: 'mint', item }] })
    assert.deepEqual(await store.items.list({ place: odd }), [item])
  })

  rule(
    'an argument that no store takes is the calling program’s mistake, and nothing happens',
    async (store) => {
      const { accounts, characters, items } = store
      const isBad = (error: ShardlessError): boolean => error.code === 'store/bad-value'
      const bad: (() => Promise<unknown>)[] = [
        () => accounts.create(newAccount('')),
        () => accounts.create(newAccount('a'.repeat(65))),
        () => accounts.create(newAccount('a b')),
        () => accounts.create(newAccount('a', { nameKey: '' })),
        () => accounts.create(newAccount('a', { name: 'x'.repeat(129) })),
        () => accounts.create(newAccount('a', { name: 'a\0b' })),
        () => accounts.create(newAccount('a', { name: 'a\ud800' })),
        () => accounts.create(newAccount('a', { at: 1.5 })),
        () => accounts.create(newAccount('a', { at: -1 })),
        () => accounts.create(newAccount('a', { at: Number.MAX_SAFE_INTEGER + 1 })),
        () => accounts.create(newAccount('a', { role: 'king' as 'owner' })),
        () => accounts.list({ limit: 0 }),
        () => accounts.list({ limit: 1001 }),
        () => accounts.ban({ id: 'a', ban: { until: undefined, reason: 'x'.repeat(501), at: 1 } }),
        () => characters.create(newCharacter('c', 'a', { position: [Number.NaN] })),
        () => characters.create(newCharacter('c', 'a', { position: Array(9).fill(0) })),
        () => characters.create(newCharacter('c', 'a', { state: new Uint8Array(65_537) })),
        () => characters.checkpoint(Array(10_001).fill(checkpointOf('c', 1))),
        () => items.apply({ id: 'o', at: 1, changes: [] }),
        () => items.apply({ id: 'o', at: 1, changes: Array(101).fill(mint('i', ground)) }),
        () => items.apply({ id: 'o', at: 1, changes: [mint('i', ground, { quantity: 0 })] }),
        () => items.apply({ id: 'o', at: 1, changes: [mint('i', ground, { data: new Uint8Array(4097) })] }),
        () => items.apply({ id: 'o', at: 1, changes: [mint('i', { place: '' })] }),
      ]
      for (const [index, ask] of bad.entries()) await assert.rejects(ask, isBad, `case ${index}`)
      assert.deepEqual(await dumpOf(store), [])
    },
  )

  rule('a closed store says so, and closing it again does nothing', async (store) => {
    await store.close()
    await store.close()
    await assert.rejects(store.accounts.count(), { code: 'store/closed' })
  })

  rule('a store that answers is well', async (store) => {
    const { isWell, trouble, waiting } = await store.health()
    assert.deepEqual({ isWell, trouble, waiting }, { isWell: true, trouble: '', waiting: 0 })
  })
}

function dumpRules(rule: Rule): void {
  rule('a dump restored elsewhere is the same store, but for leases', async (store) => {
    await population(store)
    await store.characters.enter({ id: 'ada-1', server: 's1' })
    const elsewhere = createMemoryStore()
    await elsewhere.restore(store.dump())
    assert.equal((await elsewhere.characters.find('ada-1'))?.lease, undefined)
    const without = (lines: string[]): string[] =>
      lines.map((line) => line.replace(/"server":[^,]*,"epoch":\d+/, ''))
    assert.deepEqual(without(await dumpOf(elsewhere)), without(await dumpOf(store)))
  })

  rule(
    'restoring puts a dump in place of everything, and what holders of old leases say is stale',
    async (store) => {
      const other = createMemoryStore()
      await population(other)
      const expected = await dumpOf(other)
      await store.accounts.create(newAccount('eve'))
      await store.characters.create(newCharacter('ada-1', 'eve'))
      for (let times = 0; times < 3; times++) await store.characters.enter({ id: 'ada-1', server: 's1' })
      await store.restore(other.dump())
      assert.equal(await store.accounts.find('eve'), undefined)
      const numbered = (lines: string[]): string[] => lines.map((line) => line.replace(/"epoch":\d+/, ''))
      assert.deepEqual(numbered(await dumpOf(store)), numbered(expected))
      assert.deepEqual(await store.characters.checkpoint([checkpointOf('ada-1', 3)]), { stale: ['ada-1'] })
      const entered = await store.characters.enter({ id: 'ada-1', server: 's2' })
      assert.ok(entered.is === 'entered' && entered.character.lease!.epoch > 3)
    },
  )

  rule('a restore that breaks off changes nothing', async (store) => {
    await population(store)
    const before = await dumpOf(store)
    const torn = async function* () {
      for await (const rows of store.dump()) {
        yield rows
        throw new Error('the disk was pulled out')
      }
    }
    const source = createMemoryStore()
    await source.restore(store.dump())
    const broken = async function* () {
      for await (const rows of source.dump()) yield rows.slice(0, 2)
      throw new Error('the disk was pulled out')
    }
    await assert.rejects(store.restore(broken()), /pulled out/)
    assert.deepEqual(await dumpOf(store), before)
    await assert.rejects(createMemoryStore().restore(torn()), /pulled out/)
    assert.equal((await store.accounts.create(newAccount('eve'))).is, 'created')
  })

  rule('restores at once, and while others write, leave all of one of them', async (store) => {
    const ones = createMemoryStore()
    const twos = createMemoryStore()
    for (const [source, accounts] of [
      [ones, 30],
      [twos, 70],
    ] as const) {
      for (let index = 0; index < accounts; index++)
        await source.accounts.create(newAccount(`${accounts}-${index}`))
      await population(source)
    }
    await population(store)
    let isOver = false
    let done = 0
    const writing = [1, 2, 3, 4].map(async (writer) => {
      for (let turn = 0; !isOver; turn++) {
        const change: ItemChange = {
          do: 'rewrite',
          id: 'coins',
          from: { character: 'ada-1' },
          data: Uint8Array.of(turn),
        }
        const { is } = await store.items.apply({ id: `${writer}-${turn}`, at: 1, changes: [change] })
        await store.characters.enter({ id: 'ada-1', server: `s${writer}` })
        if (is === 'done') done++
      }
    })
    await Promise.all([ones, twos, ones, twos].map((source) => store.restore(source.dump())))
    isOver = true
    await Promise.all(writing)
    assert.ok(done > 0)
    const count = await store.accounts.count()
    assert.ok(count === 32 || count === 72, `${count} accounts`)
  })

  rule('a dump sees one moment, and writing goes on meanwhile', async (store) => {
    await population(store)
    const before = await dumpOf(store)
    const rows = store.dump()[Symbol.asyncIterator]()
    const first = await rows.next()
    await store.accounts.create(newAccount('eve'))
    await store.items.apply({ id: 'meanwhile', at: 1, changes: [mint('meanwhile', ground)] })
    const lines = first.value.map((row: unknown) => JSON.stringify(row))
    for (let next = await rows.next(); !next.done; next = await rows.next()) {
      lines.push(...next.value.map((row) => JSON.stringify(row)))
    }
    assert.deepEqual(lines.sort(), before)
  })
}

/** Two accounts, three characters and some things, one of them on the ground. */
export async function population({ accounts, characters, items }: Store): Promise<Character[]> {
  await accounts.create(newAccount('ada'))
  await accounts.create(newAccount('bob'))
  const wanted = [
    newCharacter('ada-1', 'ada'),
    newCharacter('ada-2', 'ada', { at: 1001 }),
    newCharacter('bob-1', 'bob'),
  ]
  const made: Character[] = []
  for (const one of wanted) {
    const creation = await characters.create(one)
    if (creation.is === 'created') made.push(creation.character)
  }
  await items.apply({
    id: 'population',
    at: 1000,
    changes: [
      mint('ada-lantern', { character: 'ada-1' }),
      mint('bob-lantern', { character: 'bob-1' }),
      mint('ground-lantern', ground),
      mint('coins', { character: 'ada-1' }, { kind: 'coin', quantity: 100 }),
    ],
  })
  return made
}

/** Every row as a line, in order: equal for stores that hold the same. */
export async function dumpOf(store: Store): Promise<string[]> {
  const lines: string[] = []
  for await (const rows of store.dump()) lines.push(...rows.map((row) => JSON.stringify(row)))
  return lines.sort()
}
