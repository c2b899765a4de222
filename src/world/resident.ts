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
  /** A dense, reused index under which others may keep their own notes. Ghosts have one among ghosts. */
  readonly index: number
  /** Its number among all that were ever housed in the worlds of one server. */
  readonly serial: number
  /** Whether another process has the entity: this is a copy, which is neither stepped nor told. */
  readonly isGhost: boolean
  /** For a resident that was removed: whether the entity goes on in another process. */
  isElsewhere: boolean
  /** The path on which it came from another process, to be told on; undefined once that is done. */
  path: InheritedPath | undefined
}

/** The segment by which viewers know where an entity is, as its author last told it: in units of its kind. */
export interface InheritedPath {
  readonly start: number
  readonly place: readonly number[]
  readonly velocity: readonly number[]
  /** Where it truly was at the end of the last tick, in metres. */
  readonly stood: readonly number[]
}
