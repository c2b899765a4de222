const encoder = new TextEncoder()
const LINE_FEED = 10

/** Writes numbers, high byte first, bits, highest first, and texts, into memory that grows. */
export class ByteWriter {
  #memory = new Uint8Array(256)
  #length = 0
  /** The bits used of the last byte; 0 for all of them. */
  #bits = 0

  /** The bytes written so far, the last one counted even if only begun. */
  get length(): number {
    return this.#length
  }

  /** Returns a copy of what was written, and begins anew. */
  take(): Uint8Array {
    const bytes = this.#memory.slice(0, this.#length)
    this.#length = 0
    this.#bits = 0
    return bytes
  }

  u8(value: number): this {
    return this.#number(value, 1)
  }

  u16(value: number): this {
    return this.#number(value, 2)
  }

  u32(value: number): this {
    return this.#number(value, 4)
  }

  u64(value: bigint): this {
    return this.#number(Number(value >> 32n), 4).#number(Number(value & 0xffff_ffffn), 4)
  }

  bytes(bytes: Uint8Array): this {
    this.#room(bytes.length)
    this.#memory.set(bytes, this.#length)
    this.#length += bytes.length
    this.#bits = 0
    return this
  }

  /** Appends a text as it is, without an end. */
  text(text: string): this {
    return this.bytes(encoder.encode(text))
  }

  /** Appends a text and a line feed. */
  line(text: string): this {
    return this.text(text).u8(LINE_FEED)
  }

  /** Appends the low `count` bits of `value`, highest first; `count` is 1 to 16. */
  bits(value: number, count: number): void {
    this.#room(3)
    const memory = this.#memory
    const used = this.#bits
    // The last byte and two more hold any 16 bits behind those in use.
    let at = this.#length - (used === 0 ? 0 : 1)
    let left = used + count
    const all = ((used === 0 ? 0 : memory[at]) << 16) | ((value & ((1 << count) - 1)) << (24 - left))
    memory[at++] = all >> 16
    if (left > 8) memory[at++] = all >> 8
    if (left > 16) memory[at++] = all
    this.#length = at
    left &= 7
    this.#bits = left
  }

  #number(value: number, count: number): this {
    this.#room(count)
    for (let shift = 8 * (count - 1); shift >= 0; shift -= 8) this.#memory[this.#length++] = value >>> shift
    this.#bits = 0
    return this
  }

  #room(count: number): void {
    if (this.#length + count <= this.#memory.length) return
    const grown = new Uint8Array(Math.max(2 * this.#memory.length, this.#length + count))
    grown.set(this.#memory.subarray(0, this.#length))
    this.#memory = grown
  }
}
