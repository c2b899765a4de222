import type { WorldMap } from '../geometry/index.ts'
import type { EntityDescription, EntityStart, EntityValue, Parts } from './entity.ts'

type PartsOf<D> = D extends EntityDescription<infer P> ? (P extends Parts ? P : never) : never

/**
 * Everything that a `step` may read and do besides its own character and command: the same on server and client.
 */
// biome-ignore lint/suspicious/noExplicitAny: of entities of any description where the game is not named
export interface Neighbourhood<E = any> {
  /** The time since the last tick, in seconds; a fraction of it where a client shows a moment between two ticks. */
  readonly seconds: number
  /** The map, which stands still: walls, water, trees. */
  readonly map: WorldMap
  /**
   * Spawns an entity, as `World.spawn` does: a thrown lantern, an arrow. The player's client shows it at once, and
   * removes it again if the server's result differs.
   *
   * @returns the new entity; `id` is 0 on a client until the server has sent it
   */
  spawn<K extends keyof E & string>(kind: K, start: EntityStart<PartsOf<E[K]>>): EntityValue<PartsOf<E[K]>, K>
}
