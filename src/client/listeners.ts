import { type GameCode, isLater } from '../world/index.ts'

type AnyCallback = (...values: never[]) => void

/** The largest number of unheard calls kept under one name for a first listener; the oldest give way. */
const UNHEARD_MAX = 1024
/** The names whose calls are kept: the state behind all others can be read at any time. */
const KEPT = /^(enter|event|flag) /
/**
 * How long they are kept, in milliseconds, once the program has its first listener of any name: it may fetch things
 * between two. Until then they are kept for as long as it takes.
 */
const UNHEARD_MS = 10_000

interface News {
  readonly name: string
  readonly values: readonly unknown[]
}

interface Unheard {
  readonly values: readonly unknown[]
  readonly at: number
}

/**
 * Keeps listeners by the name of what they listen to, and calls them in the order they were added.
 *
 *     hold -> tell, tell, ... -> release: all of it, when the packet is whole
 *
 * Each stands alone: what one throws is its program's mistake, is reported, and does not stop the others. A call
 * that nobody listened to is kept for the first listener.
 */
export class Listeners {
  readonly #byName = new Map<string, Set<AnyCallback>>()
  readonly #code: GameCode
  readonly #now: () => number
  readonly #waiting: News[] = []
  readonly #unheard = new Map<string, Unheard[]>()
  /** When the first listener of any name was added. */
  #firstAt: number | undefined
  #holds = 0

  constructor(code: GameCode, now: () => number) {
    this.#code = code
    this.#now = now
  }

  /**
   * @param isStill  returns whether news that waited for a first listener still holds; always when left out
   * @returns a function that removes the callback
   */
  add(
    name: string,
    callback: AnyCallback,
    isStill: (...values: never[]) => boolean = () => true,
  ): () => void {
    let listeners = this.#byName.get(name)
    if (!listeners) {
      listeners = new Set()
      this.#byName.set(name, listeners)
      this.#firstAt ??= this.#now()
      this.#catchUp(name, callback, isStill as (...values: unknown[]) => boolean)
    }
    listeners.add(callback)
    return () => listeners.delete(callback)
  }

  tell(name: string, ...values: unknown[]): void {
    if (this.#holds > 0) this.#waiting.push({ name, values })
    else this.#tellNow(name, values)
  }

  /** Holds every call back until as many `release`s. */
  hold(): void {
    this.#holds++
  }

  release(): void {
    if (this.#holds > 1) {
      this.#holds--
      return
    }
    try {
      // Calls made meanwhile come after the waiting ones.
      for (let i = 0; i < this.#waiting.length; i++) {
        const { name, values } = this.#waiting[i]
        this.#tellNow(name, values)
      }
    } finally {
      this.#waiting.length = 0
      this.#holds--
    }
  }

  #tellNow(name: string, values: readonly unknown[]): void {
    const listeners = this.#byName.get(name)
    if (listeners) for (const callback of listeners) this.#call(name, callback, values)
    else if (KEPT.test(name)) this.#keep(name, { values, at: this.#now() })
  }

  #call(name: string, callback: AnyCallback, values: readonly unknown[]): void {
    try {
      const result: unknown = (callback as (...values: readonly unknown[]) => unknown)(...values)
      if (isLater(result)) this.#code.watch('a listener', name, result)
    } catch (error) {
      this.#code.failed('a listener', name, error)
    }
  }

  #keep(name: string, call: Unheard): void {
    const calls = this.#unheard.get(name)
    if (calls === undefined) this.#unheard.set(name, [call])
    else {
      calls.push(call)
      // Many at a time: to take out the first one is as much work as to take out half.
      if (calls.length >= 2 * UNHEARD_MAX) calls.splice(0, calls.length - UNHEARD_MAX)
    }
  }

  /** Calls a first listener with what came before it, as soon as its program has gone on. */
  #catchUp(name: string, callback: AnyCallback, isStill: (...values: unknown[]) => boolean): void {
    const now = this.#now()
    const first = this.#firstAt ?? now
    const isBeginning = now - first <= UNHEARD_MS
    const calls = this.#unheard.get(name)?.slice(-UNHEARD_MAX) ?? []
    this.#unheard.delete(name)
    const missed = calls.filter(({ at }) => now - at <= UNHEARD_MS || (isBeginning && at <= first))
    if (missed.length === 0) return
    Promise.resolve().then(() => {
      for (const { values } of missed)
        if (this.#byName.get(name)?.has(callback) && isStill(...values)) this.#call(name, callback, values)
    })
  }
}
