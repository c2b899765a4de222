/** What game code did wrong: where, what it threw, and how often since that was last told. */
export interface GameMistake {
  /** What was called, and of what: 'update of cave', 'step of walker 17'. */
  readonly at: string
  readonly error: unknown
  /** 1, or more where others of the same place came too fast to be told one by one. */
  readonly times: number
}

export interface GameCodeOptions {
  /**
   * Told of mistakes: the first of a place at once, then at most one every ten seconds of each. Left out, a mistake is thrown: in
   * tests it should be seen.
   */
  readonly report?: (mistake: GameMistake) => void
  /** Milliseconds, to tell too fast from not; all of them count as one moment when left out. */
  readonly now?: () => number
}

/** Milliseconds between two reports of one place. */
const QUIET_MS = 10_000
/** Places that are told apart; what is beyond them is one. */
const PLACES_MAX = 1000
const ELSEWHERE = 'many places'

interface Place {
  toldAt: number
  /** Since then. */
  untold: number
}

/**
 * Where the engine calls what a game wrote. What that throws, or rejects with, is contained: it is counted and reported, the call has no
 * result, and the world goes on.
 *
 *     call(name, of, callback, context)  -->  what it returns   or   undefined, and failed(...)
 *     attempt(name, who, work, ...)      -->  whether the engine's work on what the game left came through
 *     failed(name, of, error)            -->  counts, report
 *
 * A name is a callback's ('update'), `of` is what it was called for ('cave'): both are few, so that a flood of mistakes stays small.
 */
export class GameCode {
  /** Mistakes by name, since the beginning. */
  readonly mistakes: Record<string, number> = {}
  readonly #options: GameCodeOptions
  readonly #places = new Map<string, Place>()

  constructor(options: GameCodeOptions = {}) {
    this.#options = options
  }

  /** Whether anybody is told; where nobody is, mistakes are thrown. */
  get isTold(): boolean {
    return this.#options.report !== undefined
  }

  /** Calls a callback with its one object. @returns undefined where there is none, and where it threw */
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

  /** A promise that game code made, or may leave alone: what it is rejected with counts as thrown. */
  watch<Result>(name: string, of: string, promise: Promise<Result>): Promise<Result> {
    promise.catch((error) => this.failed(name, of, error))
    return promise
  }

  /**
   * Something went wrong in game code.
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

/** A mistake in a few lines for whoever runs the server, with the game's own line in it. */
export function mistakeText({ at, error, times }: GameMistake): string {
  const often = times > 1 ? `, ${times} times since it was last told` : ''
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error)
  return `The game made a mistake in ${at}${often}; the world goes on without it. ${text}`
}
