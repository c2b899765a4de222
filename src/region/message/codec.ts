import {
  bool,
  bytes,
  choice,
  decode,
  encode,
  type Field,
  float64,
  list,
  optional,
  record,
  text,
  varint,
} from '../../wire/index.ts'
import type { AnyGame } from '../../world/index.ts'
import { type Down, type EventNews, effects, endings, fates, type TickNews, type Up } from './message.ts'
import type { PlayerNews } from './player-news.ts'

/** The largest message, in bytes: a link that brings a longer one is broken. */
export const LINK_MESSAGE_BYTES_MAX = 0xffffff

/** The most that one effect on another region's entity says of its fields, in bytes. */
export const EFFECT_BYTES_MAX = 4096

const id = text({ bytesMax: 64 })
const blob = bytes({ bytesMax: LINK_MESSAGE_BYTES_MAX })
const account = record({ id, role: choice(['player', 'staff', 'owner']), isGuest: bool() })
const item = record({ id, kind: text({ bytesMax: 255 }), quantity: float64(), data: blob })
const character = record({
  id,
  name: text({ bytesMax: 255 }),
  epoch: varint(),
  map: text({ bytesMax: 255 }),
  position: list(float64(), { lengthMax: 3 }),
  state: blob,
  items: list(item, { lengthMax: 65_535 }),
})
const world = record({
  map: text({ bytesMax: 255 }),
  instance: varint(),
  width: float64(),
  height: float64(),
  ticksPerSecond: varint(),
  hash: text({ bytesMax: 16 }),
})
const ending = { session: varint(), code: choice(endings), reason: text({ bytesMax: 2000 }) }
/** Map pieces not yet sent to the gateway: as many as one map may have, and its index. */
const pieces = list(blob, { lengthMax: 4097 })
const own = record({
  spawned: list(record({ back: varint(), ordinal: varint(), id: varint() }), { lengthMax: 32 }),
  exact: blob,
})
const player = record({
  session: varint(),
  /** Left out when unchanged. */
  look: optional(record({ x: float64(), y: float64(), radius: float64() })),
  own: optional(varint()),
  follow: list(varint(), { lengthMax: 65_535 }),
  unfollow: list(record({ key: varint(), isGone: bool() }), { lengthMax: 65_535 }),
  margin: optional(float64()),
  ownState: optional(own),
})
const event = record({
  event: varint(),
  body: blob,
  sessions: optional(list(varint(), { lengthMax: 65_535 })),
  others: optional(
    record({
      near: optional(record({ x: float64(), y: float64(), radius: float64() })),
      player: optional(varint()),
      group: optional(varint()),
    }),
  ),
})
/** The most entities that one message tells to be a region's. */
export const HOLDS_MAX = 65_535

/** The messages from a region to a gateway, one record each. */
const downRecords = {
  opened: record({ world, tick: varint(), pieces }),
  closed: record({ instance: varint() }),
  map: record({ world, tick: varint(), pieces }),
  entered: record({ session: varint(), player: varint(), own: varint(), instance: varint() }),
  reclaimed: record({
    ...{ session: varint(), player: varint(), own: varint(), instance: varint() },
    ...{ name: text({ bytesMax: 255 }), account: optional(account) },
    character: optional(record({ accountId: id, characterId: id, epoch: varint() })),
  }),
  unclaimed: record({ session: varint() }),
  refused: record(ending),
  reply: record({ ask: varint(), body: optional(blob), sorry: text({ bytesMax: 2000 }) }),
  heard: record({ session: varint(), events: list(event, { lengthMax: 65_535 }) }),
  moved: record({ session: varint(), instance: varint(), tick: varint() }),
  taken: record({
    ...{ session: varint(), player: varint(), own: varint(), instance: varint() },
    ...{ tick: varint(), isStandIn: bool() },
  }),
  /** `message`: as it came. */
  returned: record({ message: blob }),
  released: record({ session: varint() }),
  speaks: record({ district: varint(), epoch: varint() }),
  holds: record({
    entities: list(record({ entity: varint(), hop: varint(), district: varint() }), { lengthMax: HOLDS_MAX }),
  }),
  stands: record({
    entities: list(record({ entity: varint(), tick: varint() }), { lengthMax: HOLDS_MAX }),
  }),
  ended: record(ending),
  gone: record({ session: varint() }),
  /** `state`: the news of the topics that the gateway follows, as the replication room writes them. */
  tick: record({
    instance: varint(),
    tick: varint(),
    state: blob,
    players: list(player, { lengthMax: 65_535 }),
    events: list(event, { lengthMax: 65_535 }),
  }),
  ticked: record({ workMs: float64(), worstMs: float64(), lateMs: float64() }),
  leftOut: record({ ms: varint() }),
}

