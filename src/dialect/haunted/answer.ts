import type { Piece } from './list.ts'

/** The longest answer, in bytes: clients read 3,072. */
const ANSWER_BYTES_MAX = 3000

const encoder = new TextEncoder()
const COMMA = 44
const OPEN = 91
const CLOSE = 93

/** Writes one answer, in UTF-8, of at most 3,000 bytes [HC11]. Each is written in the place of the one before. */
export class AnswerWriter {
  readonly #buffer = new Uint8Array(ANSWER_BYTES_MAX)
  #length = 0

  begin(): this {
    this.#length = 0
    return this
  }

  /** How many bytes are left. */
  get left(): number {
    return ANSWER_BYTES_MAX - this.#length
  }

  text(text: string): this {
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written
    return this
  }

  /**
   * Writes a list of those pieces that fit, in their order.
   *
   * @param kept   how many bytes are left free behind it
   * @param first  whose piece comes first where not all of them fit
   */
  list(pieces: readonly Piece[], kept: number, first?: number): this {
    const buffer = this.#buffer
    const end = ANSWER_BYTES_MAX - kept - 1
    let bytes = 0
    for (let at = 0; at < pieces.length; at++) bytes += pieces[at].bytes.length + 1
    const isTooLong = this.#length + 1 + bytes > end
    let length = this.#length
    buffer[length++] = OPEN
    const own = isTooLong && first !== undefined ? pieces.find(({ id }) => id === first) : undefined
    if (own && length + own.bytes.length + 1 <= end) {
      buffer.set(own.bytes, length)
      length += own.bytes.length
      buffer[length++] = COMMA
    }
    for (let at = 0; at < pieces.length && end - length > LEAST; at++) {
      const piece = pieces[at]
      if (piece === own || length + piece.bytes.length + 1 > end) continue
      buffer.set(piece.bytes, length)
      length += piece.bytes.length
      buffer[length++] = COMMA
    }
    if (buffer[length - 1] === COMMA) length--
    buffer[length++] = CLOSE
    this.#length = length
    return this
  }

  /**
   * Writes a list of people: whole where it fits, otherwise as `list` does.
   *
   * @param people  piece by piece, and the inside of the whole list
   */
  people(
    { pieces, list }: { readonly pieces: readonly Piece[]; readonly list: Uint8Array },
    kept: number,
    first?: number,
  ): this {
    if (list.length + 2 > this.left - kept) return this.list(pieces, kept, first)
    this.#buffer[this.#length++] = OPEN
    this.#buffer.set(list, this.#length)
    this.#length += list.length
    this.#buffer[this.#length++] = CLOSE
    return this
  }

  /** Returns what was written; valid until the next `begin`. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }
}

/** No piece is shorter. */
const LEAST = 2
