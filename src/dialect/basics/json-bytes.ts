const encoder = new TextEncoder()
const [ZERO, MINUS, POINT] = [48, 45, 46]
/** Numbers from here on are written the slow way; in hundredths. */
const LARGE = 1e9

/** JSON as bytes, in memory that is used again and again: what is written is the whole cost. */
export class JsonBytes {
  bytes: Uint8Array
  length = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Makes room for so many bytes more. */
  room(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const grown = new Uint8Array(2 * (this.length + more))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  /** Copies bytes, or some of them. */
  copy(from: Uint8Array, start = 0, end = from.length): void {
    const length = end - start
    if (length <= 0) return
    this.room(length)
    this.bytes.set(length === from.length ? from : from.subarray(start, end), this.length)
    this.length += length
  }

  /** Returns a copy of what was written. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  byte(value: number): void {
    this.room(1)
    this.bytes[this.length++] = value
  }

  /** Writes a few ASCII characters; most are fewer than a copy of bytes is worth. */
  ascii(text: string): void {
    this.room(text.length)
    const { bytes } = this
    let at = this.length
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i)
    this.length = at
  }

  text(text: string): void {
    this.room(3 * text.length)
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written
  }

  /** Writes a number to hundredths: no more of a place is seen, and most numbers are short. */
  hundredths(value: number): void {
    let rest = Math.round(Math.abs(value) * 100)
    if (!(rest < LARGE)) {
      this.ascii(JSON.stringify(Math.round(value * 100) / 100))
      return
    }
    this.room(14)
    if (value < 0 && rest > 0) this.bytes[this.length++] = MINUS
    const fraction = rest % 100
    rest = (rest - fraction) / 100
    this.#whole(rest)
    if (fraction === 0) return
    this.bytes[this.length++] = POINT
    this.bytes[this.length++] = ZERO + Math.floor(fraction / 10)
    if (fraction % 10 > 0) this.bytes[this.length++] = ZERO + (fraction % 10)
  }

  /** Writes a whole number of at most ten digits, from 0 on; there is room. */
  #whole(value: number): void {
    let digits = 1
    for (let power = 10; power <= value; power *= 10) digits++
    let rest = value
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      this.bytes[at] = ZERO + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    this.length += digits
  }
}
