import type { WorldMap } from './map/world-map.ts'

/** What a `step` may look at besides its own character and command: the same on server and client. */
export interface Neighbourhood {
  /** Seconds from the last tick to this one. */
  readonly seconds: number
  /** What stands still: walls, water, trees. */
  readonly map: WorldMap
}
