import { type Measured, Readings } from '../../core/index.ts'
import { exposition } from '../../web/index.ts'
import { allMetrics } from '../metrics.ts'

/** Writes what the machines of a process count, as Prometheus reads it. */
export function exposed(machines: readonly Measured[]): string {
  const readings = new Readings()
  for (const machine of machines) machine.measure(readings)
  return exposition(readings.rows(allMetrics))
}
