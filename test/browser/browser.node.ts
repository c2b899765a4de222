/**
 * How browser tests find and start Chromium.
 *
 *     test('...', async (t) => {
 *       const { page, problems } = await openPage(t)
 *       await page.goto(url)
 *       assert.deepEqual(problems, [])
 *     })
 */
import type { TestContext } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM_MISSING, findChromium } from '../../scripts/browsers.mjs'

const FLAGS = [
  '--disable-gpu', // WebGL is drawn in software.
  '--disable-quic',
  '--no-first-run',
  // Without these it looks for hosts of its maker at each start, which a closed network answers by delays.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * A Chromium of its own, closed when the test ends.
 *
 * @throws an Error whose message says what to install, where there is none: a browser test then fails, it never skips
 */
export async function openBrowser(t: TestContext): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(CHROMIUM_MISSING)
  const browser = await chromium.launch({ executablePath, args: FLAGS })
  t.after(() => browser.close())
  return browser
}

export interface OpenPage {
  readonly page: Page
  readonly browser: Browser
  /** What the page complained of so far: uncaught exceptions, errors on its console, requests that failed. */
  readonly problems: string[]
}

/** An empty page in a Chromium of its own, or in `options.browser`; closed when the test ends. */
export async function openPage(
  t: TestContext,
  options: {
    readonly browser?: Browser
    readonly width?: number
    readonly height?: number
    /** Whether it believes any certificate: a test's own is signed by nobody. */
    readonly believesAll?: boolean
  } = {},
): Promise<OpenPage> {
  const browser = options.browser ?? (await openBrowser(t))
  const { width = 1280, height = 720, believesAll: ignoreHTTPSErrors = false } = options
  const page = await browser.newPage({ viewport: { width, height }, ignoreHTTPSErrors })
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
  page.on('requestfailed', (request) => {
    problems.push(`request: ${request.url()} ${request.failure()?.errorText ?? ''}`.trim())
  })
  return { page, browser, problems }
}
