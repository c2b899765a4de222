import assert from 'node:assert/strict'
import { checkpointOf, newAccount, newCharacter, population, type Rule } from './population.suite.ts'

/** Tests what every store does with characters and their leases. */
export function characterRules(rule: Rule): void {
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
