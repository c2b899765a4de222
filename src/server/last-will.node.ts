/** The most time for a failing process to tell its players and save their characters, in ms. */
const LAST_MS = 10_000

export interface LastWill {
  /** Called with the reason of a rejected promise that nobody waits for. The process goes on. */
  readonly rejected: (error: unknown) => void
  /** Called with an uncaught exception: does what must be done before the process ends. */
  readonly dying: (error: unknown) => Promise<unknown>
}

type Listener = NodeJS.UncaughtExceptionListener

/** Our own listeners, to tell them from those of others. */
const wills = new WeakSet<Listener>()

/**
 * Looks after a process in which a server runs: a promise that game code forgot does not end it, and what must end
 * it is not sudden. Where the program listens for uncaught exceptions itself, those are its own business.
 *
 * @returns stops looking
 */
export function leaveWill({ rejected, dying }: LastWill): () => void {
  let isDying = false
  const uncaught: Listener = (error) => {
    if (isDying || process.listeners('uncaughtException').some((listener) => !wills.has(listener))) return
    isDying = true
    const end = (): never => process.exit(1)
    setTimeout(end, LAST_MS).unref()
    dying(error).then(end, end)
  }
  wills.add(uncaught)
  process.on('unhandledRejection', rejected)
  process.on('uncaughtException', uncaught)
  return () => {
    process.off('unhandledRejection', rejected)
    process.off('uncaughtException', uncaught)
  }
}
