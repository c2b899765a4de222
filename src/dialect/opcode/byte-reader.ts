const LINE_FEED = 10
const decoder = new TextDecoder()

/** Reads numbers, high byte first, and texts. Beyond the end everything is 0 or empty, and `isShort` becomes true. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at = 0
  #isShort = false

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Whether something was read that was not there. */
  get isShort(): boolean {
    return this.#isShort
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.#number(1)
  }

  u16(): number {
    return this.#number(2)
  }

  u32(): number {
    return this.#number(4)
  }

  i8(): number {
    return (this.#number(1) << 24) >> 24
  }

  skip(count: number): void {
    this.bytes(count)
  }

  bytes(count: number): Uint8Array {
    if (this.left < count) this.#isShort = true
    const from = this.#at
    this.#at = Math.min(this.#bytes.length, from + count)
    return this.#bytes.subarray(from, this.#at)
  }

  /** Reads a text up to a line feed, which must be there. */
  line(): string {
    const end = this.#bytes.indexOf(LINE_FEED, this.#at)
    if (end < 0) {
      this.#isShort = true
      return ''
    }
    const text = decoder.decode(this.#bytes.subarray(this.#at, end))
    this.#at = end + 1
    return text
  }

  /** Reads a text of exactly `count` bytes, padded with blanks. */
  padded(count: number): string {
    return decoder.decode(this.bytes(count)).trimEnd()
  }

  #number(count: number): number {
    let value = 0
    for (const byte of this.bytes(count)) value = value * 256 + byte
    return this.#isShort ? 0 : value
  }
}
