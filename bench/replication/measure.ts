/** Measures what a run of ticks took, and what it left for the garbage collector. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Row } from '../row.ts'

/** How long each of several runs of the same thing took, in ms. */
export class Times {
  readonly #ms: number[] = []

  measure(work: () => void): void {
    const start = performance.now()
    work()
    this.#ms.push(performance.now() - start)
  }

  /** Returns the value that so many of a hundred are below. 0 for the least. */
  percentile(percent: number): number {
    const sorted = [...this.#ms].sort((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))]
  }
}

/** Makes rows of one bench and case. */
export function rowsOf(name: string) {
  return (metric: string, value: number, unit: string): Row => ({
    bench: 'replication',
    case: name,
    metric,
    value,
    unit,
  })
}

/** Returns the CPU time of this process, in ms. The system counts it in steps of 4 ms: measure long enough. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * Returns how many bytes one call of `work` leaves on the heap, averaged over runs in which nothing was collected
 * meanwhile.
 */
export function allocatedBytes(work: () => void, calls: number): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const samples: number[] = []
  for (let i = 0; i < 12; i++) {
    collect()
    const before = process.memoryUsage().heapUsed
    for (let k = 0; k < calls; k++) work()
    const bytes = process.memoryUsage().heapUsed - before
    if (bytes > 0) samples.push(bytes / calls)
  }
  samples.sort((a, b) => a - b)
  return samples[samples.length >> 1] ?? Number.NaN
}
