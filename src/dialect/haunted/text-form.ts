import type { Framing } from '../foreign/speaker.ts'

/** The longest message, in bytes: no honest one has a quarter of it. */
const MESSAGE_BYTES_MAX = 256

const BLANK = 32
const LINE_FEED = 10
const RETURN = 13
/** The length of the longest first word. */
const WORD_MAX = 13
/** The word that ends each message. */
const END = 'END'
/** A letter that is none of ASCII. */
const OTHER = 0xfffd
/** How many words stand before END: of CONNECT at least so many. */
const WORDS: Readonly<Record<string, number>> = { CONNECT: 2, INPUT: 3, PING: 2, DISCONNECTION: 2 }

/** How text becomes bytes: UTF-8 over UDP, UTF-16 in the first version over TCP, which begins with a mark. */
export type TextForm = 'utf-8' | 'utf-16le' | 'utf-16be'

export function formOf(bytes: Uint8Array): TextForm {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/**
 * Frames messages in a stream: there is nothing between two of them, so each ends with the word END that stands where
 * its first word wants it [HC2].
 */
export const messages: Framing = {
  bytesMax: MESSAGE_BYTES_MAX,
  find(bytes) {
    // A mark that has come by half says nothing yet.
    if (bytes.length < 2) return undefined
    const form = formOf(bytes)
    const width = form === 'utf-8' ? 1 : 2
    const low = form === 'utf-16be' ? 1 : 0
    const start = width === 2 ? 2 : 0
    let word = ''
    let words = 0
    let length = 0
    let tail = ''
    for (let at = start; at + width <= bytes.length; at += width) {
      // A letter of another alphabet is no blank and no part of END.
      const letter = width === 2 && bytes[at + 1 - low] !== 0 ? OTHER : bytes[at + low]
      if (letter === BLANK || letter === LINE_FEED || letter === RETURN) {
        if (words > 0 || length > 0) words++
        length = 0
        continue
      }
      length++
      tail = `${tail}${String.fromCharCode(letter)}`.slice(-3)
      if (words === 0) word += String.fromCharCode(letter)
      const wanted = Object.hasOwn(WORDS, word) ? WORDS[word] : Number.NaN
      if (words === 0 ? word.length > WORD_MAX : Number.isNaN(wanted)) return 'broken'
      if (words < wanted || length !== END.length || tail !== END) continue
      const next = at + width
      return { start: 0, end: next, next }
    }
    return undefined
  },
}

const encoder = new TextEncoder()
const decoders = {
  'utf-8': new TextDecoder('utf-8', { fatal: true }),
  'utf-16le': new TextDecoder('utf-16le', { fatal: true }),
  'utf-16be': new TextDecoder('utf-16be', { fatal: true }),
}

/** Reads a message; undefined for bytes that are no text. */
export function textOf(frame: Uint8Array, form: TextForm): string | undefined {
  try {
    return decoders[form].decode(frame).trim()
  } catch {
    return undefined
  }
}

/** Writes text as the client writes its own: UTF-16 with its mark, or UTF-8. */
export function bytesOf(text: string, form: TextForm): Uint8Array {
  if (form === 'utf-8') return encoder.encode(text)
  const bytes = new Uint8Array(2 * text.length + 2)
  const view = new DataView(bytes.buffer)
  const isLittleEndian = form === 'utf-16le'
  view.setUint16(0, 0xfeff, isLittleEndian)
  for (let at = 0; at < text.length; at++) view.setUint16(2 + 2 * at, text.charCodeAt(at), isLittleEndian)
  return bytes
}
