/**
 * What was noted for payloads under way, by the lane's ids, which rise. A few are under way at a time and their fates
 * come nearly in order: two short lists are cheaper than a table that gets and loses an entry with each payload.
 */
export class Flying {
  readonly #ids: number[] = []
  readonly #notes: number[] = []

  /** Notes a number, not 0, for a payload. */
  note(id: number, note: number): void {
    this.#ids.push(id)
    this.#notes.push(note)
  }

  /** Takes out what was noted for a payload; 0 for nothing. */
  take(id: number): number {
    const at = this.#ids.indexOf(id)
    if (at < 0) return 0
    const note = this.#notes[at]
    if (at === 0) {
      this.#ids.shift()
      this.#notes.shift()
    } else {
      this.#ids.splice(at, 1)
      this.#notes.splice(at, 1)
    }
    return note
  }

  clear(): void {
    this.#ids.length = 0
    this.#notes.length = 0
  }
}
