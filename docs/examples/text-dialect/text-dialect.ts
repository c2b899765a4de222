import type { Adapter, Dialect, Interpreter, Speaker } from 'shardless/dialect'
import { defineDialect, lines as framing, OncePerTick } from 'shardless/dialect'
import type { AnyEntity } from 'shardless/world'

/**
 * A line protocol over plain TCP, playable with netcat: `help` says what there is. `graceMs`: how long somebody may
 * come back who lost the connection, with `again TOKEN NAME`, in ms.
 */
export function textDialect(adapter: Adapter, { graceMs = 0 }: { readonly graceMs?: number } = {}): Dialect {
  // Written once a tick for all who see somebody, however many they are.
  const lines: Lines = {
    comes: new OncePerTick((one) => lineOf('comes', one, adapter)),
    moves: new OncePerTick((one) => lineOf('moves', one, adapter)),
  }
  return defineDialect({
    name: 'text',
    carries: ['stream'],
    framing: framing({ bytesMax: 400 }),
    stride: STRIDE,
    drops: ['unknown-word', 'not-utf8'],
    // Somebody who types is slow: a minute for the hello, ten of silence.
    limits: { helloTimeoutMs: 60_000, silenceTimeoutMs: 600_000, graceMs, nonsenseMax: 20 },
    risks: ['clear-passwords'],
    customary: ['tcp://127.0.0.1:4100'],
    howToJoin: ({ host, port }) => `nc ${host} ${port}, and type: hello NAME`,
    begin: (to) => speaker(to, adapter, lines, graceMs > 0),
  })
}

const ways: Record<string, [number, number]> = { north: [0, 1], east: [1, 0], south: [0, -1], west: [-1, 0] }
const HELP =
  'hello NAME, login NAME PASSWORD, register NAME PASSWORD, again TOKEN NAME, walk north|east|south|west, stop, say WORDS, look, leave, quit'
/** Metres after which it is worth a line that somebody has gone on. */
const STRIDE = 1.5
const hex = (byte: number): string => byte.toString(16).padStart(2, '0')
const decoder = new TextDecoder('utf-8', { fatal: true })

interface Lines {
  readonly comes: OncePerTick<AnyEntity, string>
  readonly moves: OncePerTick<AnyEntity, string>
}

/** Reads and writes lines for one peer. */
function speaker(to: Interpreter, adapter: Adapter, lines: Lines, tellsToken: boolean): Speaker {
  const print = (line: string): void => to.print(safe(line))
  const place = (word: string, entity: AnyEntity): void => to.print(lineOf(word, entity, adapter))
  const nameOf = (entity: AnyEntity): string | undefined => adapter.figure(entity)?.name
  const unknown = (line: string): void => {
    to.drop('unknown-word')
    print(`what? ${line.slice(0, 40)}`)
  }
  const speak = (words: string): void => {
    const wish = adapter.say?.(words)
    if (!wish || !to.ask(wish.request, wish.body)) print('sorry: that cannot be said')
  }
  const obey = (line: string): void => {
    const [word, first = '', ...rest] = line.split(/\s+/)
    const way = ways[first]
    if (word === 'help') print(HELP)
    else if (word === 'hello') to.join([first, ...rest].join(' '))
    else if (word === 'again') to.resume(bytesOf(first), rest.join(' '))
    else if (word === 'login') to.login(first, rest.join(' '))
    else if (word === 'register') to.register(first, rest.join(' '))
    else if (word === 'quit') to.close()
    else if (!to.isIn) unknown(line)
    else if (word === 'leave') to.leave()
    else if (word === 'walk' && way) to.intend(adapter.walk(way[0], way[1]))
    else if (word === 'stop') to.intend(adapter.walk(0, 0))
    else if (word === 'look') for (const entity of to.entities) place('here', entity)
    else if (word === 'say') speak(line.slice(4))
    else unknown(line)
  }
  print('welcome; type help')
  return {
    receive(frame) {
      const line = textOf(frame)
      if (line === undefined) to.drop('not-utf8')
      else if (line.trim() !== '') obey(line.trim())
    },
    joined({ serverName, token }) {
      if (tellsToken) print(`token ${Array.from(token, hex).join('')}`)
      print(`in ${serverName}`)
    },
    registered(name) {
      print(`registered ${name}`)
      to.enter()
    },
    refused: ({ code, reason }) => print(`refused ${code}: ${reason}`),
    advanced({ tick, entered, moved, left, changed }) {
      let text = ''
      for (const entity of entered) text += lines.comes.of(entity, tick)
      for (const { entity, before } of changed) {
        const parts = Object.keys(before).map((part) => `${part}=${entity[part]}`)
        if (nameOf(entity)) text += safe(`is ${nameOf(entity)} ${parts.join(' ')}`)
      }
      for (const one of moved) text += lines.moves.of(one, tick)
      for (const { entity } of left) if (nameOf(entity)) text += safe(`goes ${nameOf(entity)}`)
      if (text !== '') to.print(text)
    },
    told(event, body) {
      const heard = adapter.heard?.(event, body)
      const who = heard && to.entity(heard.who)
      if (heard) print(`says ${(who && nameOf(who)) ?? 'somebody'}: ${heard.words}`)
    },
    replied: (_id, reply) =>
      print('sorry' in reply ? `sorry: ${reply.sorry}` : `done ${JSON.stringify(reply.body)}`),
  }
}

/** Writes a line. What others say is no line of ours: line feeds in it are blanks. */
const safe = (line: string): string => `${line.replace(/\p{Cc}/gu, ' ')}\n`

/** Writes where somebody is; nothing for who is not shown. */
function lineOf(word: string, entity: AnyEntity, adapter: Adapter): string {
  const figure = adapter.figure(entity)
  const { x, y } = entity.position ?? { x: 0, y: 0 }
  return figure ? safe(`${word} ${figure.name} ${x.toFixed(1)} ${y.toFixed(1)}`) : ''
}

/** Reads the bytes of a token; what is none opens nothing. */
const bytesOf = (token: string): Uint8Array =>
  Uint8Array.from(token.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

function textOf(frame: Uint8Array): string | undefined {
  try {
    return decoder.decode(frame)
  } catch {
    return undefined
  }
}
