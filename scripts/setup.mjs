/**
 * Set-up: makes node_modules what package-lock.json says, and finds the Node that the project pins.
 *
 *     stamp fits? --yes--> the pinned Node                                    (a few ms)
 *         '--no--> lock --> node_modules fits anyway? --yes--> stamp
 *                               '--no--> npm ci --> look at what came --> stamp
 *
 * The stamp lies in node_modules and is written last, so whatever was interrupted is done again.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { neededPackages, readLock, whatDiffers } from './installed.mjs'
import { withLock } from './lock.mjs'
import { explain, npmCi } from './npm.mjs'
import { root } from './root.mjs'
import { Stop } from './stop.mjs'

/** What the sources need of Node, as `engines` says, where the pinned one does not exist for the platform. */
const NODE_MIN = [24, 7]

/**
 * @returns {Promise<string>} the Node to run the project with, as an absolute path
 * @throws {Stop} with one sentence, whatever went wrong outside
 */
export async function setUp() {
  try {
    const fingerprint = fingerprintOf(root)
    if (!isStamped(fingerprint))
      await withLock(join(root, 'build', 'setup.lock'), (holder) => install(fingerprint, holder))
    return findNode()
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const isKnown = /ENOSPC|EROFS|EACCES|EPERM/.test(error.message)
    throw new Stop(isKnown ? explain(null, error.message) : `The set-up stopped: ${error.message}.`)
  }
}

/**
 * @param {string} fingerprint
 * @param {import('./lock.mjs').Holder} holder
 */
async function install(fingerprint, holder) {
  // Somebody else may have done it while this process waited for the lock.
  if (isStamped(fingerprint)) return
  if (whatDiffers(root) !== undefined) {
    await npmCi(
      holder,
      neededPackages(readLock(root)).map((name) => join(root, name, 'package.json')),
    )
    const difference = whatDiffers(root)
    if (difference !== undefined)
      throw new Stop(`The set-up is incomplete after npm ci: ${difference}; try again.`)
  }
  linkSelf()
  tryNode()
  writeStamp(fingerprint)
}

/** Where the stamp lies: within node_modules, so that it goes when they go. */
const stampPath = join(root, 'node_modules', '.shardless-setup')

/** @param {string} fingerprint */
function isStamped(fingerprint) {
  try {
    return (
      readFileSync(stampPath, 'utf8') === fingerprint && (pinnedNode() !== undefined || existsSync(unfitPath))
    )
  } catch {
    return false
  }
}

/** @param {string} fingerprint */
function writeStamp(fingerprint) {
  const draft = `${stampPath}.${process.pid}`
  writeFileSync(draft, fingerprint)
  renameSync(draft, stampPath)
}

/** @param {string} folder */
function fingerprintOf(folder) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of ['package-lock.json', 'package.json', 'demo/package.json', 'runtime/package.json']) {
    hash.update(file).update(readFileSync(join(folder, file)))
  }
  return hash.digest('hex')
}

/** The demo imports the engine as anybody would, by its name; some versions of npm forget this link. */
function linkSelf() {
  const link = join(root, 'node_modules', 'shardless')
  if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync('..', link, 'junction')
}

/** The pinned Node's path, or undefined where there is none for this platform. */
function pinnedNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'runtime', 'package.json'), 'utf8'))
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const name of Object.keys(optionalDependencies)) {
    const path = join(root, 'node_modules', name, 'bin', file)
    if (existsSync(path)) return path
  }
  return undefined
}

/** Marks that the pinned Node does not run on this machine, or is too old, so that this process's own does instead. */
const unfitPath = join(root, 'node_modules', '.shardless-unfit')

/** Runs the pinned Node once, so that a machine it does not suit is told so now and in words. */
function tryNode() {
  const pinned = pinnedNode()
  const version = pinned && spawnSync(pinned, ['--version'], { encoding: 'utf8' }).stdout
  if (!version || !isEnough(version)) writeFileSync(unfitPath, '')
  else rmSync(unfitPath, { force: true })
}

/** @param {string} version  "v24.7.0" */
function isEnough(version) {
  const [major, minor] = version.replace('v', '').split('.').map(Number)
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])
}

/** The pinned Node; this process's own where that does not exist or does not run here. */
function findNode() {
  const pinned = pinnedNode()
  if (pinned !== undefined && !existsSync(unfitPath)) return pinned
  if (isEnough(process.versions.node)) return process.execPath
  throw new Stop(
    `The pinned Node does not run on this machine (${process.platform} on ${process.arch}); install Node ${NODE_MIN.join('.')} or newer yourself and try again.`,
  )
}