/** The messages from a gateway to a region; `commands` and `intend` contain the game's own record. */
const upRecords = {
  enter: record({
    session: varint(),
    name: text({ bytesMax: 255 }),
    account: optional(account),
    character: optional(character),
    key: id,
    isStandIn: bool(),
  }),
  reclaim: record({ session: varint(), key: id, isHere: bool() }),
  speak: record({ session: varint() }),
  away: record({ session: varint() }),
  ask: record({ session: varint(), ask: varint(), request: varint(), body: blob }),
  settled: record({ session: varint(), tick: varint(), fate: choice(fates) }),
  account: record({ session: varint(), account }),
  leave: record({ session: varint(), how: choice(['left', 'lost']) }),
  watch: record({
    ...{ session: varint(), instance: varint(), x: float64(), y: float64(), radius: float64() },
    extras: list(varint(), { lengthMax: 65_535 }),
    isRegion: bool(),
  }),
  affect: record({
    ...{ session: varint(), entity: varint(), instance: varint(), what: choice(effects) },
    fields: bytes({ bytesMax: EFFECT_BYTES_MAX }),
    ...{ passedOn: varint(), x: float64(), y: float64() },
  }),
}

const UP = [
  'enter',
  'reclaim',
  'speak',
  'away',
  'commands',
  'intend',
  'ask',
  'settled',
  'account',
  'leave',
  'watch',
  'affect',
] as const
const DOWN = Object.keys(downRecords) as (keyof typeof downRecords)[]

/** The parts of a message that exist only on the link: the topics' news, and map pieces. */
export interface Luggage {
  readonly state?: Uint8Array
  readonly pieces?: readonly Uint8Array[]
}

/** A decoded message, with its luggage. */
export interface ReadDown extends Luggage {
  readonly message: Down
}

const nothing = new Uint8Array(0)

/** Encodes and decodes messages for one game: a code in one byte, then the record. Nonsense decodes to `undefined`. */
export class MessageCodec {
  readonly #game: AnyGame
  readonly #commands: ReturnType<typeof commandsOf>
  readonly #intend: ReturnType<typeof intendOf>

  constructor(game: AnyGame) {
    this.#game = game
    this.#commands = commandsOf(game)
    this.#intend = intendOf(game)
  }

