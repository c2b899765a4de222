/** Measures a part of the world. */
import { Times } from '../replication/measure.ts'
import type { Row } from '../row.ts'

export { Times }

/** Makes rows of one case of the world's bench. */
export function rowsOf(name: string) {
  return (metric: string, value: number, unit: string): Row => ({
    bench: 'world',
    case: name,
    metric,
    value,
    unit,
  })
}

/** Returns the CPU time of this process, in ms, to the microsecond. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Returns the milliseconds of CPU time that `work` takes, by itself. */
export function cpuMsOf(work: () => void): number {
  const before = cpuMs()
  work()
  return cpuMs() - before
}
