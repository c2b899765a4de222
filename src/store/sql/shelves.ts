import { ShardlessError } from '../../core/index.ts'
import type { DumpRow } from '../backup/dump.ts'
import { checkDumpRow } from '../backup/dump-row.ts'
import { CHECKS } from '../bounds.ts'
import { ownCopy } from '../own-copy.ts'
import type { AnswerOf, InputOf, RequestName, Shelves } from '../record/request.ts'
import type { Health, Store } from '../store.ts'
import { unprinted } from '../unprinted.ts'

/** What an implementation of a store does; `createStore` gives it the methods and checks their arguments. */
export interface Engine {
  /** Does one request. Its input is sound and its own to keep. */
  ask<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>>
  health(): Promise<Health>
  dump(): AsyncIterable<readonly DumpRow[]>
  restore(rows: AsyncIterable<readonly DumpRow[]>): Promise<void>
  close(): Promise<void>
}

/** Makes a store that an engine drives. */
export function createStore(engine: Engine): Store {
  let closing: Promise<void> | undefined
  const mustBeOpen = (): void => {
    if (closing !== undefined) {
      throw new ShardlessError(
        'store/closed',
        'The store was closed. Close it after everything that uses it.',
      )
    }
  }
  const ask = async <Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> => {
    mustBeOpen()
    CHECKS[name](input)
    return engine.ask(name, ownCopy(input))
  }
  const shelves = shelvesOf(ask)
  return {
    ...shelves,
    keys: {
      ...shelves.keys,
      list: async (purpose) => (await shelves.keys.list(purpose)).map((key) => unprinted(key, 'secret')),
    },
    districts: {
      ...shelves.districts,
      move: (last, to) => shelves.districts.move({ last, to }),
    },
    health: () => engine.health(),
    async *dump() {
      mustBeOpen()
      yield* engine.dump()
    },
    async restore(rows) {
      mustBeOpen()
      await engine.restore(sound(rows))
    },
    close() {
      closing ??= engine.close()
      return closing
    },
  }
}

/** Passes rows from outside on, each checked against the columns of its table. */
async function* sound(batches: AsyncIterable<readonly DumpRow[]>): AsyncGenerator<readonly DumpRow[]> {
  for await (const batch of batches) {
    for (const row of batch) checkDumpRow(row)
    yield ownCopy(batch)
  }
}

type Ask = <Name extends RequestName>(name: Name, input: InputOf<Name>) => Promise<AnswerOf<Name>>

/** Makes one method for each request: "accounts.create" becomes `accounts.create(input)`. */
function shelvesOf(ask: Ask): Shelves {
  const shelves: Record<string, Record<string, (input: never) => Promise<unknown>>> = {}
  for (const name of Object.keys(CHECKS) as RequestName[]) {
    const [shelf, method] = name.split('.')
    shelves[shelf] ??= {}
    shelves[shelf][method] = (input) => ask(name, input)
  }
  return shelves as unknown as Shelves
}
