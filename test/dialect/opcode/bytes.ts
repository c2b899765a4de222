/** Numbers and texts as clients of opcodes read and write them. */

export const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255]
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)]
export const letters = (text: string): number[] => [...new TextEncoder().encode(text)]

/** Reads bytes; reading beyond them throws. */
export class Bytes {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  bytes(count: number): Uint8Array {
    if (this.left < count) throw new Error(`${count} bytes of ${this.left}`)
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  skip(count: number): void {
    this.bytes(count)
  }

  u8(): number {
    return this.bytes(1)[0]
  }

  u16(): number {
    return 256 * this.u8() + this.u8()
  }

  u64(): bigint {
    let value = 0n
    for (const byte of this.bytes(8)) value = value * 256n + BigInt(byte)
    return value
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at)
    if (end < 0) throw new Error('a line without an end')
    const text = new TextDecoder().decode(this.bytes(end - this.#at))
    this.#at++
    return text
  }

  rest(): string {
    return new TextDecoder().decode(this.bytes(this.left))
  }
}

/** Reads bits, the highest of each byte first. */
export class Bits {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get left(): number {
    return 8 * this.#bytes.length - this.#at
  }

  take(count: number): number {
    let value = 0
    for (let i = 0; i < count; i++, this.#at++)
      value = (value << 1) | ((this.#bytes[this.#at >> 3] >> (7 - (this.#at & 7))) & 1)
    return value
  }

  signed(count: number): number {
    const value = this.take(count)
    return value >= 1 << (count - 1) ? value - (1 << count) : value
  }
}
