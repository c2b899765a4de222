import {
  type Dialect,
  defineDialect,
  type Interpreter,
  type Joined,
  lines,
  type Speaker,
  type WorldNews,
} from 'shardless/dialect'
import type { AnyEntity } from 'shardless/world'

/** How a game is shown to people who read and write lines. */
export interface TextOptions {
  /** The command that walks this way: -1, 0 or 1 each. */
  readonly walk: (east: number, north: number) => unknown
  /** What an entity is called. */
  readonly name: (entity: AnyEntity) => string
  /** Milliseconds in which somebody may come back who lost the connection, with `again TOKEN NAME`. 0 when left out. */
  readonly graceMs?: number
}

/** A line protocol over plain TCP, playable with netcat: `help` says what there is. */
export function textDialect(options: TextOptions): Dialect {
  const { graceMs = 0 } = options
  return defineDialect({
    name: 'text',
    carries: ['stream'],
    framing: lines({ bytesMax: 400 }),
    stride: STRIDE,
    drops: ['unknown-word', 'not-utf8'],
    // Somebody who types is slow: a minute for the hello, ten of silence.
    limits: { helloTimeoutMs: 60_000, silenceTimeoutMs: 600_000, graceMs, nonsenseMax: 20 },
    risks: ['clear-passwords'],
    begin: (interpreter) => new TextSpeaker(interpreter, options),
  })
}

const ways: Record<string, [number, number]> = { north: [0, 1], east: [1, 0], south: [0, -1], west: [-1, 0] }
const HELP =
  'hello NAME, login NAME PASSWORD, register NAME PASSWORD, again TOKEN NAME, walk north|east|south|west, stop, say WORDS, look, leave, quit'
/** Metres after which it is worth a line that somebody has gone on. */
const STRIDE = 1.5
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

/** One who reads and writes lines. */
class TextSpeaker implements Speaker {
  readonly #to: Interpreter
  readonly #options: TextOptions

  constructor(to: Interpreter, options: TextOptions) {
    this.#to = to
    this.#options = options
    this.#print('welcome; type help')
  }

  receive(frame: Uint8Array): void {
    const line = textOf(frame)
    if (line === undefined) this.#to.drop('not-utf8')
    else if (line.trim() !== '') this.#obey(line.trim())
  }

  joined({ serverName, token }: Joined): void {
    if (this.#options.graceMs) this.#print(`token ${Array.from(token, hex).join('')}`)
    this.#print(`in ${serverName}`)
  }

  registered(name: string): void {
    this.#print(`registered ${name}`)
    this.#to.enter()
  }

  refused({ code, reason }: { readonly code: string; readonly reason: string }): void {
    this.#print(`refused ${code}: ${reason}`)
  }

  advanced({ entered, moved, left, changed }: WorldNews): void {
    for (const entity of entered) this.#place('comes', entity)
    for (const { entity, before } of changed) {
      const parts = Object.keys(before).map((part) => `${part}=${entity[part]}`)
      this.#print(`is ${this.#options.name(entity)} ${parts.join(' ')}`)
    }
    for (const entity of moved) this.#place('moves', entity)
    for (const { entity } of left) this.#print(`goes ${this.#options.name(entity)}`)
  }

  told(event: string, body: unknown): void {
    const { who, text } = body as { who: number; text: string }
    const speaker = this.#to.entity(who)
    if (event === 'said') this.#print(`says ${speaker ? this.#options.name(speaker) : 'somebody'}: ${text}`)
  }

  replied(_id: number, reply: { readonly body: unknown } | { readonly sorry: string }): void {
    this.#print('sorry' in reply ? `sorry: ${reply.sorry}` : `done ${JSON.stringify(reply.body)}`)
  }

  #obey(line: string): void {
    const [word, first = '', ...rest] = line.split(/\s+/)
    const way = ways[first]
    if (word === 'help') this.#print(HELP)
    else if (word === 'hello') this.#to.join([first, ...rest].join(' '))
    else if (word === 'again') this.#to.resume(bytesOf(first), rest.join(' '))
    else if (word === 'login') this.#to.login(first, rest.join(' '))
    else if (word === 'register') this.#to.register(first, rest.join(' '))
    else if (word === 'quit') this.#to.close()
    else if (word === 'leave' && this.#to.isIn) {
      this.#to.leave()
      this.#print('left')
    } else if (!this.#to.isIn) this.#unknown(line)
    else if (word === 'walk' && way) this.#to.intend(this.#options.walk(way[0], way[1]))
    else if (word === 'stop') this.#to.intend(this.#options.walk(0, 0))
    else if (word === 'look') for (const entity of this.#to.entities) this.#place('here', entity)
    else if (word === 'say') {
      if (this.#to.ask('say', { text: line.slice(4) }) === undefined)
        this.#print('sorry: that cannot be said')
    } else this.#unknown(line)
  }

  #unknown(line: string): void {
    this.#to.drop('unknown-word')
    this.#print(`what? ${line.slice(0, 40)}`)
  }

  #place(word: string, entity: AnyEntity): void {
    const { position } = entity
    this.#print(`${word} ${this.#options.name(entity)} ${position?.x.toFixed(1)} ${position?.y.toFixed(1)}`)
  }

  /** What others say is no line of ours: line feeds in it are blanks. */
  #print(line: string): void {
    this.#to.send(encoder.encode(`${line.replace(/\p{Cc}/gu, ' ')}\n`))
  }
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

/** The bytes of a token; what is none opens nothing. */
function bytesOf(token: string): Uint8Array {
  return Uint8Array.from(token.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

function textOf(frame: Uint8Array): string | undefined {
  try {
    return decoder.decode(frame)
  } catch {
    return undefined
  }
}
