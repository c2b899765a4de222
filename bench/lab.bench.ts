/**
 * What the laboratory's page costs: the CPU time of its main thread for each frame that Chromium shows, with twelve
 * players, in all architectures, and with each of its pictures in sight. Canvases are drawn in software there.
 *
 * CPU time is what the system counts for the thread, in all of its tasks from one frame to the next, as Chromium's own
 * trace tells it: how busy the machine is does not matter. The page's clock goes on by a 60th of a second with each
 * frame, so that each has the same to do however many the machine can show.
 */
import { setTimeout as rest } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type CDPSession, chromium as chromiumType, type Page } from 'playwright-core'
import { preview } from 'vite'
import { buildIfStale } from '../demo/build.node.ts'
import { chromium, findBrowser } from '../scripts/browsers.mjs'
import type { Row } from './row.ts'

const PLAYERS = 12
const FRAME_MS = 1000 / 60
const BUSY = `players=${PLAYERS}&weather=4G`
/** By case: the address, and what is to be in sight. */
const cases = [
  ['client-server, WebSocket', `?${BUSY}#simulator`],
  ['client-server, UDP', `?${BUSY}&link=udp#simulator`],
  ['peer-to-peer', `?${BUSY}&architecture=peer-to-peer#simulator`],
  ['hybrid', `?${BUSY}&architecture=hybrid#simulator`],
  ['client-server, the cluster in sight', `?${BUSY}#cluster-lab`],
  ['client-server, connection scaling in sight', `?${BUSY}#scaling`],
] as const
const chosen = process.env.SHARDLESS_ONLY

/** Makes the page's frames a 60th of a second apart; it is run in the page before its own script. */
const evenFrames = `{
  const ask = window.requestAnimationFrame.bind(window)
  let [real, shown] = [-1, 0]
  window.frames_ = 0
  window.requestAnimationFrame = (run) => ask((at) => {
    if (at !== real) { real = at; shown += ${FRAME_MS}; window.frames_++ }
    run(shown)
  })
}`

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const executablePath = findBrowser(chromium)
  if (executablePath === undefined) {
    console.error(
      'The laboratory’s page is measured in Chromium, and there is none: npm test says what to install.',
    )
    return []
  }
  await buildIfStale()
  const demo = fileURLToPath(new URL('../demo', import.meta.url))
  const server = await preview({
    configFile: false,
    logLevel: 'error',
    root: demo,
    build: { outDir: `${demo}/build` },
    preview: { port: 0, host: '127.0.0.1' },
  })
  const { port } = server.httpServer.address() as { port: number }
  const args = ['--disable-gpu', '--disable-background-networking', '--no-first-run']
  const browser = await chromiumType.launch({ executablePath, args })
  const rows: Row[] = []
  try {
    // Without time to warm up, each is dearer than it is.
    for (const [name, address] of quick && !chosen ? cases.slice(0, 1) : cases) {
      if (chosen && !name.includes(chosen)) continue
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
      await page.addInitScript(evenFrames)
      await page.goto(`http://127.0.0.1:${port}/lab/${address}`)
      const { costs, played } = await framesOf(
        page,
        quick ? { warm: 100, count: 60 } : { warm: 400, count: 900 },
      )
      const row = (metric: string, value: number, unit = 'ms of CPU'): void => {
        rows.push({ bench: 'lab', case: name, metric, value, unit })
      }
      row('a frame, median', quantile(costs, 0.5))
      row('a frame, mean', costs.reduce((sum, one) => sum + one, 0) / costs.length)
      row('a frame, p95', quantile(costs, 0.95))
      row('played of what was to be', played, 'ratio')
      await page.close()
    }
  } finally {
    await browser.close()
    await server.close()
  }
  return rows
}

/** Measures so many frames, after as many as code and run need to be warm. */
async function framesOf(
  page: Page,
  { warm, count }: { readonly warm: number; readonly count: number },
): Promise<{ readonly costs: number[]; readonly played: number }> {
  const frames = (): Promise<number> => page.evaluate('frames_')
  const shown = (): Promise<number> =>
    page.evaluate('(laboratory.peers.play ?? laboratory.runner).shownAt') as Promise<number>
  await page.waitForFunction(`window.laboratory !== undefined && frames_ > ${warm}`, undefined, {
    timeout: 120_000,
  })
  const session = await page.context().newCDPSession(page)
  const [from, at] = [await frames(), await shown()]
  const events = await traced(session, async () => {
    while ((await frames()) < from + count) await rest(200)
  })
  const [frameCount, ms] = [(await frames()) - from, (await shown()) - at]
  return { costs: costsOf(events), played: ms / (frameCount * FRAME_MS) }
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly tdur?: number
}

async function traced(session: CDPSession, act: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as TraceEvent[])
      if (event.name === 'FireAnimationFrame' || event.name === 'ThreadControllerImpl::RunTask')
        events.push(event)
  })
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: ['toplevel', 'devtools.timeline'],
      recordMode: 'recordAsMuchAsPossible',
    },
  })
  await act()
  const done = new Promise((resume) => session.once('Tracing.tracingComplete', resume))
  await session.send('Tracing.end')
  await done
  return events
}

/** Returns the CPU time of a page's main thread from each of its frames to the next, in ms. */
function costsOf(events: readonly TraceEvent[]): number[] {
  const first = events.find(({ name }) => name === 'FireAnimationFrame')
  const own = events
    .filter(({ pid, tid, tdur }) => pid === first?.pid && tid === first.tid && tdur !== undefined)
    .sort((a, b) => a.ts - b.ts)
  const costs: number[] = []
  let cost = 0
  let frameTask: number | undefined
  let task = 0
  for (const { name, tdur } of own) {
    if (name !== 'FireAnimationFrame') {
      // A task is counted to the frame that it shows: one that fires frames begins a new one.
      cost += task
      task = (tdur ?? 0) / 1000
      continue
    }
    // Several callbacks of one task are of one frame.
    if (task === frameTask && cost === 0) continue
    if (frameTask !== undefined) costs.push(cost)
    frameTask = task
    cost = 0
  }
  return costs
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
