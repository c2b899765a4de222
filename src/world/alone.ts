import type { WorldMap } from '../geometry/index.ts'
import type { Kind } from './entity.ts'
import type { AnyGame } from './game.ts'
import type { Neighbourhood } from './neighbourhood.ts'
import { newEntity } from './new-entity.ts'

/** A neighbourhood in which nobody else is: to try a `step`, in a test or for what may come. What it spawns is nowhere. */
export function alone(game: AnyGame, map: WorldMap): Neighbourhood {
  return {
    seconds: game.secondsPerTick,
    map,
    spawn: (kind, start) => newEntity(game.kindByName.get(kind) as Kind, 0, start as never) as never,
  }
}
