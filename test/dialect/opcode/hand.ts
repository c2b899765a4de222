/** A conversation of the opcode dialect without a server: worlds of villagers, and what the peer is sent. */
import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import { village } from '../../../docs/examples/text-dialect/game.ts'
import { Counters, instant, Random } from '../../../src/core/index.ts'
import type { Conversation, Peer, Said } from '../../../src/dialect/index.ts'
import { type OpcodeOptions, opcodeDialect } from '../../../src/dialect/opcode/index.ts'
import { emptyMap } from '../../../src/geometry/index.ts'
import { Author, Desk, PacketWriter, View } from '../../../src/replication/index.ts'
import { World } from '../../../src/world/index.ts'

const where = { map: '', width: 256, height: 256, ticksPerSecond: 20, hash: '' }

/** A world, and a view into it. */
class Place {
  readonly world = new World(village, { map: emptyMap(256, 256), random: new Random(1) })
  readonly #author = new Author(this.world)
  readonly #desk = new Desk(this.#author)
  view = new View(this.#desk)

  /** A view that has been told of nothing. */
  open(): void {
    this.view = new View(this.#desk)
  }

  advance(): void {
    this.world.endTick()
    this.world.advance()
    this.#author.publish()
    this.#desk.begin(this.world.tick)
    this.view.lookAt(128, 128, 60)
  }
}

export class Hand {
  readonly places = [new Place(), new Place()]
  readonly conversation: Conversation
  readonly dropped: Counters
  readonly #packet = new PacketWriter(0)
  at = 0
  now = instant(0)
  isIn = false

  constructor(sent: (bytes: Uint8Array) => void, options: Partial<OpcodeOptions> = {}) {
    const dialect = opcodeDialect(adapter, { tileMetres: 1, metresPerSecond: 2, ...options })
    const peer: Peer = {
      ...{
        remote: '10.0.0.1:1',
        address: '10.0.0.1',
        carries: 'stream',
        packetBytesMax: 1000,
        bufferedBytes: 0,
      },
      send(bytes) {
        sent(bytes.slice())
        return true
      },
      prove() {},
    }
    this.dropped = new Counters(...(dialect.drops ?? []))
    this.conversation = dialect.begin(peer, {
      game: village,
      information: () => ({ name: 'Green' }) as never,
      dropped: this.dropped,
      mistake(error) {
        throw error
      },
    })
  }

  spawn(place: number, name: string, east = 0): number {
    const position = { x: 128.5 + east, y: 128.5 }
    return this.places[place].world.spawn('villager', { position, mood: 5, name }).id
  }

  welcome(entity: number): void {
    this.isIn = true
    this.places[this.at].open()
    const { tick } = this.places[this.at].world
    const about = { player: 1, serverName: 'Green', token: new Uint8Array(16), resumed: 'nothing' as const }
    this.conversation.welcome({ ...about, entity, tick, where: { ...where, instance: 1 + this.at } })
  }

  /** Carries the player over into another world, as another entity. */
  cross(place: number, entity: number): void {
    this.at = place
    this.places[place].open()
    this.conversation.map({ ...where, instance: 1 + place }, this.places[place].world.tick)
    this.conversation.own(entity)
  }

  /** Makes a tick of both worlds. @returns what was said meanwhile */
  tick(): Said[] {
    const said: Said[] = []
    for (let one = this.conversation.poll(); one; one = this.conversation.poll()) said.push(one)
    this.now = instant(this.now + 50)
    for (const place of this.places) place.advance()
    this.conversation.advance?.(this.now)
    const { view, world } = this.places[this.at]
    const news = { view, tick: world.tick, takeNotes: () => ({}) }
    this.conversation.write(this.#packet, this.isIn ? news : undefined)
    return said
  }
}
