import { existsSync } from 'node:fs'
import { OutsideError } from '../core/index.ts'
import { openStore } from '../store/index.node.ts'
import type { Store } from '../store/index.ts'
import type { Settings } from './options.ts'

/**
 * The store that --store names, for a command that looks after it.
 *
 * @param mayBeNew  whether a file that is not there is made; otherwise a wrong name would look like a store with nothing in it
 * @throws OutsideError when there is none, or it cannot be opened
 */
export async function storeOf(settings: Settings, mayBeNew: boolean): Promise<Store> {
  const name = String(settings.store)
  if (name === 'memory:')
    throw new OutsideError('A store in memory is gone with its server; --store names one that lasts.')
  if (!mayBeNew && !isDatabase(name) && !existsSync(name))
    throw new OutsideError(`There is no store at ${name}; --store names the one that the server uses.`)
  return openStore(name)
}

/** How a store is called in what is printed: a connection string has a password in it. */
export function storeName(settings: Settings): string {
  const name = String(settings.store)
  return isDatabase(name) ? 'the database' : name
}

function isDatabase(name: string): boolean {
  return /^postgres(ql)?:/.test(name)
}
