/**
 * The calling program's mistake: thrown at once, with the fix.
 *
 * `code` is `room/what`, stable, and listed in docs/reference/errors.md. What the network does wrong is never
 * thrown; it is dropped and counted (see `Counters`).
 */
export class ShardlessError extends Error {
  readonly code: string

  constructor(code: string, sentence: string) {
    super(`[${code}] ${sentence}`)
    this.name = 'ShardlessError'
    this.code = code
  }
}

/** The outside's mistake (a port taken, a file broken): a sentence for the terminal, no stack. */
export class OutsideError extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'OutsideError'
  }
}
