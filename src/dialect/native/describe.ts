import { PacketReader } from '../../replication/index.ts'
import { decode } from '../../wire/index.ts'
import type { AnyGame } from '../../world/index.ts'
import { readCommands } from './commands.ts'
import { answer, CODE, have, hello, map, own, page, ping, pong, refused, welcome } from './messages.ts'

/** One message of a packet: where it lies in the packet, and its value as the wire's own description reads it. */
export interface DescribedMessage {
  /** "welcome", "state"; "unknown" for what no description reads. */
  readonly name: string
  readonly start: number
  readonly length: number
  /** The decoded fields; undefined for content that needs the replica before it, such as state. */
  readonly value: unknown
}

const names = new Map<number, string>(Object.entries(CODE).map(([name, code]) => [code, name]))
const records = new Map<number, Parameters<typeof decode>[0]>(
  Object.entries({ hello, ping, page, have, welcome, refused, pong, own, map, answer }).map(
    ([name, record]) => [CODE[name as keyof typeof CODE], record as Parameters<typeof decode>[0]],
  ),
)

/**
 * Describes the messages of one packet of the native dialect, in order, for people: it needs no connection and changes
 * nothing. Malformed bytes end the list with an "unknown" message.
 */
export function describePacket(game: AnyGame, packet: Uint8Array): DescribedMessage[] {
  const messages: DescribedMessage[] = []
  const reader = new PacketReader().reset(packet)
  while (reader.left > 0) {
    const start = reader.at
    const code = reader.byte()
    if (code === CODE.state) {
      messages.push({ name: 'state', start, length: packet.length - start, value: { tick: reader.varint() } })
      return messages
    }
    const body = reader.take(reader.varint())
    const name = names.get(code)
    if (reader.isBroken || name === undefined) {
      messages.push({ name: 'unknown', start, length: packet.length - start, value: undefined })
      return messages
    }
    messages.push({ name, start, length: reader.at - start, value: fieldsOf(game, code, body) })
  }
  return messages
}

/** Describes a payload of a lane for state: commands on the way up, news of entities on the way down [N22]. */
export function describeState(game: AnyGame, payload: Uint8Array, way: 'up' | 'down'): DescribedMessage {
  const { length } = payload
  if (way === 'up') return { name: 'commands', start: 0, length, value: readCommands(game.command, payload) }
  return { name: 'state', start: 0, length, value: { tick: new PacketReader().reset(payload).varint() } }
}

function fieldsOf(game: AnyGame, code: number, body: Uint8Array): unknown {
  const record = records.get(code)
  if (record !== undefined) return decode(record, body)
  if (code === CODE.commands) return readCommands(game.command, body)
  if (code === CODE.ask) {
    const reader = new PacketReader().reset(body)
    const id = reader.varint()
    const request = game.requestNames[reader.varint()]
    const field = request === undefined ? undefined : game.requests[request].ask
    return { id, request, ask: field && decode(field, body.subarray(reader.at)) }
  }
  if (code === CODE.event) {
    const event = game.eventNames[body[0]]
    return { event, body: event === undefined ? undefined : decode(game.events[event], body.subarray(1)) }
  }
  return undefined
}
