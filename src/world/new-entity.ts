import type { Vector2, Vector3 } from '../core/index.ts'
import { ShardlessError } from '../core/index.ts'
import { encode, type Field } from '../wire/index.ts'
import type { EntityId, Kind } from './entity.ts'
import type { FieldListener } from './entity-layout.ts'
import { badHeight, namedOutOfRange } from './out-of-range.ts'
import type { AnyEntity } from './resident.ts'

/**
 * Makes an entity of this kind as a plain object. Parts left out take their description's initial value.
 *
 * @param listener  is told what its fields are set to, those sent once aside; for few entities
 * @throws `world/unknown-part`; `wire/out-of-range`, naming kind, entity and part, for a value that cannot travel
 */
export function newEntity(
  kind: Kind,
  id: EntityId,
  start: Record<string, unknown>,
  listener?: FieldListener,
): AnyEntity {
  const entity = kind.layout.begin(id) as AnyEntity
  if (kind.position)
    entity.position = { ...(kind.position.initial as Vector2), ...(start.position as Vector2) }
  for (const { name, field } of kind.fields) {
    const value = start[name] ?? field.initial
    if (listener) kind.layout.watch(entity, name, value, listener)
    else entity[name] = value
  }
  for (const name of kind.staticNames) entity[name] = start[name] ?? kind.statics.fields[name].initial
  for (const name of Object.keys(start))
    if (!(name in entity))
      throw new ShardlessError(
        'world/unknown-part',
        `'${kind.name}' has no part '${name}'; describe it in entity().`,
      )
  check(kind, entity, start)
  return entity
}

/**
 * Checks the given values against the kind's description, so that the game gets an error where it makes the
 * mistake.
 */
function check(kind: Kind, entity: AnyEntity, start: Record<string, unknown>): void {
  for (const { name, field } of kind.fields) if (name in start) checkPart(entity, name, field)
  for (const name of kind.staticNames) if (name in start) checkPart(entity, name, kind.statics.fields[name])
  const { axes, heightMax = 0 } = kind.position ?? {}
  const z = (entity.position as Partial<Vector3> | undefined)?.z
  if (axes === 3 && !(z !== undefined && z >= 0 && z < heightMax))
    throw namedOutOfRange(badHeight(z as number, heightMax), entity, 'position')
}

function checkPart(entity: AnyEntity, name: string, field: Field<unknown>): void {
  try {
    encode(field, entity[name])
  } catch (error) {
    throw namedOutOfRange(error, entity, name)
  }
}
