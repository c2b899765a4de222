import type { Store } from '../../store/index.ts'
import { look, nameKey, rivalKeys } from './name.ts'

type Shelf = Pick<Store['accounts'] | Store['characters'], 'findByKey'>

/**
 * Knows which names are not to be had: those that the operator reserves, and those that look like an existing one.
 * The store itself holds keys unique; this holds what a key does not tell.
 */
export class NameBook {
  readonly #keys: ReadonlySet<string>
  readonly #looks: ReadonlySet<string>
  /** By look: the last of those who are being given a name that looks so. */
  readonly #giving = new Map<string, Promise<unknown>>()

  /** @param reserved  "Admin", "Server": neither these nor names that look like them can be had */
  constructor(reserved: readonly string[] = []) {
    this.#keys = new Set(reserved.map(nameKey))
    this.#looks = new Set(reserved.map(look))
  }

  /** Returns whether a name, an account's or a guest's, is reserved for the operator's people. */
  isReserved(name: string): boolean {
    return this.#keys.has(nameKey(name)) || this.#looks.has(look(name))
  }

  /**
   * Has `make` make what bears a name, unless one that looks like it exists. Those who want names that look alike at
   * the same moment come one after the other.
   *
   * @returns what was made; 'taken' where nothing was
   */
  give<Made>(name: string, shelf: Shelf, make: () => Promise<Made>): Promise<Made | 'taken'> {
    const seen = look(name)
    const before = this.#giving.get(seen) ?? Promise.resolve()
    const given = before.then(async () => ((await this.#isMistakable(name, shelf)) ? 'taken' : make()))
    const over = given.then(nothing, nothing)
    this.#giving.set(seen, over)
    void over.then(() => {
      if (this.#giving.get(seen) === over) this.#giving.delete(seen)
    })
    return given
  }

  /**
   * Returns whether a name exists under another key and looks like this one, as a capital I looks like a small L.
   */
  async #isMistakable(name: string, shelf: Shelf): Promise<boolean> {
    const seen = look(name)
    for (const key of rivalKeys(name)) {
      const kept = await shelf.findByKey(key)
      if (kept !== undefined && look(kept.name) === seen) return true
    }
    return false
  }
}

function nothing(): void {}
