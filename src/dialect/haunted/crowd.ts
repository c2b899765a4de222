import { OncePerTick } from '../foreign/once-per-tick.ts'
import type { WorldGroup } from '../foreign/speaker.ts'
import type { HauntedAdapter } from './adapter.ts'
import { type Piece, personPiece } from './list.ts'

/** How many different sights that begin with one group are remembered in a tick. */
const SIGHTS_MAX = 16

/** All who are in sight of some viewers, as a list in UTF-8. */
interface Sight {
  readonly groups: readonly WorldGroup[]
  readonly pieces: readonly Piece[]
  readonly list: Uint8Array
}

/** Writes the people in sight, once a tick for all who see the same groups: in a house that is everybody. */
export class CrowdLists {
  readonly #people: OncePerTick<WorldGroup, readonly Piece[]>
  readonly #sights = new OncePerTick<WorldGroup, Sight[]>(() => [])

  constructor(adapter: HauntedAdapter) {
    this.#people = new OncePerTick(({ entities }) =>
      entities.map((one) => personPiece(one, adapter)).filter((piece) => piece !== undefined),
    )
  }

  /** Returns the people of these groups at a tick: piece by piece, and as the inside of one list. */
  in(groups: readonly WorldGroup[], tick: number): Omit<Sight, 'groups'> {
    if (groups.length === 0) return NOBODY
    const known = this.#sights.of(groups[0], tick)
    for (let at = 0; at < known.length; at++) if (isSame(known[at].groups, groups)) return known[at]
    const pieces = groups.flatMap((group) => this.#people.of(group, tick))
    const sight = { groups, pieces, list: joined(pieces) }
    if (known.length < SIGHTS_MAX) known.push(sight)
    return sight
  }
}

const NOBODY = { pieces: [], list: new Uint8Array(0) }
const COMMA = 44

function isSame(one: readonly WorldGroup[], other: readonly WorldGroup[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}

function joined(pieces: readonly Piece[]): Uint8Array {
  const list = new Uint8Array(
    Math.max(
      0,
      pieces.reduce((sum, { bytes }) => sum + bytes.length + 1, -1),
    ),
  )
  let length = 0
  for (const { bytes } of pieces) {
    if (length > 0) list[length++] = COMMA
    list.set(bytes, length)
    length += bytes.length
  }
  return list
}
