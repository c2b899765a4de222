import type { Store } from '../../store/index.ts'
import { look, nameKey, rivalKeys } from './name.ts'

type Shelf = Pick<Store['accounts'] | Store['characters'], 'findByKey'>

/**
 * Which names are not to be had: those that the operator reserves, and those that look like one that is kept. The store
 * holds keys unique by itself; here is what a key does not tell.
 */
export class NameBook {
  readonly #keys: ReadonlySet<string>
  readonly #looks: ReadonlySet<string>

  /** @param reserved  "Admin", "Server": neither these nor what looks like them */
  constructor(reserved: readonly string[] = []) {
    this.#keys = new Set(reserved.map(nameKey))
    this.#looks = new Set(reserved.map(look))
  }

  /** Whether a name, an account's or a guest's, is kept for the operator's people. */
  isReserved(name: string): boolean {
    return this.#keys.has(nameKey(name)) || this.#looks.has(look(name))
  }

  /** Whether a name is kept under another key and looks as this one does, a capital I as a small L. */
  async isMistakable(name: string, shelf: Shelf): Promise<boolean> {
    const seen = look(name)
    for (const key of rivalKeys(name)) {
      const kept = await shelf.findByKey(key)
      if (kept !== undefined && look(kept.name) === seen) return true
    }
    return false
  }
}
