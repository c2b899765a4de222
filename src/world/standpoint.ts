import type { Vector2 } from '../core/index.ts'
import type { Player } from './player.ts'
import type { AnyEntity } from './resident.ts'
import type { World } from './world.ts'

/**
 * Returns where a player sees and hears from: the place or entity they watch, else their character; so it is where what
 * they watch is no place.
 *
 * @returns undefined for a spectator who watches nothing, or an entity that is gone: they stay where they were
 */
export function standpoint({ watching, entity }: Player, world: World): Vector2 | undefined {
  const watched = typeof watching === 'number' ? world.get(watching)?.position : watching
  const isPlace = Number.isFinite(watched?.x) && Number.isFinite(watched?.y)
  return (isPlace ? watched : undefined) ?? (entity as AnyEntity | undefined)?.position
}
