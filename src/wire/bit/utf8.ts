import type { BitReader } from './bit-reader.ts'
import type { BitWriter } from './bit-writer.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Up to this many bytes a plain loop beats the platform's coders. */
const SHORT = 64

/** Returns whether the text is short and all ASCII, so that `writeAscii` may write it. */
export function isShortAscii(text: string): boolean {
  if (text.length > SHORT) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}

export function writeAscii(writer: BitWriter, text: string): void {
  let i = 0
  for (; i + 4 <= text.length; i += 4) {
    const low = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 8)
    const high = text.charCodeAt(i + 2) | (text.charCodeAt(i + 3) << 8)
    writer.bits(low | (high << 16), 32)
  }
  for (; i < text.length; i++) writer.bits(text.charCodeAt(i), 8)
}

/**
 * Writes text as UTF-8 (RFC 3629).
 *
 * @returns undefined when half a surrogate pair stands alone, which UTF-8 cannot say
 */
export function toUtf8(text: string): Uint8Array | undefined {
  return text.isWellFormed() ? encoder.encode(text) : undefined
}

/**
 * Reads the next `length` bytes as text.
 *
 * @returns undefined when they are not UTF-8: cut short, over-long, surrogates, above U+10FFFF
 */
export function readUtf8(reader: BitReader, length: number): string | undefined {
  if (length > SHORT) return fromUtf8(reader.bytes(length))
  let text = ''
  let left = length
  for (; left >= 4; left -= 4) {
    const word = reader.word(32)
    if ((word & 0x80808080) !== 0) return joined(text, octets(word), reader.bytes(left - 4))
    text += String.fromCharCode(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24)
  }
  for (; left > 0; left--) {
    const byte = reader.word(8)
    if (byte > 0x7f) return joined(text, [byte], reader.bytes(left - 1))
    text += String.fromCharCode(byte)
  }
  return text
}

/** @returns undefined when the bytes are not UTF-8 */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? decoder.decode(bytes) : undefined
}

/** Returns whether the bytes are well-formed UTF-8, after table 3-7 of the Unicode Standard. */
export function isUtf8(bytes: Uint8Array): boolean {
  let i = 0
  while (i < bytes.length) {
    const lead = bytes[i++]
    if (lead < 0x80) continue
    const more = lead < 0xc2 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : 0
    if (more === 0 || i + more > bytes.length) return false
    const second = bytes[i]
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    if (second < least || second > most) return false
    for (let k = 1; k < more; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return false
    i += more
  }
  return true
}

function octets(word: number): number[] {
  return [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24]
}

function joined(before: string, middle: readonly number[], after: Uint8Array): string | undefined {
  const bytes = new Uint8Array(middle.length + after.length)
  bytes.set(middle)
  bytes.set(after, middle.length)
  const text = fromUtf8(bytes)
  return text === undefined ? undefined : before + text
}
