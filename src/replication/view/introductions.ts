import type { EntityId } from '../../world/index.ts'
import type { Changes } from '../encoding/changes.ts'
import { staticsBytes, writeStatics } from '../encoding/item.ts'
import { SLOTS_MAX } from '../ledger/ledger.ts'
import type { Source } from '../ledger/source.ts'
import { Known } from './known.ts'
import type { PacketDraft } from './packet-draft.ts'
import type { Progress } from './progress.ts'

/** How many ticks a viewer is trusted to remember once-told fields after it was last told of their entity [T14]. */
const STATICS_TICKS = 600

/** Tells one viewer the once-told fields of each entity, before it first hears of the entity. */
export class Introductions {
  readonly #source: Source
  readonly #changes: Changes
  readonly #known = new Known()
  /** Entities whose once-told fields were lost on the way, or are not yet known at the source. */
  #debts = new Set<EntityId>()

  constructor(source: Source, changes: Changes) {
    this.#source = source
    this.#changes = changes
  }

  get hasDebts(): boolean {
    return this.#debts.size > 0
  }

  /** Introduces an entity, unless the viewer remembers it. @returns false when there was no room */
  introduce(letter: PacketDraft, index: number): boolean {
    const { ledger } = this.#source
    const kind = ledger.entityKind[index]
    if (ledger.tables[kind].kind.staticNames.length === 0) return true
    const id = ledger.entityId[index]
    const { tick } = this.#changes
    const told = this.#known.tickOf(id)
    if (told === 0 || tick - told > STATICS_TICKS) {
      const bytes = this.#source.staticsOf(index)
      if (bytes === undefined) {
        // A replica may have heard of an entity before it heard its once-told fields.
        this.#debts.add(id)
        return true
      }
      if (!letter.fits(staticsBytes(id, bytes.length))) return false
      writeStatics(letter.packet, { id, kind }, bytes)
      letter.sent?.statics.push(id)
    }
    this.#known.note(id, tick, tick - STATICS_TICKS)
    return true
  }

  /** Notes that an introduction was lost on the way. */
  lost(id: EntityId): void {
    this.#known.forget(id)
    this.#debts.add(id)
  }

  /** Tells what is owed of entities in the chunks followed; the others are introduced when they come back. */
  writeDebts(letter: PacketDraft, progress: Progress): void {
    const { slots, entityId } = this.#source.ledger
    const owed = this.#debts
    const kept = new Set<EntityId>()
    this.#debts = kept
    for (let row = 0; row < progress.count; row++) {
      const first = progress.chunk(row) * SLOTS_MAX
      for (let slot = first; slot < first + SLOTS_MAX; slot++) {
        const index = slots[slot]
        if (index >= 0 && owed.has(entityId[index]) && !this.introduce(letter, index))
          kept.add(entityId[index])
      }
    }
  }

  clear(): void {
    this.#known.clear()
    this.#debts.clear()
  }
}
