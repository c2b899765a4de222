/**
 * Dialect: what one player costs a server each tick above the world itself, by what is spoken. 300 people walk about a
 * village, turn and stop; 100 of them are players, each of whom sees some 250 others, through a view as a gateway makes
 * it: a circle, and 64,000 bytes a second.
 *
 *     native          a session of ours: the view's shared bytes, written into a packet
 *     bare replica    that, and a replica that reads the packet: what any reader of values stands on
 *     values          a `ValueView` of the world that all share: who came, changed and left, and each group's moves
 *     values, moved   the same with all who moved gathered into one list for each
 *     text            the text dialect of docs/examples, with an interpreter and lines that nobody reads
 *     opcode          the opcode dialect in its form for desktops: a list of 300 people every 640 ms, in turn
 *     pymmorpg        requests in pickles: updates, one after the other
 *     basics          JSON packets: a state in each tick that the bytes bear
 *     haunted         Haunted Chronicles' wire: a question and an answer of up to 3,000 bytes for each, each tick
 *     ..., unlimited  the same without a limit of bytes: an update of 20 kB or a state of 28 kB in each tick
 *
 * All are read too what their clients send: a way every two seconds, and what keeps a connection alive. Each is played
 * beside native players alone, both in turn in each tick, three times; the medians are told. CPU time counts, so that
 * neighbours do not.
 */
import text, { adapter } from '../docs/examples/text-dialect/dialect.ts'
import { village } from '../docs/examples/text-dialect/game.ts'
import { Counters, type Instant, instant, Random } from '../src/core/index.ts'
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
import { NativeClient, type NativeClientListener, NativeConversation } from '../src/dialect/native/index.ts'
import { opcodeDialect } from '../src/dialect/opcode/index.ts'
import { pymmorpgDialect } from '../src/dialect/pymmorpg/index.ts'
import { emptyMap } from '../src/geometry/index.ts'
import { PickleTuple, type PickleValue, writePickle } from '../src/pickle/index.ts'
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

/** What is spoken: by its name, who begins to serve players of it. */
const ways: Readonly<Record<string, () => Way>> = {
  'bare replica': replicaWay,
  values: valuesWay,
  'values, moved': movedWay,
  text: textWay,
  opcode: opcodeWay,
  pymmorpg: pymmorpgWay,
  'pymmorpg, unlimited': pymmorpgWay,
  basics: basicsWay,
  'basics, unlimited': basicsWay,
  haunted: hauntedWay,
}

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const [rounds, warm, ticks] = quick ? [1, 20, 40] : [3, 60, 300]
  const village = new Village()
  const native: number[] = []
  const measured = Object.keys(ways).map((name) => ({ name, us: [] as number[], ratios: [] as number[] }))
  // The first round only warms up.
  for (let round = quick ? 0 : -1; round < rounds; round++)
    for (const { name, us, ratios } of measured) {
      const pair = [new Played(village, nativeWay()), new Played(village, ways[name](), bytesOf(name))]
      for (let count = -warm; count < ticks; count++) {
        village.advance()
        for (const played of pair) played.serve(count >= 0)
      }
      const [beside, own] = pair.map(({ ms }) => (ms * 1000) / ticks / VIEWERS)
      for (const played of pair) played.close()
      if (round < 0) continue
      native.push(beside)
      us.push(own)
      ratios.push(own / beside)
    }
  const row = (name: string, metric: string, value: number, unit: string): Row => {
    return { bench: 'dialect', case: name, metric, value, unit }
  }
  return [
    row('native', 'CPU per player and tick', median(native), 'us'),
    ...measured.flatMap(({ name, us, ratios }) => [
      row(name, 'CPU per player and tick', median(us), 'us'),
      row(name, 'over native', median(ratios), 'ratio'),
    ]),
  ]
}

const bytesOf = (name: string): number | undefined => (name.endsWith('unlimited') ? UNLIMITED : undefined)

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]

/** 100 players of one kind, and the CPU time that they took. */
class Played {
  ms = 0
  readonly #village: Village
  readonly #way: Way
  readonly #news: readonly News[]

  constructor(village: Village, way: Way, bytesPerSecond?: number) {
    this.#village = village
    this.#way = way
    this.#news = Array.from({ length: VIEWERS }, (_, at) => village.look(at, bytesPerSecond))
  }

  serve(isMeasured: boolean): void {
    const news = this.#news
    const start = cpuMs()
    for (let at = 0; at < VIEWERS; at++) this.#way(news[at], at)
    if (isMeasured) this.ms += cpuMs() - start
  }

