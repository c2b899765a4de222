/** How costly a hash is to compute. */
export interface Argon2Cost {
  /** KiB. */
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

/** A password's hash with all that computing it again needs. */
export interface PasswordHash extends Argon2Cost {
  readonly salt: Uint8Array
  readonly tag: Uint8Array
}

const HASH =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,172})$/

/** The most that a stored hash may cost, so that a broken store cannot stop a server. */
const MEMORY_MAX = 1024 * 1024
const PASSES_MAX = 100
const LANES_MAX = 16

/**
 * Writes an Argon2id hash in the string format of the Password Hashing Competition:
 * `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`, base64 without padding [A5].
 */
export function writePhc({ memory, passes, lanes, salt, tag }: PasswordHash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${toBase64(salt)}$${toBase64(tag)}`
}

/** @returns undefined for a text that is no Argon2id hash, or one that costs too much */
export function readPhc(text: string): PasswordHash | undefined {
  if (text.length > 512) return undefined
  const match = HASH.exec(text)
  if (match === null) return undefined
  const [memory, passes, lanes] = match.slice(1, 4).map(Number)
  const isFit = memory >= 8 * lanes && memory <= MEMORY_MAX && passes >= 1 && passes <= PASSES_MAX
  if (!isFit || lanes < 1 || lanes > LANES_MAX) return undefined
  const salt = fromBase64(match[4])
  const tag = fromBase64(match[5])
  return salt && tag && { memory, passes, lanes, salt, tag }
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    for (let digit = 0; digit < Math.min(4, bytes.length - i + 1); digit++)
      text += DIGITS[(word >> (18 - 6 * digit)) & 63]
  }
  return text
}

function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let at = 0
  let word = 0
  let bits = 0
  for (const digit of text) {
    word = ((word << 6) | DIGITS.indexOf(digit)) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (word >> bits) & 0xff
    }
  }
  // Bits left over are zero, so that no hash is written in two ways.
  return (word & ((1 << bits) - 1)) === 0 ? bytes : undefined
}
