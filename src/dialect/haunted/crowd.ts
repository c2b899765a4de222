import type { AnyEntity } from '../../world/index.ts'
import { OncePerTick } from '../foreign/once-per-tick.ts'
import type { WorldGroup } from '../foreign/speaker.ts'
import type { HauntedAdapter } from './adapter.ts'
import { PersonPiece, type Piece } from './list.ts'

/** Those of one group, in UTF-8. */
export interface GroupList {
  readonly pieces: readonly Piece[]
  /** The pieces with a comma behind each. */
  readonly bytes: Uint8Array
}

/** All who are in sight, the nearest first, and how many bytes they are as the inside of one list. */
export interface CrowdInSight {
  readonly lists: readonly GroupList[]
  readonly length: number
}

/**
 * Writes the people in sight: each once a tick, and again only where anything is different, and each group once a tick
 * for all who see the same of it.
 */
export class CrowdLists {
  readonly #adapter: HauntedAdapter
  readonly #people = new WeakMap<AnyEntity, PersonPiece>()
  readonly #groups = new OncePerTick((group: WorldGroup) => this.#list(group))
  readonly #lists: GroupList[] = []
  #tick = 0

  constructor(adapter: HauntedAdapter) {
    this.#adapter = adapter
  }

  /**
   * Returns the people of these groups at a tick, up to the group with which they are more than so many bytes: the
   * nearest come first. Valid until the next call.
   */
  in(groups: readonly WorldGroup[], tick: number, bytesMax: number): CrowdInSight {
    this.#tick = tick
    const lists = this.#lists
    lists.length = 0
    let length = 0
    for (let at = 0; at < groups.length && length <= bytesMax; at++) {
      if (groups[at].entities.length === 0) continue
      const list = this.#groups.of(groups[at], tick)
      if (list.bytes.length === 0) continue
      length += list.bytes.length
      lists.push(list)
    }
    return { lists, length: Math.max(0, length - 1) }
  }

  /** Notes that an entity's fields have changed. */
  changed(entity: AnyEntity): void {
    this.#people.get(entity)?.changed()
  }

  /** Returns somebody's piece at the tick that was asked of last; undefined for who is not shown. */
  pieceOf(entity: AnyEntity): Piece | undefined {
    return this.#piece(entity)
  }

  #list({ entities }: WorldGroup): GroupList {
    const pieces: Piece[] = []
    let length = 0
    for (let at = 0; at < entities.length; at++) {
      const piece = this.#piece(entities[at])
      if (piece === undefined) continue
      pieces.push(piece)
      length += piece.bytes.length + 1
    }
    const bytes = new Uint8Array(length)
    let end = 0
    for (let at = 0; at < pieces.length; at++) {
      bytes.set(pieces[at].bytes, end)
      end += pieces[at].bytes.length
      bytes[end++] = COMMA
    }
    return { pieces, bytes }
  }

  #piece(entity: AnyEntity): Piece | undefined {
    let person = this.#people.get(entity)
    if (person === undefined) {
      person = new PersonPiece(entity, this.#adapter)
      this.#people.set(entity, person)
    }
    return person.at(this.#tick)
  }
}

const COMMA = 44
