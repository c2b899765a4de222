import { adapter } from '../docs/examples/text-dialect/dialect.ts'
import { village } from '../docs/examples/text-dialect/game.ts'
import { Counters, instant, Random } from '../src/core/index.ts'
import { digits, Framer, type Peer, type Said } from '../src/dialect/index.ts'
import { pymmorpgDialect } from '../src/dialect/pymmorpg/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { readPickle, writePickle } from '../src/pickle/index.ts'
import { Author, Desk, PacketWriter, View } from '../src/replication/index.ts'
import { decode, encode, type Field } from '../src/wire/index.ts'
import { World } from '../src/world/index.ts'

/**
 * Bytes of PYMMORPG clients, cut into chunks, each behind a length byte, against a small world that goes on with each
 * of them. Nothing may throw; what the dialect has the server do is sound; what it sends are whole frames, each a list
 * with nothing behind its answer but flags.
 */
const SAID_MAX = 64
const FRAME_BYTES_MAX = 100_000

const dialect = pymmorpgDialect({ ...adapter, visual: ({ mood }) => BigInt(Number(mood)) })

export const seeds: Uint8Array[] = [
  joined(asked('ver'), asked('login', 'Ada', ''), asked('update'), asked('move', [1, 0, 0]), asked('update')),
  joined(asked('new', 'Eve', 'secret'), asked('get', 'Ada', 'map'), asked('set', 'Ada', 'mood', 5n)),
  joined(
    asked('login', 'Ada', 'secret'),
    asked('edit', ['say', ['Hello']]),
    asked('update'),
    asked('upgrade'),
  ),
  joined(asked('login', '!', ''), '3 abc', 'x', asked('fly')),
  joined(
    `${asked('login', 'Bob', '')}${asked('update')}${asked('update')}`,
    '12',
    '',
    asked('move', [0, 0, 0]),
  ),
]

export function fuzz(input: Uint8Array): void {
  const world = new World(village, { map: emptyMap(256, 256), random: new Random(1) })
  const author = new Author(world)
  const desk = new Desk(author)
  const people = ['Ada', 'Bob'].map((name, at) =>
    world.spawn('villager', { position: { x: 120 + at, y: 128 }, mood: 5, name }),
  )
  let view: View | undefined
  const sent = new Framer(digits({ bytesMax: FRAME_BYTES_MAX }))
  const broken = (): never => {
    throw new Error('the server sent no frame')
  }
  const peer: Peer = {
    ...{
      remote: '10.0.0.1:1',
      address: '10.0.0.1',
      carries: 'stream',
      packetBytesMax: 1000,
      bufferedBytes: 0,
    },
    send(bytes) {
      sent.push(bytes, checkReply, broken)
      return true
    },
    prove() {},
  }
  function checkReply(frame: Uint8Array): void {
    const read = readPickle(frame, { bytesMax: FRAME_BYTES_MAX })
    if (read.is === 'refused') throw new Error(`a reply that is refused: ${read.why}`)
    const [answer, ...flags] = read.value as unknown[]
    if (answer === undefined || !flags.every((flag) => typeof flag === 'string')) throw new Error('no reply')
  }
  const conversation = dialect.begin(peer, {
    game: village,
    information: () => ({ version: '1' }) as never,
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
      const isGood = said.body.includes('secret')
      conversation.answer(said.id, JSON.stringify(isGood ? { is: 'done', token: 't' } : { is: 'refused' }))
    } else if (said.is === 'hello') {
      if (said.name.includes('!')) conversation.refuse({ code: 'name', reason: said.name })
      else {
        view = new View(desk)
        conversation.welcome({ ...welcome, entity: people[0].id, tick: world.tick })
      }
    }
  }
  const packet = new PacketWriter(0)
  for (let at = 0, number = 0; at < input.length; at += 1 + input[at], number++) {
    const chunk = input.subarray(at + 1, at + 1 + input[at])
    conversation.receive(chunk, instant(number * 50))
    let count = 0
    for (let said = conversation.poll(); said; said = conversation.poll()) {
      if (++count > SAID_MAX + chunk.length) throw new Error(`${count} things were said in one chunk`)
      act(said)
    }
    if (number % 7 === 6) conversation.raise(number % 2 ? 'map' : 'client')
    world.endTick()
    people[number % 2].position.x += 0.5
    people[1].mood = chunk.length % 10
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view?.lookAt(128, 128, 30)
    conversation.advance?.(instant(number * 50))
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
  if (bytes.join() !== encode(field, decode(field, bytes)).join())
    throw new Error('a value was said that does not travel')
}

/** A request as letters, one for each byte. */
function asked(...items: Parameters<typeof writePickle>[0][]): string {
  const pickle = writePickle(items)
  return `${pickle.length} ${String.fromCharCode(...pickle)}`
}

function joined(...chunks: readonly string[]): Uint8Array {
  const bytesOf = (chunk: string) => [chunk.length, ...Array.from(chunk, (letter) => letter.charCodeAt(0))]
  return Uint8Array.from(chunks.flatMap(bytesOf))
}
