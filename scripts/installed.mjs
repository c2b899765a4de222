import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/**
 * One entry of package-lock.json's `packages`, as far as it matters here.
 *
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, os?: string | string[],
 *   cpu?: string | string[], libc?: string | string[], dependencies?: Record<string, string>,
 *   devDependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} LockEntry
 * @typedef {Record<string, LockEntry>} Lock
 */

/**
 * @param {string} root
 * @returns {Lock}
 */
export function readLock(root) {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
}

/**
 * The packages that belong on this machine: `node_modules/ws`, ... Those that say for which C library they are may be
 * left out by npm or not.
 *
 * @param {Lock} lock
 */
export function expectedPackages(lock) {
  return Object.keys(lock).filter((path) => {
    const entry = lock[path]
    return (
      path.includes('node_modules/') &&
      !entry.link &&
      fits(entry.os, process.platform) &&
      fits(entry.cpu, process.arch)
    )
  })
}

/**
 * Those of them that npm may not leave out.
 *
 * @param {Lock} lock
 */
export function neededPackages(lock) {
  return expectedPackages(lock).filter((path) => !mayBeAbsent(lock[path]))
}

/**
 * Compares node_modules with the lock file, by the list that npm writes when it has finished.
 *
 * @param {string} root
 * @returns {string | undefined} the first difference, as half a sentence; undefined when there is none
 */
export function whatDiffers(root) {
  const lock = readLock(root)
  for (const folder of ['', 'demo', 'runtime']) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    for (const list of /** @type {const} */ (['dependencies', 'devDependencies', 'optionalDependencies'])) {
      if (text(manifest[list]) !== text(lock[folder]?.[list])) {
        return `${join(folder, 'package.json')} and package-lock.json name different ${list}`
      }
    }
  }

  /** @type {Lock} */
  let installed
  try {
    installed = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8')).packages
  } catch {
    return 'node_modules holds no finished installation'
  }
  for (const path of expectedPackages(lock)) {
    const wanted = lock[path]
    const found = installed[path]
    if (found === undefined && mayBeAbsent(wanted)) continue
    if (found?.version !== wanted.version || found?.integrity !== wanted.integrity)
      return `${path} is not the locked one`
    if (!existsSync(join(root, path, 'package.json'))) return `${path} is missing`
  }
  const surplus = Object.keys(installed).find((path) => lock[path] === undefined)
  return surplus === undefined ? undefined : `${surplus} is not in package-lock.json`
}

/**
 * Optional packages that npm may leave out for reasons of its own: another C library, or not for this machine at all.
 *
 * @param {LockEntry} entry
 */
function mayBeAbsent(entry) {
  if (entry.optional !== true) return false
  return entry.os === undefined || (entry.libc !== undefined && !fits(entry.libc, libc()))
}

/** This system's C library, as npm names it. */
function libc() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
  return report.header.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
}

/**
 * @param {string | string[] | undefined} allowed  as package.json has it: `linux`, `['!win32']`, ...
 * @param {string} actual
 */
function fits(allowed, actual) {
  if (allowed === undefined) return true
  const list = Array.isArray(allowed) ? allowed : [allowed]
  if (list.includes(`!${actual}`)) return false
  return list.includes(actual) || list.every((item) => item.startsWith('!'))
}

/** @param {Record<string, string> | undefined} dependencies */
function text(dependencies) {
  return JSON.stringify(Object.entries(dependencies ?? {}).sort())
}
