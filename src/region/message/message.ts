import type { PlayerNews } from './player-news.ts'

/** A player's account, on a server with accounts. */
export interface AccountFacts {
  readonly id: string
  readonly role: 'player' | 'staff' | 'owner'
  readonly isGuest: boolean
}

/** An item that a character holds. */
export interface HeldItem {
  readonly id: string
  readonly kind: string
  readonly quantity: number
  readonly data: Uint8Array
}

/** A character as it was saved, with its lease. */
export interface CharacterFacts {
  readonly id: string
  readonly name: string
  readonly epoch: number
  readonly map: string
  readonly position: readonly number[]
  readonly state: Uint8Array
  readonly items: readonly HeldItem[]
}

/** A world, and the facts needed to follow it. */
export interface WorldFacts {
  /** The map's name; empty when the server's only map has none. */
  readonly map: string
  readonly instance: number
  /** The width and height, in metres. */
  readonly width: number
  readonly height: number
  readonly ticksPerSecond: number
  /** The hash of the map's pieces: 16 hexadecimal digits. */
  readonly hash: string
}

/** A region's tick timings over the last second or two, in ms: the average, the longest, and the latest start. */
export interface TickTimes {
  readonly workMs: number
  readonly worstMs: number
  readonly lateMs: number
}

/** The reasons a region refuses or ends a player's presence. */
export const endings = ['busy', 'taken-over', 'kicked'] as const
export type EndingCode = (typeof endings)[number]

/** The fates of an own state meant for a player: it arrived, was lost, or never left the gateway. */
export const fates = ['acknowledged', 'lost', 'untold'] as const
export type Fate = (typeof fates)[number]

/** What a region asks to become of an entity that is another's. */
export const effects = ['change', 'push', 'move', 'despawn', 'restrict', 'unrestrict'] as const
export type EffectName = (typeof effects)[number]

/** An entity, and the district of the world by which it is owned. */
export interface HeldEntity {
  readonly entity: number
  /** How often it has changed districts; 0 for one that is no more here. */
  readonly hop: number
  readonly district: number
}

/** An entity that nobody steps, and the last tick that it was stepped in. */
export interface StoodEntity {
  readonly entity: number
  readonly tick: number
}

/** A message from a gateway to a region. Sessions are the gateway's numbers. */
export type Up =
  /** A player enters. Answered by `entered` or `refused`. */
  | {
      readonly is: 'enter'
      readonly session: number
      readonly name: string
      readonly account: AccountFacts | undefined
      readonly character: CharacterFacts | undefined
      /** By what another gateway may claim the player; empty where there is none. */
      readonly key: string
      /** Whether nobody has had this session's character for too long: if it comes back, this one makes way. */
      readonly isStandIn: boolean
    }
  /**
   * The player of this key comes back at this gateway, whichever had it. Answered by `reclaimed` or `unclaimed`; the
   * other gateway is told that the session is over. `isHere`: the gateway has the session, and a region that had the
   * player is gone: answered by `taken` or `unclaimed`.
   */
  | { readonly is: 'reclaim'; readonly session: number; readonly key: string; readonly isHere: boolean }
  /** The player speaks over a new connection: after the last one was lost, or from elsewhere. */
  | { readonly is: 'speak'; readonly session: number }
  /** The player has no connection at present. */
  | { readonly is: 'away'; readonly session: number }
  | Commands
  /** The player's intent in this world, from the next tick on, until another replaces it. */
  | { readonly is: 'intend'; readonly session: number; readonly instance: number; readonly command: unknown }
  /** A request of the game. Answered by `reply` with the same number. */
  | {
      readonly is: 'ask'
      readonly session: number
      readonly ask: number
      readonly request: string
      readonly body: unknown
    }
  /** The fate of the own state of this tick. */
  | { readonly is: 'settled'; readonly session: number; readonly tick: number; readonly fate: Fate }
  /** The player's account changed: update the player's rights. */
  | { readonly is: 'account'; readonly session: number; readonly account: AccountFacts }
  /** A player of another region looks into this one's part of a world: tell of what is there. Not with radius -1. */
  | {
      readonly is: 'watch'
      readonly session: number
      readonly instance: number
      readonly x: number
      readonly y: number
      readonly radius: number
      /** The topics without a place that the player follows. */
      readonly extras: readonly number[]
      /** Whether a region looks, which hears of all that is there, also of what not every player may know. */
      readonly isRegion: boolean
    }
  /**
   * Another region asks, which shows this one's entities to its own: of an entity that is this region's, changes that
   * its game code has made. Addressed to this hop or a later one.
   */
  | {
      readonly is: 'affect'
      /** No player's: 0. */
      readonly session: number
      readonly entity: number
      readonly instance: number
      /** What becomes of it: `change` has the fields named in `fields`, encoded by the kind's `changesRecord`. */
      readonly what: EffectName
      readonly fields: Uint8Array
      /** How often it waited for the entity, or went after it to another region. */
      readonly passedOn: number
      /** For `move`: to where, for `push`: by how much, in metres. */
      readonly x: number
      readonly y: number
    }
  /** The player leaves. `lost`: the character now belongs to another server, and nothing of it may be saved. */
  | { readonly is: 'leave'; readonly session: number; readonly how: 'left' | 'lost' }

