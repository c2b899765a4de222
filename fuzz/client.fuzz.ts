import { Client } from '../src/client/index.ts'
import { instant, Random } from '../src/core/index.ts'
import { NativeConversation } from '../src/dialect/native/index.ts'
import { Author, Desk, PacketWriter, View } from '../src/replication/index.ts'
import type { Link, LinkHandler } from '../src/transport/index.ts'
import { encode } from '../src/wire/index.ts'
import { World } from '../src/world/index.ts'
import { field, fieldMap } from '../test/field/field.ts'
import { exact, welcome, where } from '../test/field/welcome.ts'

/**
 * A whole client, with clock, prediction and playback, of a server that says whatever it likes. The input is cut
 * into packets, each behind a length byte; after each a tick passes, and a picture is shown. Nothing may throw or
 * hang, and what the client holds stays within its bounds.
 */
const TICK_MS = 50
const PRESENT_MAX = 100_000

export const seeds: Uint8Array[] = [play({ hasOther: false }), play({ hasOther: true })]

export function fuzz(input: Uint8Array): void {
  let now = 1000
  let link = new Wire()
  const client = new Client(
    field,
    { name: 'Ada', map: fieldMap },
    {
      openLink: () => kept(link),
      now: () => instant(now),
      random: new Random(1),
    },
  )
  client.command({ east: 1, north: 0 })
  for (let at = 0; at < input.length; at += 1 + input[at]) {
    if (!link.isOpen) link = new Wire()
    link.handler?.receive(input.subarray(at + 1, at + 1 + input[at]))
    now += TICK_MS
    client.poll()
    client.frame()
    look(client)
  }
  if (client.stats.entitiesInView > PRESENT_MAX) throw new Error(`${client.stats.entitiesInView} entities`)
}

/** Resolves at once, not in a turn to come: one input is one call. */
function kept(link: Link): Promise<Link> {
  const asked = 'then'
  return { [asked]: (opened: (link: Link) => void) => opened(link) } as unknown as Promise<Link>
}

/** Reads what a program reads in each picture. */
function look(client: Client<typeof field>): void {
  for (const kind of ['walker', 'secret'] as const)
    for (const { position } of client.entities(kind))
      if (!Number.isFinite(position.x + position.y)) throw new Error(`shown at ${position.x}, ${position.y}`)
  if (client.me !== undefined && client.me.kind !== 'walker') throw new Error(`I am a ${client.me.kind}`)
}

/** A client's end of a link to nobody: what it sends is gone. */
class Wire implements Link {
  readonly isReliable = true
  readonly packetBytesMax = 65_536
  readonly remote = 'fuzz:1'
  readonly address = 'fuzz'
  readonly bufferedBytes = 0
  isOpen = true
  handler: LinkHandler | undefined

  open(handler: LinkHandler): void {
    this.handler = handler
  }

  send(): boolean {
    return this.isOpen
  }

  close(): void {
    this.isOpen = false
    this.handler = undefined
  }
}

/** Records what a real server says of a small world. @param hasOther  whether the player comes to another one */
function play({ hasOther }: { readonly hasOther: boolean }): Uint8Array {
  const world = new World(field, { map: fieldMap, random: new Random(1) })
  const author = new Author(world)
  const desk = new Desk(author)
  const view = new View(desk)
  const server = new NativeConversation(field)
  const packet = new PacketWriter(250)
  const packets: Uint8Array[] = []
  server.welcome(welcome)
  const walkers = Array.from({ length: 3 }, (_, i) =>
    world.spawn('walker', { position: { x: 90 + 4 * i, y: 128 }, name: `w${i}` }),
  )
  world.spawn('secret', { position: { x: 100, y: 120 }, code: 7 })
  for (let step = 0; step < 10; step++) {
    for (const walker of walkers) walker.position.x += 0.25
    if (step === 5) world.despawn(walkers[2])
    if (step === 6) server.own(walkers[1].id)
    if (step === 7) server.map({ ...where, hash: 'fedcba9876543210' }, world.tick)
    if (step === 8 && hasOther) server.map({ ...where, instance: 2, width: 64, ticksPerSecond: 5 }, 1)
    world.advance()
    author.publish()
    desk.begin(world.tick)
    view.lookAt(100, 128, 48)
    packet.length = 0
    const own = { spawned: [{ back: 1, ordinal: 0, id: 7 }], exact: encode(exact, walkers[0]) }
    if (server.write(packet, { view, tick: world.tick, takeNotes: () => ({ margin: 8, own }) }))
      packets.push(packet.finish().slice())
    world.endTick()
  }
  return Uint8Array.from(packets.flatMap((bytes) => [bytes.length, ...bytes]))
}
