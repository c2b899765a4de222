import type { Vector2 } from '../core/index.ts'
import type { EntityId, Kind } from './entity.ts'

/** An entity object as the engine handles it, whatever its kind. */
export interface AnyEntity {
  readonly id: EntityId
  readonly kind: string
  position?: Vector2
  [part: string]: unknown
}

/** The engine's notes on one entity, kept out of the game's plain object. */
export interface Resident {
  readonly entity: AnyEntity
  readonly kind: Kind
  group: number
  isRestricted: boolean
  /** The cell as of the last `settle`; -1 without a position. */
  cell: number
  /** Set when the game says that the entity jumped, until it is published. */
  hasJumped: boolean
  /** A number to which others may hang their own notes: dense, reused. */
  readonly index: number
}
