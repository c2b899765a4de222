import type { CrowdInSight } from './crowd.ts'
import type { Piece } from './list.ts'

/** The longest answer, in bytes: clients read 3,072; and how much of it there always is room for. */
const ANSWER_BYTES_MAX = 3000
const ANSWER_BYTES_LEAST = 512

const encoder = new TextEncoder()
const COMMA = 44
const OPEN = 91
const CLOSE = 93

/** Writes one answer, in UTF-8, of at most 3,000 bytes [HC11]. Each is written in the place of the one before. */
export class AnswerWriter {
  readonly #buffer = new Uint8Array(ANSWER_BYTES_MAX)
  #length = 0
  #most = ANSWER_BYTES_MAX

  /** @param room  how many bytes there is room for, where that is less than an answer may have; not below 512 */
  begin(room = ANSWER_BYTES_MAX): this {
    this.#length = 0
    this.#most = Math.max(ANSWER_BYTES_LEAST, Math.min(ANSWER_BYTES_MAX, room))
    return this
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#most - this.#length
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
    const end = this.#most - kept - 1
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
   * Writes a list of people: those of whole groups where they fit, and as many as fit of one that does not.
   *
   * @param kept   how many bytes are left free behind it
   * @param first  who comes first where not all of them fit
   */
  people({ lists, length: bytes }: CrowdInSight, kept: number, first?: number): this {
    const buffer = this.#buffer
    const end = this.#most - kept - 1
    const isWhole = this.#length + 2 + bytes <= end
    let length = this.#length
    buffer[length++] = OPEN
    const own = isWhole || first === undefined ? undefined : find(lists, first)
    if (own && length + own.bytes.length + 1 <= end) length = this.#piece(own, length)
    for (let at = 0; at < lists.length && end - length > PERSON_LEAST; at++) {
      const list = lists[at]
      const hasOwn = own !== undefined && list.pieces.includes(own)
      if (!hasOwn && length + list.bytes.length <= end) {
        buffer.set(list.bytes, length)
        length += list.bytes.length
        continue
      }
      for (const piece of list.pieces)
        if (piece !== own && length + piece.bytes.length + 1 <= end) length = this.#piece(piece, length)
    }
    if (buffer[length - 1] === COMMA) length--
    buffer[length++] = CLOSE
    this.#length = length
    return this
  }

  /** @returns the length with the piece, and a comma behind it */
  #piece({ bytes }: Piece, length: number): number {
    this.#buffer.set(bytes, length)
    this.#buffer[length + bytes.length] = COMMA
    return length + bytes.length + 1
  }

  /** Returns what was written; valid until the next `begin`. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }
}

/** No piece is shorter, and none of a person. */
const LEAST = 2
const PERSON_LEAST = 26

function find(lists: CrowdInSight['lists'], id: number): Piece | undefined {
  for (let at = 0; at < lists.length; at++)
    for (const piece of lists[at].pieces) if (piece.id === id) return piece
  return undefined
}
