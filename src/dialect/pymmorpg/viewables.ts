import { PickleWriter } from '../../pickle/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import { OncePerTick } from '../foreign/once-per-tick.ts'
import type { WorldGroup } from '../foreign/speaker.ts'
import type { PymmorpgAdapter } from './adapter.ts'
import { beginReply, endReply } from './reply.ts'

/** An entity's name, and the bytes of its dict up to its place. */
interface Piece {
  readonly name: string
  readonly bytes: Uint8Array
  /** The tick at which it was made. */
  readonly tick: number
}

const NOBODY: ReadonlyMap<EntityId, readonly string[]> = new Map()

/** Replies of one tick, by what is in sight. */
interface Made {
  readonly tick: number
  readonly replies: { readonly groups: readonly WorldGroup[]; readonly frame: Uint8Array }[]
}

/** Writes the dicts of `update`: what changes seldom about an entity is pickled once, for all who see it. */
export class Viewables {
  readonly #adapter: PymmorpgAdapter
  readonly #pieces = new WeakMap<AnyEntity, Piece | 'hidden'>()
  readonly #writer = new PickleWriter()
  readonly #groupWriter = new PickleWriter()
  readonly #groups = new OncePerTick((group: WorldGroup) => this.#group(group))
  readonly #frameWriter = new PickleWriter()
  /** By the first group in sight. */
  readonly #frames = new WeakMap<WorldGroup, Made>()
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
   * Returns the whole reply to `update`, without flags, for who sees these groups and has heard nothing: the same bytes
   * for all of them.
   */
  frame(groups: readonly WorldGroup[], tick: number): Uint8Array {
    if (groups.length === 0) return this.#frame([], tick)
    let made = this.#frames.get(groups[0])
    if (made === undefined || made.tick !== tick) {
      made = { tick, replies: [] }
      this.#frames.set(groups[0], made)
    }
    for (const reply of made.replies) if (isSame(reply.groups, groups)) return reply.frame
    const frame = this.#frame(groups, tick)
    made.replies.push({ groups: groups.slice(), frame })
    return frame
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
      if (isSilent) writer.ready(this.#groups.of(group, tick))
      else for (const entity of group.entities) this.#write(writer, entity, says.get(entity.id))
    }
  }

  #frame(groups: readonly WorldGroup[], tick: number): Uint8Array {
    const writer = this.#frameWriter
    beginReply(writer)
    writer.beginList()
    this.write(writer, groups, { tick, says: NOBODY })
    writer.endList()
    return endReply(writer)
  }

  #write(writer: PickleWriter, entity: AnyEntity, says: readonly string[] | undefined): void {
    const { position } = entity
    const piece = position && this.#of(entity, this.#tick)
    if (!position || !piece || piece === 'hidden') return
    writer.ready(piece.bytes)
    writer.floats3(position.x, position.y, 'z' in position ? (position.z as number) : 0)
    if (says) {
      writer.text('says')
      writer.value(says)
    }
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
    const piece = figure ? { name: figure.name, bytes: this.#head(entity, figure), tick } : 'hidden'
    this.#pieces.set(entity, piece)
    return piece
  }

  #head(entity: AnyEntity, { name, look = 0 }: { name: string; look?: number }): Uint8Array {
    const writer = this.#writer
    writer.reset()
    writer.beginDict()
    writer.text('name')
    writer.text(name)
    writer.text('visual')
    writer.value(this.#adapter.visual?.(entity) ?? BigInt(look))
    writer.text('pos')
    return writer.finish()
  }
}

function isSame(a: readonly WorldGroup[], b: readonly WorldGroup[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
