/** An error in game code: where it happened, what was thrown, and how often since the last report. */
export interface GameMistake {
  /** The callback and its subject: 'update of cave', 'step of walker 17'. */
  readonly at: string
  readonly error: unknown
  /**
   * The number of errors reported together: 1, or more when those of one place came too fast to be reported one by
   * one.
   */
  readonly times: number
}

export interface GameCodeOptions {
  /**
   * Called with errors: the first of each place at once, then at most one every ten seconds per place. When left
   * out, errors are thrown, so that tests see them.
   */
  readonly report?: (mistake: GameMistake) => void
  /** Returns the time in ms, to limit the rate of reports. When left out, all errors count as simultaneous. */
  readonly now?: () => number
}

/** The shortest time between two reports of one place, in ms. */
const QUIET_MS = 10_000
/** The most places told apart; those beyond count as one. */
const PLACES_MAX = 1000
const ELSEWHERE = 'many places'

interface Place {
  toldAt: number
  /** The number of errors not reported since then. */
  untold: number
}

/**
 * Calls game code and contains its errors: a throw or rejection is counted and reported, the call has no result,
 * and the world goes on.
 *
 *     call(name, of, callback, context)  -->  what it returns   or   undefined, and failed(...)
 *     attempt(name, who, work, ...)      -->  whether the engine's work on what the game left came through
 *     failed(name, of, error)            -->  counts, report
 *
 * `name` is the callback's ('update'), `of` is what it was called for ('cave'). There are few of both, so that a
 * flood of errors stays small.
 */
export class GameCode {
  /** The number of errors since the start, by callback name. */
  readonly mistakes: Record<string, number> = {}
  readonly #options: GameCodeOptions
  readonly #places = new Map<string, Place>()

  constructor(options: GameCodeOptions = {}) {
    this.#options = options
  }

  /** Whether errors are reported; if not, they are thrown. */
  get isTold(): boolean {
    return this.#options.report !== undefined
  }

  /** Calls a callback with its context object. @returns undefined when there is none, and when it threw */
  call<Context, Result>(
    name: string,
    of: string,
    callback: ((context: Context) => Result) | undefined,
    context: Context,
  ): Result | undefined {
    if (callback === undefined) return undefined
    try {
      const result = callback(context)
      if (isLater(result)) this.watch(name, of, result)
      return result
    } catch (error) {
      this.failed(name, of, error)
      return undefined
    }
  }

  /**
   * Runs the engine's work on values left by game code, or calls a rule of the game with separate arguments.
   *
   * @param who  the id of the entity or player, of which there are many
   * @returns    whether it completed
   */
  attempt<A, B, C>(
    name: string,
    who: { readonly kind: string; readonly id: number },
    work: (a: A, b: B, c: C) => unknown,
    a: A,
    b: B,
    c: C,
  ): boolean {
    try {
      const result = work(a, b, c)
      if (isLater(result)) this.watch(name, who.kind, result, who.id)
      return true
    } catch (error) {
      this.failed(name, who.kind, error, who.id)
      return false
    }
  }

  /**
   * Watches a promise of game code, or what passes for one: a rejection counts as thrown.
   *
   * @param which  the id of the entity or player, where there are many
   */
  watch<Result>(name: string, of: string, promise: PromiseLike<Result>, which?: number): PromiseLike<Result> {
    Promise.resolve(promise).catch((error) => this.failed(name, of, error, which))
    return promise
  }

  /**
   * Counts and reports an error in game code.
   *
   * @param which  the id of the entity or player, where there are many
   * @throws       the error, where errors are not reported. What the one who is told of it throws ends nothing.
   */
  failed(name: string, of: string, error: unknown, which?: number): void {
    this.mistakes[name] = (this.mistakes[name] ?? 0) + 1
    const { report, now = () => 0 } = this.#options
    if (!report) throw error
    const place = this.#placeOf(of === '' ? name : `${name} of ${of}`)
    place.untold++
    const at = now()
    if (at - place.toldAt < QUIET_MS) return
    const times = place.untold
    place.toldAt = at
    place.untold = 0
    const where = `${name}${of === '' ? '' : ` of ${of}`}${which === undefined ? '' : ` ${which}`}`
    try {
      report({ at: where, error, times })
    } catch {
      // The counter tells of the mistake.
    }
  }

  #placeOf(key: string): Place {
    const known = this.#places.get(key)
    if (known) return known
    if (this.#places.size >= PLACES_MAX && key !== ELSEWHERE) return this.#placeOf(ELSEWHERE)
    const place = { toldAt: Number.NEGATIVE_INFINITY, untold: 0 }
    this.#places.set(key, place)
    return place
  }
}

/** Formats an error in a few lines for the server's operator, with the line of game code where it happened. */
export function mistakeText({ at, error, times }: GameMistake): string {
  const often = times > 1 ? `, ${times} times since it was last told` : ''
  return `The game made a mistake in ${at}${often}; the world goes on without it. ${textOf(error)}`
}

/** Returns whether game code gave a promise, or what passes for one such as a query that a library has not begun. */
export function isLater(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}

/** Tells what was thrown, whatever that is: some of it throws when it is looked at. */
function textOf(error: unknown): string {
  try {
    const stack = error instanceof Error ? error.stack : undefined
    return `${stack ?? String(error)}`
  } catch {
    return 'What was thrown cannot be told: it throws itself when it is made a text.'
  }
}
