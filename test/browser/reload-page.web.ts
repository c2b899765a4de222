/**
 * A page for reload.test.ts: it keeps itself fresh, plays where the test says so, and is quiet when the test says so.
 */
import { connect } from 'shardless/client'
import { reloadWhenNewer } from 'shardless/content/web'
import { field } from '../field/field.ts'

const page = globalThis as typeof globalThis & {
  isQuiet?: boolean
  reloader?: ReturnType<typeof reloadWhenNewer>
  client?: Awaited<ReturnType<typeof connect>>
}
const isPlaying = location.search === '?play'
// Who plays hears of a newer client at once; who does not looks.
const lookMs = isPlaying ? 3_600_000 : 200
const reloader = reloadWhenNewer({ isQuiet: () => page.isQuiet === true, lookMs })
page.reloader = reloader
if (isPlaying) {
  const client = await connect(field, location.origin.replace(/^http/, 'ws'), { name: 'Ada' })
  page.client = client
  reloader.follow(client)
}
