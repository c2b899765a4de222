import { bytesEqual, hex, Random } from '../src/core/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import {
  Author,
  Desk,
  PacketReader,
  PacketWriter,
  Replica,
  readResumeState,
  topicKey,
  View,
  writeResumeState,
} from '../src/replication/index.ts'
import { World } from '../src/world/index.ts'
import { game, SIDE } from '../test/see/history/game.ts'

export const seeds: Uint8Array[] = [
  Uint8Array.of(5, 0),
  Uint8Array.of(7, 2, 0, 1, 6, 2),
  Uint8Array.of(6, 3, 1, 2, 0, 1, 8, 1, 5, 2),
]

/**
 * Reads what a returning viewer says. Nothing is thrown, what is read is written in one way, liars get a view all
 * the same, and others are told as before.
 */
export function fuzz(input: Uint8Array): void {
  const reader = new PacketReader().reset(input)
  const heard = readResumeState(reader)
  if (heard === undefined) return
  const packet = new PacketWriter(65_536)
  writeResumeState(packet, heard)
  const again = readResumeState(new PacketReader().reset(packet.finish()))
  const other = new PacketWriter(65_536)
  if (again) writeResumeState(other, again)
  if (!bytesEqual(packet.finish(), other.finish())) throw new Error(`${hex(input)} is read in two ways`)

  const world = new World(game, { map: emptyMap(SIDE, SIDE), random: new Random(1) })
  for (let i = 0; i < 8; i++)
    world.spawn('leaf', { position: { x: i * 10, y: 5 }, isGreen: true }, { isRestricted: i === 0 })
  const author = new Author(world as never)
  const desk = new Desk(author)
  for (const isLossy of [false, true]) {
    const view = new View(desk, { isLossy })
    view.follow(topicKey({ kind: 'world', id: 0 }))
    view.lookAt(30, 5, 40)
    const isOurs = view.resume(heard)
    for (let round = 0; round < 5; round++) {
      world.advance()
      author.publish()
      desk.begin(world.tick)
      packet.length = 0
      view.write(packet)
      world.endTick()
    }
    if (isOurs && view.topics.length === 0) throw new Error('nothing is followed')
  }
  // Who said nothing is told everything.
  const view = new View(desk)
  view.lookAt(30, 5, 40)
  const replica = new Replica(game, { entered() {}, changed() {}, moved() {}, left() {} })
  world.advance()
  author.publish()
  desk.begin(world.tick)
  packet.length = 0
  view.write(packet)
  if (replica.receive(world.tick, packet.finish()) !== 'applied')
    throw new Error('an honest one is told nonsense')
}
