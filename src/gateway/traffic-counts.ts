import { Counters, type Measured, type Readings } from '../core/index.ts'
import { gatewayMetrics } from './metrics.ts'

/** Counts traffic and closed connections by reason, for all connections together. */
export class TrafficCounts implements Measured {
  readonly dropped = new Counters(...gatewayMetrics.dropped.values)
  bytesIn = 0
  packetsIn = 0
  bytesOut = 0
  packetsOut = 0
  accepted = 0
  readonly #closed = new Map<string, number>()

  countIn(bytes: number): void {
    this.bytesIn += bytes
    this.packetsIn++
  }

  countOut(bytes: number): void {
    this.bytesOut += bytes
    this.packetsOut++
  }

  /** Counts a closed connection; `why` is a refusal's code, "bye" or "lost". */
  countClosed(why: string): void {
    this.#closed.set(why, (this.#closed.get(why) ?? 0) + 1)
  }

  measure(readings: Readings): void {
    readings.add(gatewayMetrics.accepted, this.accepted)
    readings.addEach(gatewayMetrics.closed, this.closed)
    readings.add(gatewayMetrics.bytesIn, this.bytesIn)
    readings.add(gatewayMetrics.packetsIn, this.packetsIn)
    readings.add(gatewayMetrics.bytesOut, this.bytesOut)
    readings.add(gatewayMetrics.packetsOut, this.packetsOut)
    readings.addAll(gatewayMetrics.dropped, this.dropped)
  }

  /** The number of closed connections, by reason. */
  get closed(): Record<string, number> {
    return Object.fromEntries(this.#closed)
  }
}
