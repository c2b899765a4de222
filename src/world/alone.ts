import type { WorldMap } from '../geometry/index.ts'
import type { Kind } from './entity.ts'
import type { AnyGame } from './game.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import { newEntity } from './new-entity.ts'

/**
 * Makes a neighbourhood with nobody else in it, to try a `step` in a test or ahead of time. Spawned entities go
 * nowhere.
 */
export function alone(game: AnyGame, map: WorldMap): Neighbourhood {
  return {
    seconds: game.secondsPerTick,
    map,
    spawn: (kind, start) => newEntity(game.kindByName.get(kind) as Kind, 0, start as never) as never,
  }
}
