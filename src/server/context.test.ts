import assert from 'node:assert/strict'
import { test } from 'node:test'
import { field, fieldServer } from '../../test/field/field.ts'
import { Pair } from '../lab/index.ts'
import { defineServer } from './index.ts'

test('a world has one object for its begin and its updates, an instance that is opened as well', async () => {
  const given = new Map<string, Set<object>>()
  const note = (name: string, context: object) => {
    given.set(name, (given.get(name) ?? new Set()).add(context))
  }
  const pair = new Pair(
    defineServer(field, {
      ...fieldServer.options,
      begin: (context) => note(context.instance.name, context),
      update: (context) => note(context.instance.name, context),
    }),
    { seed: 1 },
  )
  await pair.host.realm.open('home', { name: 'of the server' })
  await pair.host.realm.open('home', {
    name: 'its own',
    begin: (context) => note(context.instance.name, context),
    update: (context) => note(context.instance.name, context),
  })
  await pair.run(500)
  assert.deepEqual([...given.keys()], ['home', 'of the server', 'its own'])
  for (const [name, contexts] of given) assert.equal(contexts.size, 1, name)
  const [{ world, instance, realm }] = given.get('its own') as Set<never>
  assert.equal((instance as { world: unknown }).world, world)
  assert.equal(realm, pair.host.realm)
})

test('what is asked for each player in each tick is asked with one object, filled anew', async () => {
  const asked = { sees: new Set<object>(), groups: new Set<object>() }
  const names = new Set<string>()
  const pair = new Pair(
    defineServer(field, {
      ...fieldServer.options,
      begin({ world }) {
        for (const x of [90, 110]) world.spawn('secret', { position: { x, y: 128 } }, { isRestricted: true })
      },
      canSee(context) {
        asked.sees.add(context)
        const { player, entity } = context
        if (entity.kind === 'secret') names.add(`${player.name} secret ${entity.position.x}`)
        return player.name === 'Ada'
      },
      groups(context) {
        asked.groups.add(context)
        names.add(context.player.name)
        return []
      },
    }),
    { seed: 1 },
  )
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(500)
  assert.deepEqual([asked.sees.size, asked.groups.size], [1, 1])
  assert.deepEqual([...names].sort(), [
    ...['Ada', 'Ada secret 110', 'Ada secret 90'],
    ...['Bob', 'Bob secret 110', 'Bob secret 90'],
  ])
  assert.deepEqual(
    [ada, bob].map((client) => [...client.entities('secret')].length),
    [2, 0],
  )
})
