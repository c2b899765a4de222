/**
 * Asks a Firefox one question: no driver, so any Firefox will do. A page runs a script, and posts back what it comes to.
 *
 *     const answer = await askFirefox(t, { script, ask: 'steps.proof()' })
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'

/** What a test says that leaves Firefox out. */
export const FIREFOX_MISSING =
  'left out: Firefox is not to be found; install it (on Debian "apt-get install firefox-esr"), or set FIREFOX to its path'

const NAMES = ['firefox-esr', 'firefox']
/** Nothing of its own on the network, and no page of its own in front. */
const PREFERENCES = {
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.aboutwelcome.enabled': false,
}
/** It starts in seconds; a busy machine is given time. */
const PATIENCE_MS = 120_000

/** @returns the browser's path, undefined where there is none */
export function findFirefox(): string | undefined {
  const given = process.env.FIREFOX
  if (given !== undefined && given !== '') return existsSync(given) ? given : undefined
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}

/**
 * @param question `script`: runs in the page first; `ask`: an expression whose value the page answers, as JSON
 * @throws an Error with the page's own, or when it answers nothing for two minutes
 */
export async function askFirefox(
  t: TestContext,
  question: { readonly script: string; readonly ask: string },
): Promise<unknown> {
  const path = findFirefox()
  if (path === undefined) throw new Error(FIREFOX_MISSING)
  const answer = Promise.withResolvers<string>()
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        response.end()
        answer.resolve(Buffer.concat(parts).toString())
      })
    } else if (request.url === '/script.js')
      response.setHeader('content-type', 'text/javascript').end(question.script)
    else response.setHeader('content-type', 'text/html').end(pageFor(question.ask))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const profile = mkdtempSync(join(tmpdir(), 'firefox-'))
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  )
  writeFileSync(join(profile, 'user.js'), lines.join('\n'))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = spawn(path, ['--headless', '--no-remote', '--profile', profile, url], {
    stdio: 'ignore',
    detached: true,
  })
  const timer = setTimeout(() => answer.reject(new Error('Firefox did not answer.')), PATIENCE_MS)
  browser.on('error', answer.reject)
  const ended = new Promise((resolve) => browser.once('exit', resolve))
  t.after(async () => {
    clearTimeout(timer)
    server.close()
    server.closeAllConnections()
    // It and the processes it started.
    if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, 'SIGKILL')
    await ended
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  const { value, error } = JSON.parse(await answer.promise) as { value?: unknown; error?: string }
  if (error !== undefined) throw new Error(`In Firefox: ${error}`)
  return value
}

function pageFor(ask: string): string {
  return `<!doctype html><meta charset="utf-8"><script src="/script.js"></script><script>
    const answer = (what) => fetch('/', { method: 'POST', body: JSON.stringify(what) })
    try { answer({ value: ${ask} }) } catch (error) { answer({ error: String(error) }) }
  </script>`
}
