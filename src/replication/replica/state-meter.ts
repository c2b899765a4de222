import type { EntityId } from '../../world/index.ts'

/** How many entries of a trace are kept: the last ones. */
const TRACE_MAX = 1000

/** How much was read of one thing. */
export interface Count {
  /** The kind of entity; empty for what belongs to no kind: heads of advances, ends of topics. */
  readonly kind: string
  /** A field's name, `position`, `once told`, `arrival`, `what changed`, `heads`, ... */
  readonly what: string
  bits: number
  times: number
}

/** One thing read about the traced entity. */
export interface Trace {
  readonly tick: number
  readonly what: string
  readonly bits: number
}

/**
 * Counts what a replica reads, by kind and field, and traces one entity. Hang it on a replica while it is wanted:
 * `replica.meter = new StateMeter()`.
 */
export class StateMeter {
  /** The entity to trace; 0 for none. */
  traced: EntityId = 0
  /** What was lately read of it, in order. */
  readonly trace: Trace[] = []
  readonly #counts = new Map<string, Count>()
  #current: EntityId = 0
  #tick = 0

  /** Everything counted so far, the largest first. */
  get counts(): readonly Readonly<Count>[] {
    return [...this.#counts.values()].sort((a, b) => b.bits - a.bits)
  }

  get bits(): number {
    let sum = 0
    for (const { bits } of this.#counts.values()) sum += bits
    return sum
  }

  /** Counts anew; the trace continues. */
  clear(): void {
    this.#counts.clear()
  }

  /** Begins what is read about this entity, as told at `tick`. */
  enter(entity: EntityId, tick: number): void {
    this.#current = entity
    this.#tick = tick
  }

  count(kind: string, what: string, bits: number): void {
    const key = `${kind}.${what}`
    const count = this.#counts.get(key)
    if (count === undefined) this.#counts.set(key, { kind, what, bits, times: 1 })
    else {
      count.bits += bits
      count.times++
    }
    if (kind === '' || this.traced === 0 || this.#current !== this.traced) return
    if (this.trace.length === TRACE_MAX) this.trace.shift()
    this.trace.push({ tick: this.#tick, what, bits })
  }
}
