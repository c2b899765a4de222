import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { showProgress } from './npm.mjs'

/** Names under which a path may hold it, best first. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Where systems put it that do not put it on the path. */
const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** What to do where there is none. */
export const CHROMIUM_MISSING =
  'Chromium is not to be found: install it (on Debian "apt-get install chromium"), or set CHROMIUM to its path; until then the browser tests fail.'

/** @returns {string | undefined} the browser's path */
export function findChromium() {
  const given = process.env.CHROMIUM
  if (given !== undefined && given !== '') return existsSync(given) ? given : undefined
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...candidates, ...PLACES].find((path) => existsSync(path))
}

/**
 * Installs Debian's Chromium where there is none and this user may. Where that fails it says so in one sentence and
 * goes on: the browser tests then fail, the others run.
 */
export async function setUpChromium() {
  if (findChromium() !== undefined) return
  const mayInstall =
    process.env.CHROMIUM === undefined && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (mayInstall) {
    const started = performance.now()
    console.error('Installing Chromium for the browser tests, a Debian package; only the first time.')
    const stopProgress = showProgress(() => `  ${Math.round((performance.now() - started) / 1000)} s`)
    const wait = ['-o', 'DPkg::Lock::Timeout=300']
    const isInstalled =
      (await apt(['update', ...wait])) &&
      (await apt(['install', '--yes', '--no-install-recommends', ...wait, 'chromium']))
    stopProgress()
    if (isInstalled && findChromium() !== undefined) return
  }
  console.error(CHROMIUM_MISSING)
}

/**
 * @param {string[]} args
 * @returns {Promise<boolean>} whether it went well
 */
function apt(args) {
  return new Promise((resolve) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const child = spawn('apt-get', ['--quiet', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (chunk) => {
      complaint += chunk
    })
    child.once('error', () => resolve(false))
    child.once('close', (code) => {
      if (code !== 0) console.error(`apt-get ${args[0]} failed: ${complaint.trim().split('\n').at(-1)}`)
      resolve(code === 0)
    })
  })
}
