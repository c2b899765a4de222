import type { Framing } from './speaker.ts'

const LINE_FEED = 10
const RETURN = 13
const SPACE = 32
const ZERO = 48

/** Frames lines of text, each ended by a line feed, and returns them without it and without a carriage return. */
export function lines({ bytesMax = 512 }: { readonly bytesMax?: number } = {}): Framing {
  return {
    bytesMax,
    find(bytes) {
      const at = bytes.indexOf(LINE_FEED)
      if (at < 0) return undefined
      return { start: 0, end: bytes[at - 1] === RETURN ? at - 1 : at, next: at + 1 }
    },
  }
}

/**
 * Frames messages by a length prefix, an unsigned number.
 *
 * @param headBytes  how many bytes the length has: 1 to 4
 * @param counts     what the length counts besides the body: its own bytes, or nothing (the default)
 */
export function lengths(options: {
  readonly headBytes: number
  readonly bytesMax: number
  readonly isLittleEndian?: boolean
  readonly counts?: 'itself'
}): Framing {
  const { headBytes, bytesMax, isLittleEndian = false, counts } = options
  return {
    bytesMax,
    find(bytes) {
      if (bytes.length < headBytes) return undefined
      let length = 0
      for (let i = 0; i < headBytes; i++)
        length = length * 256 + bytes[isLittleEndian ? headBytes - 1 - i : i]
      const next = counts === 'itself' ? length : headBytes + length
      if (next < headBytes || next > bytesMax) return 'broken'
      return next > bytes.length ? undefined : { start: headBytes, end: next, next }
    },
  }
}

/** Frames messages by a length prefix in ASCII digits and a space: "5 hello". */
export function digits({ bytesMax }: { readonly bytesMax: number }): Framing {
  const digitsMax = String(bytesMax).length
  return {
    bytesMax: bytesMax + digitsMax + 1,
    find(bytes) {
      let length = 0
      for (let at = 0; at < bytes.length && at <= digitsMax; at++) {
        if (bytes[at] === SPACE && at > 0) {
          const next = at + 1 + length
          if (length > bytesMax) return 'broken'
          return next > bytes.length ? undefined : { start: at + 1, end: next, next }
        }
        const digit = bytes[at] - ZERO
        if (digit < 0 || digit > 9) return 'broken'
        length = length * 10 + digit
      }
      return bytes.length > digitsMax ? 'broken' : undefined
    },
  }
}
