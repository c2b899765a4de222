/** What a player may not know never travels to them: asserted on the bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../src/core/index.ts'
import { emptyMap } from '../../src/geometry/index.ts'
import { Author, Desk, PacketWriter, topicKey, View } from '../../src/replication/index.ts'
import { World } from '../../src/world/index.ts'
import { type GameWorld, game, SIDE, type Walker } from './history/game.ts'

const TICKS = 150

/**
 * Plays a world in which some are hidden from everybody, and gives back every packet of one viewer.
 *
 * @param secret  decides everything about the hidden ones, and about nothing else
 */
function packetsOf(seed: number, secret: Random, isLossy: boolean): Uint8Array[] {
  const random = new Random(seed)
  const world: GameWorld = new World(game, { map: emptyMap(SIDE, SIDE), random: random.fork() })
  const author = new Author(world as never)
  const desk = new Desk(author)
  const view = new View(desk, { isLossy, bytesPerSecond: 6000 })
  view.follow(topicKey({ kind: 'world', id: 0 }))
  const packet = new PacketWriter(1150)
  const packets: Uint8Array[] = []
  const spawn = (dice: Random, isRestricted: boolean): Walker =>
    world.spawn(
      'walker',
      {
        position: { x: dice.between(0, SIDE), y: dice.between(0, SIDE) },
        facing: 0,
        health: dice.integer(0, 100),
        friend: 0,
        bag: [],
        name: `w${dice.integer(0, 999)}`,
      },
      { isRestricted },
    )
  const seen = Array.from({ length: 40 }, () => spawn(random, false))
  const hidden = Array.from({ length: 40 }, () => spawn(secret, true))
  for (let tick = 0; tick < TICKS; tick++) {
    for (const [dice, walkers] of [
      [random, seen],
      [secret, hidden],
    ] as const)
      for (const walker of walkers) {
        walker.position.x = Math.max(0, Math.min(SIDE - 1, walker.position.x + dice.between(-0.9, 0.9)))
        walker.position.y = Math.max(0, Math.min(SIDE - 1, walker.position.y + dice.between(-0.9, 0.9)))
        if (dice.chance(0.05)) walker.health = dice.integer(0, 100)
        if (dice.chance(0.05)) walker.bag = [dice.integer(0, 9)]
      }
    if (secret.chance(0.1)) world.despawn(hidden.splice(0, 1)[0])
    if (secret.chance(0.1)) world.teleport(secret.pick(hidden), { x: secret.between(0, SIDE), y: 5 })
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view.lookAt(64 + tick / 10, 64, 40)
    for (let i = 0; i < 3; i++) {
      packet.length = 0
      const number = view.write(packet)
      packets.push(packet.finish().slice())
      if (number === 0) break
      if (random.chance(0.1)) view.lost(number)
      else view.acknowledged(number)
    }
    world.endTick()
  }
  return packets
}

for (const isLossy of [false, true])
  test(`[T19] whatever the hidden do, a viewer's packets are the same byte for byte (${isLossy ? 'datagrams' : 'streams'})`, () => {
    for (let seed = 1; seed <= 10; seed++) {
      const [one, other] = [1, 2].map((secret) => packetsOf(seed, new Random(1000 * secret + seed), isLossy))
      assert.deepEqual(one, other)
      assert.ok(one.some(({ length }) => length > 100))
    }
  })

test('[T19] who hides says that they are gone, and from then on nothing, wherever they go', () => {
  const told = (hides: boolean): number[] => {
    const world: GameWorld = new World(game, { map: emptyMap(SIDE, SIDE), random: new Random(1) })
    const author = new Author(world as never)
    const desk = new Desk(author)
    const view = new View(desk)
    const packet = new PacketWriter(1150)
    const start = { facing: 0, health: 5, friend: 0, bag: [], name: 'Ada' }
    const ada = world.spawn('walker', { position: { x: 60, y: 60 }, ...start })
    const bytes: number[] = []
    for (let tick = 0; tick < 40; tick++) {
      if (tick === 10 && hides) world.restrict(ada, true)
      ada.position.x += tick % 2 === 0 ? 0.5 : -0.3
      ada.health = tick
      world.advance()
      author.publish()
      desk.begin(world.tick)
      view.lookAt(60, 60, 40)
      packet.length = 0
      view.write(packet)
      bytes.push(packet.length)
      world.endTick()
    }
    return bytes
  }
  assert.ok(told(false).every((bytes) => bytes > 0))
  const hidden = told(true)
  assert.ok(hidden.slice(0, 11).every((bytes) => bytes > 0))
  assert.ok(hidden.slice(11).every((bytes) => bytes === 0))
  // A departure without a place: item, flags, slot, age, "elsewhere", no slots with news.
  assert.equal(hidden[10], 3)
})
