import { REASON_BYTES_MAX, readReason, reasonBytes, tooLarge } from '../reason.ts'

/** Bytes before each packet on a stream: its length, 32 bits, little-endian. */
export const FRAME_HEADER_BYTES = 4

/** Writes a frame's header. `length` is the packet's, 1 <= length < 2^32. */
export function writeFrameHeader(target: Uint8Array, length: number): void {
  target[0] = length
  target[1] = length >>> 8
  target[2] = length >>> 16
  target[3] = length >>> 24
}

/** Writes the last frame of a stream: a length of 0, then one byte n <= 123, then n bytes of reason in UTF-8. */
export function closingFrame(reason: string): Uint8Array {
  const text = reasonBytes(reason)
  const frame = new Uint8Array(FRAME_HEADER_BYTES + 1 + text.length)
  frame[FRAME_HEADER_BYTES] = text.length
  frame.set(text, FRAME_HEADER_BYTES + 1)
  return frame
}

/** Why a stream of frames is over: the peer said so, or it broke the rules. */
export type FrameEnd =
  | { readonly is: 'closing'; readonly reason: string }
  | { readonly is: 'broken'; readonly reason: string }

const nothing = new Uint8Array(0)
/**
 * The largest buffer that is kept after its packet is whole: thousands of quiet links shall not keep larger ones.
 */
const keptBytesMax = 4096

/**
 * Finds packets in the chunks of a stream.
 *
 *     header --length > 0--> packet --> header ...
 *       '-----length = 0--> closing --> end
 *
 * A packet that lies in one chunk is handed over as a view of it; one that spans chunks is put together in a buffer
 * that grows as bytes really come, so a length alone never costs memory. Never throws; after the end nothing is read.
 */
export class FrameDecoder {
  readonly #packetBytesMax: number
  #state: 'header' | 'packet' | 'closing' | 'end' = 'header'
  /** How many bytes the present part has, from its start to its end. */
  #need = FRAME_HEADER_BYTES
  #have = 0
  #partial = nothing

  constructor(packetBytesMax: number) {
    this.#packetBytesMax = packetBytesMax
  }

  /** Memory held between two chunks: at most 4096 bytes or, for an incomplete packet, twice what came of it. */
  get heldBytes(): number {
    return this.#partial.length
  }

  /** Reads nothing more; for a receiver that closes in the middle of a chunk. */
  stop(): void {
    this.#state = 'end'
    this.#partial = nothing
  }

  /**
   * @param receive  called with each packet in order; the view is good until it returns
   * @returns why the stream is over, once; undefined while it goes on
   */
  push(chunk: Uint8Array, receive: (packet: Uint8Array) => void): FrameEnd | undefined {
    let at = 0
    while (at < chunk.length && this.#state !== 'end') {
      const end = Math.min(chunk.length, at + this.#need - this.#have)
      const part = this.#gather(chunk, at, end)
      at = end
      if (part === undefined) return undefined
      const over = this.#take(part, receive)
      if (over !== undefined) {
        this.stop()
        return over
      }
    }
    return undefined
  }

  /** Returns the present part if `chunk` completes it. */
  #gather(chunk: Uint8Array, start: number, end: number): Uint8Array | undefined {
    const length = this.#have + end - start
    if (this.#have === 0 && length === this.#need) return chunk.subarray(start, end)
    if (this.#partial.length < length) {
      const grown = new Uint8Array(Math.min(this.#need, Math.max(64, 2 * length)))
      grown.set(this.#partial.subarray(0, this.#have))
      this.#partial = grown
    }
    this.#partial.set(chunk.subarray(start, end), this.#have)
    this.#have = length
    return length === this.#need ? this.#partial.subarray(0, length) : undefined
  }

  #take(part: Uint8Array, receive: (packet: Uint8Array) => void): FrameEnd | undefined {
    this.#have = 0
    if (this.#state === 'header') return this.#takeHeader(part)
    if (this.#state === 'packet') {
      this.#expect('header', FRAME_HEADER_BYTES)
      if (this.#partial.length > keptBytesMax) this.#partial = nothing
      receive(part)
      return undefined
    }
    if (this.#need > 1 || part[0] === 0) return { is: 'closing', reason: readReason(part.subarray(1)) }
    if (part[0] > REASON_BYTES_MAX) return { is: 'broken', reason: 'the closing frame was too long' }
    this.#expect('closing', 1 + part[0])
    this.#gather(part, 0, 1)
    return undefined
  }

  #takeHeader(part: Uint8Array): FrameEnd | undefined {
    const length = (part[0] | (part[1] << 8) | (part[2] << 16) | (part[3] << 24)) >>> 0
    if (length > this.#packetBytesMax) return { is: 'broken', reason: tooLarge(this.#packetBytesMax) }
    if (length === 0) this.#expect('closing', 1)
    else this.#expect('packet', length)
    return undefined
  }

  #expect(state: 'header' | 'packet' | 'closing', need: number): void {
    this.#state = state
    this.#need = need
  }
}
