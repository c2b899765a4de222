import type { Vector2 } from '../core/index.ts'
import { ShardlessError } from '../core/index.ts'
import type { EntityId, Kind } from './entity.ts'
import type { AnyEntity } from './resident.ts'

/**
 * Makes an entity of this kind as a plain object. Parts left out take their description's initial value.
 *
 * @throws `world/unknown-part`
 */
export function newEntity(kind: Kind, id: EntityId, start: Record<string, unknown>): AnyEntity {
  const entity: AnyEntity = { id, kind: kind.name }
  if (kind.position)
    entity.position = { ...(kind.position.initial as Vector2), ...(start.position as Vector2) }
  for (const { name, field } of kind.fields) entity[name] = start[name] ?? field.initial
  for (const name of kind.staticNames) entity[name] = start[name] ?? kind.statics.fields[name].initial
  for (const name of Object.keys(start))
    if (!(name in entity))
      throw new ShardlessError(
        'world/unknown-part',
        `'${kind.name}' has no part '${name}'; describe it in entity().`,
      )
  return entity
}
