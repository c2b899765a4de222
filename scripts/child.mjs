import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import process from 'node:process'
import { root } from './root.mjs'
import { Stop } from './stop.mjs'

/** How long a command may take to end once it was asked to, in ms, where nothing else is said. */
const PATIENCE_MS = 2000
/** npm repeats the terminal's Ctrl-C to us within this time, in ms; a later one is the user's second. */
const REPEAT_MS = 300

/**
 * Runs a program to its end in the terminal of this one.
 *
 * On POSIX it gets a process group of its own, so that a Ctrl-C reaches it once, from here, and not once from the
 * terminal, once from npm and once from us. Asked to end it has 2 s; a second Ctrl-C ends it at once.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string | undefined>, patienceMs?: number }} [options]  what is added to this
 *   process's environment, and how long the program may take to end once it was asked to
 * @returns {Promise<number>} its exit code; 128 + the signal's number when a signal ended it
 */
export function runChild(file, args, options = {}) {
  const { patienceMs = PATIENCE_MS } = options
  const ownGroup = process.platform !== 'win32'
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: 'inherit',
      detached: ownGroup,
    })

    /** @param {NodeJS.Signals} signal */
    const tell = (signal) => {
      if (child.pid === undefined) return
      try {
        if (ownGroup) process.kill(-child.pid, signal)
        else if (signal === 'SIGKILL') child.kill(signal)
      } catch {
        // It is gone already.
      }
    }

    let askedAt = Number.NEGATIVE_INFINITY
    /** @type {NodeJS.Timeout | undefined} */
    let patience
    /** @param {NodeJS.Signals} signal */
    const ask = (signal) => {
      const now = performance.now()
      if (now - askedAt < REPEAT_MS) return
      if (patience !== undefined) return tell('SIGKILL')
      askedAt = now
      tell(signal)
      patience = setTimeout(() => tell('SIGKILL'), patienceMs)
    }
    const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
    for (const signal of signals) process.on(signal, ask)

    const done = () => {
      clearTimeout(patience)
      for (const signal of signals) process.off(signal, ask)
    }
    child.once('error', (error) => {
      done()
      reject(new Stop(`${file} cannot be started: ${error.message}`))
    })
    child.once('exit', (code, signal) => {
      // What it started and left behind ends with it, where it was asked to end.
      if (patience !== undefined) tell('SIGKILL')
      done()
      resolve(code ?? 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)])
    })
  })
}
