/**
 * Dialect: what one player costs a server each tick above the world itself, by what is spoken. 300 people walk about a
 * village, turn and stop; 100 of them are players, each of whom sees some 250 others, through a view as a gateway makes
 * it: a circle, and 64,000 bytes a second.
 *
 *     native          a session of ours: the view's shared bytes, written into a packet
 *     bare replica    that, and a replica that reads the packet: what any reader of values stands on
 *     values          a `ValueView` of the world that all of them share: who came, changed, moved and left
 *     text            the text dialect of docs/examples, with an interpreter and lines that nobody reads
 *     opcode          the opcode dialect in its form for desktops: a list of 300 people every 640 ms, in turn
 *     pymmorpg        requests in pickles: updates, one after the other
 *     basics          JSON packets: a state in each tick that the bytes bear
 *     haunted         Haunted Chronicles' wire: a question and an answer of up to 3,000 bytes for each, each tick
 *     ..., unlimited  the same without a limit of bytes: an update of 20 kB or a state of 28 kB in each tick
 *
 * All of them in turn in each tick. CPU time counts, so that neighbours do not.
 */
import text, { adapter } from '../docs/examples/text-dialect/dialect.ts'
import { village } from '../docs/examples/text-dialect/game.ts'
import { Counters, instant, Random } from '../src/core/index.ts'
import { basicsDialect } from '../src/dialect/basics/index.ts'
import { hauntedDialect } from '../src/dialect/haunted/index.ts'
import {
  type Conversation,
  type Dialect,
  type News,
  type Peer,
  ValueView,
  type Welcome,
} from '../src/dialect/index.ts'
import { NativeConversation } from '../src/dialect/native/index.ts'
import { opcodeDialect } from '../src/dialect/opcode/index.ts'
import { pymmorpgDialect } from '../src/dialect/pymmorpg/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { writePickle } from '../src/pickle/index.ts'
import { Author, Desk, PacketWriter, Replica, View } from '../src/replication/index.ts'
import { World } from '../src/world/index.ts'
import { cpuMs } from './replication/measure.ts'
import type { Row } from './row.ts'

const PEOPLE = 300
const VIEWERS = 100
/** Metres from the middle within which people keep. */
const REACH = 40
const TICKS_PER_SECOND = 20
/** Bytes per second, where nothing shall wait for them. */
const UNLIMITED = 2 ** 29

const welcome: Welcome = {
  ...{ player: 1, entity: 1, tick: 1, serverName: 'Green', token: new Uint8Array(16), resumed: 'nothing' },
  where: { map: '', instance: 1, width: 256, height: 256, ticksPerSecond: TICKS_PER_SECOND, hash: '' },
}

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const [warm, ticks] = quick ? [20, 60] : [200, 1200]
  const village = new Village()
  const ways = new Map<string, Way>([
    ['native', nativeWay()],
    ['bare replica', replicaWay()],
    ['values', valuesWay()],
    ['text', textWay()],
    ['opcode', opcodeWay()],
    ['pymmorpg', pymmorpgWay()],
    ['pymmorpg, unlimited', pymmorpgWay()],
    ['basics', basicsWay()],
    ['basics, unlimited', basicsWay()],
    ['haunted', hauntedWay()],
  ])
  const played = [...ways].map(([name, write]) => {
    const bytesPerSecond = name.endsWith('unlimited') ? UNLIMITED : undefined
    const views = Array.from({ length: VIEWERS }, (_, at) => village.look(at, bytesPerSecond))
    return { name, write, views, ms: 0 }
  })
  for (let count = -warm; count < ticks; count++) {
    village.advance()
    for (const way of played) {
      const { write, views } = way
      const start = cpuMs()
      for (let at = 0; at < VIEWERS; at++) write(views[at], at)
      if (count >= 0) way.ms += cpuMs() - start
    }
  }
  const us = (name: string): number => (played.find((way) => way.name === name)!.ms * 1000) / ticks / VIEWERS
  const row = (name: string, metric: string, value: number, unit: string): Row => {
    return { bench: 'dialect', case: name, metric, value, unit }
  }
  return [...ways.keys()].flatMap((name) => [
    row(name, 'CPU per player and tick', us(name), 'us'),
    ...(name === 'native' ? [] : [row(name, 'over native', us(name) / us('native'), 'ratio')]),
  ])
}

