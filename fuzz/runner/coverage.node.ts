import { type Profiler, Session } from 'node:inspector'

/**
 * Knows which code of the project has run so far in this process, by the engine's own block coverage. An input that
 * reaches what no other reached is worth keeping: mutating it leads deeper.
 */
export class Coverage {
  readonly #counts: (url: string) => boolean
  readonly #session = new Session()
  /** By function, by place: which of its characters were reached. */
  readonly #reached = new Map<string, Uint8Array>()

  /** @param counts  whether a script's code counts, by its URL */
  constructor(counts: (url: string) => boolean) {
    this.#counts = counts
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** How many functions were reached. */
  get size(): number {
    return this.#reached.size
  }

  /** Returns whether anything new was reached since the last call. */
  hasNew(): boolean {
    return this.#take(
      (before, now) => before === undefined || now.some((reached, at) => reached > before[at]),
    )
  }

  /** Takes what ran since the last call as known. */
  learn(): void {
    this.#take((before, now, place) => {
      if (before === undefined) this.#reached.set(place, now)
      else for (let at = 0; at < now.length; at++) before[at] |= now[at]
      return false
    })
  }

  /**
   * Returns those of `inputs` that together reach everything new that all of them reach; it is then known.
   *
   * @param run  tries one input again
   */
  reachers(inputs: readonly Uint8Array[], run: (input: Uint8Array) => void): Uint8Array[] {
    for (const input of inputs) run(input)
    if (!this.hasNew()) return []
    if (inputs.length === 1) {
      run(inputs[0])
      this.learn()
      return [inputs[0]]
    }
    const middle = inputs.length >> 1
    return [...this.reachers(inputs.slice(0, middle), run), ...this.reachers(inputs.slice(middle), run)]
  }

  /** Shows each function that ran since the last call; true as soon as `look` returns true. */
  #take(look: (before: Uint8Array | undefined, now: Uint8Array, place: string) => boolean): boolean {
    let isFound = false
    // The session answers before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw new Error(error.message)
      for (const { url, functions } of answer.result) {
        if (!this.#counts(url)) continue
        for (const { ranges } of functions) {
          const place = `${url}:${ranges[0].startOffset}-${ranges[0].endOffset}`
          isFound ||= look(this.#reached.get(place), charactersReached(ranges), place)
        }
      }
    })
    return isFound
  }
}

/**
 * Returns one byte for each character of a function: 1 where it ran. Outer ranges come before those within them.
 */
function charactersReached(ranges: readonly Profiler.CoverageRange[]): Uint8Array {
  const start = ranges[0].startOffset
  const reached = new Uint8Array(ranges[0].endOffset - start)
  for (const range of ranges) {
    reached.fill(range.count > 0 ? 1 : 0, range.startOffset - start, range.endOffset - start)
  }
  return reached
}
