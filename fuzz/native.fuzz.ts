import { instant, Random } from '../src/core/index.ts'
import { NativeClient, NativeConversation } from '../src/dialect/native/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { Author, Desk, PacketWriter, View } from '../src/replication/index.ts'
import { encode } from '../src/wire/index.ts'
import { exactRecord, type Kind, World } from '../src/world/index.ts'
import { silent } from '../test/dialect/silent.ts'
import { field } from '../test/field/field.ts'

/**
 * Packets into both halves of the native dialect. The first byte says which half they go to; the rest is cut into
 * packets, each behind a length byte. Nothing may throw, and what a half holds stays within its bounds.
 */
const HALF = { server: 0, client: 1 } as const

const welcome = {
  player: 1,
  entity: 1,
  tick: 1,
  where: { map: 'field', instance: 1, width: 256, height: 256, ticksPerSecond: 20, hash: '0123456789abcdef' },
  serverName: 'fuzz',
  token: new Uint8Array(16),
  resumed: 'nothing' as const,
}
const information = {
  protocol: 5,
  name: 'fuzz',
  welcome: '',
  game: 'field',
  version: '1',
  fingerprint: field.fingerprint,
  content: undefined,
  players: 1,
  playersMax: 9,
  levelCap: 60,
  listeners: ['ws://127.0.0.1:4000'],
}
const exact = exactRecord(field.kindByName.get('walker') as Kind)

export const seeds: Uint8Array[] = [
  ...conversation().map((packets) => joined(HALF.server, packets)),
  ...states().map((packets) => joined(HALF.client, packets)),
]

export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const packets: Uint8Array[] = []
  for (let at = 1; at < input.length; at += 1 + input[at])
    packets.push(input.subarray(at + 1, at + 1 + input[at]))
  if (input[0] % 2 === HALF.server) toServer(packets)
  else toClient(packets)
}

function toServer(packets: readonly Uint8Array[]): void {
  const server = new NativeConversation(field)
  const out = new PacketWriter(65_536)
  for (const packet of packets) {
    server.receive(packet)
    for (let said = server.poll(); said; said = server.poll())
      if (said.is === 'hello') server.welcome(welcome)
      else if (said.is === 'query') server.inform(information)
      else if (said.is === 'page') server.answer(said.id, said.body)
      else if (said.is === 'ask') server.reply(said.id, { sorry: 'No.' })
    out.length = 0
    server.write(out, undefined)
  }
}

function toClient(packets: readonly Uint8Array[]): void {
  const client = new NativeClient(field, silent)
  for (const packet of packets) client.receive(packet)
  if (client.replica.present.size > 100_000)
    throw new Error(`${client.replica.present.size} entities came out of ${packets.length} packets`)
}

/** Records what a real client says. */
function conversation(): Uint8Array[][] {
  const client = new NativeClient(field, {} as never)
  const packet = new PacketWriter(4096)
  const said = (speak: () => void): Uint8Array => {
    speak()
    packet.length = 0
    client.write(packet)
    return packet.finish().slice()
  }
  return [
    [
      said(() => client.greet('Ada', { token: new Uint8Array(0), heard: new Uint8Array(0), content: '' })),
      said(() =>
        client.commands({
          newest: 9,
          viewDelay: 2.5,
          changes: [{ tick: 8, command: { east: 1, north: 0 } }],
        }),
      ),
      said(() => client.ask(1, 'say', { text: 'hello' })),
      said(() => client.ping(instant(5))),
      said(() => client.query()),
      said(() => client.page({ id: 1, page: 'login', login: '', body: '{"name":"Ada"}' })),
      said(() => client.askContent(new Uint8Array(34).fill(1))),
      said(() => client.have('ab'.repeat(32))),
      said(() => client.bye()),
    ],
  ]
}

/** Records what a real server says of a small world. */
function states(): Uint8Array[][] {
  const world = new World(field, { map: emptyMap(256, 256), random: new Random(1) })
  const author = new Author(world)
  const desk = new Desk(author)
  const view = new View(desk)
  const server = new NativeConversation(field)
  const first = new PacketWriter(250)
  server.raise('client')
  server.inform(information)
  server.answer(1, '{"is":"done"}')
  server.welcome(welcome)
  server.writeContent(first, new Uint8Array(60).fill(1))
  const walkers = Array.from({ length: 6 }, (_, i) =>
    world.spawn('walker', { position: { x: 30 + 20 * i, y: 40 }, name: `w${i}` }),
  )
  const packets: Uint8Array[] = [first.finish().slice()]
  const packet = new PacketWriter(250)
  for (let step = 0; step < 12; step++) {
    for (const walker of walkers) walker.position.x += 0.25
    if (step === 6) world.despawn(walkers[0])
    if (step === 8) server.map({ ...welcome.where, hash: 'fedcba9876543210' }, world.tick)
    if (step === 10) server.map({ ...welcome.where, instance: 2, width: 64, ticksPerSecond: 5 }, 1)
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view.lookAt(60, 40, 48)
    packet.length = 0
    const own = { spawned: [{ back: 1, ordinal: 0, id: 7 }], exact: encode(exact, walkers[1]) }
    if (server.write(packet, { view, tick: world.tick, takeNotes: () => ({ margin: 8, own }) }))
      packets.push(packet.finish().slice())
    world.endTick()
  }
  return [packets]
}

function joined(half: number, packets: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.of(half, ...packets.flatMap((packet) => [packet.length, ...packet]))
}
