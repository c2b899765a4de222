import type { Grid } from '../../geometry/index.ts'

/**
 * A topic's name: which stream of entity state it is.
 *
 *     cell    the entities that stand in one cell of a map (id: the cell's number)
 *     entity  one restricted entity (id: the entity's)
 *     group   what the members of a group follow (id: the group's)
 *     world   what everyone follows (id: 0)
 */
export interface TopicName {
  readonly kind: TopicKind
  /** 0 <= id < 2^32 */
  readonly id: number
}
export type TopicKind = 'cell' | 'entity' | 'group' | 'world'

const CODES: Record<TopicKind, number> = { cell: 0, entity: 1, group: 2, world: 3 }
const KINDS: readonly TopicKind[] = ['cell', 'entity', 'group', 'world']

/** A topic's name as one number, unique per name. */
export type TopicKey = number

export function topicKey(name: TopicName): TopicKey {
  return name.id * 4 + CODES[name.kind]
}

export function topicName(key: TopicKey): TopicName {
  return { kind: KINDS[key % 4], id: Math.floor(key / 4) }
}

/** Returns the key of a cell's topic. */
export function cellKey(cell: number): TopicKey {
  return cell * 4
}

/** Returns the cell of a topic; undefined for every other kind of topic. */
export function cellOf(key: TopicKey): number | undefined {
  return key % 4 === 0 ? key / 4 : undefined
}

/** Names a topic for people: "cell 17", "entity 4711". */
export function describeTopic(key: TopicKey): string {
  const { kind, id } = topicName(key)
  return kind === 'world' ? kind : `${kind} ${id}`
}

/**
 * Where an entity went when it left a slot, as one number.
 *
 *     ELSEWHERE   to a topic that is no neighbouring cell
 *     REMOVED     out of the world
 *     nearby(..)  to the same or a neighbouring cell, by steps of -1, 0 or 1
 */
export type Destination = number

export const ELSEWHERE: Destination = 0
export const REMOVED: Destination = 1
const NEARBY: Destination = 2

/** Returns the neighbouring cell `east` columns and `north` rows away, each -1, 0 or 1. */
export function nearby(east: number, north: number): Destination {
  return NEARBY + (east + 1) * 3 + north + 1
}

export function isNearby(destination: Destination): boolean {
  return destination >= NEARBY
}

/** Returns how many columns to the east, -1, 0 or 1, a nearby destination lies. */
export function eastOf(destination: Destination): number {
  return Math.floor((destination - NEARBY) / 3) - 1
}

/** Returns how many rows to the north, -1, 0 or 1, a nearby destination lies. */
export function northOf(destination: Destination): number {
  return ((destination - NEARBY) % 3) - 1
}

/** Returns where an entity goes that moves from one topic to another. */
export function stepTo({ columns }: Grid, from: TopicName, to: TopicName): Destination {
  if (from.kind !== 'cell' || to.kind !== 'cell') return ELSEWHERE
  const east = (to.id % columns) - (from.id % columns)
  const north = Math.floor(to.id / columns) - Math.floor(from.id / columns)
  return Math.abs(east) <= 1 && Math.abs(north) <= 1 ? nearby(east, north) : ELSEWHERE
}
