import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fromHex, hex, ShardlessError } from '../core/index.ts'
import {
  type PickleBounds,
  type PickleProblem,
  PickleTuple,
  type PickleValue,
  readPickle,
  writePickle,
} from './index.ts'

/** A value as `fixture/make-vectors.py` tells it. */
type Told =
  | null
  | boolean
  | { readonly int: string }
  | { readonly float: string }
  | { readonly str: readonly number[] }
  | { readonly bytes: string }
  | { readonly list: readonly Told[] }
  | { readonly tuple: readonly Told[] }
  | { readonly dict: readonly (readonly [Told, Told])[] }

interface Vector {
  readonly value: Told
  readonly pickles: Readonly<Record<string, string>>
}

/** Vectors of CPython 2.7.18 and 3.11.2. */
function vectorsOf(python: 2 | 3): Vector[] {
  const lines = readFileSync(new URL(`./fixture/vectors-${python}.jsonl`, import.meta.url), 'utf8')
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

function tell(value: PickleValue): Told {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'bigint') return { int: String(value) }
  if (Number.isNaN(value)) return { float: 'nan' }
  if (typeof value === 'number') {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, value)
    return { float: hex(bytes) }
  }
  if (typeof value === 'string') return { str: Array.from(value, (letter) => letter.codePointAt(0)!) }
  if (value instanceof Uint8Array) return { bytes: hex(value) }
  if (value instanceof PickleTuple) return { tuple: value.items.map(tell) }
  if (value instanceof Map)
    return { dict: Array.from(value, ([key, item]) => [tell(key), tell(item)] as const) }
  return { list: (value as readonly PickleValue[]).map(tell) }
}

function meantBy(told: Told): PickleValue {
  if (told === null || typeof told === 'boolean') return told
  if ('int' in told) return BigInt(told.int)
  if ('float' in told && told.float === 'nan') return Number.NaN
  if ('float' in told) return new DataView(fromHex(told.float).buffer).getFloat64(0)
  if ('str' in told) return String.fromCodePoint(...told.str)
  if ('bytes' in told) return fromHex(told.bytes)
  if ('list' in told) return told.list.map(meantBy)
  if ('tuple' in told) return new PickleTuple(told.tuple.map(meantBy))
  return new Map(told.dict.map(([key, item]) => [meantBy(key), meantBy(item)]))
}

