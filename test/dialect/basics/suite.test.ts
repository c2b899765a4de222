/** The dialect of "Networking Basics" keeps the rules of dialects. */
import { adapter } from '../../../docs/examples/text-dialect/dialect.ts'
import type { Instant } from '../../../src/core/index.ts'
import { basicsDialect } from '../../../src/dialect/basics/index.ts'
import { type DialectPlayer, dialectSuite } from '../../../src/dialect/dialect.suite.ts'
import { BasicsClient, framed, packet } from './basics-client.ts'

/** Units of a metre, where who walks goes 2 metres and 100 units a second. */
const UNITS = 50
const HEIGHT = 256
/** How often a client pings, in ms. */
const PING_MS = 2000

interface Seen {
  readonly position: { readonly x: number; readonly y: number }
  readonly mood: number
}

function player(send: (bytes: Uint8Array) => void): DialectPlayer {
  const client = new BasicsClient(send)
  const refusals: string[] = []
  const entered: string[] = []
  const heard: string[] = []
  const replies: string[] = []
  const seen = new Map<string, { x: number; y: number }>()
  const moods = new Map<string, number>()
  let ownName = ''
  let ownId = ''
  let nextAt = 0
  const nameOf = (id: string): string => (id === ownId ? ownName : id.slice(0, id.lastIndexOf(':')))
  client.heard = ({ type, data }) => {
    if (type === 'state') {
      const before = new Set(seen.keys())
      seen.clear()
      for (const [id, { position, mood }] of Object.entries(data.players as Record<string, Seen>)) {
        const name = nameOf(id)
        const place = { x: position.x / UNITS, y: HEIGHT - position.y / UNITS }
        if (!before.has(name)) entered.push(`${name} ${place.x.toFixed(1)} ${place.y.toFixed(1)}`)
        seen.set(name, place)
        moods.set(name, mood)
      }
    } else if (type === 'event' && data.event === 'connected') ownId = String(data.player_id)
    else if (type === 'event' && data.event === 'refused') refusals.push(String(data.code))
    else if (type === 'event' && data.event === 'said')
      heard.push(`${nameOf(String(data.player_id))}: ${data.text}`)
    else if (type === 'event' && data.event === 'answer')
      replies.push(data.is_done ? 'done' : `sorry: ${data.reason}`)
  }
  return {
    receive: (bytes) => client.receive(bytes),
    advance(now: Instant) {
      if (ownId === '' || now < nextAt) return
      nextAt = now + PING_MS
      client.say('ping', { time: now })
    },
    hello(name) {
      ownName = name
      client.say('connect', { name })
    },
    login() {},
    walk: (east, north) => void client.say('input', { move: { x: east, y: -north } }),
    say: (text) => void client.say('event', { event: 'say', text }),
    leave: () => void client.say('disconnect', {}),
    get isIn() {
      return ownId !== ''
    },
    ...{ refusals, entered, heard, replies, seen, moods },
  }
}

dialectSuite({
  dialect: basicsDialect(adapter, { metresPerSecond: 2, details: ({ mood }) => ({ mood: Number(mood) }) }),
  carries: 'stream',
  tolerance: 0.2,
  lacks: ['accounts'],
  player,
  nonsense: [
    framed('nonsense'),
    framed(''),
    framed('null'),
    packet('fly', 0, {}),
    packet('input', -1, {}),
    packet('input', 1, 5),
    Uint8Array.of(255, 255, 255, 255),
  ],
  reply: (told) => (told.startsWith('sorry: ') ? told : 'done'),
})
