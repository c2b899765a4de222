import type { WorldMap } from '../geometry/index.ts'
import type { EntityDescription, EntityStart, EntityValue, Parts } from './entity.ts'

type PartsOf<D> = D extends EntityDescription<infer P> ? (P extends Parts ? P : never) : never

/** What a `step` may read and do besides its own character and command: the same on server and client. */
// biome-ignore lint/suspicious/noExplicitAny: of entities of any description where the game is not named
export interface Neighbourhood<E = any> {
  /** Seconds from the last tick to this one; a part of that where a client shows what lies between two ticks. */
  readonly seconds: number
  /** What stands still: walls, water, trees. */
  readonly map: WorldMap
  /**
   * Puts something new into the world, as `World.spawn` does: a thrown lantern, an arrow. The player's client shows
   * it at once, and takes it back if the server comes to another result.
   *
   * @returns the new entity; `id` is 0 on a client until the server has told it
   */
  spawn<K extends keyof E & string>(kind: K, start: EntityStart<PartsOf<E[K]>>): EntityValue<PartsOf<E[K]>, K>
}
