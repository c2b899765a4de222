import { PacketReader, PacketWriter } from '../../replication/index.ts'

/**
 * The messages between two processes, and those of a topic. A message is its code, counts as varints, and the rest:
 *
 *     ask      1  number, length of the word and the word, question
 *     answer   2  number, 1 for answered or 0 for refused, body
 *     link     3  line * 2 + side, number, acknowledged, part, body       0 a packet, 1 opens, 2 closes with a reason
 *     settled  4  line * 2 + side, acknowledged
 *     unknown  5  line * 2 + side                                         the sender of this knows no such line
 *     again    6  line * 2 + side, acknowledged                           what came after this is to be sent again
 *     topic       number, bytes; none when it only says how far the topic is
 *
 * An end to which nothing is said says `settled` each few seconds, and when a broken way is there again: who knows no
 * such line answers `unknown`, which ends it.
 *
 * `side` says who sends: 0 the process that opened the line, 1 the other.
 */
export const code = { ask: 1, answer: 2, link: 3, settled: 4, unknown: 5, again: 6 } as const
export const part = { packet: 0, opens: 1, closes: 2 } as const

/** The most bytes that stand before a message's body. */
export const HEAD_BYTES_MAX = 96

const head = new PacketWriter(HEAD_BYTES_MAX)
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const none = new Uint8Array(0)

export function writeAskMessage(number: number, about: string, question: Uint8Array): Uint8Array {
  begin(code.ask, number)
  const word = encoder.encode(about)
  head.varint(word.length)
  head.copy(word, 0, word.length)
  return withBody(question)
}

export function writeAnswerMessage(number: number, body: Uint8Array | undefined): Uint8Array {
  begin(code.answer, number)
  head.byte(body === undefined ? 0 : 1)
  return withBody(body ?? none)
}

/** What a message of a line says before its body. */
export interface LineHead {
  /** line * 2 + side */
  readonly line: number
  readonly number: number
  readonly acknowledged: number
  readonly part: number
}

export function writeLine(said: LineHead, body: Uint8Array): Uint8Array {
  begin(code.link, said.line)
  head.varint(said.number)
  head.varint(said.acknowledged)
  head.byte(said.part)
  return withBody(body)
}

export function writeSettled(line: number, acknowledged: number): Uint8Array {
  begin(code.settled, line)
  head.varint(acknowledged)
  return withBody(none)
}

export function writeAgain(line: number, acknowledged: number): Uint8Array {
  begin(code.again, line)
  head.varint(acknowledged)
  return withBody(none)
}

export function writeUnknown(line: number): Uint8Array {
  begin(code.unknown, line)
  return withBody(none)
}

export function writeTopicMessage(number: number, bytes: Uint8Array): Uint8Array {
  head.length = 0
  head.varint(number)
  return withBody(bytes)
}

/** What came, with its body as a view. */
export type BusMessage =
  | { readonly is: 'ask'; readonly number: number; readonly about: string; readonly body: Uint8Array }
  | {
      readonly is: 'answer'
      readonly number: number
      readonly isAnswered: boolean
      readonly body: Uint8Array
    }
  | ({ readonly is: 'link'; readonly body: Uint8Array } & LineHead)
  | { readonly is: 'settled' | 'again'; readonly line: number; readonly acknowledged: number }
  | { readonly is: 'unknown'; readonly line: number }

const reader = new PacketReader()

/** Reads a message; undefined when it makes no sense. */
export function readMessage(message: Uint8Array): BusMessage | undefined {
  reader.reset(message)
  const kind = reader.byte()
  const first = reader.varint()
  const said = readRest(kind, first)
  return reader.isBroken ? undefined : said
}

/** Reads a message of a topic; undefined when it makes no sense. */
export function readTopicMessage(
  message: Uint8Array,
): { readonly number: number; readonly bytes: Uint8Array } | undefined {
  reader.reset(message)
  const number = reader.varint()
  const bytes = reader.take(reader.left)
  return reader.isBroken ? undefined : { number, bytes }
}

function readRest(kind: number, first: number): BusMessage | undefined {
  if (kind === code.ask) {
    const about = decoder.decode(reader.take(reader.varint()))
    return { is: 'ask', number: first, about, body: reader.take(reader.left) }
  }
  if (kind === code.answer) {
    const isAnswered = reader.byte() === 1
    return { is: 'answer', number: first, isAnswered, body: reader.take(reader.left) }
  }
  if (kind === code.link) {
    const number = reader.varint()
    const acknowledged = reader.varint()
    const which = reader.byte()
    return { is: 'link', line: first, number, acknowledged, part: which, body: reader.take(reader.left) }
  }
  if (kind === code.settled) return { is: 'settled', line: first, acknowledged: reader.varint() }
  if (kind === code.again) return { is: 'again', line: first, acknowledged: reader.varint() }
  if (kind === code.unknown) return { is: 'unknown', line: first }
  return undefined
}

function begin(kind: number, first: number): void {
  head.length = 0
  head.byte(kind)
  head.varint(first)
}

function withBody(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.length)
  bytes.set(head.finish())
  bytes.set(body, head.length)
  return bytes
}
