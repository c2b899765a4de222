import { ShardlessError } from '../core/index.ts'
import { OP } from './opcode.ts'
import { readLatin1, writePythonUtf8, writeTwosComplement } from './text.ts'
import { isHashable, PickleTuple, type PickleValue } from './value.ts'

/** How deep a value may go; what holds itself goes deeper. */
const DEPTH_MAX = 100
const INT32_MIN = -2_147_483_648n
const INT32_MAX = 2_147_483_647n

/** `_codecs.encode`, by which bytes are told to Python 2 and 3 alike. */
const ENCODE = Uint8Array.from('c_codecs\nencode\n', (letter) => letter.charCodeAt(0))
const LATIN1 = Uint8Array.of(
  OP.BINUNICODE,
  6,
  0,
  0,
  0,
  ...Array.from('latin1', (letter) => letter.charCodeAt(0)),
)
const NO_BYTES = Uint8Array.from('c__builtin__\nbytes\n)R', (letter) => letter.charCodeAt(0))

/**
 * Writes a pickle of protocol 2, which Python 2 and 3 read. A bigint becomes an `int`, a number a `float`. Bytes are
 * written as Python 3 itself does at that protocol: as text with one character for each, and the codec that turns it
 * back.
 *
 * @throws `pickle/bad-value` for what is no such value, holds itself, or has a key that Python cannot hash
 */
export function writePickle(value: PickleValue): Uint8Array {
  const writer = new PickleWriter()
  writer.begin()
  writer.value(value)
  writer.end()
  return writer.finish()
}

/**
 * Writes a pickle piece by piece, for who keeps ready-made pieces of values and puts them together:
 *
 *     begin() beginList() { value(v) | ready(bytes) } endList() end() finish()
 */
export class PickleWriter {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Begins again, in the same memory. */
  reset(): void {
    this.#length = 0
  }

  begin(): void {
    this.#room(2)
    this.#bytes[this.#length++] = OP.PROTO
    this.#bytes[this.#length++] = 2
  }

  end(): void {
    this.#op(OP.STOP)
  }

  beginList(): void {
    this.#op(OP.EMPTY_LIST)
    this.#op(OP.MARK)
  }

  endList(): void {
    this.#op(OP.APPENDS)
  }

  /** Begins a dict: keys and values follow in turn. */
  beginDict(): void {
    this.#op(OP.EMPTY_DICT)
    this.#op(OP.MARK)
  }

  endDict(): void {
    this.#op(OP.SETITEMS)
  }

  /** Appends bytes that were written before. */
  ready(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  float(value: number): void {
    this.#room(9)
    this.#bytes[this.#length] = OP.BINFLOAT
    this.#view.setFloat64(this.#length + 1, value)
    this.#length += 9
  }

  /** Appends a tuple of three floats. */
  floats3(x: number, y: number, z: number): void {
    this.float(x)
    this.float(y)
    this.float(z)
    this.#op(OP.TUPLE3)
  }

  text(value: string): void {
    const bytes = writePythonUtf8(value)
    this.#op(OP.BINUNICODE)
    this.#uint(bytes.length)
    this.ready(bytes)
  }

  /** Appends a value. @throws `pickle/bad-value` */
  value(value: PickleValue): void {
    this.#value(value, 0)
  }

  /** Returns a copy of what has been written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** Returns what has been written, in this writer's own memory: valid until something else is. */
  peek(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #value(value: PickleValue, depth: number): void {
    if (typeof value === 'string') this.text(value)
    else if (typeof value === 'number') this.float(value)
    else if (typeof value === 'bigint') this.#integer(value)
    else if (typeof value === 'boolean') this.#op(value ? OP.NEWTRUE : OP.NEWFALSE)
    else if (value === null) this.#op(OP.NONE)
    else if (value instanceof Uint8Array) this.#byteString(value)
    else this.#container(value, depth + 1)
  }

  #container(value: Extract<PickleValue, object>, depth: number): void {
    if (depth > DEPTH_MAX)
      throw new ShardlessError(
        'pickle/bad-value',
        'a value goes deeper than 100 containers, or holds itself.',
      )
    if (Array.isArray(value)) {
      this.#op(OP.EMPTY_LIST)
      this.#op(OP.MARK)
      for (const item of value) this.#value(item, depth)
      this.#op(OP.APPENDS)
    } else if (value instanceof PickleTuple) {
      this.#op(OP.MARK)
      for (const item of value.items) this.#value(item, depth)
      this.#op(OP.TUPLE)
    } else if (value instanceof Map) {
      this.beginDict()
      for (const [key, item] of value) {
        if (!isHashable(key))
          throw new ShardlessError(
            'pickle/bad-value',
            'a list or a dict cannot be the key of a dict; take a tuple.',
          )
        this.#value(key, depth)
        this.#value(item, depth)
      }
      this.endDict()
    } else
      throw new ShardlessError(
        'pickle/bad-value',
        `${describe(value)} is no value of a pickle; give null, booleans, bigints (int), numbers (float), strings, Uint8Array, arrays, PickleTuple and Map.`,
      )
  }

  #integer(value: bigint): void {
    if (value >= 0n && value < 256n) {
      this.#op(OP.BININT1)
      this.#op(Number(value))
    } else if (value >= INT32_MIN && value <= INT32_MAX) {
      this.#op(OP.BININT)
      this.#uint(Number(value))
    } else {
      const bytes = writeTwosComplement(value)
      const isShort = bytes.length < 256
      this.#op(isShort ? OP.LONG1 : OP.LONG4)
      if (isShort) this.#op(bytes.length)
      else this.#uint(bytes.length)
      this.ready(bytes)
    }
  }

  #byteString(value: Uint8Array): void {
    if (value.length === 0) {
      this.ready(NO_BYTES)
      return
    }
    this.ready(ENCODE)
    this.text(readLatin1(value))
    this.ready(LATIN1)
    this.#op(OP.TUPLE2)
    this.#op(OP.REDUCE)
  }

  #op(byte: number): void {
    this.#room(1)
    this.#bytes[this.#length++] = byte
  }

  #uint(value: number): void {
    this.#room(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  #room(length: number): void {
    if (this.#length + length <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + length))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}

function describe(value: unknown): string {
  return value === undefined ? 'undefined' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
