/** The public doors are typed end to end: what is wrong here is an error of the compiler, and of `npm run check`. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askAttribute, attribute, choice, entity, integer, motion, type World } from 'shardless'
import { type Client, defineBot } from 'shardless/client'
import { Attributes } from 'shardless/play'
import { defineServer, type Server } from 'shardless/server'
import { field, fieldMap } from '../field/field.ts'

type Field = typeof field

/** Compiled and never run: what it says is for the compiler alone. */
const compiled: ((...parts: never[]) => unknown)[] = []

test('what the compiler refuses is marked so, and it refuses all of it', () => {
  // A mark without an error behind it is an error itself: `npm run check` fails.
  assert.equal(compiled.length, 10)
})

compiled.push((world: World<Field>) => {
  const walker = world.spawn('walker', { position: { x: 1, y: 2 }, health: 5, name: 'Ada' })
  walker.position.x = 3
  walker.health = 4
  // @ts-expect-error: no such kind
  world.spawn('dragon', { position: { x: 1, y: 2 } })
  // @ts-expect-error: no such part
  world.spawn('walker', { position: { x: 1, y: 2 }, mana: 5 })
  // @ts-expect-error: text where a number travels
  world.spawn('walker', { position: { x: 1, y: 2 }, health: 'good' })
  // @ts-expect-error: a kind with a position needs one
  world.spawn('walker', { health: 5 })
  // @ts-expect-error: half a position
  world.spawn('walker', { position: { x: 1 } })
  // @ts-expect-error: a part that is told once cannot change
  walker.name = 'Bob'
  // @ts-expect-error: no such part
  walker.mana = 5
  // @ts-expect-error: an id is the engine's to give
  walker.id = 7
  for (const sky of world.entities('sky')) {
    sky.rain = 5
    // @ts-expect-error: the sky has no health
    sky.health = 5
  }
})

compiled.push((world: World<Field>) => {
  world.tell('said', { who: 1, text: 'hello' }, { everyone: true })
  // @ts-expect-error: no such event
  world.tell('shouted', { who: 1, text: 'hello' }, { everyone: true })
  // @ts-expect-error: another field
  world.tell('said', { who: 1, words: 'hello' }, { everyone: true })
  // @ts-expect-error: nobody is named so
  world.tell('said', { who: 1, text: 'hello' }, { nobody: true })
})

compiled.push((client: Client<Field>) => {
  client.command({ east: 1, north: 0 })
  // @ts-expect-error: another field
  client.command({ east: 1, south: 0 })
  // @ts-expect-error: a field is missing
  client.command({ east: 1 })
  // @ts-expect-error: text where a number travels
  client.command({ east: 1, north: 'far' })
})

compiled.push(async (client: Client<Field>) => {
  const { left }: { left: number } = await client.ask('buy', { price: 5 })
  // @ts-expect-error: no such request
  await client.ask('steal', { price: 5 })
  // @ts-expect-error: another field
  await client.ask('buy', { cost: 5 })
  // @ts-expect-error: the reply has no such field
  const { right } = await client.ask('buy', { price: 5 })
  return [left, right]
})

compiled.push((client: Client<Field>) => {
  client.on('said', ({ text, who }) => [text.length, who + 1])
  // @ts-expect-error: no such event
  client.on('shouted', () => {})
  // @ts-expect-error: the event has no such field
  client.on('said', ({ words }) => words)
  client.onEnter('walker', ({ health, name }) => [health + 1, name.length])
  // @ts-expect-error: no such kind
  client.onEnter('dragon', () => {})
  // @ts-expect-error: the sky has no name
  client.onChange('sky', ({ name }) => name)
  client.onChange('walker', (_walker, { health }) => health?.toFixed())
  // @ts-expect-error: what was before may not have changed
  client.onChange('walker', (_walker, { health }) => health.toFixed())
  // @ts-expect-error: there may be no character
  client.me.health
  const one = client.get(1)
  // @ts-expect-error: one may be of any kind
  one?.health
  return one?.kind === 'walker' ? one.health : undefined
})

compiled.push((server: Server<Field>) => {
  server.world.entities('walker')
  // @ts-expect-error: no such kind
  server.world.entities('dragon')
  const join = ({ world }: { world: World<Field> }) => world.spawn('walker', { position: { x: 1, y: 1 } })
  const requests = { say: () => ({ heardBy: 0 }), buy: () => ({ left: 0 }) }
  defineServer(field, { join, requests })
  // @ts-expect-error: a request of the game has no answer
  defineServer(field, { join, requests: { say: () => ({ heardBy: 0 }) } })
  // @ts-expect-error: the reply has another field
  defineServer(field, { join, requests: { ...requests, buy: () => ({ right: 0 }) } })
  // @ts-expect-error: a player is a walker
  defineServer(field, { requests, join: ({ world }) => world.spawn('sky', {}) })
})

