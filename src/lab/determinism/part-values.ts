import type { AnyEntity, Kind } from '../../world/index.ts'

/**
 * What an entity has been given, part by part, and apart from the entity: later changes of it change nothing here.
 */
export type PartValues = ReadonlyMap<string, unknown>

export function valuesOf(kind: Kind, entity: AnyEntity): PartValues {
  return new Map(namesOf(kind).map((name) => [name, copyOf(entity[name])]))
}

/** Makes an entity with these values, without anything else that the game may have hung on it. */
export function entityWith(kind: Kind, id: number, values: PartValues): AnyEntity {
  const entity: AnyEntity = { id, kind: kind.name }
  for (const [name, value] of values) entity[name] = copyOf(value)
  return entity
}

/** Lists the parts in which two differ. */
export function differingParts(one: PartValues, other: PartValues): string[] {
  return [...one.keys()].filter((name) => !isSame(one.get(name), other.get(name)))
}

function namesOf(kind: Kind): string[] {
  return [...(kind.position ? ['position'] : []), ...kind.fields.map(({ name }) => name), ...kind.staticNames]
}

/**
 * Copies a value: numbers, texts and booleans are themselves; lists, records and bytes are copied through and
 * through.
 */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof Uint8Array) return value.slice()
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOf(part)]))
}

/** Compares bit for bit: 0 and -0 differ, NaN is NaN. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  return names.every((name) => isSame(one[name as keyof typeof one], other[name as keyof typeof other]))
}
