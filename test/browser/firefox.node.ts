/** How a Firefox is started that Playwright can drive: see firefox-door.node.ts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, firefox as firefoxType } from 'playwright-core'
import { findBrowser, firefox, sayMissing } from '../../scripts/browsers.mjs'

/** Nothing of its own on the network, and no page of its own in front. */
const PREFERENCES = {
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'services.settings.server': 'data:,',
  // Nor processes in store for pages that nobody opens.
  'dom.ipc.processPrelaunch.enabled': false,
  'dom.ipc.processCount': 1,
}

/** @throws an Error whose message says what to install, where there is none */
export async function launchFirefox(): Promise<Browser> {
  const path = findBrowser(firefox)
  if (path === undefined) throw new Error(sayMissing(firefox))
  const folder = mkdtempSync(join(tmpdir(), 'firefox-'))
  const executablePath = join(folder, 'firefox')
  const door = fileURLToPath(new URL('./firefox-door.node.ts', import.meta.url))
  const words = [process.execPath, door, path].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  writeFileSync(executablePath, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 })
  try {
    const options = { executablePath, channel: 'moz-firefox', firefoxUserPrefs: PREFERENCES }
    return await firefoxType.launch(options)
  } finally {
    // By now it has started, or never will.
    rmSync(folder, { recursive: true })
  }
}