/** A player's commands for the world of this id, in its ticks. */
export interface Commands {
  readonly is: 'commands'
  session: number
  instance: number
  /** The tick up to which these are all the commands. */
  newest: number
  /** The ticks between `newest` and the state of others that the player is shown. */
  viewDelay: number
  changes: readonly { readonly tick: number; readonly command: unknown }[]
}

/** A message from a region to a gateway. */
export type Down =
  /** A world is open: views of it are written from the link's `source`. */
  | { readonly is: 'opened'; readonly world: WorldFacts; readonly tick: number }
  | { readonly is: 'closed'; readonly instance: number }
  /** The map under a world is replaced from this tick on: the players in it are told. */
  | { readonly is: 'map'; readonly world: WorldFacts; readonly tick: number }
  /** The player is in; `own` is the character, 0 for none. */
  | {
      readonly is: 'entered'
      readonly session: number
      readonly player: number
      readonly own: number
      readonly instance: number
    }
  | { readonly is: 'refused'; readonly session: number; readonly code: EndingCode; readonly reason: string }
  /** The player of the key is this session's from now on; `character`: the kept one, and its lease. */
  | {
      readonly is: 'reclaimed'
      readonly session: number
      readonly name: string
      readonly account: AccountFacts | undefined
      readonly player: number
      readonly own: number
      readonly instance: number
      readonly character:
        | { readonly accountId: string; readonly characterId: string; readonly epoch: number }
        | undefined
    }
  /** No player of the key is here. */
  | { readonly is: 'unclaimed'; readonly session: number }
  | { readonly is: 'reply'; readonly ask: number; readonly answer: Answered }
  /** The last events the player heard in the world they leave: `moved` comes next. */
  | { readonly is: 'heard'; readonly session: number; readonly events: readonly EventNews[] }
  /** The player is in another world from now on; its next reported tick is this one. */
  | { readonly is: 'moved'; readonly session: number; readonly instance: number; readonly tick: number }
  /**
   * From this tick on the region has the player, who came from another one. The gateway sends to it what concerns the
   * player, and repeats what the other may not have used.
   */
  | {
      readonly is: 'taken'
      readonly session: number
      readonly player: number
      readonly own: number
      readonly instance: number
      readonly tick: number
      /** Whether the player came in since the character of the session was not there. */
      readonly isStandIn: boolean
    }
  /** A message came after its player had gone to another region: it is to be sent there. */
  | { readonly is: 'returned'; readonly message: Up }
  /** The region has the player no more: another has, or will have, if any. */
  | { readonly is: 'released'; readonly session: number }
  /** The region speaks for a district at this epoch, and for no other entities of it than it says; 0: no longer. */
  | { readonly is: 'speaks'; readonly district: number; readonly epoch: number }
  /** Entities that the region has from now on, or has no more. */
  | { readonly is: 'holds'; readonly entities: readonly HeldEntity[] }
  /** Entities that stand where they were told to be, until a region says to have them. */
  | { readonly is: 'stands'; readonly entities: readonly StoodEntity[] }
  /** The player's presence has ended without the gateway asking for it. */
  | { readonly is: 'ended'; readonly session: number; readonly code: EndingCode; readonly reason: string }
  /** Everything of a player who left is saved. */
  | { readonly is: 'gone'; readonly session: number }
  | TickNews
  /** The region stalled and skipped so many ms: the next tick of each world comes that much later. */
  | { readonly is: 'leftOut'; readonly ms: number }
  /** The tick is complete: serve the players. */
  | { readonly is: 'ticked'; readonly times: TickTimes }

/** An encoded reply, or a sentence that says why there is none. */
export type Answered = { readonly body: Uint8Array } | { readonly sorry: string }

/**
 * The news of one world's tick; the world's topics are those of the link's `source`. Valid until received.
 */
export interface TickNews {
  readonly is: 'tick'
  instance: number
  tick: number
  readonly players: PlayerNews[]
  readonly events: EventNews[]
}

/** An event, encoded once, and its audience. */
export interface EventNews {
  /** Its index in the game's `eventNames`. */
  readonly event: number
  readonly body: Uint8Array
  /** The sessions that hear it; undefined for everyone in the world. */
  readonly sessions: readonly number[] | undefined
  /** Who else hears it, of those that other regions have; undefined where there are none. */
  readonly others?: EventAudience | undefined
}

/** Those near a place, in metres; one player; or the members of a group. */
export interface EventAudience {
  readonly near?: { readonly x: number; readonly y: number; readonly radius: number } | undefined
  readonly player?: number | undefined
  readonly group?: number | undefined
}
