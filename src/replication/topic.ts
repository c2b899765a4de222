import { type Tick, tick } from '../core/index.ts'

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

/** A topic's name for people: "cell 17", "entity 4711". */
export function describeTopic(key: TopicKey): string {
  const { kind, id } = topicName(key)
  return kind === 'world' ? kind : `${kind} ${id}`
}

/** Where an entity went when it left a slot. `near` is a neighbouring cell, by steps of -1, 0 or 1. */
export type Destination =
  | { readonly to: 'near'; readonly east: number; readonly north: number }
  | { readonly to: 'elsewhere' }
  | { readonly to: 'removed' }

export const ELSEWHERE: Destination = { to: 'elsewhere' }
export const REMOVED: Destination = { to: 'removed' }

/** One entry of a chunk's log of departures. */
export interface Departure {
  readonly slot: number
  readonly tick: Tick
  readonly destination: Destination
}

/** A tick later than every other: "all of it". */
export const LAST_TICK = tick(2 ** 31 - 1)
