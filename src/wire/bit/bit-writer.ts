import { ShardlessError } from '../../core/index.ts'

/** The largest writer, in bytes: bit positions stay exact in 32 bits. */
export const WRITER_BYTES_MAX = 0x0fffffff

/**
 * Bits into fixed memory. The first bit written is bit 0 of byte 0 [W1].
 *
 * A write that does not fit is not made, and none after it is either, until `rewind` or `reset`: look at `isFull`
 * once at the end. Bits gather in one 32-bit word that is stored when it is full.
 */
export class BitWriter {
  readonly bytesMax: number
  readonly #memory: Uint8Array
  readonly #view: DataView
  /** In bits; -1 while full, so that one comparison refuses everything. */
  #limit: number
  #length = 0
  /** The bits since the last multiple of 32, higher ones zero. */
  #word = 0

  /**
   * @param bytesMax  how many bytes fit, 0 .. 2^28 - 1
   * @throws          `wire/bad-size` for anything else
   */
  constructor(bytesMax: number) {
    if (!Number.isInteger(bytesMax) || bytesMax < 0 || bytesMax > WRITER_BYTES_MAX) {
      throw new ShardlessError(
        'wire/bad-size',
        `A writer of ${bytesMax} bytes cannot be made. Ask for a whole number, 0..${WRITER_BYTES_MAX}.`,
      )
    }
    const wholeWords = (bytesMax + 3) & ~3
    this.bytesMax = bytesMax
    this.#memory = new Uint8Array(wholeWords)
    this.#view = new DataView(this.#memory.buffer)
    this.#limit = bytesMax * 8
  }

  get bitLength(): number {
    return this.#length
  }

  /** Bytes written, the last one counted even if only begun. */
  get byteLength(): number {
    return (this.#length + 7) >>> 3
  }

  /** Whether something did not fit. */
  get isFull(): boolean {
    return this.#limit < 0
  }

  /** Appends the low `count` bits of `value`, lowest first; `count` is 0..32. */
  bits(value: number, count: number): void {
    this.word(count === 32 ? value | 0 : value & lowMask(count), count)
  }

  /** As `bits`, for a word whose higher bits are zero already. */
  word(word: number, count: number): void {
    const start = this.#length
    const end = start + count
    if (end > this.#limit) {
      this.#limit = -1
      return
    }
    const used = start & 31
    const whole = this.#word | (word << used)
    this.#length = end
    if (used + count < 32) this.#word = whole
    else this.#store(start, whole, used === 0 ? 0 : word >>> (32 - used))
  }

  /**
   * Appends seven bits at a time, lowest first, each group followed by a bit that says whether more come [W3].
   *
   * @param value  0 .. 2^53 - 1, a whole number: 8 bits up to 127, 16 up to 16,383, at most 64
   * @throws       `wire/out-of-range` for anything else
   */
  varint(value: number): void {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value)) {
      throw new ShardlessError(
        'wire/out-of-range',
        `A varint of ${value} cannot be written; it travels as a whole number, 0..2^53 - 1.`,
      )
    }
    let rest = value
    while (rest > 0x7f) {
      this.bits((rest % 128) | 0x80, 8)
      rest = Math.floor(rest / 128)
    }
    this.bits(rest, 8)
  }

  /** Appends zero bits up to the next whole byte. */
  align(): void {
    this.bits(0, -this.#length & 7)
  }

  /** Appends `source[start..end)`, wherever in a byte the writer stands; all of it or nothing. */
  bytes(source: Uint8Array, start = 0, end = source.length): void {
    const count = end - start
    if (this.#length + count * 8 > this.#limit) {
      this.#limit = -1
      return
    }
    if ((this.#length & 7) === 0) this.#copy(source, start, end)
    else this.#shift(source, start, end)
  }

  /** Returns where the writer stands, for `rewind`. */
  mark(): number {
    return this.#limit < 0 ? ~this.#length : this.#length
  }

  /** Takes back everything since `mark`, a later `isFull` included. */
  rewind(mark: number): void {
    const length = mark < 0 ? ~mark : mark
    const wordAt = length >>> 5
    const word = wordAt === this.#length >>> 5 ? this.#word : this.#stored(wordAt)
    this.#limit = mark < 0 ? -1 : this.bytesMax * 8
    this.#length = length
    this.#word = word & lowMask(length & 31)
  }

  reset(): void {
    this.#limit = this.bytesMax * 8
    this.#length = 0
    this.#word = 0
  }

  /**
   * Returns what was written from byte `start` on: a view, good until the next write, rewind or reset. The last
   * byte is filled with zeros.
   */
  finish(start = 0): Uint8Array {
    this.#flush()
    return this.#memory.subarray(start, this.byteLength)
  }

  /** Stores the complete word that begins before bit `start`, and begins the next. */
  #store(start: number, whole: number, next: number): void {
    this.#view.setInt32((start >>> 5) << 2, whole, true)
    this.#word = next
  }

  #flush(): void {
    if ((this.#length & 31) !== 0) this.#view.setInt32((this.#length >>> 5) << 2, this.#word, true)
  }

  #stored(wordAt: number): number {
    return wordAt << 2 < this.#memory.length ? this.#view.getInt32(wordAt << 2, true) : 0
  }

  #copy(source: Uint8Array, start: number, end: number): void {
    this.#flush()
    const at = this.#length >>> 3
    const count = end - start
    if (count < 24) for (let i = 0; i < count; i++) this.#memory[at + i] = source[start + i]
    else this.#memory.set(start === 0 && end === source.length ? source : source.subarray(start, end), at)
    this.#length += count * 8
    this.#word = this.#stored(this.#length >>> 5) & lowMask(this.#length & 31)
  }

  #shift(source: Uint8Array, start: number, end: number): void {
    let i = start
    for (; i + 4 <= end; i += 4) {
      this.bits(source[i] | (source[i + 1] << 8) | (source[i + 2] << 16) | (source[i + 3] << 24), 32)
    }
    for (; i < end; i++) this.bits(source[i], 8)
  }
}

/** Returns `count` ones, 0 <= count <= 31. */
function lowMask(count: number): number {
  return (1 << count) - 1
}
