import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { digits, type Framing, lengths, lines } from '../index.ts'
import { Framer } from './framer.ts'

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Returns the frames of a stream that is cut into pieces of this size; '!' where it was broken. */
function cut(framing: Framing, stream: string, size = stream.length): string[] {
  const framer = new Framer(framing)
  const told: string[] = []
  const bytes = bytesOf(stream)
  for (let at = 0; at < bytes.length; at += size)
    framer.push(
      bytes.subarray(at, at + size),
      (frame) => told.push(textOf(frame)),
      () => told.push('!'),
    )
  return told
}

const cases: readonly [string, Framing, string, readonly string[]][] = [
  ['lines', lines(), 'hello\r\n\nworld\nhalf', ['hello', '', 'world']],
  ['a length', lengths({ headBytes: 2, bytesMax: 100 }), '\0\x03abc\0\0\0\x01d\0\x05ef', ['abc', '', 'd']],
  [
    'a length that counts itself, lowest first',
    lengths({ headBytes: 2, bytesMax: 100, isLittleEndian: true, counts: 'itself' }),
    '\x05\0abc\x02\0',
    ['abc', ''],
  ],
  ['digits', digits({ bytesMax: 100 }), '5 hello0 12 twelve bytes3 ha', ['hello', '', 'twelve bytes']],
]

for (const [name, framing, stream, frames] of cases)
  test(`[D4] frames by ${name} are found however the stream is cut`, () => {
    for (let size = 1; size <= stream.length; size++) assert.deepEqual(cut(framing, stream, size), frames)
  })

test('[D4] what can be no frame is told once, and what waited with it is forgotten', () => {
  assert.deepEqual(cut(lines({ bytesMax: 8 }), 'ok\nmuch too long\nok\n'), ['ok', '!'])
  assert.deepEqual(cut(lines({ bytesMax: 8 }), 'ok\nmuch too long', 3).slice(0, 2), ['ok', '!'])
  assert.deepEqual(cut(lengths({ headBytes: 1, bytesMax: 4 }), '\x03abc\x04abcd'), ['abc', '!'])
  assert.deepEqual(cut(lengths({ headBytes: 2, bytesMax: 9, counts: 'itself' }), '\0\x01'), ['!'])
  for (const bad of ['x hello', ' hello', '101 ', '1234', '-1 a'])
    assert.deepEqual(cut(digits({ bytesMax: 100 }), bad), ['!'])
  assert.deepEqual(cut(digits({ bytesMax: 100 }), `100 ${'a'.repeat(100)}`), ['a'.repeat(100)])
})

test('[D4] a line of exactly the bound with its end is taken, one byte more is not', () => {
  assert.deepEqual(cut(lines({ bytesMax: 5 }), 'abcd\n'), ['abcd'])
  assert.deepEqual(cut(lines({ bytesMax: 5 }), 'abcde\n'), ['!'])
})

test('[D4] who is stopped in the middle of a chunk hears no more of it', () => {
  const framer = new Framer(lines())
  const told: string[] = []
  const take = (frame: Uint8Array): void => {
    told.push(textOf(frame))
    framer.stop()
  }
  framer.push(bytesOf('one\ntwo\n'), take, () => told.push('!'))
  framer.push(bytesOf('three\n'), take, () => told.push('!'))
  assert.deepEqual(told, ['one'])
})

test('[D4] whatever comes, no more is held than one frame, and frames hold no more than the bound', () => {
  const random = new Random(3)
  const letters = '\n 0159az\xff'
  for (const framing of [
    lines({ bytesMax: 64 }),
    lengths({ headBytes: 4, bytesMax: 64 }),
    digits({ bytesMax: 64 }),
  ]) {
    const framer = new Framer(framing)
    for (let count = 0; count < 3000; count++) {
      const chunk = Uint8Array.from({ length: random.integer(1, 40) }, () =>
        letters.charCodeAt(random.integer(0, letters.length - 1)),
      )
      framer.push(
        chunk,
        (frame) => assert.ok(frame.length <= 64),
        () => {},
      )
      assert.ok(framer.heldBytes <= framing.bytesMax)
    }
  }
})

test('[D4] who discards hears nothing more of the chunk or of what waited, and everything of the next', () => {
  const framer = new Framer(lines())
  const heard: string[] = []
  const push = (text: string): void =>
    framer.push(
      new TextEncoder().encode(text),
      (frame) => {
        const line = new TextDecoder().decode(frame)
        heard.push(line)
        if (line === 'bad') framer.discard()
      },
      () => heard.push('broken'),
    )
  push('one\nbad\ntwo\nthr')
  assert.equal(framer.heldBytes, 0)
  push('ee\nfour\n')
  assert.deepEqual(heard, ['one', 'bad', 'ee', 'four'])
})
