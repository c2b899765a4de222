/** Texts and numbers as Python writes them into pickles. All of these return undefined for what is malformed. */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Bytes of a short text. */
const SHORT = 32

/** Reads UTF-8 in which halves of surrogate pairs may stand alone, as Python's "surrogatepass" has it. */
export function readPythonUtf8(bytes: Uint8Array): string | undefined {
  let hasHalves = false
  let at = 0
  while (at < bytes.length && bytes[at] < 0x80) at++
  // A decoder takes longer to begin than these take.
  if (at === bytes.length && at <= SHORT) return readLatin1(bytes)
  while (at < bytes.length) {
    const size = letterSize(bytes, at)
    if (size === 0) return undefined
    hasHalves ||= size === 3 && bytes[at] === 0xed && bytes[at + 1] >= 0xa0
    at += size
  }
  return hasHalves ? readHalves(bytes) : decoder.decode(bytes)
}

/** Writes what `readPythonUtf8` reads. */
export function writePythonUtf8(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text)
  const bytes: number[] = []
  for (const letter of text) {
    const code = letter.codePointAt(0)!
    if (code < 0xd800 || code > 0xdfff) bytes.push(...encoder.encode(letter))
    else bytes.push(0xed, 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return Uint8Array.from(bytes)
}

/** Reads text where each byte is one character. */
export function readLatin1(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i])
  return text
}

/** Returns the bytes of a text all of whose characters are below 256. */
export function writeLatin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 255) return undefined
    bytes[i] = code
  }
  return bytes
}

/** Reads Python's "raw-unicode-escape": Latin-1, and \uXXXX or \UXXXXXXXX for the rest. */
export function readRawUnicode(line: Uint8Array): string | undefined {
  const text = readLatin1(line)
  let isBroken = false
  // A backslash before another one begins no escape.
  const read = text.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^uU])|$|.)/gs,
    (whole, four, eight, other) => {
      if (other !== undefined || whole === '\\') return whole
      const code = four === undefined && eight === undefined ? Number.NaN : Number.parseInt(four ?? eight, 16)
      if (code <= 0x10ffff) return String.fromCodePoint(code)
      isBroken = true
      return ''
    },
  )
  return isBroken ? undefined : read
}

/** Reads a string literal as Python 2 writes it: in quotes, with \\, \', \n, \r, \t and \xNN. */
export function readQuoted(line: Uint8Array): Uint8Array | undefined {
  const text = readLatin1(line)
  const quote = text[0]
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text.at(-1) !== quote) return undefined
  let isBroken = false
  const read = text
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|.|$)|["']/gs, (whole, code: string | undefined) => {
      if (code === undefined && whole !== quote) return whole
      const plain =
        code?.length === 3 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : ESCAPES[code ?? '']
      if (plain === undefined) isBroken = true
      return plain ?? ''
    })
  return isBroken ? undefined : writeLatin1(read)
}

const ESCAPES: Readonly<Record<string, string | undefined>> = {
  __proto__: null as never,
  '\\': '\\',
  "'": "'",
  '"': '"',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Reads a float as Python's `repr` writes it. */
export function readFloat(text: string): number | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text)
  const [, sign, word] = /^([+-]?)(inf|nan)$/.exec(text) ?? []
  if (word === undefined) return undefined
  const value = word === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN
  return sign === '-' ? -value : value
}

/** Reads a whole number of any size in decimal digits. */
export function readInteger(text: string): bigint | undefined {
  return /^[+-]?\d+$/.test(text) ? BigInt(text[0] === '+' ? text.slice(1) : text) : undefined
}

/** Reads a whole number from the bytes of its two's complement, least first; none are 0. */
export function readTwosComplement(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  let digits = '0x'
  for (let i = bytes.length - 1; i >= 0; i--) digits += bytes[i].toString(16).padStart(2, '0')
  return BigInt.asIntN(8 * bytes.length, BigInt(digits))
}

/** Writes the fewest bytes that `readTwosComplement` reads as this. */
export function writeTwosComplement(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0)
  // The digits of what is below 0 are those of its complement; one bit is for the sign.
  const size = ((value < 0n ? ~value : value).toString(2).length >> 3) + 1
  const digits = BigInt.asUintN(8 * size, value)
    .toString(16)
    .padStart(2 * size, '0')
  return Uint8Array.from({ length: size }, (_, i) => {
    const at = 2 * (size - 1 - i)
    return Number.parseInt(digits.slice(at, at + 2), 16)
  })
}

/** Returns how many bytes the letter at `at` has; 0 when it is cut off, overlong, or no letter. */
function letterSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first < 0x80) return 1
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
  if (first < 0xc2 || first > 0xf4 || at + size > bytes.length) return 0
  const second = bytes[at + 1]
  if ((first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90)) return 0
  if (first === 0xf4 && second > 0x8f) return 0
  for (let i = 1; i < size; i++) if (bytes[at + i] >> 6 !== 2) return 0
  return size
}

/** Reads sound UTF-8 with lone surrogates in it. */
function readHalves(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const size = letterSize(bytes, at)
    const isHalf = size === 3 && bytes[at] === 0xed && bytes[at + 1] >= 0xa0
    if (isHalf) text += String.fromCharCode(0xd000 | ((bytes[at + 1] & 63) << 6) | (bytes[at + 2] & 63))
    else text += decoder.decode(bytes.subarray(at, at + size))
    at += size
  }
  return text
}
