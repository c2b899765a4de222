/** How far behind the newest a packet may be to be told from one that came before. */
const WINDOW = 1024

/** Which packets of one client have come: each is taken once, however often it is sent [NB4]. */
export class ReceivedWindow {
  readonly #seen = new Uint8Array(WINDOW)
  #newest = -1

  /** @returns whether a packet is new: false for one that came before, or is further behind than is remembered */
  take(sequence: number): boolean {
    if (sequence > this.#newest) {
      // What lies between may still come.
      const skipped = Math.min(WINDOW, sequence - this.#newest)
      for (let i = 1; i <= skipped; i++) this.#seen[(this.#newest + i) % WINDOW] = 0
      this.#newest = sequence
    } else if (sequence <= this.#newest - WINDOW || this.#seen[sequence % WINDOW] === 1) return false
    this.#seen[sequence % WINDOW] = 1
    return true
  }
}
