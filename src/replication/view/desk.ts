import { Changes } from '../encoding/changes.ts'
import { PacketWriter } from '../encoding/packet.ts'
import type { Source } from '../ledger/source.ts'
import { DeskTables } from './desk-tables.ts'
import { PacketDraft } from './packet-draft.ts'
import { Teller } from './teller.ts'
import { Terms } from './terms.ts'
import { defaultViewOptions, type ViewOptions } from './view-options.ts'

/** The most different terms remembered. */
const TERMS_MAX = 64

/**
 * Writes the views of one source: holds what they share, encoder and tables.
 *
 *     new Desk(author)  ->  new View(desk, options) for each viewer
 *     once a tick: author.publish(), desk.begin(tick), then view.write(packet) for each
 */
export class Desk {
  readonly source: Source
  readonly changes: Changes
  readonly tables: DeskTables
  readonly teller: Teller
  readonly letter = new PacketDraft(new PacketWriter(0))
  /** Counts the views, so that not all look at the crowd in the same tick. */
  views = 0
  readonly #terms = new Map<string, Terms>()

  constructor(source: Source) {
    this.source = source
    this.changes = new Changes(source.ledger)
    this.tables = new DeskTables(source.ledger)
    this.teller = new Teller(this.changes, this.tables.slab)
  }

  /**
   * Begins a tick: what was published up to `tick` is told from here on. A follower of a replica begins each tick
   * that it heard of once; what it hears of that tick later is told with the next.
   *
   * @throws `replication/tick-begun` unless the tick is later than every one before
   */
  begin(tick: number): void {
    this.changes.begin(tick)
  }

  /** @throws `replication/small-budget` */
  termsOf(asked: Partial<ViewOptions>): Terms {
    const options = { ...defaultViewOptions, ...asked }
    const key = Object.values(options).join()
    const known = this.#terms.get(key)
    if (known) return known
    const { ticksPerSecond } = this.source.ledger.game
    const terms = new Terms(options, { ticksPerSecond, seatSize: this.tables.reaches.seatSize })
    if (this.#terms.size >= TERMS_MAX) this.#terms.clear()
    this.#terms.set(key, terms)
    return terms
  }
}
