import { village } from '../docs/examples/text-dialect/game.ts'
import type { Said } from '../src/dialect/index.ts'
import { decode, encode, type Field } from '../src/wire/index.ts'
import { OpcodeClient } from '../test/dialect/opcode/client.ts'
import { Hand } from '../test/dialect/opcode/hand.ts'

/**
 * Bytes of clients of opcodes, in either form, in chunks behind a length byte each; the server answers at once, and
 * people move about, come and go meanwhile. Nothing may throw. What the dialect has the server do is sound, and what it
 * sends can be read by a client, to the last bit and in the client's own order.
 */
const SAID_MAX = 64
/** The most bytes that are sent for a chunk and the ticks after it. */
const SENT_MAX = 20_000
const TICKS = 3

export const seeds: Uint8Array[] = (['desktop', 'browser'] as const).flatMap((form) => {
  const frames: Uint8Array[] = []
  const client = new OpcodeClient(form, (bytes) => void frames.push(bytes))
  client.login('Ada', '')
  client.walk(64, 628, [
    [0, 3],
    [-2, 3],
  ])
  client.chat('Good morning.')
  client.heartbeat()
  client.send(38, [119, 97, 118, 101, 10])
  client.walk(68, 628)
  client.logout()
  client.send(31)
  const played = chunked(frames)
  const others = (act: () => void): Uint8Array => {
    frames.length = 0
    act()
    return chunked(frames)
  }
  return [
    played,
    others(() => client.register('Ada', 'secret')),
    others(() => client.login('Ada', 'secret')),
    others(() => client.configuration()),
  ]
})

function chunked(frames: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(frames.flatMap((frame) => [frame.length, ...frame]))
}

export function fuzz(input: Uint8Array): void {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < input.length; at += 1 + input[at])
    chunks.push(input.subarray(at + 1, at + 1 + input[at]))
  const first = chunks.find(({ length }) => length > 0)
  if (first === undefined) return
  const client = new OpcodeClient(first[0] === 0 ? 'desktop' : 'browser', () => {})
  let sent = 0
  const hand = new Hand(
    (bytes) => {
      sent += bytes.length
      const isBare = bytes.length === 1 || (bytes.length === 8 && bytes[0] === 0 && bytes[1] === 0)
      if (isBare) return
      client.receive(bytes)
      if (client.holds > 0) throw new Error(`${client.holds} bytes are no frame`)
    },
    { tickMs: 100, order: (words) => ({ request: 'say', body: { text: words } }), answer: () => 'Done.' },
  )
  const own = hand.spawn(0, 'Ada')
  const people = Array.from({ length: 9 }, (_, i) => hand.spawn(0, `Villager ${i}`, i - 4))
  const { world } = hand.places[0]
  for (const chunk of chunks) {
    sent = 0
    hand.conversation.receive(chunk, hand.now)
    for (let tick = 0; tick < TICKS; tick++) {
      const said = hand.tick()
      if (said.length > SAID_MAX + chunk.length)
        throw new Error(`${said.length} things were said in one chunk`)
      for (const one of said) act(hand, one, own, people[0])
    }
    if (sent > SENT_MAX) throw new Error(`${sent} bytes were sent for a chunk of ${chunk.length}`)
    for (const [i, id] of people.entries()) {
      const villager = world.get(id as never)
      if (villager) villager.position.x += ((chunk.length + i) % 5) - 2
    }
    const mover = world.get(own as never)
    if (mover && chunk.length === 5) mover.position.x = (mover.position.x + 30) % 256
  }
}

function act(hand: Hand, said: Said, own: number, who: number): void {
  const { conversation } = hand
  if (said.is === 'intend') sound(village.command as Field<unknown>, said.command)
  else if (said.is === 'ask') {
    sound(village.requests.say.ask as Field<unknown>, said.body)
    const { text } = said.body as { text: string }
    conversation.tell(0, encode(village.events.said, { who, text }))
    conversation.tell(0, encode(village.events.said, { who: own, text }))
    const body = encode(village.requests.say.reply, { heardBy: text.length })
    conversation.reply(said.id, text.length % 2 ? { body } : { sorry: text })
  } else if (said.is === 'page') {
    const { password } = JSON.parse(said.body) as { password: string }
    const refused = { is: 'refused', code: password === '' ? 'closed' : 'wrong', reason: 'No.' }
    conversation.answer(said.id, JSON.stringify(password === 'secret' ? { is: 'done', token: 't' } : refused))
  } else if (said.is === 'hello') {
    if (said.name.includes('!')) conversation.refuse({ code: 'name', reason: said.name })
    else hand.welcome(own)
  } else if (said.is === 'leave' || said.is === 'bye') hand.isIn = false
}

/** What arrives at the server is what could have arrived from a client of ours. */
function sound(field: Field<unknown>, value: unknown): void {
  const bytes = encode(field, value)
  if (bytes.join() !== encode(field, decode(field, bytes)).join())
    throw new Error('a value was said that does not travel')
}
