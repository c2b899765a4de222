import { ShardlessError } from '../core/index.ts'
import type { MapBounds } from '../geometry/index.ts'
import { fingerprint, type Infer, type RecordField } from '../wire/index.ts'
import { type Declared, describeAttribute } from './attribute/attribute.ts'
import { cellSizeOf, type MapSize } from './cell-size.ts'
import { type EntityDescription, type EntityValue, type Kind, kindOf, type Parts } from './entity.ts'
import type { Neighbourhood } from './neighbourhood.ts'

// biome-ignore lint/suspicious/noExplicitAny: parts of any description
export type Entities = Readonly<Record<string, EntityDescription<any>>>
// biome-ignore lint/suspicious/noExplicitAny: a record of any fields
export type AnyRecord = RecordField<any>
export type Events = Readonly<Record<string, AnyRecord>>
export type RequestDescriptions = Readonly<
  Record<string, { readonly ask: AnyRecord; readonly reply: AnyRecord }>
>

type PartsOf<D> = D extends EntityDescription<infer P> ? (P extends Parts ? P : never) : never

export interface GameOptions<
  E extends Entities,
  P extends keyof E & string,
  C extends AnyRecord,
  V extends Events,
  R extends RequestDescriptions,
  A extends Declared = Declared,
> {
  readonly name: string
  /** The version, raised by hand when rules change that the records do not show. Part of the fingerprint. */
  readonly version: string
  /**
   * The tick rate: 1 .. 128; 20 when left out. A command may change with each tick, so a server's limits on packets
   * and bytes from a player allow for that, plus the requests it allows.
   */
  readonly ticksPerSecond?: number
  readonly map: MapSize
  readonly entities: E
  /** The kind of entity that a player controls. */
  readonly player: P
  /** The command that a player gives in each tick. */
  readonly command: C
  readonly events?: V
  readonly requests?: R
  /** Named values of characters beyond the fields that everyone nearby sees: see `attribute`. */
  readonly attributes?: A
  /**
   * Makes one tick of one player's character: changes `self` according to `command`. It must be pure: the same
   * input gives the same bits on server and client, so it may read nothing but its arguments.
   */
  readonly step: (self: EntityValue<PartsOf<E[P]>, P>, command: Infer<C>, near: Neighbourhood<E>) => void
  /**
   * Moves entities of a kind by themselves in each tick, as pure as `step`: an arrow flies, a lantern burns down.
   * The server does this for all of them, a client for those it shows before the server has sent them. Returning
   * false takes the entity out of the world.
   */
  readonly moves?: {
    readonly [K in keyof E & string]?: (
      self: EntityValue<PartsOf<E[K]>, K>,
      near: Neighbourhood<E>,
      // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to return
    ) => boolean | void
  }
}

/** A game as server and client share it. Made by `defineGame`. */
export interface Game<
  E extends Entities = Entities,
  P extends keyof E & string = keyof E & string,
  C extends AnyRecord = AnyRecord,
  V extends Events = Events,
  R extends RequestDescriptions = RequestDescriptions,
  A extends Declared = Declared,
> extends GameOptions<E, P, C, V, R, A> {
  readonly ticksPerSecond: number
  /** The map and its cells: `cellSize` is the one chosen where the game left it out. */
  readonly map: MapBounds
  /** The time from one tick to the next, in seconds. */
  readonly secondsPerTick: number
  readonly events: V
  readonly requests: R
  readonly attributes: A
  /** The kinds in wire order: sorted by name. */
  readonly kinds: readonly Kind[]
  readonly kindByName: ReadonlyMap<string, Kind>
  /** The event names in wire order: sorted by name. */
  readonly eventNames: readonly string[]
  readonly requestNames: readonly string[]
  /** Every record as a line `name: description`, sorted: the input of the fingerprint. */
  readonly description: string
  /** The fingerprint, 16 hexadecimal digits. Two ends with different fingerprints refuse to talk. */
  readonly fingerprint: string
}

// biome-ignore lint/suspicious/noExplicitAny: stands for a game of any description
export type AnyGame = Game<any, any, any, any, any, any>

/** The plain object of one kind of a game: `EntityOf<typeof town, 'walker'>`. */
export type EntityOf<G, K extends KindsOf<G>> = EntityValue<PartsOfKind<G, K>, K>
/** An entity of any kind of a game: `if (entity.kind === 'walker')` says which. */
export type EntitiesOf<G> = { [K in KindsOf<G>]: EntityOf<G, K> }[KindsOf<G>]
export type KindsOf<G> = G extends { readonly entities: infer E } ? keyof E & string : never
export type PartsOfKind<G, K extends string> = G extends { readonly entities: infer E }
  ? K extends keyof E
    ? PartsOf<E[K]>
    : never
  : never
export type CommandOf<G> = G extends { readonly command: infer C } ? Infer<C> : never
export type PlayerOf<G> = G extends { readonly player: infer P }
  ? P extends KindsOf<G>
    ? EntityValue<PartsOfKind<G, P>, P>
    : never
  : never