  close(): void {
    for (const { view } of this.#news) this.#village.lookAway(view)
  }
}

/** 300 people of whom three in four walk; each decides anew every two seconds or so. */
class Village {
  readonly #random = new Random(1)
  readonly #world = new World(village, { map: emptyMap(256, 256), random: new Random(2) })
  readonly #author = new Author(this.#world)
  readonly #desk = new Desk(this.#author)
  #views: { readonly view: View; readonly at: number }[] = []
  readonly #people = Array.from({ length: PEOPLE }, (_, i) => ({
    east: 0,
    north: 0,
    villager: this.#world.spawn('villager', {
      position: {
        x: 128 + this.#random.integer(-REACH, REACH),
        y: 128 + this.#random.integer(-REACH, REACH),
      },
      mood: 5,
      name: `V ${i}`,
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

  lookAway(view: View): void {
    this.#views = this.#views.filter((one) => one.view !== view)
    view.close()
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

/** Whether one of so many does in this tick what each does after so many ticks. */
const isDue = (at: number, tick: number, ticks: number): boolean => (tick + at) % ticks === 0

/** After how many ticks players walk another way, and clients show that they are there. */
const WAY_TICKS = 2 * TICKS_PER_SECOND
const ALIVE_TICKS = TICKS_PER_SECOND

/** Clients of ours say their way again twice a second, and ping once. */
const REPEAT_TICKS = TICKS_PER_SECOND / 2

function nativeWay(): Way {
  const packet = new PacketWriter(65_536)
  const said = new PacketWriter(1024)
  const nothing = (): void => {}
  const listener = new Proxy({} as NativeClientListener, { get: () => nothing })
  return each(
    (at) => {
      const conversation = new NativeConversation(village)
      const client = new NativeClient(village, listener)
      conversation.welcome(welcomeTo(at))
      packet.length = 0
      conversation.write(packet, undefined)
      client.receive(packet.finish())
      return { at, conversation, client }
    },
    ({ at, conversation, client }, news) => {
      const now = instant(news.tick * (1000 / TICKS_PER_SECOND))
      if (isDue(at, news.tick, REPEAT_TICKS)) {
        const isOther = isDue(at, news.tick, WAY_TICKS)
        const changes = isOther ? [{ tick: news.tick, command: { east: 1, north: 0 } }] : []
        client.commands({ newest: news.tick, viewDelay: 2, changes })
        if (isDue(at, news.tick, ALIVE_TICKS)) client.ping(now)
        said.length = 0
        client.write(said)
        hear(conversation, said.finish(), now)
      }
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
    (values, { view, tick }) => {
      let moved = 0
      for (const group of values.advance(view, tick).groups) moved += group.moved.length
      return void moved
    },
  )
}

function movedWay(): Way {
  return each(
    () => new ValueView(),
    (values, { view, tick }) => void values.advance(view, tick).moved.length,
  )
}

/** Begins a conversation of a dialect with a peer that reads nothing, and hears that something was sent. */
function converse(
  dialect: Dialect,
  { heard = () => {}, carries = 'stream' }: { heard?: () => void; carries?: Peer['carries'] } = {},
): Conversation {
  const peer: Peer = {
    ...{
      remote: '10.0.0.1:1',
      address: '10.0.0.1',
      carries,
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

/** Has a conversation hear what its client says. */
function hear(conversation: Conversation, bytes: Uint8Array, now: Instant): void {
  conversation.receive(bytes, now)
  while (conversation.poll());
}

const encoder = new TextEncoder()

/** Somebody types a way every two seconds. */
function textWay(): Way {
  const packet = new PacketWriter(0)
  const walk = encoder.encode('walk east\n')
  return each(
    (at) => {
      const conversation = converse(text)
      conversation.welcome(welcomeTo(at))
      return { at, conversation }
    },
    ({ at, conversation }, news) => {
      if (isDue(at, news.tick, WAY_TICKS)) hear(conversation, walk, nowOf(news))
      conversation.write(packet, news)
    },
  )
}

const nowOf = ({ tick }: News): Instant => instant(tick * (1000 / TICKS_PER_SECOND))

/** What the client of 2024 sends to log in as "Ada". */
const LOGIN = Uint8Array.of(0, 20, 0, 0, 0, 0, 0x27, 0x19, 65, 100, 97, 10, 10, 0, 0, 0, 0, 0, 0, 0, 7, 0)
/** A click on a place: a corner, and a step from it. */
const CLICK = Uint8Array.of(0, 7, 187, 0, 122, 2, 138, 1, 0)

/** Players click every two seconds. */
function opcodeWay(): Way {
  const packet = new PacketWriter(0)
  const dialect = opcodeDialect(adapter, { tileMetres: 2, metresPerSecond: 5 })
  return each(
    (at) => {
      const conversation = converse(dialect)
      // Each has come in at another moment, so that not all are told of people in the same tick.
      const state = { at, conversation, now: (640 * at) / VIEWERS }
      conversation.receive(LOGIN, instant(state.now))
      conversation.welcome(welcomeTo(at))
      return state
    },
    (state, news) => {
      const { at, conversation } = state
      state.now += 1000 / TICKS_PER_SECOND
      if (isDue(at, news.tick, WAY_TICKS)) hear(conversation, CLICK, instant(state.now))
      conversation.advance?.(instant(state.now))
      conversation.write(packet, news)
    },
  )
}

/** Clients ask for the next update when they have the last, and where to walk every two seconds. */
function pymmorpgWay(): Way {
  const packet = new PacketWriter(0)
  const frame = (request: PickleValue): Uint8Array => {
    const pickle = writePickle(request)
    return Uint8Array.of(...encoder.encode(`${pickle.length} `), ...pickle)
  }
  const update = frame(['update'])
  const move = frame(['move', new PickleTuple([10, 0, 0])])
  const dialect = pymmorpgDialect(adapter)
  return each(
    (at) => {
      const state = { at, answers: 1, conversation: converse(dialect, { heard: () => state.answers++ }) }
      state.conversation.welcome(welcomeTo(at))
      return state
    },
    (state, news) => {
      const { at, conversation } = state
      if (state.answers > 0) {
        state.answers = 0
        const isOther = isDue(at, news.tick, WAY_TICKS)
        if (isOther) hear(conversation, move, nowOf(news))
        state.answers = 0
        hear(conversation, update, nowOf(news))
      }
      conversation.write(packet, news)
    },
  )
}

/** Clients say another move every two seconds, and ping once a second. */
function basicsWay(): Way {
  const packet = new PacketWriter(0)
  const dialect = basicsDialect(adapter, { metresPerSecond: 2 })
  /** A packet whose number has six digits, which are written into it. */
  const packetOf = (type: string, data: unknown) => {
    const packet = { type, seq: 100_000, time: 1_700_000_000.5, data, rel: false }
    const json = encoder.encode(JSON.stringify(packet))
    const bytes = Uint8Array.of(0, 0, json.length >> 8, json.length & 255, ...json)
    const digits = new TextDecoder().decode(bytes).indexOf('100000')
    return (seq: number): Uint8Array => {
      for (let at = 5, rest = seq; at > 0; at--, rest = Math.floor(rest / 10))
        bytes[digits + at] = 48 + (rest % 10)
      return bytes
    }
  }
  const input = packetOf('input', { move: { x: 1, y: 0 } })
  const ping = packetOf('ping', { time: 1_700_000_000.5 })
  return each(
    (at) => {
      const conversation = converse(dialect)
      conversation.welcome(welcomeTo(at))
      return { at, conversation, seq: 0 }
    },
    (state, news) => {
      const { at, conversation } = state
      if (isDue(at, news.tick, WAY_TICKS)) hear(conversation, input(state.seq++), nowOf(news))
      if (isDue(at, news.tick, ALIVE_TICKS)) hear(conversation, ping(state.seq++), nowOf(news))
      conversation.write(packet, news)
    },
  )
}

/** Each viewer asks once a tick, as the clients do, for an answer of at most 3,000 bytes, and pings now and then. */
function hauntedWay(): Way {
  const packet = new PacketWriter(0)
  const dialect = hauntedDialect({
    ...adapter,
    picture: { width: 1728, height: 972, pixelsPerMetre: 20, west: 84, south: 104 },
    figure: ({ name }) => ({ name: String(name) }),
    square: () => ({ team: 0, rgb: [200, 100, 0] }),
  })
  const ping = encoder.encode('PING 1700000000.5 END')
  return each(
    (at) => {
      const conversation = converse(dialect, { carries: 'datagrams' })
      conversation.receive(encoder.encode(`CONNECT V_${at} END`), instant(0))
      conversation.welcome(welcomeTo(at))
      return { at, conversation, input: encoder.encode(`INPUT V_${at} RIGHT END`) }
    },
    ({ at, conversation, input }, news) => {
      conversation.write(packet, news)
      hear(conversation, input, nowOf(news))
      if (isDue(at, news.tick, 10)) hear(conversation, ping, nowOf(news))
    },
  )
}
