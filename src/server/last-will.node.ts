/** The most time for a failing process to tell its players and save their characters, in ms. */
const LAST_MS = 10_000

export interface LastWill {
  /** Called with the reason of a rejected promise that nobody waits for. The process goes on. */
  readonly rejected: (error: unknown) => void
  /** Called with an uncaught exception: does what must be done before the process ends. */
  readonly dying: (error: unknown) => Promise<unknown>
}

type Listener = NodeJS.UncaughtExceptionListener

/** Looks after a process until it is stopped. */
export interface Looking {
  /** Does what must be done and ends the process with exit code 1. */
  die(error: unknown): void
  stop(): void
}

/** Our own listeners, to tell them from those of others. */
const wills = new WeakSet<Listener>()

/**
 * Looks after a process in which a server runs: a promise that game code forgot does not end it, and what must end
 * it is not sudden. Where the program listens for uncaught exceptions itself, those are its own business.
 */
export function leaveWill({ rejected, dying }: LastWill): Looking {
  let isDying = false
  const die = (error: unknown): void => {
    if (isDying) return
    isDying = true
    const end = (): never => process.exit(1)
    setTimeout(end, LAST_MS).unref()
    dying(error).then(end, end)
  }
  const uncaught: Listener = (error) => {
    if (process.listeners('uncaughtException').every((listener) => wills.has(listener))) die(error)
  }
  wills.add(uncaught)
  process.on('unhandledRejection', rejected)
  process.on('uncaughtException', uncaught)
  const stop = (): void => {
    process.off('unhandledRejection', rejected)
    process.off('uncaughtException', uncaught)
  }
  return { die, stop }
}