compiled.push(() => {
  const join = ({ world }: { world: World<Field> }) => world.spawn('walker', { position: { x: 1, y: 1 } })
  defineServer(field, {
    join: ({ world, player }) => world.spawn('walker', { position: { x: 1, y: 1 }, name: player.name }),
    requests: {
      say: ({ ask: { text } }) => ({ heardBy: text.length }),
      // @ts-expect-error: asking has no such field
      buy: async ({ ask: { cost }, persistence, player }) => ({ left: persistence.lasts(player) ? cost : 0 }),
    },
    // @ts-expect-error: what happens in a world is not told of a player
    update: ({ world, player }) => world.near(player.entity, 5),
    canSee: ({ player, entity }) => entity.kind === 'secret' && entity.code === player.entity?.health,
    groups: ({ player }) => [player.id],
    save: ({ player }) => player.entity?.health,
    // @ts-expect-error: the sky has no health
    begin: ({ world }) => world.spawn('sky', { health: 5 }),
    leadsTo: ({ portal, realm }) => (portal.id === 1 ? realm.open('cave') : realm.home('cave')),
    crossed: async ({ player, realm, to, place: { x, y } }) => realm.carry(player, to, { x, y }),
    maps: {
      cave: {
        map: fieldMap,
        begin: ({ world }) => world.spawn('sky', { rain: 5 }),
        update: async ({ world, realm }) => {
          const own = await realm.open('cave', { update: (each) => each.world.spawn('sky', {}) })
          // @ts-expect-error: as many may be open as may be
          own.world
          for (const { rain } of world.entities('sky')) own?.world.spawn('sky', { rain })
        },
      },
    },
  })
  const buy = () => ({ left: 0 })
  // @ts-expect-error: positions are not given
  defineServer(field, { join, requests: { buy, say: (_world, _player) => ({ heardBy: 0 }) } })
})

compiled.push(() => {
  defineBot(field, { begin: () => () => ({ east: 1, north: 0 }) })
  // @ts-expect-error: a mind answers with a command
  defineBot(field, { begin: () => () => ({ east: 1 }) })
  // @ts-expect-error: a part is a field, a position or once(field)
  entity({ position: motion({ tolerance: 1, speedMax: 5 }), health: 5 })
  // @ts-expect-error: bounds are stated
  integer({ min: 0 })
})

compiled.push((world: World<Field>) => {
  const [walker] = world.query.within({ x: 1, y: 2 }, 5, {
    kind: 'walker',
    where: ({ health }) => health > 0,
  })
  walker.health = 5
  const [one] = world.query.nearest({ x: 1, y: 2 }, 3)
  if (one.kind === 'secret') one.code = 5
  // @ts-expect-error: one may be of any kind
  one.health = 5
  // @ts-expect-error: no such kind
  world.query.inShape({ x0: 0, y0: 0, x1: 1, y1: 1 }, { kind: 'dragon' })
  const [from, to] = [walker.position, { x: 1, y: 1 }]
  // @ts-expect-error: a secret has no health
  world.query.firstAlong(from, to, { kind: 'secret', where: ({ health }) => health > 0 })
  return world.query.along({ x: 0, y: 0 }, { x: 1, y: 1 }, { kind: 'walker' })[0].entity.name
})

compiled.push((client: Client<Field>) => {
  const attributes = new Attributes({
    oil: attribute({ type: integer({ min: 0, max: 9 }), readers: ['near', 'staff'] }),
    mood: attribute({ type: choice(['calm', 'angry']) }),
  })
  const oil: number = attributes.read('oil')
  attributes.write('mood', 'angry')
  // @ts-expect-error: no such mood
  attributes.write('mood', 'happy')
  // @ts-expect-error: no such attribute
  attributes.read('luck')
  // @ts-expect-error: nobody is named so
  attribute({ type: integer({ min: 0, max: 9 }), readers: 'friends' })
  // @ts-expect-error: its first value is of its type
  attribute({ type: integer({ min: 0, max: 9 }), initial: 'much' })
  // @ts-expect-error: the game has no requests for attributes
  askAttribute(client, 'oil')
  return oil
})
