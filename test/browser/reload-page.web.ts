/** A page for reload.test.ts: it keeps itself fresh, and is quiet when the test says so. */
import { reloadWhenNewer } from 'shardless/content/web'

const page = globalThis as typeof globalThis & {
  isQuiet?: boolean
  reloader?: ReturnType<typeof reloadWhenNewer>
}
page.reloader = reloadWhenNewer({ isQuiet: () => page.isQuiet === true, lookMs: 200 })
