import { OutsideError } from '../core/index.ts'
import { backupStore, openStore, restoreStore } from '../store/index.node.ts'
import type { Store } from '../store/index.ts'
import type { Settings } from './options.ts'

/** `shardless backup FILE`: everything in a store, as of one moment, also while servers use it. */
export async function runBackup(settings: Settings, file: string): Promise<void> {
  await withStore(settings, async (store, name) => {
    const { rows, bytes } = await backupStore(store, file)
    console.log(
      `${file} holds all of ${name}: ${rows} rows, ${bytes} bytes. It holds secrets; keep it as you keep keys.`,
    )
  })
}

/** `shardless restore FILE`: puts a backup in place of everything in a store, or changes nothing. */
export async function runRestore(settings: Settings, file: string): Promise<void> {
  await withStore(settings, async (store, name) => {
    const { at, rows } = await restoreStore(store, file)
    console.log(`${name} is as it was at ${new Date(at).toISOString().slice(0, 19)}Z: ${rows} rows.`)
  })
}

async function withStore(
  settings: Settings,
  work: (store: Store, name: string) => Promise<void>,
): Promise<void> {
  const name = String(settings.store)
  if (name === 'memory:')
    throw new OutsideError('A store in memory is gone with its server; --store names one that lasts.')
  const store = await openStore(name)
  try {
    // A connection string has a password in it.
    await work(store, name.startsWith('postgres') ? 'the database' : name)
  } finally {
    await store.close()
  }
}
