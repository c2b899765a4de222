import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { showProgress } from './npm.mjs'

/**
 * A program that tests drive.
 *
 * @typedef {object} Program
 * @property {string} name
 * @property {string} variable  names its path where it is somewhere else
 * @property {string} debian    Debian's package
 * @property {string[]} names   under which a path may hold it, best first
 * @property {string[]} places  where systems put it that do not put it on the path
 * @property {string} without   what happens where there is none
 */

/**
 * @param {Program} program
 * @returns {string | undefined} its path
 */
export function findProgram({ variable, names, places }) {
  const given = process.env[variable]
  if (given !== undefined && given !== '') return existsSync(given) ? given : undefined
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...candidates, ...places].find((path) => existsSync(path))
}

/**
 * What to do where there is none.
 *
 * @param {Program} program
 */
export function sayMissing({ name, variable, debian, without }) {
  return `${name} is not to be found: install it (on Debian "apt-get install ${debian}"), or set ${variable} to its path; ${without}.`
}

/**
 * Installs Debian's packages of the programs that are missing, where this user may. Where that fails it says so in one sentence
 * and goes on.
 *
 * @param {readonly Program[]} programs
 */
export async function setUpPrograms(programs) {
  for (const program of programs) {
    if (findProgram(program) !== undefined) continue
    const mayInstall =
      process.env[program.variable] === undefined &&
      process.getuid?.() === 0 &&
      existsSync('/usr/bin/apt-get')
    if (mayInstall) await install(program)
    if (findProgram(program) === undefined) console.error(sayMissing(program))
  }
}

/** @param {Program} program */
async function install({ name, debian }) {
  const started = performance.now()
  console.error(`Installing ${name} for the tests, a Debian package; only the first time.`)
  const stopProgress = showProgress(() => `  ${Math.round((performance.now() - started) / 1000)} s`)
  const wait = ['-o', 'DPkg::Lock::Timeout=300']
  if (await apt(['update', ...wait]))
    await apt(['install', '--yes', '--no-install-recommends', ...wait, debian])
  stopProgress()
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
