/** Sentences about a readable map: what was ignored, and why. */

/** The most sentences of one map. */
const NOTES_MAX = 100

/** Where something was ignored: "town.tmj: layer 'walls'", "object 17". */
export interface NotePlace {
  readonly within: string
  readonly thing: string
}

/** Collects notes. The same note in one place is told once, with its number. */
export class MapNotes {
  readonly #counts = new Map<string, { readonly first: string; readonly what: string; count: number }>()
  #untold = 0

  /** @param what  continues after the name of the thing: "is a text; it stands in nobody's way" */
  add({ within, thing }: NotePlace, what: string): void {
    const key = `${within}\n${what}`
    const known = this.#counts.get(key)
    if (known) known.count++
    else if (this.#counts.size < NOTES_MAX)
      this.#counts.set(key, { first: thing === '' ? within : `${within}, ${thing}`, what, count: 1 })
    else this.#untold++
  }

  get sentences(): string[] {
    const told = [...this.#counts.values()].map(({ first, what, count }) => {
      const others = count === 2 ? 'another' : `${count - 1} others`
      return `${first} ${what}${count > 1 ? `; ${others} there too` : ''}.`
    })
    return this.#untold === 0 ? told : [...told, `${this.#untold} more like these are not told.`]
  }
}
