import { backupStore, restoreStore } from '../store/index.node.ts'
import type { Store } from '../store/index.ts'
import type { Settings } from './options.ts'
import { storeName, storeOf } from './store.node.ts'

/** `shardless backup FILE`: writes everything in a store, as of one moment, also while servers use it. */
export async function runBackup(settings: Settings, file: string): Promise<void> {
  await withStore(settings, false, async (store, name) => {
    const { rows, bytes } = await backupStore(store, file)
    console.log(
      `${file} holds all of ${name}: ${rows} rows, ${bytes} bytes. It holds secrets; keep it as you keep keys.`,
    )
  })
}

/** `shardless restore FILE`: replaces everything in a store by a backup, or changes nothing. */
export async function runRestore(settings: Settings, file: string): Promise<void> {
  await withStore(settings, true, async (store, name) => {
    const { at, rows } = await restoreStore(store, file)
    console.log(`${name} is as it was at ${new Date(at).toISOString().slice(0, 19)}Z: ${rows} rows.`)
  })
}

async function withStore(
  settings: Settings,
  mayBeNew: boolean,
  work: (store: Store, name: string) => Promise<void>,
): Promise<void> {
  const store = await storeOf(settings, mayBeNew)
  try {
    await work(store, storeName(settings))
  } finally {
    await store.close()
  }
}
