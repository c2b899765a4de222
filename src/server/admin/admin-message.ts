import { choice, decode, encode, type Infer, integer, list, record, text } from '../../wire/index.ts'

/**
 * What the two ends of an operator's connection say to each other: docs/spec/admin.md.
 *
 *     hello                       -->
 *                                 <--  welcome
 *     run, complete, each with a  -->
 *     number of its own           <--  answer, completions, with the same number
 */
export const ADMIN_VERSION = 1

/** The longest packet either side sends. */
export const ADMIN_PACKET_BYTES_MAX = 65_536
/** The longest line, in bytes of UTF-8. */
export const LINE_BYTES_MAX = 4000
/** The longest answer, in bytes of UTF-8; more of it is left out, and said to be. */
export const ANSWER_BYTES_MAX = 60_000
/** The most words that a line is completed to, and the longest of them in bytes. */
export const WORDS_MAX = 200
export const WORD_BYTES_MAX = 256
export const TOKEN_BYTES_MAX = 200

const number = integer({ min: 0, max: 0xffff_ffff })

const hello = record({ version: integer({ min: 0, max: 255 }), token: text({ bytesMax: TOKEN_BYTES_MAX }) })
const ask = record({ is: choice(['run', 'complete']), number, line: text({ bytesMax: LINE_BYTES_MAX }) })
const answer = record({
  is: choice(['welcome', 'answer', 'completions']),
  number,
  /** The answer; of completions the part of the line that the words stand for. */
  text: text({ bytesMax: ANSWER_BYTES_MAX }),
  words: list(text({ bytesMax: WORD_BYTES_MAX }), { lengthMax: WORDS_MAX }),
})

export type AdminHello = Infer<typeof hello>
export type AdminAsk = Infer<typeof ask>
export type AdminAnswer = Infer<typeof answer>

export const writeAdminHello = (token: string): Uint8Array => encode(hello, { version: ADMIN_VERSION, token })
/** @returns undefined for bytes that are none, as of the three below */
export const readAdminHello = (bytes: Uint8Array): AdminHello | undefined => decode(hello, bytes)
export const writeAdminAsk = (asked: AdminAsk): Uint8Array => encode(ask, asked)
export const readAdminAsk = (bytes: Uint8Array): AdminAsk | undefined => decode(ask, bytes)
export const writeAdminAnswer = (told: AdminAnswer): Uint8Array => encode(answer, told)
export const readAdminAnswer = (bytes: Uint8Array): AdminAnswer | undefined => decode(answer, bytes)
