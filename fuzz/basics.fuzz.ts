import { adapter } from '../docs/examples/text-dialect/dialect.ts'
import { village } from '../docs/examples/text-dialect/game.ts'
import { Counters, instant, Random } from '../src/core/index.ts'
import { basicsDialect } from '../src/dialect/basics/index.ts'
import { Framer, lengths, type Peer, type Said } from '../src/dialect/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { Author, Desk, PacketWriter, View } from '../src/replication/index.ts'
import { decode, encode, type Field } from '../src/wire/index.ts'
import { World } from '../src/world/index.ts'

/**
 * Bytes of clients of "Networking Basics", cut into chunks, each behind a length byte, against a small world that goes
 * on with each of them. Nothing may throw; what the dialect has the server do is sound; what it sends are whole packets
 * in order, and in each state everybody has finite numbers.
 */
const SAID_MAX = 64
const FRAME_BYTES_MAX = 100_000
/** How much time passes with each chunk, in ms: packets are sent again, and silence is noticed. */
const STEP_MS = 700

const dialect = basicsDialect(adapter, {
  metresPerSecond: 2,
  details: ({ mood }) => ({ mood: Number(mood) }),
})

export const seeds: Uint8Array[] = [
  joined(packet('connect', 0, { name: 'Ada' }), packet('input', 1, { move: { x: 1, y: -0.5 } }), '', '', ''),
  joined(
    packet('connect', 0, { name: 'Ada' }, true),
    packet('ack', 1, { ack_seq: 0 }),
    packet('ping', 2, { time: 1.5 }),
  ),
  joined(packet('connect', 5, { name: '!' }), packet('disconnect', 6, {})),
  joined(
    packet('connect', 0, { name: 'Ada' }),
    packet('event', 1, { event: 'say', text: 'Hello' }),
    packet('event', 1, {}),
  ),
  joined(
    packet('ping', 9_007_199_254_740_991, { time: 1e308 }, true),
    packet('state', 1, {}),
    '\0\0\0\x02{}',
    '\xff\xff\xff\xff',
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
  const sent = new Framer(lengths({ headBytes: 4, bytesMax: FRAME_BYTES_MAX }))
  const peer: Peer = {
    ...{
      remote: '10.0.0.1:1',
      address: '10.0.0.1',
      carries: 'stream',
      packetBytesMax: 1000,
      bufferedBytes: 0,
    },
    send(bytes) {
      sent.push(bytes, checkPacket, () => {
        throw new Error('the server sent no frame')
      })
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
      conversation.tell(0, encode(village.events.said, { who: people[text.length % 2].id, text }))
      const body = encode(village.requests.say.reply, { heardBy: text.length })
      conversation.reply(said.id, text.length % 2 ? { body } : { sorry: text })
    } else if (said.is === 'hello') {
      if (said.name.includes('!')) conversation.refuse({ code: 'name', reason: said.name })
      else {
        view = new View(desk)
        conversation.welcome({ ...welcome, entity: people[0].id, tick: world.tick })
      }
    }
  }
  const packetWriter = new PacketWriter(0)
  for (let at = 0, number = 0; at < input.length; at += 1 + input[at], number++) {
    const chunk = input.subarray(at + 1, at + 1 + input[at])
    conversation.receive(chunk, instant(number * STEP_MS))
    let count = 0
    for (let said = conversation.poll(); said; said = conversation.poll()) {
      if (++count > SAID_MAX + chunk.length) throw new Error(`${count} things were said in one chunk`)
      act(said)
    }
    world.endTick()
    people[number % 2].position.x += 0.5
    people[1].mood = chunk.length % 10
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view?.lookAt(128, 128, 30)
    conversation.advance?.(instant(number * STEP_MS))
    conversation.write(packetWriter, view && { view, tick: world.tick, takeNotes: () => ({}) })
  }
}

const welcome = {
  player: 1,
  where: { map: '', instance: 1, width: 256, height: 256, ticksPerSecond: 20, hash: '' },
  serverName: 'Green',
  token: new Uint8Array(16),
  resumed: 'nothing' as const,
}

interface State {
  readonly position: { readonly x: number; readonly y: number }
  readonly velocity: { readonly x: number; readonly y: number }
}

function checkPacket(frame: Uint8Array): void {
  const { type, seq, time, data, rel } = JSON.parse(new TextDecoder().decode(frame))
  if (
    typeof type !== 'string' ||
    !Number.isSafeInteger(seq) ||
    !Number.isFinite(time) ||
    typeof rel !== 'boolean'
  )
    throw new Error('no packet')
  if (type !== 'state') return
  for (const { position, velocity } of Object.values(data.players as Record<string, State>))
    if (![position.x, position.y, velocity.x, velocity.y].every(Number.isFinite)) throw new Error('no state')
}

/** What arrives at the server is what could have arrived from a client of ours. */
function sound(field: Field<unknown>, value: unknown): void {
  const bytes = encode(field, value)
  if (bytes.join() !== encode(field, decode(field, bytes)).join())
    throw new Error('a value was said that does not travel')
}

/** A packet as letters, one for each byte. */
function packet(type: string, seq: number, data: unknown, rel = false): string {
  const json = JSON.stringify({ type, seq, time: 1, data, rel })
  return `\0\0${String.fromCharCode(json.length >> 8, json.length & 255)}${json}`
}

function joined(...chunks: readonly string[]): Uint8Array {
  const bytesOf = (chunk: string) => [chunk.length, ...Array.from(chunk, (letter) => letter.charCodeAt(0))]
  return Uint8Array.from(chunks.flatMap(bytesOf))
}
