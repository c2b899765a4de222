import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import process from 'node:process'

/** How often a waiting process looks again, in ms. */
const LOOK_MS = 200
/** A lock without a readable owner is its maker's last moment, or left behind after this time, in ms. */
const NAMELESS_MS = 5000
/** A lock of another host (a shared folder) is left behind after this time, in ms. */
const FOREIGN_MS = 15 * 60 * 1000

/**
 * The processes that hold a lock: whoever made it, and the programs it started. While one of them lives, it is held.
 *
 * @typedef {{ addProcess(pid: number): void }} Holder
 */

/**
 * Runs `work` while no other process runs its own under the same path. A lock whose holders are all gone is taken
 * over at once.
 *
 * @template Result
 * @param {string} path  a folder that exists while the lock is held
 * @param {(holder: Holder) => Promise<Result>} work
 * @param {(sentence: string) => void} [tell]
 * @returns {Promise<Result>}
 */
export async function withLock(path, work, tell = console.error) {
  mkdirSync(dirname(path), { recursive: true })
  let isTold = false
  while (!take(path)) {
    if (isLeftBehind(path)) {
      remove(path)
      continue
    }
    if (!isTold) tell('Another set-up of this folder is under way; waiting for it.')
    isTold = true
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }

  const owner = { host: hostname(), pids: [process.pid] }
  const save = () => writeFileSync(join(path, 'owner.json'), JSON.stringify(owner))
  const release = () => rmSync(path, { recursive: true, force: true })
  process.once('exit', release)
  try {
    save()
    return await work({
      addProcess(pid) {
        owner.pids.push(pid)
        save()
      },
    })
  } finally {
    process.off('exit', release)
    release()
  }
}

/** @param {string} path */
function take(path) {
  try {
    mkdirSync(path)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/** @param {string} path */
function isLeftBehind(path) {
  const made = statSync(path, { throwIfNoEntry: false })
  if (made === undefined) return false
  const age = Date.now() - made.mtimeMs
  try {
    const { host, pids } = JSON.parse(readFileSync(join(path, 'owner.json'), 'utf8'))
    return host === hostname() ? !pids.some(isAlive) : age > FOREIGN_MS
  } catch {
    return age > NAMELESS_MS
  }
}

/** Renamed first: of several processes that find it left behind only one gets to remove it. @param {string} path */
function remove(path) {
  const grave = `${path}.${process.pid}`
  try {
    renameSync(path, grave)
    rmSync(grave, { recursive: true, force: true })
  } catch {
    // Another process was faster.
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
