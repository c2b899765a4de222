import assert from 'node:assert/strict'
import { test } from 'node:test'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { Counters, Random } from '../../core/index.ts'
import { emptyMap } from '../../geometry/index.ts'
import { Author, Desk, PacketWriter, View } from '../../replication/index.ts'
import { World } from '../../world/index.ts'
import { Interpreter } from '../index.ts'

const BYTES_PER_SECOND = 4000
const SENT_EACH = 900

test('[D21] no more is told than the limit of bytes bears, and what happened meanwhile is told with the next', () => {
  const world = new World(village, { map: emptyMap(256, 256), random: new Random(2) })
  const author = new Author(world)
  const desk = new Desk(author)
  const view = new View(desk, { bytesPerSecond: BYTES_PER_SECOND })
  const ada = world.spawn('villager', { position: { x: 128, y: 128 }, mood: 0, name: 'Ada' })
  const dropped = new Counters('over-budget')
  const told: number[] = []
  const moods: unknown[] = []
  const sentAt: number[] = []
  const interpreter = new Interpreter(
    {
      name: 'test',
      carries: ['stream'],
      begin: (to) => ({
        receive() {},
        joined() {},
        refused() {},
        advanced({ tick, changed }) {
          assert.ok(to.room > 0)
          told.push(tick)
          moods.push(...changed.map(({ entity }) => entity.mood))
          to.send(new Uint8Array(SENT_EACH))
          sentAt.push(tick)
        },
      }),
    },
    {
      ...{ remote: '10.0.0.1:1', address: '10.0.0.1', carries: 'stream', prove() {}, send: () => true },
      ...{ packetBytesMax: 1000, bufferedBytes: 0 },
    },
    {
      game: village,
      information: () => ({}) as never,
      dropped,
      mistake: (error) => assert.fail(String(error)),
    },
  )
  const where = { map: '', instance: 1, width: 256, height: 256, ticksPerSecond: 20, hash: '' }
  interpreter.welcome({
    ...{ player: 1, entity: ada.id, tick: 1, where, serverName: 'Green', token: new Uint8Array(16) },
    resumed: 'nothing',
  })
  const packet = new PacketWriter(0)
  for (let count = 1; count <= 200; count++) {
    world.endTick()
    ada.mood = count % 10
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view.lookAt(128, 128, 40)
    interpreter.write(packet, { view, tick: world.tick, takeNotes: () => ({}) })
  }
  for (const start of sentAt) {
    const bytes = sentAt.filter((tick) => tick >= start && tick < start + 20).length * SENT_EACH
    assert.ok(bytes <= BYTES_PER_SECOND + SENT_EACH, `${bytes} bytes in the second from ${start}`)
  }
  assert.ok(told.length > 25 && told.length < 60, `${told.length} of 200 ticks`)
  assert.equal(dropped.get('over-budget'), 200 - told.length)
  assert.deepEqual(
    moods,
    told.slice(1).map((tick) => (tick - told[0] + 1) % 10),
  )
})
