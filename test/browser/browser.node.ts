/**
 * How browser tests find and start browsers.
 *
 *     test('...', async (t) => {
 *       const { page, problems } = await openPage(t)
 *       await page.goto(url)
 *       assert.deepEqual(problems, [])
 *     })
 *
 *     inEachBrowser('...', async (t, kind) => {
 *       const { page } = await openPage(t, { kind })
 *     })
 */
import { after, type TestContext, test } from 'node:test'
import { type Browser, chromium as chromiumType, type Page } from 'playwright-core'
import { chromium, findBrowser, firefox, headlessShell, sayMissing } from '../../scripts/browsers.mjs'
import { launchFirefox } from './firefox.node.ts'

export type Kind = 'Chromium' | 'Firefox'

const FLAGS = [
  '--disable-gpu', // WebGL is drawn in software.
  '--disable-quic',
  '--no-first-run',
  // Without these it looks for hosts of its maker at each start, which a closed network answers by delays.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What the driver switches off: pages that are left are put aside, and come back as they were. */
const NO_PAGE_COMES_BACK = '--disable-back-forward-cache'

/** The same test in each browser. Chromium has to be there; where Firefox is not, the test is left out and says so. */
export function inEachBrowser(title: string, run: (t: TestContext, kind: Kind) => Promise<void>): void {
  const skip = findBrowser(firefox) === undefined && sayMissing(firefox)
  test(`${title} (Chromium)`, (t) => run(t, 'Chromium'))
  test(`${title} (Firefox)`, { skip }, (t) => run(t, 'Firefox'))
}

/** What is the same in each browser, made when it is first asked for. */
export function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined
  return () => {
    made ??= make()
    return made
  }
}

/** How long a page may take on a busy machine, in ms: what never comes about fails then, what comes late does not. */
const PATIENCE_MS = 120_000
/** What a request is called that was under way when its page was left; nothing is wrong with it. */
const LEFT_BEHIND = /^(net::ERR_ABORTED|NS_BINDING_ABORTED)$/
/** What is started: Chromium without its windows where that is enough, which takes a third of the CPU time. */
type Program = Kind | 'whole Chromium'
/** Those that run: to start one takes seconds, so the tests of a process share it. */
const running = new Map<Program, Promise<Browser>>()
after(async () => {
  for (const browser of running.values()) await (await browser).close()
})

/**
 * A browser with nothing in it; what was opened in it is closed when the test ends.
 *
 * @throws an Error whose message says what to install, where there is none
 */
export async function openBrowser(t: TestContext, program: Program = 'Chromium'): Promise<Browser> {
  const launch = () => (program === 'Firefox' ? launchFirefox() : launchChromium(program))
  // One that has crashed failed the test that it crashed in, and no other.
  const starting = running.get(program)?.then((found) => (found.isConnected() ? found : launch())) ?? launch()
  running.set(program, starting)
  const browser = await starting
  t.after(async () => {
    for (const context of browser.contexts()) await context.close()
  })
  return browser
}

async function launchChromium(program: Program): Promise<Browser> {
  const shell = program === 'Chromium' ? findBrowser(headlessShell) : undefined
  const executablePath = shell ?? findBrowser(chromium)
  if (executablePath === undefined) throw new Error(sayMissing(chromium))
  return chromiumType.launch({ executablePath, args: FLAGS, ignoreDefaultArgs: [NO_PAGE_COMES_BACK] })
}

export interface OpenPage {
  readonly page: Page
  readonly browser: Browser
  /** What the page complained of so far: uncaught exceptions, errors on its console, requests that failed unasked. */
  readonly problems: string[]
}

/** An empty page that shares nothing with other pages; closed when the test ends. */
export async function openPage(
  t: TestContext,
  options: {
    readonly browser?: Browser
    readonly kind?: Kind
    /** Whether it keeps pages that are left, as windows do: of Chromium's programs only the whole one does. */
    readonly keepsPages?: boolean
    readonly width?: number
    readonly height?: number
    /** Whether it believes any certificate: a test's own is signed by nobody. */
    readonly believesAll?: boolean
  } = {},
): Promise<OpenPage> {
  const { kind = 'Chromium', keepsPages = false } = options
  const program = kind === 'Chromium' && keepsPages ? 'whole Chromium' : kind
  const browser = options.browser ?? (await openBrowser(t, program))
  const { width = 1280, height = 720, believesAll: ignoreHTTPSErrors = false } = options
  const page = await browser.newPage({ viewport: { width, height }, ignoreHTTPSErrors })
  page.setDefaultTimeout(PATIENCE_MS)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  page.on('requestfailed', (request) => {
    const fault = request.failure()?.errorText ?? ''
    if (!LEFT_BEHIND.test(fault)) problems.push(`request: ${request.url()} ${fault}`.trim())
  })
  return { page, browser, problems }
}

/**
 * Waits until an expression is true in a page. It goes there as a function: the policy of pages lets no text be run
 * there while it is asked again and again.
 */
export async function waitUntil(page: Page, expression: string): Promise<void> {
  await page.waitForFunction(new Function(`return (${expression})`) as () => unknown, undefined, {
    timeout: PATIENCE_MS,
  })
}
