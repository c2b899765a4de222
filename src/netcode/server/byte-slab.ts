/** One slab, in bytes. Whoever keeps one small slice keeps a whole slab alive. */
export const SLAB_BYTES = 16_384

/**
 * Hands out byte strings cut one after another from larger ones: a slice costs a twentieth of an allocation. Slices
 * are never handed out twice, so each belongs to whoever got it.
 */
export class ByteSlab {
  #bytes = new Uint8Array(0)
  #used = 0

  /** @param length 0..SLAB_BYTES; the content is all zeros or what a `giveBack` left */
  take(length: number): Uint8Array {
    if (this.#used + length > this.#bytes.length) {
      this.#bytes = new Uint8Array(SLAB_BYTES)
      this.#used = 0
    }
    const slice = this.#bytes.subarray(this.#used, this.#used + length)
    this.#used += length
    return slice
  }

  /** Takes the last slice back; nobody may look at it any more. */
  giveBack(slice: Uint8Array): void {
    this.#used -= slice.length
  }
}
