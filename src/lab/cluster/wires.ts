import type { Random } from '../../core/index.ts'
import type { Happenings } from './happenings.ts'

/** One way of a link between two processes. */
interface Way {
  /** When what was sent last arrives: nothing overtakes it. */
  last: number
  /** Raised when the link breaks: what was under way is lost. */
  generation: number
}

/** How slow the paths are, in ms: the least, and what is added by the dice. */
export interface WirePath {
  readonly leastMs: number
  readonly jitterMs: number
}

/** Told of everything that sets out on a link, and when it would arrive, in ms. */
export type WireTap = (from: string, to: string, sentAt: number, arrivesAt: number) => void

/**
 * The links between processes: in order and reliable until they break. A cut pair loses everything; a process that
 * died loses what it had sent beyond some point.
 */
export class Wires {
  readonly #events: Happenings
  readonly #random: Random
  readonly #path: WirePath
  readonly #ways = new Map<string, Way>()
  readonly #cut = new Set<string>()
  /** Processes whose wires to everybody are cut. */
  readonly #alone = new Set<string>()
  readonly #tap: WireTap | undefined

  constructor(events: Happenings, random: Random, path: WirePath, tap?: WireTap) {
    this.#events = events
    this.#random = random
    this.#path = path
    this.#tap = tap
  }

  /** Sends something: `arrive` is called when it comes, if it does. */
  send(from: string, to: string, arrive: () => void): void {
    if (this.isCut(from, to)) return
    const way = this.#way(from, to)
    const { generation } = way
    const takes = this.#path.leastMs + this.#random.fraction() * this.#path.jitterMs
    way.last = Math.max(way.last, this.#events.now + takes)
    this.#tap?.(from, to, this.#events.now, way.last)
    this.#events.add(way.last, () => {
      if (way.generation === generation) arrive()
    })
  }

  isCut(a: string, b: string): boolean {
    return this.#alone.has(a) || this.#alone.has(b) || this.#cut.has(pairOf(a, b))
  }

  /** Breaks a link: what is under way either way is lost. It is there again at once, unless it is cut. */
  break(a: string, b: string): void {
    this.#way(a, b).generation++
    this.#way(b, a).generation++
  }

  cut(a: string, b: string): void {
    this.#cut.add(pairOf(a, b))
    this.break(a, b)
  }

  mend(a: string, b: string): void {
    this.#cut.delete(pairOf(a, b))
  }

  isAlone(name: string): boolean {
    return this.#alone.has(name)
  }

  /** Cuts a process off from everybody in `others`. */
  isolate(name: string, others: Iterable<string>): void {
    this.#alone.add(name)
    for (const other of others) this.break(name, other)
  }

  rejoin(name: string): void {
    this.#alone.delete(name)
  }

  /** Mends everything. */
  mendAll(): void {
    this.#cut.clear()
    this.#alone.clear()
  }

  #way(from: string, to: string): Way {
    const key = `${from}>${to}`
    const known = this.#ways.get(key)
    if (known) return known
    const way = { last: 0, generation: 0 }
    this.#ways.set(key, way)
    return way
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`
}
