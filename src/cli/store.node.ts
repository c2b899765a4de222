import { existsSync } from 'node:fs'
import { OutsideError } from '../core/index.ts'
import { openStore } from '../store/index.node.ts'
import type { Store } from '../store/index.ts'
import type { Settings } from './options.ts'

/**
 * Opens the store that --store names, for a command that maintains it.
 *
 * @param mayBeNew  whether to make a missing file; otherwise a wrong name would look like an empty store
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

/** Returns how a store is called in output: a connection string contains a password. */
export function storeName(settings: Settings): string {
  const name = String(settings.store)
  return isDatabase(name) ? 'the database' : name
}

function isDatabase(name: string): boolean {
  return /^postgres(ql)?:/.test(name)
}
