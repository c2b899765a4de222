import { type MetricRow, OutsideError } from '../core/index.ts'
import type { Settings } from './options.ts'
import { statsPage } from './stats-page.ts'

/** Milliseconds that a server may take to answer. */
const PATIENCE_MS = 5000

/** `shardless stats URL`: prints what a server counts, a line each, or as JSON. */
export async function runStats(settings: Settings, url: string): Promise<void> {
  const rows = await askMetrics(url)
  if (settings.json === true) console.log(JSON.stringify(rows))
  else for (const line of statsPage(rows, settings.all === true)) console.log(line)
}

async function askMetrics(url: string): Promise<readonly MetricRow[]> {
  const page = pageOf(url)
  let answer: Response
  let told: unknown
  try {
    answer = await fetch(page, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: 'error' })
    told = await answer.json()
  } catch (error) {
    const { cause, message } = error as Error
    throw new OutsideError(`${page} did not answer: ${(cause as Error | undefined)?.message ?? message}.`)
  }
  const rows = (told as { readonly metrics?: unknown } | null)?.metrics
  if (answer.ok && Array.isArray(rows)) return rows
  throw new OutsideError(`${page} told nothing that a server of Shardless tells (HTTP ${answer.status}).`)
}

/** Where a server's counts are, by the address that its players connect to. */
function pageOf(url: string): string {
  const [, scheme, place] = /^(ws|wss|http|https|udp):\/\/([^/?#]+)/.exec(url) ?? []
  if (place === undefined)
    throw new OutsideError(`"${url}" is no address to ask at; give one such as ws://127.0.0.1:4000.`)
  return `${scheme === 'wss' || scheme === 'https' ? 'https' : 'http'}://${place}/stats`
}
