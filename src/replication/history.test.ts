import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../core/index.ts'
import { angle, bool, integer, list, optional, record, text } from '../wire/index.ts'
import { defineGame, emptyMap, entity, motion, once, reference, sampled, World } from '../world/index.ts'
import { Author, Desk, firstMismatch, PacketWriter, Replica, View } from './index.ts'

const game = defineGame({
  name: 'histories',
  version: '1',
  map: { width: 128, height: 128, cellSize: 16 },
  player: 'walker',
  entities: {
    walker: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 20 }),
      facing: angle({ steps: 256 }),
      health: integer({ min: 0, max: 100 }),
      friend: reference(),
      bag: list(integer({ min: 0, max: 9 }), { lengthMax: 4 }),
      lantern: optional(record({ isLit: bool(), oil: integer({ min: 0, max: 7 }) })),
      name: once(text({ bytesMax: 16 })),
    }),
    leaf: entity({ position: sampled({ step: 1 / 100 }), isGreen: bool() }),
    sky: entity({ weather: integer({ min: 0, max: 3 }) }),
  },
  command: record({ east: integer({ min: -1, max: 1 }) }),
  step() {},
})

/** What a network may do to the packets of one view. */
interface Road {
  readonly loss: number
  readonly repeat: number
  readonly reorder: number
}

function play(seed: number, road: Road | undefined): void {
  const random = new Random(seed)
  const world = new World(game, { map: emptyMap(128, 128), random: random.fork() })
  const author = new Author(world)
  const desk = new Desk(author)
  const view = new View(desk, { isLossy: road !== undefined, bytesPerSecond: 40_000 })
  const seen = new Set<number>()
  const replica = new Replica(game, {
    entered: ({ id }) => assert.ok(!seen.has(id) && seen.add(id)),
    changed: ({ id }) => assert.ok(seen.has(id)),
    moved() {},
    left: ({ id }) => assert.ok(seen.delete(id)),
  })
  const packet = new PacketWriter(1150)
  let newest = 0
  let flying: { number: number; tick: number; bytes: Uint8Array; at: number }[] = []
  const receive = (number: number, tick: number, bytes: Uint8Array): boolean => {
    if (number <= newest) return false
    newest = number
    const verdict = replica.receive(tick, bytes)
    assert.ok(verdict !== 'broken', `seed ${seed}: a packet broke at tick ${tick}`)
    assert.ok(verdict === 'applied' || road, `seed ${seed}: an advance could not be applied at tick ${tick}`)
    return verdict === 'applied'
  }
  const spawnOne = (): void => {
    const position = { x: random.between(0, 128), y: random.between(0, 128) }
    if (random.chance(0.2)) world.spawn('leaf', { position, isGreen: true })
    else if (random.chance(0.05)) world.spawn('sky', { weather: 1 })
    else
      world.spawn('walker', {
        position,
        facing: 0,
        health: 100,
        friend: 0,
        bag: [],
        name: `w${random.integer(0, 999)}`,
      })
  }
  const headings = new Map<number, { x: number; y: number }>()
  for (let i = 0; i < 30; i++) spawnOne()
  let x = 64
  let y = 64
  view.follow(3)
  for (let step = 0; step < 160; step++) {
    const isQuiet = step >= 120
    if (!isQuiet) {
      if (random.chance(0.3)) spawnOne()
      const walkers = [...world.entities('walker')]
      if (random.chance(0.25) && walkers.length > 5) world.despawn(random.pick(walkers))
      for (const walker of walkers) {
        if (!headings.has(walker.id) || random.chance(0.1)) {
          const still = random.chance(0.2)
          headings.set(walker.id, {
            x: still ? 0 : random.between(-0.9, 0.9),
            y: still ? 0 : random.between(-0.9, 0.9),
          })
        }
        const heading = headings.get(walker.id) as { x: number; y: number }
        walker.position.x = Math.max(0, Math.min(127.9, walker.position.x + heading.x))
        walker.position.y = Math.max(0, Math.min(127.9, walker.position.y + heading.y))
        if (random.chance(0.05)) walker.health = random.integer(0, 100)
        if (random.chance(0.05)) walker.bag = [random.integer(0, 9), random.integer(0, 9)]
        if (random.chance(0.05))
          walker.lantern = random.chance(0.5) ? undefined : { isLit: random.chance(0.5), oil: 3 }
        if (random.chance(0.02)) walker.friend = random.pick(walkers).id
        if (random.chance(0.01))
          world.teleport(walker, { x: random.between(0, 128), y: random.between(0, 128) })
      }
      for (const leaf of world.entities('leaf'))
        if (random.chance(0.3)) leaf.position.x = random.between(0, 128)
      for (const sky of world.entities('sky')) if (random.chance(0.1)) sky.weather = random.integer(0, 3)
      x = Math.max(0, Math.min(127, x + random.between(-2, 2)))
      y = Math.max(0, Math.min(127, y + random.between(-2, 2)))
    }
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view.lookAt(x, y, !isQuiet && random.chance(0.02) ? 20 : 30)
    for (let i = 0; i < 4; i++) {
      packet.length = 0
      const number = view.write(packet)
      if (number === 0) break
      const bytes = packet.finish().slice()
      const tick = world.tick
      if (!road) receive(number, tick, bytes)
      else if (!isQuiet && random.chance(road.loss)) flying.push({ number, tick, bytes, at: -step - 4 })
      else {
        flying.push({
          number,
          tick,
          bytes,
          at: step + 1 + (random.chance(road.reorder) ? random.integer(0, 4) : 0),
        })
        if (random.chance(road.repeat)) flying.push({ number, tick, bytes, at: step + random.integer(1, 6) })
      }
    }
    const due = flying.filter(({ at }) => (at >= 0 ? at <= step : -at <= step))
    flying = flying.filter((one) => !due.includes(one))
    for (const { number, tick, bytes, at } of due) {
      if (at < 0 || !receive(number, tick, bytes)) view.lost(number)
      else view.acknowledged(number)
    }
    world.endTick()
  }
  replica.receive(world.tick + 30, new Uint8Array(0))
  for (const key of replica.followed) {
    const differs = firstMismatch(author.ledger, replica.ledger, key)
    assert.equal(differs, undefined, `seed ${seed}: ${differs}`)
  }
  const followed = new Set(view.topics.map(({ key }) => key))
  for (const key of replica.followed)
    assert.ok(followed.has(key), `seed ${seed}: topic ${key} is still followed`)
  for (const presence of replica.present.values())
    assert.ok(presence.isKnown && presence.index >= 0, `seed ${seed}: entity ${presence.id} is half known`)
}

test('a replica over a reliable link equals its author after every history', () => {
  for (let seed = 1; seed <= 100; seed++) play(seed, undefined)
})

test('a replica over a link that loses, repeats and reorders equals its author once quiet', () => {
  for (let seed = 1; seed <= 300; seed++) play(seed, { loss: 0.2, repeat: 0.1, reorder: 0.3 })
})