  writeUp(message: Up): Uint8Array {
    const code = UP.indexOf(message.is)
    if (message.is === 'commands') {
      const { newest } = message
      const changes = message.changes.map(({ tick, command }) => ({ back: newest - tick, command }))
      return framed(code, encode(this.#commands, { ...message, changes }))
    }
    if (message.is === 'intend') return framed(code, encode(this.#intend, message))
    if (message.is === 'ask') {
      const request = this.#game.requestNames.indexOf(message.request)
      const body = encode(this.#game.requests[message.request].ask, message.body)
      return framed(code, encode(upRecords.ask, { ...message, request, body }))
    }
    return framed(code, encode(upRecords[message.is] as Field<unknown>, message))
  }

  readUp(bytes: Uint8Array): Up | undefined {
    const is = UP[bytes[0]]
    const body = bytes.subarray(1)
    if (is === undefined) return undefined
    if (is === 'commands') {
      const read = decode(this.#commands, body)
      if (!read) return undefined
      const changes = read.changes.map(({ back, command }) => ({ tick: read.newest - back, command }))
      return { is, ...read, changes }
    }
    if (is === 'intend') {
      const read = decode(this.#intend, body)
      return read && { is, session: read.session, instance: read.instance, command: read.command }
    }
    if (is === 'ask') {
      const read = decode(upRecords.ask, body)
      const request = read && this.#game.requestNames[read.request]
      if (!read || request === undefined) return undefined
      const asked = decode(this.#game.requests[request].ask as Field<unknown>, read.body)
      return asked === undefined
        ? undefined
        : { is, session: read.session, ask: read.ask, request, body: asked }
    }
    const read = decode(upRecords[is] as Field<object>, body)
    return read && ({ is, ...read } as Up)
  }

  /** Writes a message to a gateway. @param rows  with `tick`: what has changed for each player */
  writeDown(
    message: Down,
    { state = nothing, pieces = [] }: Luggage = {},
    rows: readonly PlayerRow[] = [],
  ): Uint8Array {
    const code = DOWN.indexOf(message.is)
    if (message.is === 'tick')
      return framed(
        code,
        encode(downRecords.tick, { ...message, state, players: rows as never, events: message.events }),
      )
    if (message.is === 'ticked') {
      const { workMs, worstMs, lateMs } = message.times
      return framed(code, encode(downRecords.ticked, { workMs, worstMs, lateMs }))
    }
    if (message.is === 'reply') {
      const { ask, answer } = message
      const isAnswer = 'body' in answer
      const body = isAnswer ? answer.body : undefined
      const sorry = isAnswer ? '' : answer.sorry.slice(0, 600).toWellFormed()
      return framed(code, encode(downRecords.reply, { ask, body, sorry }))
    }
    if (message.is === 'returned')
      return framed(code, encode(downRecords.returned, { message: this.writeUp(message.message) }))
    if (message.is === 'refused' || message.is === 'ended') {
      const reason = message.reason.slice(0, 600).toWellFormed()
      return framed(code, encode(downRecords[message.is], { ...message, reason }))
    }
    return framed(code, encode(downRecords[message.is] as Field<unknown>, { ...message, pieces }))
  }

  /**
   * Reads a message from a region. @param newsOf  a session's news so far, to update; undefined for one that is not in
   */
  readDown(
    bytes: Uint8Array,
    newsOf: (session: number) => PlayerNews | undefined,
    begins: (instance: number, tick: number) => void = () => {},
  ): ReadDown | undefined {
    const is = DOWN[bytes[0]]
    const body = bytes.subarray(1)
    if (is === undefined) return undefined
    if (is === 'tick') return readTick(body, newsOf, begins)
    if (is === 'ticked') {
      const times = decode(downRecords.ticked, body)
      return times && { message: { is, times } }
    }
    if (is === 'reply') {
      const read = decode(downRecords.reply, body)
      if (!read) return undefined
      const answer = read.body === undefined ? { sorry: read.sorry } : { body: read.body }
      return { message: { is, ask: read.ask, answer } }
    }
    if (is === 'returned') {
      const read = decode(downRecords.returned, body)
      const returned = read && this.readUp(read.message)
      return returned && { message: { is, message: returned } }
    }
    const read = decode(downRecords[is] as Field<object>, body)
    if (!read) return undefined
    if (is === 'heard') {
      const { session, events } = read as { readonly session: number; readonly events: readonly EventNews[] }
      return { message: { is, session, events: events.map(eventOf) } }
    }
    const { pieces, ...message } = { pieces: undefined, ...read } as { pieces?: readonly Uint8Array[] }
    return { message: { is, ...message } as Down, pieces }
  }
}

/** The part of a player's news that is sent. */
export interface PlayerRow {
  readonly session: number
  readonly look?: { readonly x: number; readonly y: number; readonly radius: number } | undefined
  readonly own?: number | undefined
  readonly follow: readonly number[]
  readonly unfollow: PlayerNews['unfollow']
  readonly margin: number | undefined
  readonly ownState: PlayerNews['ownState']
}

function readTick(
  body: Uint8Array,
  newsOf: (session: number) => PlayerNews | undefined,
  begins: (instance: number, tick: number) => void,
): ReadDown | undefined {
  const read = decode(downRecords.tick, body)
  if (!read) return undefined
  const { instance, tick, state, events } = read
  begins(instance, tick)
  const players: PlayerNews[] = []
  for (const row of read.players) {
    const news = newsOf(row.session)
    if (!news) continue
    news.clear()
    if (row.look) {
      news.hasPlace = true
      Object.assign(news, row.look)
    }
    if (row.own !== undefined) news.own = row.own
    news.follow.push(...row.follow)
    news.unfollow.push(...row.unfollow)
    news.margin = row.margin
    news.ownState = row.ownState
    players.push(news)
  }
  const message: TickNews = {
    is: 'tick',
    instance,
    tick,
    players,
    events: events.map(eventOf),
  }
  return { message, state }
}

/** An event without the parts that it does not have. */
function eventOf({
  event,
  body,
  sessions,
  others,
}: Partial<EventNews> & Omit<EventNews, 'sessions'>): EventNews {
  return others === undefined ? { event, body, sessions } : { event, body, sessions, others }
}

function intendOf({ command }: AnyGame) {
  return record({ session: varint(), instance: varint(), command })
}

function commandsOf(game: AnyGame) {
  return record({
    session: varint(),
    instance: varint(),
    newest: varint(),
    viewDelay: float64(),
    changes: list(record({ back: varint(), command: game.command as Field<unknown> }), { lengthMax: 32 }),
  })
}

function framed(code: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(body.length + 1)
  bytes[0] = code
  bytes.set(body, 1)
  return bytes
}
