import { bulkOf } from './bulk.ts'
import { CALLING, OP } from './opcode.ts'
import {
  readFloat,
  readInteger,
  readLatin1,
  readPythonUtf8,
  readQuoted,
  readRawUnicode,
  readTwosComplement,
  writeLatin1,
} from './text.ts'
import { isHashable, type PickleDict, PickleTuple, type PickleValue } from './value.ts'

/** Bounds on what a stranger's pickle may be. */
export interface PickleBounds {
  /** Bytes of the pickle; 65,536 when left out. */
  readonly bytesMax?: number
  /** How deep containers may lie in each other; 32 when left out. */
  readonly depthMax?: number
  /**
   * Elements in all, counted wherever they stand: what is held twice counts twice, and text and bytes count one more
   * for every 64 of them. 4096 when left out.
   */
  readonly elementsMax?: number
  /** Decimal digits of a whole number; 1000 when left out. */
  readonly digitsMax?: number
  /** Entries of the memo; 4096 when left out. */
  readonly memoMax?: number
}

/**
 * Why a pickle was refused: it names or calls something; it has an opcode that is none, or whose value is no data
 * here (sets, bytearrays); it ends too early or goes on after its end; it is malformed; it is beyond a bound.
 */
export type PickleProblem =
  | 'calls'
  | 'unknown'
  | 'cut-off'
  | 'malformed'
  | 'too-long'
  | 'too-deep'
  | 'too-many'

export type PickleRead =
  | { readonly is: 'value'; readonly value: PickleValue }
  /** `at`: the byte at which reading ended. */
  | { readonly is: 'refused'; readonly why: PickleProblem; readonly at: number }

/**
 * Reads a stranger's pickle of protocol 0 to 5 as data. Nothing in it is ever called or looked up: opcodes that would
 * have Python do so are refused, whatever they name. Never throws.
 *
 * What Python 2 calls a `str` becomes text where its bytes are UTF-8, and bytes elsewhere. Bytes that Python 3 wrote
 * at protocols 0 to 2, as a call of one codec, are read in exactly that form.
 *
 * @param bytes  one pickle and nothing after it
 */
export function readPickle(bytes: Uint8Array, bounds: PickleBounds = {}): PickleRead {
  const reader = new Reader(bytes, bounds)
  try {
    return { is: 'value', value: reader.read() }
  } catch (error) {
    if (error instanceof Refused) return { is: 'refused', why: error.why, at: reader.at }
    throw error
  }
}

/** Thrown within this file alone; it is no Error, so that a flood of bad pickles writes no stacks. */
class Refused {
  readonly why: PickleProblem

  constructor(why: PickleProblem) {
    this.why = why
  }
}

/** What a pickle may name, and then call in one exact form; it never gets into a value. */
class Codec {
  readonly does: 'encode' | 'empty'

  constructor(does: 'encode' | 'empty') {
    this.does = does
  }
}

const CODECS: ReadonlyMap<string, Codec> = new Map([
  ['_codecs encode', new Codec('encode')],
  ['__builtin__ bytes', new Codec('empty')],
  ['builtins bytes', new Codec('empty')],
])

type Item = PickleValue | Codec
const PROTOCOL_MAX = 5
const LINE_FEED = 10
/** The most values that are pushed for one element: bytes of protocol 2 are a codec, two texts and a tuple. */
const STEPS_AN_ELEMENT = 5
/** Bytes of two's complement for a decimal digit. */
const BYTES_A_DIGIT = 0.4153

/** The machine that pickles are programs for: a stack, marks in it, and a memo. */
class Reader {
  at = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #depthMax: number
  readonly #elementsMax: number
  readonly #digitsMax: number
  readonly #memoMax: number
  readonly #stack: Item[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, Item>()
  #pushes = 0

