/** Whom the game's sight hides from a player, their client is told nothing of: asserted on the bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../src/client/index.ts'
import { type Light, Sight } from '../../src/geometry/index.ts'
import { Pair } from '../../src/lab/index.ts'
import { defineServer } from '../../src/server/index.ts'
import type { Link } from '../../src/transport/index.ts'
import { field, fieldMap } from '../field/field.ts'

/** The field's wall stands at x = 120..122 m and ends in the north at y = 206 m. */
const places: Record<string, { x: number; y: number }> = { Ada: { x: 110, y: 200 }, Bob: { x: 130, y: 200 } }
const LINGER_TICKS = 4

/** A field where players see only whom they could see. */
function newStage() {
  const sight = new Sight({ map: fieldMap, reach: 40, lingerTicks: LINGER_TICKS })
  sight.isDay = true
  const definition = defineServer(field, {
    map: fieldMap,
    join: ({ world, player: { name } }) =>
      world.spawn('walker', { position: places[name], name, health: 1 }, { isRestricted: true }),
    canSee: ({ world, player, entity }) =>
      player.entity !== undefined && 'position' in entity && sight.canSee(player.entity, entity, world.tick),
  })
  /** What arrived at each client's link, in order. */
  const heard: Uint8Array[][] = []
  const wrap = (link: Link, at: 'client' | 'server'): Link => {
    if (at === 'server') return link
    const packets: Uint8Array[] = []
    heard.push(packets)
    return listening(link, packets)
  }
  return { sight, heard, pair: new Pair(definition, { seed: 7, wrap }) }
}

/** The same link, with a copy of each packet that comes. */
function listening(link: Link, packets: Uint8Array[]): Link {
  return new Proxy(link, {
    get(_, name) {
      const member = Reflect.get(link, name, link)
      if (name !== 'open') return typeof member === 'function' ? member.bind(link) : member
      return (handler: Parameters<Link['open']>[0]) =>
        link.open({
          ...handler,
          receive(packet) {
            packets.push(packet.slice())
            handler.receive(packet)
          },
        })
    },
  })
}

const seenBy = (client: Client<typeof field>): string[] =>
  [...client.entities('walker')].map(({ name }) => name).sort()

test('what one behind a wall does changes not a byte of what the other is told', async () => {
  const bytesToAda = async (bobs: 'nobody' | 'stands' | 'walks'): Promise<Uint8Array[]> => {
    const { pair, heard } = newStage()
    const ada = await pair.join({ name: 'Ada' })
    await pair.run(500)
    const bob = bobs === 'nobody' ? undefined : pair.connect({ name: 'Bob' })
    await pair.run(100)
    assert.equal(bob?.me?.name, bobs === 'nobody' ? undefined : 'Bob')
    for (let turn = 0; turn < 20; turn++) {
      if (bobs === 'walks') bob?.command({ east: turn % 2 === 0 ? 1 : -1, north: turn % 4 < 2 ? -1 : 0 })
      ada.command({ east: 0, north: turn % 2 === 0 ? 1 : -1 })
      await pair.run(150)
    }
    assert.deepEqual(seenBy(ada), ['Ada'])
    return heard[0]
  }
  const alone = await bytesToAda('nobody')
  assert.ok(alone.length > 20 && alone.some(({ length }) => length > 6), `${alone.length}`)
  assert.deepEqual(await bytesToAda('stands'), alone)
  assert.deepEqual(await bytesToAda('walks'), alone)
})

test('whoever steps out from behind a wall appears to both at once, and stepping back vanishes a little later', async () => {
  const { pair } = newStage()
  const ada = await pair.join({ name: 'Ada' })
  const bob = await pair.join({ name: 'Bob' })
  await pair.run(1000)
  assert.deepEqual([seenBy(ada), seenBy(bob)], [['Ada'], ['Bob']])
  bob.command({ east: 0, north: 1 })
  assert.ok(await pair.runUntil(() => seenBy(ada).length === 2, 4000))
  await pair.run(200)
  assert.deepEqual(seenBy(bob), ['Ada', 'Bob'])
  bob.command({ east: 0, north: -1 })
  assert.ok(await pair.runUntil(() => seenBy(ada).length === 1, 4000))
  bob.command({ east: 0, north: 0 })
  await pair.run(1000)
  assert.deepEqual([seenBy(ada), seenBy(bob)], [['Ada'], ['Bob']])
})

test('by night a lantern shows who carries it; once it is out they vanish, and see the other no better', async () => {
  const { sight, pair } = newStage()
  sight.isDay = false
  places.Carl = { x: 110, y: 190 }
  const ada = await pair.join({ name: 'Ada' })
  const carl = await pair.join({ name: 'Carl' })
  await pair.run(1000)
  assert.deepEqual([seenBy(ada), seenBy(carl)], [['Ada'], ['Carl']])
  const carlsOwn = pair.host.world.get(carl.me?.id ?? 0)
  assert.ok(carlsOwn && 'position' in carlsOwn)
  const lantern: Light = sight.light({ at: carlsOwn.position, reach: 3, isMoving: true })
  await pair.run(200)
  assert.deepEqual([seenBy(ada), seenBy(carl)], [['Ada', 'Carl'], ['Carl']])
  lantern.isOn = false
  await pair.run(1000)
  assert.deepEqual(seenBy(ada), ['Ada'])
})

test('a door that opens shows who stands behind it, and hides them again when it is shut', async () => {
  const { sight, pair } = newStage()
  places.Dora = { x: 100, y: 200 }
  const door = sight.door([{ x0: 105, y0: 150, x1: 105, y1: 250 }])
  const ada = await pair.join({ name: 'Ada' })
  await pair.join({ name: 'Dora' })
  await pair.run(1000)
  assert.deepEqual(seenBy(ada), ['Ada'])
  door.isOpen = true
  await pair.run(200)
  assert.deepEqual(seenBy(ada), ['Ada', 'Dora'])
  door.isOpen = false
  await pair.run(150)
  assert.deepEqual(seenBy(ada), ['Ada', 'Dora'])
  await pair.run(50 * LINGER_TICKS)
  assert.deepEqual(seenBy(ada), ['Ada'])
})
