import { hex } from '../src/core/index.ts'
import { PickleTuple, type PickleValue, readPickle, writePickle } from '../src/pickle/index.ts'

/**
 * Strangers' pickles. Nothing may throw; what is read is data, within its bounds when it is written out in full; and
 * what is written of it is read as the same again.
 */
const bounds = { bytesMax: 2000, depthMax: 8, elementsMax: 300, digitsMax: 60, memoMax: 20 }

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

export const seeds: Uint8Array[] = [
  ...[
    "(lp0\nS'login'\np1\naS'Ada'\np2\naVpass\\u00e9\np3\na.",
    '(I1\nI00\nL5L\nF1.5\nNt.',
    "(dp0\nS'pos'\n(F1.0\nF2.0\nF-0.5\ntp1\nsg1\n(lNa.",
    '(c_codecs\nencode\np0\n(V\xe9\np1\nVlatin1\ntRp2\ng0\n(VA\ng1\ntRl.',
    '\x80\x04\x95\x12\0\0\0\0\0\0\0]\x94(\x8c\x04move\x94G?\xf0\0\0\0\0\0\0K\x01\x88\x87e.',
    '\x80\x02]q\x00(X\x03\0\0\0getq\x01U\x03Adaq\x02h\x02\x8a\x02\xff\x00J\xff\xff\xff\xffM\x01\x02e.',
    '\x80\x05]\x94(]\x94h\x01h\x01e.',
    '\x80\x03C\x03abcB\x02\0\0\0de\x86.',
    'cos\nsystem\n(Vls\ntR.',
    '\x80\x04\x8c\x02os\x8c\x06system\x93.',
    ']q\0h\0a.',
  ].map(bytesOf),
  writePickle([
    ['update'],
    new PickleTuple([1n, -1.5, 2n ** 100n]),
    new Map([['é', new Uint8Array([0, 255])]]),
  ]),
]

export function fuzz(input: Uint8Array): void {
  const read = readPickle(input, bounds)
  if (read.is === 'refused') {
    if (read.at < 0 || read.at > input.length) throw new Error(`refused at ${read.at} of ${input.length}`)
    return
  }
  let elements = 0
  const visit = (value: PickleValue, depth: number): void => {
    if (++elements > bounds.elementsMax) throw new Error(`more than ${bounds.elementsMax} elements`)
    if (depth > bounds.depthMax) throw new Error(`deeper than ${bounds.depthMax}`)
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
    if (value instanceof Map) for (const pair of value) for (const one of pair) visit(one, depth + 1)
    else {
      if (!Array.isArray(value) && !(value instanceof PickleTuple))
        throw new Error('something that is no data')
      for (const one of Array.isArray(value) ? value : value.items) visit(one, depth + 1)
    }
  }
  visit(read.value, 0)
  const written = writePickle(read.value)
  const again = readPickle(written)
  if (again.is === 'refused') throw new Error(`${hex(written)} is refused: ${again.why}`)
  if (hex(writePickle(again.value)) !== hex(written))
    throw new Error(`${hex(written)} is another value when read again`)
}
