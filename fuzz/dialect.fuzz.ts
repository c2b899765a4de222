import text from '../docs/examples/text-dialect/dialect.ts'
import { village } from '../docs/examples/text-dialect/game.ts'
import { Counters, instant, Random } from '../src/core/index.ts'
import { digits, Framer, type Framing, lengths, lines, type Peer, type Said } from '../src/dialect/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { Author, Desk, PacketWriter, View } from '../src/replication/index.ts'
import { decode, encode, type Field } from '../src/wire/index.ts'
import { World } from '../src/world/index.ts'

/**
 * Bytes of foreign protocols. The first byte says what they go to, a framing or the text dialect behind its
 * interpreter; the rest is cut into chunks, each behind a length byte. Nothing may throw. A stream gives the same
 * frames however it is cut, and no more is held than one. What the dialect has the server do is sound, and what it
 * sends are whole lines.
 */
const FRAMINGS: readonly Framing[] = [
  lines({ bytesMax: 40 }),
  lengths({ headBytes: 1, bytesMax: 40 }),
  lengths({ headBytes: 4, bytesMax: 300, isLittleEndian: true, counts: 'itself' }),
  digits({ bytesMax: 120 }),
]
const TEXT = FRAMINGS.length
/** What one interpreter may keep waiting for the server. */
const SAID_MAX = 64

export const seeds: Uint8Array[] = [
  joined(0, 'hello\r\n\nwor', 'ld\nhalf'),
  joined(1, '\x03abc\0\x01', 'd\x05ef'),
  joined(2, '\x07\0\0', '\0abc\x04\0\0\0'),
  joined(3, '5 hello0 12 twelve', ' bytes3 ha'),
  joined(TEXT, 'hello Ada\n', 'walk east\nsay Good morning.\nlook\n', 'stop\nleave\n', 'hello Bob\nquit\n'),
  joined(TEXT, 'register Eve secret\n', 'login Ada wrong\nlogin Ada secret\n', 'walk north\nhelp\n'),
  joined(TEXT, 'hel', 'lo A', 'da\r\nwalk', ' up\n\xff\xfe\nxyzzy\n', `${'a'.repeat(200)}`, 'b'.repeat(240)),
]

export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const chunks: Uint8Array[] = []
  for (let at = 1; at < input.length; at += 1 + input[at])
    chunks.push(input.subarray(at + 1, at + 1 + input[at]))
  const target = input[0] % (TEXT + 1)
  if (target === TEXT) converse(chunks)
  else frame(FRAMINGS[target], chunks)
}

function frame(framing: Framing, chunks: readonly Uint8Array[]): void {
  const inPieces = framesOf(framing, chunks)
  const atOnce = framesOf(framing, [Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))])
  if (inPieces !== atOnce) throw new Error(`${inPieces} came out in pieces, ${atOnce} at once`)
}

/** The frames up to the first nonsense; after that it matters where the stream was cut. */
function framesOf(framing: Framing, chunks: readonly Uint8Array[]): string {
  const framer = new Framer(framing)
  const frames: string[] = []
  let isBroken = false
  for (const chunk of chunks) {
    framer.push(
      chunk,
      (bytes) => {
        if (bytes.length > framing.bytesMax) throw new Error(`a frame of ${bytes.length} bytes`)
        if (!isBroken) frames.push(bytes.join())
      },
      () => {
        isBroken = true
      },
    )
    if (framer.heldBytes > framing.bytesMax) throw new Error(`${framer.heldBytes} bytes are held`)
  }
  return `${frames.join(' | ')}${isBroken ? ' !' : ''}`
}

/** A conversation with a server that answers at once, in a small world that goes on with each chunk. */
function converse(chunks: readonly Uint8Array[]): void {
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
    carries: 'stream',
    packetBytesMax: 1000,
    bufferedBytes: 0,
    send(bytes) {
      checkLine(bytes)
      return true
    },
    prove() {},
  }
  const conversation = text.begin(peer, {
    game: village,
    information: () => ({}) as never,
    dropped: new Counters(...(text.drops ?? [])),
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

/** One whole line, in which nobody's words are lines of their own. */
function checkLine(bytes: Uint8Array): void {
  const last = bytes.length - 1
  for (let at = 0; at <= last; at++)
    if (bytes[at] < 32 !== (at === last)) throw new Error(`byte ${bytes[at]} at ${at} of ${last + 1}`)
  if (bytes[last] !== 10) throw new Error('a line without an end')
}

function joined(target: number, ...chunks: readonly string[]): Uint8Array {
  const bytesOf = (chunk: string) => [chunk.length, ...Array.from(chunk, (letter) => letter.charCodeAt(0))]
  return Uint8Array.of(target, ...chunks.flatMap(bytesOf))
}
