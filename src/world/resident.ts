import type { Vector2 } from '../core/index.ts'
import type { EntityId, Kind } from './entity.ts'

/** An entity object as the engine handles it, whatever its kind. */
export interface AnyEntity {
  readonly id: EntityId
  readonly kind: string
  position?: Vector2
  [part: string]: unknown
}

/** The engine's record of one entity, kept out of the game's plain object. */
export interface Resident {
  readonly entity: AnyEntity
  readonly kind: Kind
  group: number
  isRestricted: boolean
  /** The cell as of the last `settle`; -1 without a position. */
  cell: number
  /** Whether the game has made the entity jump since it was last published. */
  hasJumped: boolean
  /** A dense, reused index under which others may keep their own notes. */
  readonly index: number
}
