import type { DumpRow } from '../backup/dump.ts'
import type { AnswerOf, InputOf, RequestName } from '../record/request.ts'
import { SCHEMA_VERSION } from '../sql/schema.ts'
import { createStore, type Engine } from '../sql/shelves.ts'
import type { Health, Store } from '../store.ts'
import { accountRequests } from './memory-accounts.ts'
import { characterRequests } from './memory-characters.ts'
import { districtRequests } from './memory-districts.ts'
import { dumpTables, restoreTables } from './memory-dump.ts'
import { itemRequests } from './memory-items.ts'
import { addressBanRequests, keyRequests } from './memory-keys.ts'
import { MemoryTables } from './memory-tables.ts'

const REQUESTS: {
  readonly [Name in RequestName]: (tables: MemoryTables, input: InputOf<Name>) => AnswerOf<Name>
} = {
  ...accountRequests,
  ...characterRequests,
  ...itemRequests,
  ...keyRequests,
  ...addressBanRequests,
  ...districtRequests,
}

export interface MemoryStoreOptions {
  /**
   * Called before each step of a transaction and before its end. If it throws, the transaction breaks off and
   * nothing of it has happened. For tests of what a crash leaves behind.
   */
  readonly beforeStep?: () => void
}

/** Makes a store that forgets everything with its process. */
export function createMemoryStore({ beforeStep = () => {} }: MemoryStoreOptions = {}): Store {
  return createStore(new MemoryEngine(beforeStep))
}

class MemoryEngine implements Engine {
  readonly #tables: MemoryTables

  constructor(beforeStep: () => void) {
    this.#tables = new MemoryTables(beforeStep)
  }

  async ask<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> {
    return this.#inTransaction(() => REQUESTS[name](this.#tables, input))
  }

  async health(): Promise<Health> {
    const waiting = { waiting: 0, waitingMax: Number.POSITIVE_INFINITY }
    return { isWell: true, trouble: '', engine: 'memory', schema: SCHEMA_VERSION, ...waiting }
  }

  async *dump(): AsyncIterable<readonly DumpRow[]> {
    yield dumpTables(this.#tables)
  }

  async restore(rows: AsyncIterable<readonly DumpRow[]>): Promise<void> {
    const all: DumpRow[] = []
    for await (const batch of rows) all.push(...batch)
    this.#inTransaction(() => restoreTables(this.#tables, all))
  }

  async close(): Promise<void> {}

  #inTransaction<Answer>(request: () => Answer): Answer {
    try {
      const answer = request()
      this.#tables.journal.commit()
      return answer
    } catch (error) {
      this.#tables.journal.rollBack()
      throw error
    }
  }
}
