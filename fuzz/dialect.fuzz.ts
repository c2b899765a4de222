import text from '../docs/examples/text-dialect/dialect.ts'
import { digits, Framer, type Framing, lengths, lines } from '../src/dialect/index.ts'
import { converse } from './converse.ts'

/**
 * Bytes of foreign protocols. The first byte says what they go to, a framing or the text dialect behind its
 * interpreter; the rest is cut into chunks, each behind a length byte. Nothing may throw. A stream gives the same
 * frames however it is cut, and no more is held than one. What the dialect has the server do is sound, and what it
 * sends are whole lines.
 */
const FRAMINGS: readonly Framing[] = [
  lines({ bytesMax: 40 }),
  lengths({ headBytes: 1, bytesMax: 40 }),
  lengths({ headBytes: 4, bytesMax: 300, isLittleEndian: true, counts: 'itself' }),
  digits({ bytesMax: 120 }),
]
const TEXT = FRAMINGS.length

export const seeds: Uint8Array[] = [
  joined(0, 'hello\r\n\nwor', 'ld\nhalf'),
  joined(1, '\x03abc\0\x01', 'd\x05ef'),
  joined(2, '\x07\0\0', '\0abc\x04\0\0\0'),
  joined(3, '5 hello0 12 twelve', ' bytes3 ha'),
  joined(TEXT, 'hello Ada\n', 'walk east\nsay Good morning.\nlook\n', 'stop\nleave\n', 'hello Bob\nquit\n'),
  joined(TEXT, 'register Eve secret\n', 'login Ada wrong\nlogin Ada secret\n', 'walk north\nhelp\n'),
  joined(TEXT, 'hel', 'lo A', 'da\r\nwalk', ' up\n\xff\xfe\nxyzzy\n', `${'a'.repeat(200)}`, 'b'.repeat(240)),
]

export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const chunks: Uint8Array[] = []
  for (let at = 1; at < input.length; at += 1 + input[at])
    chunks.push(input.subarray(at + 1, at + 1 + input[at]))
  const target = input[0] % (TEXT + 1)
  if (target === TEXT) converse(text, chunks, { carries: 'stream', check: checkLines })
  else frame(FRAMINGS[target], chunks)
}

function frame(framing: Framing, chunks: readonly Uint8Array[]): void {
  const inPieces = framesOf(framing, chunks)
  const atOnce = framesOf(framing, [Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))])
  if (inPieces !== atOnce) throw new Error(`${inPieces} came out in pieces, ${atOnce} at once`)
}

/** The frames up to the first nonsense; after that it matters where the stream was cut. */
function framesOf(framing: Framing, chunks: readonly Uint8Array[]): string {
  const framer = new Framer(framing)
  const frames: string[] = []
  let isBroken = false
  for (const chunk of chunks) {
    framer.push(
      chunk,
      (bytes) => {
        if (bytes.length > framing.bytesMax) throw new Error(`a frame of ${bytes.length} bytes`)
        if (!isBroken) frames.push(bytes.join())
      },
      () => {
        isBroken = true
      },
    )
    if (framer.heldBytes > framing.bytesMax) throw new Error(`${framer.heldBytes} bytes are held`)
  }
  return `${frames.join(' | ')}${isBroken ? ' !' : ''}`
}

/** Whole lines, each of a word that there is: nobody's words are lines of their own. */
function checkLines(bytes: Uint8Array): void {
  const lines = new TextDecoder().decode(bytes).split('\n')
  if (lines.pop() !== '') throw new Error('a line without an end')
  for (const line of lines) if (!WORDS.test(line)) throw new Error(`a line that says ${line}`)
}

const WORDS =
  /^(?:welcome;|token |in |registered |refused |comes |moves |here |is |goes |says |sorry: |done |what\? |hello NAME)[^\p{Cc}]*$/u

function joined(target: number, ...chunks: readonly string[]): Uint8Array {
  const bytesOf = (chunk: string) => [chunk.length, ...Array.from(chunk, (letter) => letter.charCodeAt(0))]
  return Uint8Array.of(target, ...chunks.flatMap(bytesOf))
}
