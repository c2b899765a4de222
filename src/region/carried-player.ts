import {
  bool,
  bytes,
  choice,
  type Field,
  float64,
  list,
  optional,
  record,
  text,
  varint,
} from '../wire/index.ts'
import type { AnyGame } from '../world/index.ts'

/**
 * What of a player goes to another region with the character. The first part is saved with the character's row, so that
 * a player outlives the region; the second only a living region hands on.
 */
const id = text({ bytesMax: 64 })
const blob = bytes({ bytesMax: 0xffffff })

/** Who a player is, and by which gateway's session. */
export const carriedPlayer = record({
  gateway: text({ bytesMax: 255 }),
  session: varint(),
  player: varint(),
  name: text({ bytesMax: 255 }),
  /** By what another gateway may claim the player. */
  key: text({ bytesMax: 255 }),
  /** Whether it makes way when the session's first character comes back. */
  isStandIn: bool(),
  account: optional(record({ id, role: choice(['player', 'staff', 'owner']), isGuest: bool() })),
  kept: optional(
    record({
      ...{ accountId: id, characterId: id, epoch: varint(), map: text({ bytesMax: 255 }) },
      position: list(float64(), { lengthMax: 3 }),
      state: blob,
      /** The character as it entered: JSON. */
      entered: blob,
    }),
  ),
  items: list(record({ id, kind: text({ bytesMax: 255 }), quantity: float64(), data: blob }), {
    lengthMax: 65_535,
  }),
  viewRadius: optional(float64()),
  watchedPlace: optional(record({ x: float64(), y: float64() })),
  watchedEntity: optional(varint()),
})
export type CarriedPlayer = typeof carriedPlayer.initial

/** How far a player is: what it has asked for, and what its client has been told. */
// biome-ignore lint/suspicious/noExplicitAny: commands are each game's own
export function playerLuggage({ command }: AnyGame): Field<any> {
  const wanted = command as Field<unknown>
  return record({
    isHere: bool(),
    /** Whether the store may have other items for the player than those that are carried. */
    areItemsUnsettled: bool(),
    isSurprised: bool(),
    viewDelay: float64(),
    commands: record({
      waiting: list(record({ tick: varint(), command: wanted }), { lengthMax: 64 }),
      current: optional(wanted),
      ...{ hasLapsed: bool(), newest: varint(), said: varint(), heard: varint() },
      ...{ isHeld: bool(), isSurprise: bool() },
    }),
    feed: record({
      ...{ owedSince: optional(varint()), toldAt: varint(), isPlaying: bool() },
      commandedAt: optional(varint()),
      flying: list(varint(), { lengthMax: 256 }),
    }),
    extras: list(varint(), { lengthMax: 65_535 }),
    spawned: list(record({ tick: varint(), ordinal: varint(), id: varint() }), { lengthMax: 32 }),
  })
}

/** See `playerLuggage`. */
export interface PlayerLuggage {
  readonly isHere: boolean
  readonly areItemsUnsettled: boolean
  readonly isSurprised: boolean
  readonly viewDelay: number
  // biome-ignore lint/suspicious/noExplicitAny: commands are each game's own
  readonly commands: any
  readonly feed: import('./own-state-feed.ts').PackedFeed
  readonly extras: readonly number[]
  readonly spawned: readonly import('../world/index.ts').Spawned[]
}
