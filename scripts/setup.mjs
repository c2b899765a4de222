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
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { neededPackages, readLock, whatDiffers } from './installed.mjs'
import { withLock } from './lock.mjs'
import { npmCi } from './npm.mjs'
import { root } from './root.mjs'
import { Stop } from './stop.mjs'

/** What the TypeScript sources need of Node where the pinned one does not exist for the platform. */
const NODE_MIN = [22, 18]

/**
 * @returns {Promise<string>} the Node to run the project with, as an absolute path
 */
export async function setUp() {
  const fingerprint = fingerprintOf(root)
  if (!isStamped(fingerprint)) {
    await withLock(join(root, 'build', 'setup.lock'), async (holder) => {
      // Somebody else may have done it while this process waited for the lock.
      if (isStamped(fingerprint)) return
      if (whatDiffers(root) !== undefined) {
        await npmCi(
          holder,
          neededPackages(readLock(root)).map((name) => join(root, name, 'package.json')),
        )
        const difference = whatDiffers(root)
        if (difference !== undefined) throw new Stop(`The set-up is incomplete after npm ci: ${difference}.`)
      }
      linkSelf()
      tryNode()
      writeStamp(fingerprint)
    })
  }
  return findNode()
}

/** Where the stamp lies: within node_modules, so that it goes when they go. */
const stampPath = join(root, 'node_modules', '.shardless-setup')

/** @param {string} fingerprint */
function isStamped(fingerprint) {
  try {
    return (
      readFileSync(stampPath, 'utf8') === fingerprint &&
      (pinnedNode() !== undefined || existsSync(substitutePath))
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

/** The pinned Node; this process's own where that does not exist or does not run here. */
function findNode() {
  return (existsSync(substitutePath) ? undefined : pinnedNode()) ?? process.execPath
}

/** Marks that the pinned Node does not run on this machine and that this process's own does instead. */
const substitutePath = join(root, 'node_modules', '.shardless-other-node')

/** Runs the pinned Node once, so that a machine it does not suit is told so now and in words. */
function tryNode() {
  const pinned = pinnedNode()
  const answer = pinned === undefined ? undefined : spawnSync(pinned, ['--version'], { encoding: 'utf8' })
  if (answer?.status === 0) return
  const [major, minor] = process.versions.node.split('.').map(Number)
  const place = `${process.platform} on ${process.arch}`
  if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
    throw new Stop(
      `The pinned Node does not run on this machine (${place}); install Node ${NODE_MIN.join('.')} or newer yourself and try again.`,
    )
  }
  console.error(
    `The pinned Node does not run on this machine (${place}); Node ${process.versions.node} is used instead.`,
  )
  mkdirSync(join(root, 'node_modules'), { recursive: true })
  writeFileSync(substitutePath, '')
}
