import assert from 'node:assert/strict'
import { ground, newAccount, population, type Rule } from './population.suite.ts'

/** Tests what every store does with accounts. */
export function accountRules(rule: Rule): void {
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