  constructor(bytes: Uint8Array, bounds: PickleBounds) {
    const { bytesMax = 65_536, depthMax = 32, elementsMax = 4096, digitsMax = 1000, memoMax = 4096 } = bounds
    this.#bytes = bytes.length > bytesMax ? TOO_LONG : bytes
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength)
    this.#depthMax = depthMax
    this.#elementsMax = elementsMax
    this.#digitsMax = digitsMax
    this.#memoMax = memoMax
  }

  read(): PickleValue {
    if (this.#bytes === TOO_LONG) throw new Refused('too-long')
    for (let op = this.#byte(); op !== OP.STOP; op = this.#byte()) this.#do(op)
    if (this.at < this.#bytes.length) throw new Refused('malformed')
    const value = this.#pop()
    if (this.#stack.length > 0 || this.#marks.length > 0) throw new Refused('malformed')
    const bulk = bulkOf(value, this.#depthMax)
    if (bulk === undefined) throw new Refused('too-deep')
    if (bulk.elements > this.#elementsMax) throw new Refused('too-many')
    return value
  }

  #do(op: number): void {
    const item = this.#plain(op) ?? this.#gathered(op)
    if (item !== undefined) this.#push(item)
    else if (op === OP.NONE) this.#push(null)
    else this.#act(op)
  }

  /** Reads a value that holds no others; undefined for other opcodes, and for None. */
  #plain(op: number): Item | undefined {
    switch (op) {
      case OP.NEWTRUE:
        return true
      case OP.NEWFALSE:
        return false
      case OP.INT:
        return this.#int(this.#line())
      case OP.LONG:
        return this.#whole(this.#line().replace(/L$/, ''))
      case OP.BININT:
        return BigInt(this.#view.getInt32(this.#take(4), true))
      case OP.BININT1:
        return BigInt(this.#byte())
      case OP.BININT2:
        return BigInt(this.#view.getUint16(this.#take(2), true))
      case OP.LONG1:
        return this.#twosComplement(this.#byte())
      case OP.LONG4:
        return this.#twosComplement(this.#view.getInt32(this.#take(4), true))
      case OP.FLOAT:
        return sound(readFloat(this.#line()))
      case OP.BINFLOAT:
        return this.#view.getFloat64(this.#take(8))
      case OP.STRING:
        return ofPython2(sound(readQuoted(this.#lineBytes())))
      case OP.BINSTRING:
        return ofPython2(this.#slice(this.#view.getInt32(this.#take(4), true)))
      case OP.SHORT_BINSTRING:
        return ofPython2(this.#slice(this.#byte()))
      case OP.UNICODE:
        return sound(readRawUnicode(this.#lineBytes()))
      case OP.SHORT_BINUNICODE:
        return sound(readPythonUtf8(this.#slice(this.#byte())))
      case OP.BINUNICODE:
        return sound(readPythonUtf8(this.#slice(this.#uint())))
      case OP.BINUNICODE8:
        return sound(readPythonUtf8(this.#slice(this.#long())))
      case OP.SHORT_BINBYTES:
        return this.#slice(this.#byte()).slice()
      case OP.BINBYTES:
        return this.#slice(this.#uint()).slice()
      case OP.BINBYTES8:
        return this.#slice(this.#long()).slice()
      default:
        return undefined
    }
  }

  /** Makes a new value of what lies on the stack or in the memo; undefined for other opcodes. */
  #gathered(op: number): Item | undefined {
    switch (op) {
      case OP.DUP:
        return this.#top()
      case OP.EMPTY_TUPLE:
        return new PickleTuple([])
      case OP.TUPLE1:
        return this.#tuple(1)
      case OP.TUPLE2:
        return this.#tuple(2)
      case OP.TUPLE3:
        return this.#tuple(3)
      case OP.TUPLE:
        return new PickleTuple(this.#toMark())
      case OP.EMPTY_LIST:
        return []
      case OP.LIST:
        return this.#toMark()
      case OP.EMPTY_DICT:
        return new Map()
      case OP.DICT:
        return filled(new Map(), this.#toMark())
      case OP.GLOBAL:
        return this.#named(`${this.#line()} ${this.#line()}`)
      case OP.REDUCE:
        return this.#decoded()
      default:
        return undefined
    }
  }

  /** Does what leaves no new value behind, or one from the memo. */
  #act(op: number): void {
    switch (op) {
      case OP.PROTO:
        if (this.#byte() > PROTOCOL_MAX) throw new Refused('unknown')
        break
      case OP.FRAME:
        if (this.#long() > this.#bytes.length - this.at) throw new Refused('cut-off')
        break
      case OP.MARK:
        this.#marks.push(this.#stack.length)
        break
      case OP.POP:
        // Python takes a mark that lies on top.
        if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop()
        else this.#popItem()
        break
      case OP.POP_MARK:
        this.#toMark()
        break
      case OP.APPEND: {
        const item = this.#pop()
        this.#list().push(item)
        break
      }
      case OP.APPENDS: {
        const items = this.#toMark()
        const list = this.#list()
        for (let i = 0; i < items.length; i++) list.push(items[i])
        break
      }
      case OP.SETITEM: {
        const value = this.#pop()
        const key = this.#pop()
        filled(this.#dict(), [key, value])
        break
      }
      case OP.SETITEMS: {
        const items = this.#toMark()
        filled(this.#dict(), items)
        break
      }
      case OP.PUT:
        this.#keep(this.#index())
        break
      case OP.BINPUT:
        this.#keep(this.#byte())
        break
      case OP.LONG_BINPUT:
        this.#keep(this.#uint())
        break
      case OP.MEMOIZE:
        this.#keep(this.#memo.size)
        break
      case OP.GET:
        this.#recall(this.#index())
        break
      case OP.BINGET:
        this.#recall(this.#byte())
        break
      case OP.LONG_BINGET:
        this.#recall(this.#uint())
        break
      default:
        throw new Refused(CALLING.has(op) ? 'calls' : 'unknown')
    }
  }

  #named(name: string): Codec {
    const codec = CODECS.get(name)
    if (codec === undefined) throw new Refused('calls')
    return codec
  }

  /** Reads the one call there is: bytes as text with one character for each, or no bytes. */
  #decoded(): Uint8Array {
    const given = this.#pop()
    const codec = this.#popItem()
    if (!(codec instanceof Codec) || !(given instanceof PickleTuple)) throw new Refused('calls')
    const [text, encoding] = given.items
    if (codec.does === 'empty' && given.items.length === 0) return new Uint8Array(0)
    const isExact = codec.does === 'encode' && given.items.length === 2 && encoding === 'latin1'
    if (!isExact || typeof text !== 'string') throw new Refused('calls')
    return sound(writeLatin1(text))
  }

  #int(line: string): bigint | boolean {
    if (line === '00' || line === '01') return line === '01'
    return this.#whole(line)
  }

  #whole(line: string): bigint {
    if (line.length > this.#digitsMax + 1) throw new Refused('too-long')
    return sound(readInteger(line))
  }

  #twosComplement(length: number): bigint {
    if (length > Math.ceil(this.#digitsMax * BYTES_A_DIGIT)) throw new Refused('too-long')
    return readTwosComplement(this.#slice(length))
  }

  #index(): number {
    const line = this.#line()
    if (!/^\d{1,10}$/.test(line)) throw new Refused('malformed')
    return Number(line)
  }

  #keep(index: number): void {
    this.#memo.set(index, this.#top())
    if (this.#memo.size > this.#memoMax) throw new Refused('too-many')
  }

  #recall(index: number): void {
    const item = this.#memo.get(index)
    if (item === undefined) throw new Refused('malformed')
    this.#push(item)
  }

  #tuple(size: number): PickleTuple {
    const items: PickleValue[] = []
    for (let i = 0; i < size; i++) items.unshift(this.#pop())
    return new PickleTuple(items)
  }

  #list(): PickleValue[] {
    const list = this.#top()
    if (!Array.isArray(list)) throw new Refused('malformed')
    return list
  }

  #dict(): Map<PickleValue, PickleValue> {
    const dict = this.#top()
    if (!(dict instanceof Map)) throw new Refused('malformed')
    return dict
  }

  /** Nothing sound takes more steps than this: it ends what would be refused at the end anyway. */
  #push(item: Item): void {
    if (++this.#pushes > STEPS_AN_ELEMENT * this.#elementsMax) throw new Refused('too-many')
    this.#stack.push(item)
  }

  /** Takes what lies on top, above the last mark. */
  #popItem(): Item {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw new Refused('malformed')
    return this.#stack.pop()!
  }

  #pop(): PickleValue {
    return data(this.#popItem())
  }

  #top(): Item {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw new Refused('malformed')
    return this.#stack.at(-1)!
  }

  #toMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw new Refused('malformed')
    return this.#stack.splice(mark).map(data)
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]
  }

  #uint(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  /** Reads eight bytes, of which a length that fits has at most the first six. */
  #long(): number {
    const at = this.#take(8)
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 4_294_967_296
  }

  #line(): string {
    return readLatin1(this.#lineBytes())
  }

  #lineBytes(): Uint8Array {
    const end = this.#bytes.indexOf(LINE_FEED, this.at)
    if (end < 0) throw new Refused('cut-off')
    const line = this.#bytes.subarray(this.at, end)
    this.at = end + 1
    return line
  }

  /** The next bytes; a view of the pickle. */
  #slice(length: number): Uint8Array {
    if (length < 0) throw new Refused('malformed')
    const at = this.#take(length)
    return this.#bytes.subarray(at, at + length)
  }

  /** @returns where the next bytes begin */
  #take(length: number): number {
    const { at } = this
    if (length > this.#bytes.length - at) throw new Refused('cut-off')
    this.at = at + length
    return at
  }
}

/** Stands for bytes that nobody reads. */
const TOO_LONG = new Uint8Array(0)

function data(item: Item): PickleValue {
  if (item instanceof Codec) throw new Refused('calls')
  return item
}

function sound<T>(value: T | undefined): T {
  if (value === undefined) throw new Refused('malformed')
  return value
}

function filled(dict: Map<PickleValue, PickleValue>, items: readonly PickleValue[]): PickleDict {
  if (items.length % 2 === 1) throw new Refused('malformed')
  for (let i = 0; i < items.length; i += 2) {
    if (!isHashable(items[i])) throw new Refused('malformed')
    dict.set(items[i], items[i + 1])
  }
  return dict
}

function ofPython2(bytes: Uint8Array): string | Uint8Array {
  return readPythonUtf8(bytes) ?? bytes.slice()
}
