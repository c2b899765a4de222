import type { Counters } from './counters.ts'

/** What a metric counts in. Times are told in seconds, whatever the code that counts them works in. */
export type MetricUnit =
  | 'bytes'
  | 'seconds'
  | 'packets'
  | 'datagrams'
  | 'messages'
  | 'commands'
  | 'requests'
  | 'links'
  | 'connections'
  | 'players'
  | 'characters'
  | 'entities'
  | 'worlds'
  | 'ticks'
  | 'views'
  | 'tasks'
  | 'answers'
  | 'saves'
  | 'mistakes'
  | 'processes'
  | 'changes'
  | 'yes or no'

interface Description<Value extends string> {
  /** "shardless_udp_dropped_total": has the unit in it for bytes and seconds, and ends in `_total` for a counter. */
  readonly name: string
  readonly unit: MetricUnit
  /** One sentence, for people. */
  readonly meaning: string
  /** What tells its readings apart: "reason". None when left out. */
  readonly labels?: readonly string[]
  /** All that the last label can be; whatever turns up when left out. */
  readonly values?: readonly Value[]
}

/** Describes a number that can be read from outside: its name, its meaning, and what tells its readings apart. */
export interface Metric<Value extends string = string> {
  readonly name: string
  /** A counter only grows while the process lives; a gauge goes up and down. */
  readonly kind: 'counter' | 'gauge'
  readonly unit: MetricUnit
  readonly meaning: string
  readonly labels: readonly string[]
  /** All that the last label can be; empty for a metric without labels, and for one that takes whatever turns up. */
  readonly values: readonly Value[]
}

/**
 * Describes a number that only grows. The counters of its reasons are made of it:
 *
 *     const dropped = counter({ name: 'shardless_udp_dropped_total', ..., labels: ['reason'], values: udpDrops })
 *     const counters = new Counters(...dropped.values)
 */
export function counter<const Value extends string = string>(given: Description<Value>): Metric<Value> {
  return { kind: 'counter', labels: [], values: [], ...given }
}

/** Describes a number that goes up and down. */
export function gauge<const Value extends string = string>(given: Description<Value>): Metric<Value> {
  return { kind: 'gauge', labels: [], values: [], ...given }
}

/** One reading of a metric: a number, and which of its numbers. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric with what was read of it. */
export interface MetricRow extends Pick<Metric, 'name' | 'kind' | 'unit' | 'meaning'> {
  readonly readings: readonly Reading[]
}

/** A machine that tells its numbers when somebody asks. */
export interface Measured {
  measure(readings: Readings): void
}

/** Takes in what machines tell of themselves; numbers of several that are alike, such as two listeners, are summed. */
export class Readings {
  readonly #found = new Map<
    Metric,
    Map<string, { labels: Readonly<Record<string, string>>; value: number }>
  >()

  /** @param of  one value for each label of the metric */
  add(metric: Metric, value: number, ...of: readonly string[]): void {
    let found = this.#found.get(metric)
    if (!found) this.#found.set(metric, (found = new Map()))
    const key = of.join('\n')
    const known = found.get(key)
    if (known) known.value += value
    else {
      const labels = Object.fromEntries(metric.labels.map((label, at) => [label, of[at] ?? '']))
      found.set(key, { labels, value })
    }
  }

  /** Adds each count of `counters`, the zeros too. @param of  the values of the labels before the last */
  addAll(metric: Metric, counters: Counters, ...of: readonly string[]): void {
    for (const name of counters.names) this.add(metric, counters.get(name), ...of, name)
  }

  /** Adds counts by name, where names are not known before they turn up. */
  addEach(metric: Metric, counts: Readonly<Record<string, number>>): void {
    for (const [name, count] of Object.entries(counts)) this.add(metric, count, name)
  }

  /** What was told, in the order of this table; metrics that no machine told are left out. */
  rows(table: readonly Metric[]): MetricRow[] {
    const rows: MetricRow[] = []
    for (const metric of table) {
      const found = this.#found.get(metric)
      const { name, kind, unit, meaning } = metric
      if (found) rows.push({ name, kind, unit, meaning, readings: [...found.values()] })
    }
    return rows
  }

  /** The metrics that were told, in no order. */
  get metrics(): Iterable<Metric> {
    return this.#found.keys()
  }
}
