const nothing = new Uint8Array(0)

/**
 * Reads bits out of bytes that nobody vouches for. It never throws: past the end it gives zeros, and `isBroken` is
 * true from then on [W2]. A field that reads an impossible value calls `fail()`, which does the same.
 */
export class BitReader {
  #bytes: Uint8Array = nothing
  #at = 0
  #end = 0
  /** Bits taken from the bytes and not yet read, lowest first, higher ones zero. */
  #word = 0
  #have = 0
  #isBroken = false

  /** Begins anew with `bytes[start..end)`, which must not change while being read. */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#word = 0
    this.#have = 0
    this.#isBroken = false
    return this
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  get bitsLeft(): number {
    return (this.#end - this.#at) * 8 + this.#have
  }

  /** Declares the bytes broken: from here on everything reads as zero. */
  fail(): void {
    this.#isBroken = true
    this.#at = this.#end
    this.#word = 0
    this.#have = 0
  }

  /** Returns the next `count` bits, 0..32, as 0 .. 2^count - 1. */
  bits(count: number): number {
    return this.word(count) >>> 0
  }

  /** As `bits`, but 32 bits come as a signed number: for code that takes them apart at once. */
  word(count: number): number {
    const have = this.#have
    if (count >= have) return this.#refill(count)
    const word = this.#word
    this.#have = have - count
    this.#word = word >>> count
    return word & ~(-1 << count)
  }

  /** Reads 0 .. 2^53 - 1. Groups too many, or a larger number, break the reader. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let group = 0; group < 8; group++) {
      const byte = this.word(8)
      value += (byte & 0x7f) * scale
      scale *= 128
      if (byte < 0x80) {
        if ((byte === 0 && group > 0) || value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    this.fail()
    return 0
  }

  /** Skips to the next whole byte. Skipped bits that are not zero break the reader. */
  align(): void {
    if (this.word(this.#have & 7) !== 0) this.fail()
  }

  /** Copies the next `length` bytes. Too few left: none, and the reader is broken. */
  bytes(length: number): Uint8Array {
    if (!(length * 8 <= this.bitsLeft)) {
      this.fail()
      return new Uint8Array(0)
    }
    const copy = new Uint8Array(length)
    if ((this.#have & 7) === 0) {
      const from = this.#at - (this.#have >>> 3)
      this.#at = from + length
      this.#word = 0
      this.#have = 0
      copy.set(this.#bytes.subarray(from, from + length))
      return copy
    }
    let i = 0
    for (; i + 4 <= length; i += 4) {
      const word = this.word(32)
      copy[i] = word
      copy[i + 1] = word >>> 8
      copy[i + 2] = word >>> 16
      copy[i + 3] = word >>> 24
    }
    for (; i < length; i++) copy[i] = this.word(8)
    return copy
  }

  /** `word` when more than the bits at hand are asked for: takes four more bytes. */
  #refill(count: number): number {
    if (count === this.#have) {
      const all = this.#word
      this.#word = 0
      this.#have = 0
      return all
    }
    const bytes = this.#bytes
    const at = this.#at
    if (this.#end - at < 4) return this.#refillLast(count)
    this.#at = at + 4
    return this.#join(
      bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24),
      32,
      count,
    )
  }

  /** As `#refill`, near the end: takes the bytes that are left, 0..3. */
  #refillLast(count: number): number {
    const fresh = (this.#end - this.#at) * 8
    if (this.#have + fresh < count) {
      this.fail()
      return 0
    }
    let word = 0
    for (let i = 0; i < fresh; i += 8) word |= this.#bytes[this.#at++] << i
    return this.#join(word, fresh, count)
  }

  /** Joins the bits at hand and the lowest of `word`, `count` together; keeps the rest of its `fresh` bits. */
  #join(word: number, fresh: number, count: number): number {
    const have = this.#have
    const taken = count - have
    const joined = this.#word | (word << have)
    this.#have = fresh - taken
    this.#word = taken === 32 ? 0 : word >>> taken
    return count === 32 ? joined : joined & ~(-1 << count)
  }
}
