import type { Framing } from './speaker.ts'

const nothing = new Uint8Array(0)

/**
 * Assembles frames from a stream that may be cut anywhere. Holds at most one frame of the largest size; memory
 * grows only as bytes arrive, so a length prefix alone costs none.
 */
export class Framer {
  readonly #framing: Framing
  #held = nothing
  #length = 0
  #isStopped = false
  #isDiscarding = false

  constructor(framing: Framing) {
    this.#framing = framing
  }

  /** The number of bytes waiting for the rest of their frame. */
  get heldBytes(): number {
    return this.#length
  }

  /** Discards the waiting bytes, as after malformed input. */
  clear(): void {
    this.#held = nothing
    this.#length = 0
  }

  /** Discards all that has come, the rest of the chunk being read included. */
  discard(): void {
    this.#isDiscarding = true
    this.clear()
  }

  /** Stops reading, for a receiver that closes in the middle of a chunk. */
  stop(): void {
    this.#isStopped = true
    this.clear()
  }

  /**
   * @param take    called with each frame; the view is valid until it returns
   * @param broken  called when the bytes are no frame or one that is too long: all of them are discarded
   */
  push(chunk: Uint8Array, take: (frame: Uint8Array) => void, broken: () => void): void {
    if (this.#isStopped) return
    let bytes = chunk
    if (this.#length > 0) {
      this.#hold(chunk)
      bytes = this.#held.slice(0, this.#length)
      this.#length = 0
    }
    let at = 0
    this.#isDiscarding = false
    while (at < bytes.length && !this.#isStopped && !this.#isDiscarding) {
      const rest = bytes.subarray(at)
      const found = this.#framing.find(rest)
      const isTooLong = found === undefined && rest.length >= this.#framing.bytesMax
      if (found === 'broken' || isTooLong || (found && found.next > this.#framing.bytesMax)) {
        this.clear()
        broken()
        return
      }
      if (found === undefined) {
        this.#hold(rest)
        return
      }
      at += found.next
      take(rest.subarray(found.start, found.end))
    }
  }

  #hold(bytes: Uint8Array): void {
    const length = this.#length + bytes.length
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(64, 2 * length))
      grown.set(this.#held.subarray(0, this.#length))
      this.#held = grown
    }
    this.#held.set(bytes, this.#length)
    this.#length = length
  }
}
