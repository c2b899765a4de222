/** A mistake of game code: where, what it threw, and how often since it was last reported. */
export interface GameMistake {
  /** What was called, and of what: 'update of cave', 'step of walker 17'. */
  readonly at: string
  readonly error: unknown
  /** 1, or more when others of the same place came too fast to be reported one by one. */
  readonly times: number
}

export interface GameCodeOptions {
  /**
   * Called with mistakes: the first of a place at once, then at most one every ten seconds of each. When left out,
   * a mistake is thrown: tests should see it.
   */
  readonly report?: (mistake: GameMistake) => void
  /** Returns the time in ms, to tell too fast from not; all mistakes count as one moment when left out. */
  readonly now?: () => number
}

/** How many milliseconds pass between two reports of one place. */
const QUIET_MS = 10_000
/** How many places are told apart; those beyond count as one. */
const PLACES_MAX = 1000
const ELSEWHERE = 'many places'

interface Place {
  toldAt: number
  /** How many since then were not reported. */
  untold: number
}

/**
 * Calls what a game wrote. What that throws, or rejects with, is contained: it is counted and reported, the call
 * has no result, and the world goes on.
 *
 *     call(name, of, callback, context)  -->  what it returns   or   undefined, and failed(...)
 *     attempt(name, who, work, ...)      -->  whether the engine's work on what the game left came through
 *     failed(name, of, error)            -->  counts, report
 *
 * A name is a callback's ('update'), `of` is what it was called for ('cave'): both are few, so that a flood of
 * mistakes stays small.
 */
export class GameCode {
  /** How many mistakes there were since the beginning, by name. */
  readonly mistakes: Record<string, number> = {}
  readonly #options: GameCodeOptions
  readonly #places = new Map<string, Place>()

  constructor(options: GameCodeOptions = {}) {
    this.#options = options
  }

  /** Whether anybody is told; if not, mistakes are thrown. */
  get isTold(): boolean {
    return this.#options.report !== undefined
  }

  /** Calls a callback with its one object. @returns undefined when there is none, and when it threw */
  call<Context, Result>(
    name: string,
    of: string,
    callback: ((context: Context) => Result) | undefined,
    context: Context,
  ): Result | undefined {
    if (callback === undefined) return undefined
    try {
      const result = callback(context)
      if (result instanceof Promise) this.watch(name, of, result)
      return result
    } catch (error) {
      this.failed(name, of, error)
      return undefined
    }
  }

  /**
   * Does the engine's work on what a game left, or calls a rule of it with its parts.
   *
   * @param who  an entity, or a player, of which there are many
   * @returns    whether it came through
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
      work(a, b, c)
      return true
    } catch (error) {
      this.failed(name, who.kind, error, who.id)
      return false
    }
  }

  /** Watches a promise of game code: a rejection counts as thrown. */
  watch<Result>(name: string, of: string, promise: Promise<Result>): Promise<Result> {
    promise.catch((error) => this.failed(name, of, error))
    return promise
  }

  /**
   * Notes that something went wrong in game code.
   *
   * @param which  one of them where there are many: an entity's or a player's id
   * @throws       the error, where nobody is told
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
    report({
      at: `${name}${of === '' ? '' : ` of ${of}`}${which === undefined ? '' : ` ${which}`}`,
      error,
      times,
    })
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

/** Writes a mistake in a few lines for whoever runs the server, with the game's own line in it. */
export function mistakeText({ at, error, times }: GameMistake): string {
  const often = times > 1 ? `, ${times} times since it was last told` : ''
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error)
  return `The game made a mistake in ${at}${often}; the world goes on without it. ${text}`
}
