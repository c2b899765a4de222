import { PickleWriter } from '../../pickle/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import { OncePerTick } from '../foreign/once-per-tick.ts'
import type { WorldGroup } from '../foreign/speaker.ts'
import type { PymmorpgAdapter } from './adapter.ts'

/** An entity as all are told of it: its name, and its dict. */
interface Piece {
  readonly name: string
  /** The dict, whose last value is the place: three floats, each behind a byte that says so. */
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Where the floats begin. */
  readonly place: number
  /** The tick at which it was made, and the one that the place is of. */
  readonly tick: number
  placedAt: number
}

/** The bytes of a float, with the one before it. */
const FLOAT_BYTES = 9

/**
 * Writes the dicts of `update`. What changes seldom about an entity is pickled once, its place once a tick, and a group
 * once a tick for all who see the same of it.
 */
export class Viewables {
  readonly #adapter: PymmorpgAdapter
  readonly #pieces = new WeakMap<AnyEntity, Piece | 'hidden'>()
  readonly #writer = new PickleWriter()
  readonly #groupWriter = new PickleWriter()
  readonly #groups = new OncePerTick((group: WorldGroup) => this.#group(group))
  /** The tick that is being written. */
  #tick = 0

  constructor(adapter: PymmorpgAdapter) {
    this.#adapter = adapter
  }

  /** Returns the name by which an entity is shown; undefined when it is not. */
  nameOf(entity: AnyEntity, tick: number): string | undefined {
    const piece = this.#of(entity, tick)
    return piece === 'hidden' ? undefined : piece.name
  }

  /** Notes that an entity's fields have changed at this tick. */
  changed(entity: AnyEntity, tick: number): void {
    const piece = this.#pieces.get(entity)
    if (piece && (piece === 'hidden' || piece.tick < tick)) this.#pieces.delete(entity)
  }

  /**
   * Appends the dicts of all who are in sight.
   *
   * @param says  what some have said since the viewer's last update
   */
  write(
    writer: PickleWriter,
    groups: readonly WorldGroup[],
    { tick, says }: { readonly tick: number; readonly says: ReadonlyMap<EntityId, readonly string[]> },
  ): void {
    this.#tick = tick
    for (const group of groups) {
      const isSilent = says.size === 0 || !group.entities.some(({ id }) => says.has(id))
      if (isSilent && group.isWhole) writer.ready(this.#groups.of(group, tick))
      else for (const entity of group.entities) this.#write(writer, entity, says.get(entity.id))
    }
  }

  #write(writer: PickleWriter, entity: AnyEntity, says: readonly string[] | undefined): void {
    const { position } = entity
    const piece = position && this.#of(entity, this.#tick)
    if (!position || !piece || piece === 'hidden') return
    const { bytes, view, place } = piece
    if (piece.placedAt !== this.#tick) {
      piece.placedAt = this.#tick
      view.setFloat64(place + 1, position.x)
      view.setFloat64(place + 1 + FLOAT_BYTES, position.y)
      view.setFloat64(place + 1 + 2 * FLOAT_BYTES, 'z' in position ? (position.z as number) : 0)
    }
    if (says === undefined) {
      writer.ready(bytes)
      return
    }
    // The last byte ends the dict.
    writer.ready(bytes.subarray(0, bytes.length - 1))
    writer.text('says')
    writer.value(says)
    writer.endDict()
  }

  #group({ entities }: WorldGroup): Uint8Array {
    const writer = this.#groupWriter
    writer.reset()
    for (const entity of entities) this.#write(writer, entity, undefined)
    return writer.finish()
  }

  #of(entity: AnyEntity, tick: number): Piece | 'hidden' {
    const known = this.#pieces.get(entity)
    if (known) return known
    const figure = this.#adapter.figure(entity)
    const piece = figure ? this.#piece(entity, figure, tick) : 'hidden'
    this.#pieces.set(entity, piece)
    return piece
  }

  #piece(entity: AnyEntity, { name, look = 0 }: { name: string; look?: number }, tick: number): Piece {
    const writer = this.#writer
    writer.reset()
    writer.beginDict()
    writer.text('name')
    writer.text(name)
    writer.text('visual')
    writer.value(this.#adapter.visual?.(entity) ?? BigInt(look))
    writer.text('pos')
    const place = writer.length
    writer.floats3(0, 0, 0)
    writer.endDict()
    const bytes = writer.finish()
    return { name, bytes, view: new DataView(bytes.buffer), place, tick, placedAt: -1 }
  }
}
