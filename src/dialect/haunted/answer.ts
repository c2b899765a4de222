import type { CrowdInSight, GroupList } from './crowd.ts'
import type { Piece } from './list.ts'

/** The longest answer, in bytes: clients read 3,072; and how much of it there always is room for. */
export const LONGEST_ANSWER = 3000
const ANSWER_BYTES_LEAST = 512

const encoder = new TextEncoder()
const COMMA = 44
const OPEN = 91
const CLOSE = 93

/** Writes one answer, in UTF-8, of at most 3,000 bytes [HC11]. Each is written in the place of the one before. */
export class AnswerWriter {
  readonly #buffer = new Uint8Array(LONGEST_ANSWER)
  #length = 0
  #most = LONGEST_ANSWER

  /** @param room  how many bytes there is room for, where that is less than an answer may have; not below 512 */
  begin(room = LONGEST_ANSWER): this {
    this.#length = 0
    this.#most = Math.max(ANSWER_BYTES_LEAST, Math.min(LONGEST_ANSWER, room))
    return this
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#most - this.#length
  }

  text(text: string): this {
    const buffer = this.#buffer
    let at = this.#length
    // A few ASCII characters are fewer than a call is worth; what does not fit is left out.
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 128) {
        this.#length += encoder.encodeInto(text, buffer.subarray(this.#length)).written
        return this
      }
      buffer[at++] = code
    }
    this.#length = Math.min(at, buffer.length)
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
  people({ lists, length: bytes }: CrowdInSight, kept: number, first?: Piece): this {
    const buffer = this.#buffer
    const end = this.#most - kept - 1
    const start = this.#length + 1
    const isTold =
      this.#length + 2 + bytes <= end || first === undefined || isWithin(lists, first, end - start)
    let length = start
    buffer[start - 1] = OPEN
    if (!isTold && length + first.bytes.length + 1 <= end) {
      buffer.set(first.bytes, length)
      length += first.bytes.length
      buffer[length++] = COMMA
    }
    for (let at = 0; at < lists.length && end - length > PERSON_LEAST; at++) {
      const list = lists[at]
      const has = !isTold && list.pieces.includes(first)
      if (!has && length + list.bytes.length <= end) {
        buffer.set(list.bytes, length)
        length += list.bytes.length
      } else length = this.#part(list, length, end, has ? first : undefined)
    }
    if (buffer[length - 1] === COMMA) length--
    buffer[length++] = CLOSE
    this.#length = length
    return this
  }

  /** Writes as many of a list as fit before `end`. @returns the length with them */
  #part({ pieces, bytes }: GroupList, start: number, end: number, without: Piece | undefined): number {
    const buffer = this.#buffer
    let length = start
    let from = 0
    let to = 0
    for (let at = 0; at < pieces.length; at++) {
      const size = pieces[at].bytes.length + 1
      const isOther = pieces[at] !== without
      if (isOther && length + (to - from) + size <= end) to += size
      else {
        // Those before it lie together.
        buffer.set(bytes.subarray(from, to), length)
        length += to - from
        if (isOther) return length
        from = to += size
      }
    }
    buffer.set(bytes.subarray(from, to), length)
    return length + to - from
  }

  /** Returns what was written; valid until the next `begin`. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.#length)
  }
}

/** No piece is shorter, and none of a person. */
const LEAST = 2
const PERSON_LEAST = 26

/** Returns whether somebody is in one of the lists that fit whole into so many bytes. */
function isWithin(lists: readonly GroupList[], piece: Piece, bytesMax: number): boolean {
  let bytes = 0
  for (let at = 0; at < lists.length; at++) {
    bytes += lists[at].bytes.length
    if (bytes > bytesMax) return false
    if (lists[at].pieces.includes(piece)) return true
  }
  return false
}
