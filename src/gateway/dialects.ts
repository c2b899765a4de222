import { type Carriage, Counters, type Measured, type Readings } from '../core/index.ts'
import type { Context, Conversation, Dialect, ServerInformation } from '../dialect/index.ts'
import { nativeDialect, nativeMetrics } from '../dialect/native/index.ts'
import type { Link } from '../transport/index.ts'
import type { AnyGame } from '../world/index.ts'
import { gatewayMetrics } from './metrics.ts'
import type { TrafficCounts } from './traffic-counts.ts'

/** The dialect of a link, and how its bytes are carried. */
export interface Spoken {
  readonly dialect: Dialect
  readonly carries: Carriage
  /** The port that it is spoken at; undefined where there is none. */
  readonly port?: number | undefined
}

export const OURS: Spoken = { dialect: nativeDialect, carries: 'packets' }

export interface DialectsOptions {
  readonly game: AnyGame
  readonly information: () => ServerInformation
  readonly traffic: TrafficCounts
  /** Called with errors thrown by a dialect's own code. */
  readonly mistake: (dialect: string, error: unknown) => void
}

/** Begins the conversations of each dialect, and counts what each drops. */
export class Dialects implements Measured {
  readonly #options: DialectsOptions
  readonly #contexts = new Map<Dialect, Context>()

  constructor(options: DialectsOptions) {
    this.#options = options
    this.#contextOf(nativeDialect)
  }

  measure(readings: Readings): void {
    for (const [dialect, { dropped }] of this.#contexts)
      if (dialect === nativeDialect) readings.addAll(nativeMetrics.dropped, dropped)
      else readings.addAll(gatewayMetrics.dialectDropped, dropped, dialect.name)
  }

  begin(link: Link, { dialect, carries, port }: Spoken): Conversation {
    const { traffic } = this.#options
    const { remote, address, packetBytesMax } = link
    const peer = {
      ...{ remote, address, carries, packetBytesMax, port },
      get bufferedBytes(): number {
        return link.bufferedBytes
      },
      send(bytes: Uint8Array): boolean {
        if (!link.send(bytes)) return false
        traffic.countOut(bytes.length)
        return true
      },
      prove: () => link.prove?.(),
    }
    return dialect.begin(peer, this.#contextOf(dialect))
  }

  /** Counts of dropped messages by reason, for each dialect besides our own. */
  get dropped(): Record<string, Record<string, number>> {
    const all: Record<string, Record<string, number>> = {}
    for (const [{ name, drops }, { dropped }] of this.#contexts)
      if (drops && name !== nativeDialect.name) all[name] = dropped.snapshot()
    return all
  }

  #contextOf(dialect: Dialect): Context {
    const known = this.#contexts.get(dialect)
    if (known) return known
    const { game, information, mistake } = this.#options
    const dropped: Counters = new Counters(...(dialect.drops ?? []))
    const context = { game, information, dropped, mistake: (error: unknown) => mistake(dialect.name, error) }
    this.#contexts.set(dialect, context)
    return context
  }
}