/** Pickles written by hand: opcodes as letters, `\xNN` as in Python. */
function pickle(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function read(bytes: Uint8Array, bounds?: PickleBounds): PickleValue {
  const answer = readPickle(bytes, bounds)
  if (answer.is === 'refused')
    assert.fail(`${hex(bytes).slice(0, 80)} is refused: ${answer.why} at ${answer.at}`)
  return answer.value
}

function refusal(bytes: Uint8Array, bounds?: PickleBounds): PickleProblem | undefined {
  const answer = readPickle(bytes, bounds)
  return answer.is === 'refused' ? answer.why : undefined
}

describe('reading', () => {
  test('what CPython 3 writes is read at each protocol, with types kept apart', () => {
    let count = 0
    for (const { value, pickles } of vectorsOf(3))
      for (const digits of Object.values(pickles)) {
        assert.deepEqual(tell(read(fromHex(digits))), value, digits)
        count++
      }
    assert.ok(count > 6 * 70)
  })

  test('what CPython 2 writes is read too; its str is text where it is UTF-8', () => {
    const utf8 = new TextDecoder('utf-8', { fatal: true })
    const asRead = (told: Told): Told => {
      if (told === null || typeof told === 'boolean') return told
      if ('list' in told) return { list: told.list.map(asRead) }
      if ('tuple' in told) return { tuple: told.tuple.map(asRead) }
      if (!('bytes' in told)) return told
      try {
        return tell(utf8.decode(fromHex(told.bytes)))
      } catch {
        return told
      }
    }
    for (const { value, pickles } of vectorsOf(2))
      for (const digits of Object.values(pickles))
        assert.deepEqual(tell(read(fromHex(digits))), asRead(value), digits)
  })

  test('what is held twice is the same thing', () => {
    const [first, second] = read(pickle(']q\x00(]q\x01h\x01e.')) as PickleValue[]
    assert.equal(first, second)
  })

  test('a dict has no keys but its own', () => {
    const dict = read(pickle("}(S'__proto__'\nI1\nS'constructor'\nI2\nu."))
    assert.ok(dict instanceof Map)
    assert.deepEqual(
      [...dict],
      [
        ['__proto__', 1n],
        ['constructor', 2n],
      ],
    )
  })

  test('what names or calls anything is refused, whatever it is', () => {
    for (const text of [
      "cos\nsystem\n(S'true'\ntR.",
      '\x80\x04\x8c\x02os\x8c\x06system\x93.',
      "c__builtin__\neval\n(S'1'\ntR.",
      '(ios\nsystem\n.',
      '(c__builtin__\nobject\no.',
      '\x80\x02c__builtin__\nobject\n)\x81.',
      '\x80\x04c__builtin__\nobject\n)}\x92.',
      'Ppersistent\n.',
      'NQ.',
      '\x80\x02\x82\x01.',
      '\x80\x02\x83\x01\x00.',
      '\x80\x02\x84\x01\x00\x00\x00.',
      '}}b.',
      '\x80\x05\x97.',
      '\x80\x05N\x98.',
      ')N\x81.',
      'NNR.',
    ])
      assert.equal(refusal(pickle(text)), 'calls', text)
  })

  test('bytes of protocols 0 to 2 are one exact call, and nothing like it is taken', () => {
    const good = 'c_codecs\nencode\n(V\u00e9\nS"latin1"\ntR.'
    assert.deepEqual(read(pickle(good)), Uint8Array.of(0xe9))
    assert.deepEqual(read(pickle('c__builtin__\nbytes\n)R.')), new Uint8Array(0))
    for (const bad of [
      good.replace('latin1', 'rot13'),
      good.replace('_codecs', 'codecs'),
      good.replace('encode', 'decode'),
      'c_codecs\nencode\n.',
      'c_codecs\nencode\n(VA\ntR.',
      'c_codecs\nencode\n(VA\nS"latin1"\nS"strict"\ntR.',
      'c_codecs\nencode\n(I1\nS"latin1"\ntR.',
      'c__builtin__\nbytes\n(I9\ntR.',
      '(c_codecs\nencode\nl.',
      '}c_codecs\nencode\nNs.',
    ])
      assert.equal(refusal(pickle(bad)), 'calls', bad)
    assert.equal(refusal(pickle('c_codecs\nencode\n(V\\u0100\nS"latin1"\ntR.')), 'malformed')
  })

  test('sets and bytearrays, which have no value here, are refused', () => {
    for (const text of [
      '\x80\x04\x8f.',
      '\x80\x04(\x91.',
      '\x80\x05\x96\x00\x00\x00\x00\x00\x00\x00\x00.',
      '\x80\x06N.',
    ])
      assert.equal(refusal(pickle(text)), 'unknown', text)
  })

  test('what is cut off anywhere is refused, and so is what goes on', () => {
    const whole = fromHex(vectorsOf(3).at(-1)!.pickles[4])
    for (let length = 0; length < whole.length; length++)
      assert.notEqual(refusal(whole.subarray(0, length)), undefined, `${length} bytes`)
    assert.equal(refusal(Uint8Array.of(...whole, 0x2e)), 'malformed')
    assert.equal(refusal(pickle('\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00N.')), 'cut-off')
    assert.equal(refusal(pickle('B\xff\xff\xff\xffabc.')), 'cut-off')
    assert.equal(refusal(pickle('\x8e\x00\x00\x00\x00\x00\x00\x00\x80abc.')), 'cut-off')
  })

  test('what is no program for the machine is refused', () => {
    for (const text of [
      '.',
      '0.',
      '1.',
      '2.',
      'NN.',
      '(N.',
      'a.',
      'Na.',
      'NNa.',
      'e.',
      '(Ne.',
      '}NNNs.',
      '}(Nu.',
      ']NNs.',
      't.',
      '\x85.',
      'N\x86.',
      'h\x00.',
      'g5\n.',
      'gx\n.',
      'px\n.',
      'q\x00.',
      '\x94.',
      'Ix\n.',
      'I\n.',
      'I1 \n.',
      'L1x\n.',
      'F1.5x\n.',
      'Fnano\n.',
      "S'a\n.",
      'Sa\n.',
      "S'\\q'\n.",
      "S'\\x4'\n.",
      "S'\"'\"'\n.",
      'V\\u12\n.',
      'V\\U00110000\n.',
      'T\xff\xff\xff\xff.',
      '\x8b\xff\xff\xff\xff.',
      'X\x01\x00\x00\x00\xff.',
      'X\x02\x00\x00\x00\xc0\x80.',
      '(l0.',
      '}(]Nu.',
      '}}Ns.',
      '}(]\x85Nu.',
      '(]Nd.',
    ])
      assert.equal(refusal(pickle(text)), 'malformed', text)
  })

  test('a pickle has as many bytes, digits, levels, elements and memos as its reader allows, and no more', () => {
    const text = (count: number) => pickle(`X${String.fromCharCode(count)}\0\0\0${'a'.repeat(count)}.`)
    assert.equal(refusal(text(94), { bytesMax: 100 }), undefined)
    assert.equal(refusal(text(95), { bytesMax: 100 }), 'too-long')

    for (const sign of ['', '-']) {
      assert.equal(
        read(pickle(`L${sign}${'9'.repeat(20)}L\n.`), { digitsMax: 20 }),
        BigInt(sign + '9'.repeat(20)),
      )
      assert.equal(refusal(pickle(`L${sign}${'9'.repeat(22)}L\n.`), { digitsMax: 20 }), 'too-long')
    }
    assert.equal(refusal(pickle(`\x8a\x09${'\x11'.repeat(9)}.`), { digitsMax: 20 }), undefined)
    assert.equal(refusal(pickle(`\x8a\x0a${'\x11'.repeat(10)}.`), { digitsMax: 20 }), 'too-long')
    assert.equal(refusal(pickle(`\x8b\xff\xff\xff\x7f.`)), 'too-long')

    const nested = (depth: number) => pickle(`${']'.repeat(depth)}${'a'.repeat(depth - 1)}.`)
    assert.equal(refusal(nested(32)), undefined)
    assert.equal(refusal(nested(33)), 'too-deep')
    assert.equal(refusal(nested(4096)), 'too-deep')
    assert.equal(refusal(nested(30_000)), 'too-many')

    const flat = (count: number) => pickle(`(${'N'.repeat(count)}l.`)
    assert.equal(refusal(flat(99), { elementsMax: 100 }), undefined)
    assert.equal(refusal(flat(100), { elementsMax: 100 }), 'too-many')
    const long = (bytes: number) => pickle(`(X${String.fromCharCode(bytes)}\0\0\0${'a'.repeat(bytes)}l.`)
    assert.equal(refusal(long(191), { elementsMax: 4 }), undefined)
    assert.equal(refusal(long(192), { elementsMax: 4 }), 'too-many')

    const memos = (count: number) =>
      pickle(`N${Array.from({ length: count }, (_, i) => `p${i}\n`).join('')}.`)
    assert.equal(refusal(memos(10), { memoMax: 10 }), undefined)
    assert.equal(refusal(memos(11), { memoMax: 10 }), 'too-many')
  })

  test('what is shared counts wherever it stands: ten to the power of nine elements are not taken in 100 bytes', () => {
    let bomb = ']q\x00(NNNNNNNNNNe'
    for (let level = 1; level < 9; level++)
      bomb += `]q${String.fromCharCode(level)}(${`h${String.fromCharCode(level - 1)}`.repeat(10)}e`
    assert.equal(refusal(pickle(`(${bomb}l.`)), 'too-many')
    // Also where it is shared before it is filled.
    const late = (count: number) =>
      pickle(`(]q\x00]q\x01(${'h\x00'.repeat(60)}eh\x00(${'N'.repeat(count)}el.`)
    assert.equal(refusal(late(50)), undefined)
    assert.equal(refusal(late(100)), 'too-many')
  })

  test('what holds itself goes too deep', () => {
    assert.equal(refusal(pickle(']q\x00h\x00a.')), 'too-deep')
    assert.equal(refusal(pickle("}q\x00S'me'\nh\x00s.")), 'too-deep')
    assert.equal(refusal(pickle(`]q\x00(${'h\x00'.repeat(1000)}e.`)), 'too-deep')
    assert.equal(refusal(pickle('(]q\x00h\x00\x85q\x01at.')), 'too-deep')
  })
})

describe('writing', () => {
  test('what is written is read as the same value', () => {
    for (const { value } of [...vectorsOf(3), ...vectorsOf(2)])
      assert.deepEqual(tell(read(writePickle(meantBy(value)))), value)
  })

  test('whole numbers at the borders of each form come back, and take the fewest bytes', () => {
    for (let bits = 0n; bits < 300n; bits++)
      for (const near of [-1n, 0n, 1n])
        for (const sign of [-1n, 1n]) {
          const value = sign * ((1n << bits) + near)
          assert.equal(read(writePickle(value)), value)
        }
    const sizes = [0n, 255n, 256n, -1n, 2n ** 31n - 1n, 2n ** 31n, -(2n ** 31n), 2n ** 39n - 1n, 2n ** 39n]
    assert.deepEqual(
      sizes.map((value) => writePickle(value).length - 3),
      [2, 2, 5, 5, 5, 7, 5, 7, 8],
    )
  })

  test('what is no value of a pickle is the program’s mistake', () => {
    const self: PickleValue[] = []
    self.push(self)
    for (const value of [undefined, { a: 1 }, () => 1, Symbol('a'), [undefined], self, new Map([[[1n], 2n]])])
      assert.throws(
        () => writePickle(value as PickleValue),
        (error) => error instanceof ShardlessError && error.code === 'pickle/bad-value',
      )
  })

  for (const python of ['/usr/bin/python3', process.env.PYTHON2 ?? '/usr/bin/python2'])
    test(`what is written is read by ${python} as the same value`, {
      skip: !existsSync(python) && `There is no ${python} here.`,
    }, () => {
      const vectors = vectorsOf(python.endsWith('3') ? 3 : 2)
      const told = vectors.map(({ value }) => `${hex(writePickle(meantBy(value)))} ${JSON.stringify(value)}`)
      const { status, stdout, stderr } = spawnSync(python, [fileOf('./fixture/check-pickles.py')], {
        input: told.join('\n'),
        encoding: 'utf8',
      })
      assert.equal(status, 0, stdout + stderr)
      assert.equal(stdout, `${vectors.length} pickles are read as they were meant.\n`)
    })
})

function fileOf(path: string): string {
  return new URL(path, import.meta.url).pathname
}
