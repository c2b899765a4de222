import type { Adapter, Dialect, Interpreter, Joined, Speaker, WorldNews } from 'shardless/dialect'
import { defineDialect, lines } from 'shardless/dialect'
import type { AnyEntity } from 'shardless/world'

/**
 * A line protocol over plain TCP, playable with netcat: `help` says what there is. `graceMs`: how long somebody may
 * come back who lost the connection, with `again TOKEN NAME`, in ms.
 */
export function textDialect(adapter: Adapter, { graceMs = 0 }: { readonly graceMs?: number } = {}): Dialect {
  return defineDialect({
    name: 'text',
    carries: ['stream'],
    framing: lines({ bytesMax: 400 }),
    stride: STRIDE,
    drops: ['unknown-word', 'not-utf8'],
    // Somebody who types is slow: a minute for the hello, ten of silence.
    limits: { helloTimeoutMs: 60_000, silenceTimeoutMs: 600_000, graceMs, nonsenseMax: 20 },
    risks: ['clear-passwords'],
    customary: ['tcp://127.0.0.1:4100'],
    howToJoin: ({ host, port }) => `nc ${host} ${port}, and type: hello NAME`,
    begin: (interpreter) => new TextSpeaker(interpreter, adapter, graceMs > 0),
  })
}

const ways: Record<string, [number, number]> = { north: [0, 1], east: [1, 0], south: [0, -1], west: [-1, 0] }
const HELP =
  'hello NAME, login NAME PASSWORD, register NAME PASSWORD, again TOKEN NAME, walk north|east|south|west, stop, say WORDS, look, leave, quit'
/** Metres after which it is worth a line that somebody has gone on. */
const STRIDE = 1.5
const hex = (byte: number): string => byte.toString(16).padStart(2, '0')
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

class TextSpeaker implements Speaker {
  readonly #to: Interpreter
  readonly #adapter: Adapter
  readonly #tellsToken: boolean

  constructor(to: Interpreter, adapter: Adapter, tellsToken: boolean) {
    this.#to = to
    this.#adapter = adapter
    this.#tellsToken = tellsToken
    this.#print('welcome; type help')
  }

  receive(frame: Uint8Array): void {
    const line = textOf(frame)
    if (line === undefined) this.#to.drop('not-utf8')
    else if (line.trim() !== '') this.#obey(line.trim())
  }

  joined({ serverName, token }: Joined): void {
    if (this.#tellsToken) this.#print(`token ${Array.from(token, hex).join('')}`)
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
      if (this.#nameOf(entity)) this.#print(`is ${this.#nameOf(entity)} ${parts.join(' ')}`)
    }
    for (const entity of moved) this.#place('moves', entity)
    for (const { entity } of left) if (this.#nameOf(entity)) this.#print(`goes ${this.#nameOf(entity)}`)
  }

  told(event: string, body: unknown): void {
    const heard = this.#adapter.heard?.(event, body)
    const speaker = heard && this.#to.entity(heard.who)
    if (heard) this.#print(`says ${(speaker && this.#nameOf(speaker)) ?? 'somebody'}: ${heard.words}`)
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
    else if (!this.#to.isIn) this.#unknown(line)
    else if (word === 'leave') this.#leave()
    else if (word === 'walk' && way) this.#to.intend(this.#adapter.walk(way[0], way[1]))
    else if (word === 'stop') this.#to.intend(this.#adapter.walk(0, 0))
    else if (word === 'look') for (const entity of this.#to.entities) this.#place('here', entity)
    else if (word === 'say') this.#speak(line.slice(4))
    else this.#unknown(line)
  }

  #leave(): void {
    this.#to.leave()
    this.#print('left')
  }

  #speak(words: string): void {
    const wish = this.#adapter.say?.(words)
    if (!wish || !this.#to.ask(wish.request, wish.body)) this.#print('sorry: that cannot be said')
  }

  #unknown(line: string): void {
    this.#to.drop('unknown-word')
    this.#print(`what? ${line.slice(0, 40)}`)
  }

  #place(word: string, entity: AnyEntity): void {
    const name = this.#nameOf(entity)
    const { position } = entity
    if (name) this.#print(`${word} ${name} ${position?.x.toFixed(1)} ${position?.y.toFixed(1)}`)
  }

  #nameOf = (entity: AnyEntity): string | undefined => this.#adapter.figure(entity)?.name

  /** Prints a line. What others say is no line of ours: line feeds in it are blanks. */
  #print(line: string): void {
    this.#to.send(encoder.encode(`${line.replace(/\p{Cc}/gu, ' ')}\n`))
  }
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
