import assert from 'node:assert/strict'
import type { ShardlessError } from '../core/index.ts'
import { BOUNDS } from './index.ts'
import {
  checkpointOf,
  dumpOf,
  ground,
  mint,
  newAccount,
  newCharacter,
  newItem,
  type Rule,
} from './population.suite.ts'

/** Tests what every store does with keys, bans of addresses, values at their borders, and with itself. */
export function valueRules(rule: Rule): void {
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

  rule('bytes that were given are the caller’s again at once, also those of a Buffer', async (store) => {
    await store.accounts.create(newAccount('ada'))
    const state = Buffer.from([1, 2, 3])
    const created = store.characters.create(newCharacter('c', 'ada', { state }))
    state.fill(9)
    await created
    assert.deepEqual((await store.characters.find('c'))?.state, Uint8Array.of(1, 2, 3))
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