/** 300 people of whom three in four walk; each decides anew every two seconds or so. */
class Village {
  readonly #random = new Random(1)
  readonly #world = new World(village, { map: emptyMap(256, 256), random: new Random(2) })
  readonly #author = new Author(this.#world)
  readonly #desk = new Desk(this.#author)
  readonly #views: { readonly view: View; readonly at: number }[] = []
  readonly #people = Array.from({ length: PEOPLE }, (_, i) => ({
    east: 0,
    north: 0,
    villager: this.#world.spawn('villager', {
      position: {
        x: 128 + this.#random.integer(-REACH, REACH),
        y: 128 + this.#random.integer(-REACH, REACH),
      },
      mood: 5,
      name: `Villager ${i}`,
    }),
  }))

  /** Looks from where one of the people is, as at a gateway. */
  look(at: number, bytesPerSecond = 64_000): News {
    const view = new View(this.#desk, { rim: 8, bytesPerSecond })
    this.#views.push({ view, at })
    const world = this.#world
    return {
      view,
      takeNotes: () => ({}),
      get tick() {
        return world.tick
      },
    }
  }

  advance(): void {
    this.#world.endTick()
    for (const person of this.#people) {
      const { position } = person.villager
      if (this.#random.integer(1, 2 * TICKS_PER_SECOND) === 1) {
        const isWalking = this.#random.integer(1, 4) > 1
        person.east = isWalking ? this.#random.integer(-1, 1) : 0
        person.north = isWalking ? this.#random.integer(-1, 1) : 0
        if (this.#random.integer(1, 10) === 1) person.villager.mood = this.#random.integer(0, 9)
      }
      if (Math.abs(position.x - 128) > REACH) person.east = position.x > 128 ? -1 : 1
      if (Math.abs(position.y - 128) > REACH) person.north = position.y > 128 ? -1 : 1
      position.x += (2 * person.east) / TICKS_PER_SECOND
      position.y += (2 * person.north) / TICKS_PER_SECOND
    }
    this.#world.advance()
    this.#author.publish()
    this.#desk.begin(this.#world.tick)
    for (const { view, at } of this.#views) {
      const { x, y } = this.#people[at].villager.position
      view.lookAt(x, y, 64)
    }
  }
}

/** Serves one player in a tick. */
type Way = (news: News, at: number) => void

/** Keeps something for each player. */
function each<State>(make: (at: number) => State, act: (state: State, news: News) => void): Way {
  const states: State[] = []
  return (news, at) => {
    states[at] ??= make(at)
    act(states[at], news)
  }
}

/** A welcome for one of the people. */
const welcomeTo = (at: number): Welcome => ({ ...welcome, player: at + 1, entity: at + 1 })

function nativeWay(): Way {
  const packet = new PacketWriter(65_536)
  return each(
    (at) => {
      const conversation = new NativeConversation(village)
      conversation.welcome(welcomeTo(at))
      return conversation
    },
    (conversation, news) => {
      packet.length = 0
      conversation.write(packet, news)
    },
  )
}

function replicaWay(): Way {
  const packet = new PacketWriter(65_536)
  const nothing = (): void => {}
  const listener = { entered: nothing, changed: nothing, moved: nothing, left: nothing }
  return each(
    () => new Replica(village, listener),
    (replica, { view, tick }) => {
      packet.length = 0
      view.write(packet)
      replica.receive(tick, packet.finish())
    },
  )
}

function valuesWay(): Way {
  return each(
    () => new ValueView(),
    (values, { view, tick }) => void values.advance(view, tick).moved.length,
  )
}

/** Begins a conversation of a dialect with a peer that reads nothing, and hears that something was sent. */
function converse(dialect: Dialect, heard: () => void = () => {}): Conversation {
  const peer: Peer = {
    ...{
      remote: '10.0.0.1:1',
      address: '10.0.0.1',
      carries: 'stream',
      packetBytesMax: 65_536,
      bufferedBytes: 0,
    },
    send() {
      heard()
      return true
    },
    prove() {},
  }
  return dialect.begin(peer, {
    game: village,
    information: () => ({}) as never,
    dropped: new Counters(...(dialect.drops ?? [])),
    mistake(error) {
      throw error
    },
  })
}

function textWay(): Way {
  const packet = new PacketWriter(0)
  return each(
    (at) => {
      const conversation = converse(text)
      conversation.welcome(welcomeTo(at))
      return conversation
    },
    (conversation, news) => void conversation.write(packet, news),
  )
}

/** What the client of 2024 sends to log in as "Ada". */
const LOGIN = Uint8Array.of(0, 20, 0, 0, 0, 0, 0x27, 0x19, 65, 100, 97, 10, 10, 0, 0, 0, 0, 0, 0, 0, 7, 0)

function opcodeWay(): Way {
  const packet = new PacketWriter(0)
  const dialect = opcodeDialect(adapter, { tileMetres: 2, metresPerSecond: 5 })
  let begun = 0
  return each(
    (at) => {
      const conversation = converse(dialect)
      // Each has come in at another moment, so that not all are told of people in the same tick.
      const state = { conversation, now: (640 * begun++) / VIEWERS }
      conversation.receive(LOGIN, instant(state.now))
      conversation.welcome(welcomeTo(at))
      return state
    },
    (state, news) => {
      state.now += 1000 / TICKS_PER_SECOND
      state.conversation.advance?.(instant(state.now))
      state.conversation.write(packet, news)
    },
  )
}

function pymmorpgWay(): Way {
  const packet = new PacketWriter(0)
  const pickle = writePickle(['update'])
  const update = Uint8Array.of(...new TextEncoder().encode(`${pickle.length} `), ...pickle)
  const dialect = pymmorpgDialect(adapter)
  return each(
    (at) => {
      const state = { isAnswered: true, conversation: converse(dialect, () => (state.isAnswered = true)) }
      state.conversation.welcome(welcomeTo(at))
      return state
    },
    (state, news) => {
      const { conversation } = state
      if (state.isAnswered) {
        state.isAnswered = false
        conversation.receive(update, instant(news.tick * (1000 / TICKS_PER_SECOND)))
        conversation.poll()
      }
      conversation.write(packet, news)
    },
  )
}

function basicsWay(): Way {
  const packet = new PacketWriter(0)
  const dialect = basicsDialect(adapter, { metresPerSecond: 2 })
  return each(
    (at) => {
      const conversation = converse(dialect)
      conversation.welcome(welcomeTo(at))
      return conversation
    },
    (conversation, news) => void conversation.write(packet, news),
  )
}

/** Each viewer asks once a tick, as the clients do, and gets an answer of at most 3,000 bytes. */
function hauntedWay(): Way {
  const packet = new PacketWriter(0)
  const dialect = hauntedDialect({
    ...adapter,
    picture: { width: 1728, height: 972, pixelsPerMetre: 20, west: 84, south: 104 },
    figure: ({ name }) => ({ name: String(name) }),
    square: () => ({ team: 0, rgb: [200, 100, 0] }),
  })
  const encoder = new TextEncoder()
  return each(
    (at) => {
      const conversation = converse(dialect)
      conversation.receive(encoder.encode(`CONNECT Villager_${at} END`), instant(0))
      conversation.welcome(welcomeTo(at))
      return { conversation, input: encoder.encode(`INPUT Villager_${at} RIGHT END`) }
    },
    ({ conversation, input }, news) => {
      conversation.write(packet, news)
      conversation.receive(input, instant(news.tick))
      while (conversation.poll());
    },
  )
}
