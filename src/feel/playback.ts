import type { Vector3 } from '../core/index.ts'
import type { KindTable, Ledger, Presence } from '../replication/index.ts'
import type { EntityId, Kind } from '../world/index.ts'

/** How many pieces of path are remembered per entity: about those of the last second. */
const PIECES_MAX = 24
/**
 * The gap between two samples, in ticks, beyond which the entity stood still between them: samples are sent on change.
 */
const GAP_TICKS = 4
const AXES = ['x', 'y', 'z'] as const

/** A straight piece of a path: from `start` on, `velocity` units a tick. A sample is a piece that stands still. */
interface Piece {
  readonly start: number
  readonly place: readonly number[]
  readonly velocity: readonly number[]
  readonly hasJumped: boolean
}

/**
 * Shows moving entities a little in the past, along the very segments their author published: straight walking is
 * exact, turns happen where they happened.
 */
export class Playback {
  readonly #ledger: Ledger
  readonly #paths = new Map<EntityId, Piece[]>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /**
   * Records a new segment or sample of this entity in the ledger, as of `tick`.
   *
   * @returns the first tick in which it was elsewhere than shown up to now; undefined if there is none: it was not
   *   known before, has jumped, or goes on as it did
   */
  moved(presence: Presence, tick: number, hasJumped: boolean): number | undefined {
    const table = this.#ledger.tables[presence.kind.index]
    const row = this.#ledger.entityRow[presence.index]
    const piece = pieceOf(table, row, tick, hasJumped)
    let path = this.#paths.get(presence.id)
    if (path === undefined) {
      path = []
      this.#paths.set(presence.id, path)
    }
    const last = path.at(-1)
    const isNews = last !== undefined && !hasJumped && piece.start > last.start
    while (path.length > 0 && path[path.length - 1].start >= piece.start) path.pop()
    path.push(piece)
    if (path.length > PIECES_MAX) path.shift()
    // A segment begins where the one before it ends: at the end of the tick before the first that differs.
    return isNews ? Math.min(tick, piece.start + 1) : undefined
  }

  left(id: EntityId): void {
    this.#paths.delete(id)
  }

  clear(): void {
    this.#paths.clear()
  }

  /** Writes where the entity was at `tick` (with a fraction) into its object, in metres. */
  show(presence: Presence, tick: number): void {
    const path = this.#paths.get(presence.id)
    const { position } = presence.entity
    if (path === undefined || path.length === 0 || position === undefined) return
    let at = path.length - 1
    while (at > 0 && path[at].start > tick) at--
    const piece = path[at]
    const next = path[at + 1]
    const { unit, axes, style } = presence.kind.position as NonNullable<Kind['position']>
    const place = position as Vector3
    const isSampled = style === 'sampled'
    const elapsed = Math.max(0, tick - piece.start)
    const share = isSampled && next && !next.hasJumped ? shareOfWay(piece.start, next.start, tick) : 0
    for (let axis = 0; axis < axes; axis++) {
      const units = isSampled
        ? piece.place[axis] + (next ? (next.place[axis] - piece.place[axis]) * share : 0) + 0.5
        : piece.place[axis] + piece.velocity[axis] * elapsed
      place[AXES[axis]] = units * unit
    }
  }
}

function pieceOf(table: KindTable, row: number, tick: number, hasJumped: boolean): Piece {
  const place: number[] = []
  const velocity: number[] = []
  for (let axis = 0; axis < table.axes; axis++) {
    place.push(table.place[row * table.axes + axis])
    velocity.push(table.velocity[row * table.axes + axis])
  }
  const isMotion = table.kind.position?.style === 'motion'
  return { start: isMotion ? table.start[row] : tick, place, velocity, hasJumped }
}

/** Returns the share of the way between two samples that is walked at `tick`, 0 .. 1. */
function shareOfWay(from: number, to: number, tick: number): number {
  const begin = to - from > GAP_TICKS ? to - 1 : from
  return Math.max(0, Math.min(1, (tick - begin) / (to - begin)))
}
