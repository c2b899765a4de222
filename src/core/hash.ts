/**
 * A running 64-bit hash in two 32-bit lanes (FNV-1a with two different offsets and primes), for fingerprints and
 * for comparing states. Same bytes, same hash, on every platform. Not for secrets: anyone can make two inputs meet.
 */
export class Hash {
  #low = 0x811c9dc5
  #high = 0x9747b28c

  byte(value: number): this {
    this.#low = Math.imul(this.#low ^ (value & 0xff), 0x01000193)
    this.#high = Math.imul(this.#high ^ (value & 0xff), 0x85ebca6b)
    this.#high ^= this.#high >>> 13
    return this
  }

  /** Adds the low 32 bits of an integer, little-endian. */
  word(value: number): this {
    return this.byte(value)
      .byte(value >>> 8)
      .byte(value >>> 16)
      .byte(value >>> 24)
  }

  bytes(bytes: Uint8Array): this {
    for (let i = 0; i < bytes.length; i++) this.byte(bytes[i])
    return this
  }

  /** Adds UTF-16 code units, little-endian. */
  text(text: string): this {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      this.byte(unit).byte(unit >>> 8)
    }
    return this
  }

  /** 16 hexadecimal digits. */
  get digest(): string {
    return finish(this.#high).toString(16).padStart(8, '0') + finish(this.#low).toString(16).padStart(8, '0')
  }
}

function finish(word: number): number {
  let mixed = word ^ (word >>> 16)
  mixed = Math.imul(mixed, 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
