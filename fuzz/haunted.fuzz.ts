import type { village } from '../docs/examples/text-dialect/game.ts'
import { type HauntedAdapter, hauntedDialect } from '../src/dialect/haunted/index.ts'
import { Framer } from '../src/dialect/index.ts'
import { converse } from './converse.ts'

/**
 * Bytes of Haunted Chronicles' wire: the first says whether they come as datagrams or as a stream, the rest is cut
 * into chunks, each behind a length byte. Nothing may throw, what the dialect has the server do is sound, and what it
 * sends is a message of at most 3,000 bytes, or a sentence.
 */
const adapter: HauntedAdapter<typeof village> = {
  picture: { width: 1728, height: 972, pixelsPerMetre: 10 },
  figure: ({ kind, name }) => (kind === 'villager' ? { name: String(name) } : undefined),
  walk: (east, north) => ({ east: Math.sign(east), north: Math.sign(north) }),
  square: ({ mood }) => ({ team: Number(mood) > 5 ? 1 : 2, rgb: [0, Number(mood), 0] }),
  choose: (team) => ({ request: 'say', body: { text: `team ${team}` } }),
  ready: (isReady) => ({ request: 'say', body: { text: `ready ${isReady}` } }),
  match: (_signs, { tick }) => ({ phase: tick % 2 ? 'lobby' : 'hunt', ready: ['Ada'] }),
  dark: () => [0, 0, 20, 0, 20, 20],
  heard: (_event, body) => ({ who: (body as { who: number }).who, words: (body as { text: string }).text }),
}
const dialect = hauntedDialect(adapter)

export const seeds: Uint8Array[] = [
  joined(
    0,
    'CONNECT Ada END',
    'INPUT Ada RIGHT END',
    'INPUT Ada READY END',
    'PING 1.5 END',
    'DISCONNECTION Ada END',
  ),
  joined(1, 'CONNECT Ada ENDINPUT A', 'da LEFT END', 'INPUT Ada RED ENDPING 7 END', '\r\nINPUT Bob . END'),
  joined(
    0,
    'CONNECT A,b END',
    'CONNECT Bob! END',
    'INPUT Bob! UP END',
    'DISCONNECTION Bob! END',
    'CONNECT Ada END',
  ),
  joined(
    1,
    '\xff\xfeP\0I\0N\0G\0 \x001\0 \0E\0N\0D\0',
    '\xfe\xff\0P\0I\0N\0G\0 \x001\0 \0E\0N\0D',
    'HELLO END',
  ),
]

export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const chunks: Uint8Array[] = []
  for (let at = 1; at < input.length; at += 1 + input[at])
    chunks.push(input.subarray(at + 1, at + 1 + input[at]))
  const carries = input[0] % 2 ? 'stream' : 'datagrams'
  if (carries === 'stream') frame(chunks)
  converse(dialect, chunks, { carries, check })
}

/** No more is held than one message, and each ends with END. */
function frame(chunks: readonly Uint8Array[]): void {
  const { framing } = dialect as unknown as { framing: ConstructorParameters<typeof Framer>[0] }
  const framer = new Framer(framing)
  for (const chunk of chunks) {
    framer.push(
      chunk,
      (bytes) => {
        if (!/D\0?$/.test(String.fromCharCode(...bytes)))
          throw new Error(`a message that ends with ${bytes.at(-1)}`)
      },
      () => {},
    )
    if (framer.heldBytes > framing.bytesMax) throw new Error(`${framer.heldBytes} bytes are held`)
  }
}

function check(bytes: Uint8Array): void {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const form = isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8'
  const text = new TextDecoder(form, { fatal: true }).decode(bytes)
  if (new TextEncoder().encode(text).length > 3000) throw new Error(`an answer of ${bytes.length} bytes`)
  if (/\p{Cc}/u.test(text.trim())) throw new Error('an answer of several lines')
  if (text.startsWith('CONNECTED ') && text.split(' ').length !== 11) throw new Error(text)
}

function joined(carries: number, ...chunks: readonly string[]): Uint8Array {
  const bytesOf = (chunk: string) => [chunk.length, ...Array.from(chunk, (letter) => letter.charCodeAt(0))]
  return Uint8Array.of(carries, ...chunks.flatMap(bytesOf))
}
