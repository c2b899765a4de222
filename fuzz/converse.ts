import { village } from '../docs/examples/text-dialect/game.ts'
import { type Carriage, Counters, instant, Random } from '../src/core/index.ts'
import type { Dialect, Peer, Said } from '../src/dialect/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { Author, Desk, PacketWriter, View } from '../src/replication/index.ts'
import { decode, encode, type Field } from '../src/wire/index.ts'
import { World } from '../src/world/index.ts'

/** What one interpreter may keep waiting for the server. */
const SAID_MAX = 64

/** A conversation with a server that answers at once, in a small world that goes on with each chunk. */
export function converse(
  dialect: Dialect,
  chunks: readonly Uint8Array[],
  { carries, check }: { readonly carries: Carriage; readonly check: (sent: Uint8Array) => void },
): void {
  const world = new World(village, { map: emptyMap(256, 256), random: new Random(1) })
  const author = new Author(world)
  const desk = new Desk(author)
  const people = ['Ada', 'Bob', 'Cy'].map((name, at) =>
    world.spawn('villager', { position: { x: 120 + at, y: 128 }, mood: 5, name }),
  )
  let view: View | undefined
  const peer: Peer = {
    remote: '10.0.0.1:1',
    address: '10.0.0.1',
    carries,
    packetBytesMax: 3072,
    bufferedBytes: 0,
    send(bytes) {
      check(bytes)
      return true
    },
    prove() {},
  }
  const conversation = dialect.begin(peer, {
    game: village,
    information: () => ({}) as never,
    dropped: new Counters(...(dialect.drops ?? [])),
    mistake(error) {
      throw error
    },
  })
  const act = (said: Said): void => {
    if (said.is === 'intend') sound(village.command as Field<unknown>, said.command)
    else if (said.is === 'ask') {
      sound(village.requests.say.ask as Field<unknown>, said.body)
      const { text } = said.body as { text: string }
      conversation.tell(0, encode(village.events.said, { who: people[1].id, text }))
      const body = encode(village.requests.say.reply, { heardBy: text.length })
      conversation.reply(said.id, text.length % 2 ? { body } : { sorry: text })
    } else if (said.is === 'page') {
      JSON.parse(said.body)
      const isGood = said.body.includes('secret')
      conversation.answer(said.id, JSON.stringify(isGood ? { is: 'done', token: 't' } : { is: 'refused' }))
    } else if (said.is === 'hello') {
      if (said.name.includes('!')) conversation.refuse({ code: 'name', reason: said.name })
      else {
        view = new View(desk)
        conversation.welcome({ ...welcome, entity: people[0].id, tick: world.tick })
      }
    } else if (said.is === 'leave') view = undefined
  }
  const packet = new PacketWriter(0)
  for (const [at, chunk] of chunks.entries()) {
    conversation.receive(chunk, instant(at))
    let count = 0
    for (let said = conversation.poll(); said; said = conversation.poll()) {
      if (++count > SAID_MAX + chunk.length) throw new Error(`${count} things were said in one chunk`)
      act(said)
    }
    world.endTick()
    people[at % 3].position.x += 0.5
    if (chunk.length === 7) people[1].mood = chunk[0] % 10
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view?.lookAt(128, 128, 30)
    conversation.advance?.(instant(at))
    conversation.write(packet, view && { view, tick: world.tick, takeNotes: () => ({}) })
  }
}

const welcome = {
  player: 1,
  where: { map: '', instance: 1, width: 256, height: 256, ticksPerSecond: 20, hash: '' },
  serverName: 'Green',
  token: new Uint8Array(16),
  resumed: 'nothing' as const,
}

/** What arrives at the server is what could have arrived from a client of ours. */
function sound(field: Field<unknown>, value: unknown): void {
  const bytes = encode(field, value)
  const again = encode(field, decode(field, bytes))
  if (bytes.join() !== again.join()) throw new Error('a value was said that does not travel')
}