export type EventNames<G> = G extends { readonly events: infer V } ? keyof V & string : never
export type EventOf<G, N extends string> = G extends { readonly events: infer V }
  ? N extends keyof V
    ? Infer<V[N]>
    : never
  : never
export type RequestNames<G> = G extends { readonly requests: infer R } ? keyof R & string : never
export type AskOf<G, N extends string> = G extends { readonly requests: infer R }
  ? N extends keyof R
    ? R[N] extends { readonly ask: infer A }
      ? Infer<A>
      : never
    : never
  : never
export type ReplyOf<G, N extends string> = G extends { readonly requests: infer R }
  ? N extends keyof R
    ? R[N] extends { readonly reply: infer A }
      ? Infer<A>
      : never
    : never
  : never

/** The most events of a game: an event's number is one byte on the wire. */
const EVENTS_MAX = 256

/**
 * Describes a game once, for server and client alike.
 *
 * @throws `world/bad-game` for a map that is no whole number of cells, a tick rate out of range, an unknown player
 *   kind, more than 256 events
 */
export function defineGame<
  const E extends Entities,
  P extends keyof E & string,
  C extends AnyRecord,
  // biome-ignore lint/complexity/noBannedTypes: no events is an object without keys
  const V extends Events = {},
  // biome-ignore lint/complexity/noBannedTypes: no requests is an object without keys
  const R extends RequestDescriptions = {},
  // biome-ignore lint/complexity/noBannedTypes: no attributes is an object without keys
  const A extends Declared = {},
>(options: GameOptions<E, P, C, V, R, A>): Game<E, P, C, V, R, A> {
  const { ticksPerSecond = 20 } = options
  if (!Number.isInteger(ticksPerSecond) || ticksPerSecond < 1 || ticksPerSecond > 128)
    throw new ShardlessError(
      'world/bad-game',
      `ticksPerSecond is ${ticksPerSecond}; it is a whole number from 1 to 128.`,
    )
  const kinds = Object.keys(options.entities)
    .sort()
    .map((name, index) => kindOf(name, { index, ticksPerSecond }, options.entities[name].parts))
  const { width, height } = options.map
  const map = { width, height, cellSize: cellSizeOf(options.map, leastCell(kinds)) }
  for (const side of [width, height])
    if (
      !(map.cellSize >= 1 && side > 0 && Number.isInteger(side / map.cellSize) && side / map.cellSize <= 4096)
    )
      throw new ShardlessError(
        'world/bad-game',
        `the map is ${map.width} x ${map.height} m with cells of ${map.cellSize} m; each side has to be 1 to 4096 whole cells of at least 1 m.`,
      )
  const kindByName = new Map(kinds.map((kind) => [kind.name, kind]))
  if (!kindByName.get(options.player)?.position)
    throw new ShardlessError(
      'world/bad-game',
      `the player's kind '${options.player}' must be an entity with a position.`,
    )
  const events = (options.events ?? {}) as V
  const requests = (options.requests ?? {}) as R
  const attributes = (options.attributes ?? {}) as A
  const eventNames = Object.keys(events).sort()
  const requestNames = Object.keys(requests).sort()
  if (eventNames.length > EVENTS_MAX)
    throw new ShardlessError(
      'world/bad-game',
      `the game has ${eventNames.length} events; ${EVENTS_MAX} are the most. Join some, with a choice among their fields.`,
    )
  const description = [
    `game: ${options.name} ${options.version}, ${ticksPerSecond} ticks per second, ${map.width} x ${map.height} m in cells of ${map.cellSize} m`,
    `command: ${options.command.description}`,
    ...kinds.map((kind) => `entity ${kind.name}: ${kind.description}`),
    ...eventNames.map((name) => `event ${name}: ${events[name].description}`),
    ...requestNames.flatMap((name) => [
      `request ${name}: ${requests[name].ask.description}`,
      `reply ${name}: ${requests[name].reply.description}`,
    ]),
    ...Object.keys(attributes).map((name) => `attribute ${name}: ${describeAttribute(attributes[name])}`),
  ]
    .sort()
    .join('\n')
  return {
    ...options,
    map,
    ticksPerSecond,
    secondsPerTick: 1 / ticksPerSecond,
    events,
    requests,
    attributes,
    kinds,
    kindByName,
    eventNames,
    requestNames,
    description,
    fingerprint: fingerprint(description),
  }
}

/** Returns the least side of a cell, in metres, that a tick of every motion is a quarter of at most. */
function leastCell(kinds: readonly Kind[]): number {
  let least = 1
  for (const { position } of kinds) {
    if (position?.style !== 'motion') continue
    least = Math.max(
      least,
      4 * position.speedUnitsMax * position.unit,
      8 * position.toleranceUnits * position.unit,
    )
  }
  return least
}
