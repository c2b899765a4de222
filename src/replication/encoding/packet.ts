const NO_BYTES = new Uint8Array(0)
/** How much memory a writer takes with its first write, in bytes. */
const BYTES_FIRST = 256

/**
 * Writes the bytes of one packet. Memory is taken as it is needed, up to a limit, so that a writer that is seldom used
 * costs little. Nothing is written past the limit: ask `room` first.
 */
export class PacketWriter {
  length = 0
  readonly #bytesMax: number
  #bytes = NO_BYTES
  /** The same memory. */
  #memory = new DataView(NO_BYTES.buffer)

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** What was written, and room behind it: good until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  get room(): number {
    return this.#bytesMax - this.length
  }

  byte(value: number): void {
    if (this.length >= this.#bytes.length) this.#grow(this.length + 1)
    this.#bytes[this.length++] = value
  }

  /** Appends a count, 0 <= v < 2^53: seven bits a byte, lowest first, the eighth says that more follow [T1]. */
  varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.byte((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
  }

  copy(from: Uint8Array, start: number, end: number): void {
    const at = this.length
    const length = at + end - start
    if (length > this.#bytes.length) this.#grow(length)
    const bytes = this.#bytes
    // Few bytes are copied faster one by one.
    if (end - start > 48) bytes.set(from.subarray(start, end), at)
    else for (let i = start, to = at; i < end; i++) bytes[to++] = from[i]
    this.length = length
  }

  /**
   * Appends a copy of `length` bytes, four at once: up to three more are read behind them, and written where there is
   * room.
   */
  copyWords(from: DataView, start: number, length: number): void {
    const at = this.length
    const end = at + length
    if (end + 3 > this.#bytes.length) this.#grow(end + 3)
    this.length = end
    const memory = this.#memory
    const last = Math.min(end, memory.byteLength - 3)
    let to = at
    let next = start
    for (; to < last; to += 4, next += 4) memory.setInt32(to, from.getInt32(next, true), true)
    for (; to < end; to++) memory.setUint8(to, from.getUint8(next++))
  }

  /** Returns what was written: a view, good until the next write. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  #grow(needed: number): void {
    const size = Math.min(this.#bytesMax, Math.max(needed, 2 * this.#bytes.length, BYTES_FIRST))
    if (size <= this.#bytes.length) return
    const bytes = new Uint8Array(size)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#memory = new DataView(bytes.buffer)
  }
}

/** Reads the bytes of a packet. Past the end it gives zeros, and `isBroken` is true from then on. */
export class PacketReader {
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  isBroken = false

  reset(bytes: Uint8Array, at = 0): this {
    this.bytes = bytes
    this.at = at
    this.isBroken = false
    return this
  }

  get left(): number {
    return this.isBroken ? 0 : this.bytes.length - this.at
  }

  byte(): number {
    if (this.left < 1) {
      this.isBroken = true
      return 0
    }
    return this.bytes[this.at++]
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 7; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    this.isBroken = true
    return 0
  }

  /** Returns a view of the next `length` bytes. Too few left: none, and the reader is broken. */
  take(length: number): Uint8Array {
    if (!(length <= this.left)) {
      this.isBroken = true
      return new Uint8Array(0)
    }
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}

/** Returns how many bytes a varint takes. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
