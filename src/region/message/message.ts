import type { PlayerNews } from './player-news.ts'

/** Whose a player is, on a server with accounts. */
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

/** A character as it was kept, with the lease that it is held by. */
export interface CharacterFacts {
  readonly id: string
  readonly name: string
  readonly epoch: number
  readonly map: string
  readonly position: readonly number[]
  readonly state: Uint8Array
  readonly items: readonly HeldItem[]
}

/** A world, and what has to be known to follow it. */
export interface WorldFacts {
  /** The map's name; empty where a server has but one and it has none. */
  readonly map: string
  readonly instance: number
  /** Metres. */
  readonly width: number
  readonly height: number
  readonly ticksPerSecond: number
  /** Of the map's pieces: 16 hexadecimal digits. */
  readonly hash: string
}

/** How a region's ticks go, in ms: the average, the longest, and the latest to begin, of the last second or two. */
export interface TickTimes {
  readonly workMs: number
  readonly worstMs: number
  readonly lateMs: number
}

/** Why a region lets a player in no more. */
export const endings = ['busy', 'taken-over', 'kicked'] as const
export type EndingCode = (typeof endings)[number]

/** What became of an own state that a player was to be told: it arrived, was lost, or never left the gateway. */
export const fates = ['acknowledged', 'lost', 'untold'] as const
export type Fate = (typeof fates)[number]

/** What a gateway tells a region. A session is a number of the gateway's. */
export type Up =
  /** Somebody comes in. Answered by `entered` or `refused`. */
  | {
      readonly is: 'enter'
      readonly session: number
      readonly name: string
      readonly account: AccountFacts | undefined
      readonly character: CharacterFacts | undefined
    }
  /** The player speaks over a new connection: after the last one was lost, or from elsewhere. */
  | { readonly is: 'speak'; readonly session: number }
  /** The player has no connection at present. */
  | { readonly is: 'away'; readonly session: number }
  | Commands
  /** From the next tick on the player wants this, in this world, until something else is said. */
  | { readonly is: 'intend'; readonly session: number; readonly instance: number; readonly command: unknown }
  /** A request of the game. Answered by `reply` with the same number. */
  | {
      readonly is: 'ask'
      readonly session: number
      readonly ask: number
      readonly request: string
      readonly body: unknown
    }
  /** What became of the own state of this tick. */
  | { readonly is: 'settled'; readonly session: number; readonly tick: number; readonly fate: Fate }
  /** The player's account changed: update what the player may do. */
  | { readonly is: 'account'; readonly session: number; readonly account: AccountFacts }
  /** The player leaves. `lost`: the character is another server's now, and nothing of it may be saved. */
  | { readonly is: 'leave'; readonly session: number; readonly how: 'left' | 'lost' }

/** What a player wants, of the world of this id, whose ticks these are. */
export interface Commands {
  readonly is: 'commands'
  session: number
  instance: number
  /** The tick up to which this is all there was to say. */
  newest: number
  /** Ticks between `newest` and what the player is shown of others. */
  viewDelay: number
  changes: readonly { readonly tick: number; readonly command: unknown }[]
}

/** What a region tells a gateway. */
export type Down =
  /** A world is there: views of it are written from the link's `source`. */
  | { readonly is: 'opened'; readonly world: WorldFacts; readonly tick: number }
  | { readonly is: 'closed'; readonly instance: number }
  /** The map under a world is another one from this tick on: whoever is in it is told. */
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
  | { readonly is: 'reply'; readonly ask: number; readonly answer: Answered }
  /** What the player heard of the world that they leave: `moved` comes next. */
  | { readonly is: 'heard'; readonly session: number; readonly events: readonly EventNews[] }
  /** The player is in another world from here on, whose next told tick is this. */
  | { readonly is: 'moved'; readonly session: number; readonly instance: number; readonly tick: number }
  /** The player is in no more, and the gateway has not asked for it. */
  | { readonly is: 'ended'; readonly session: number; readonly code: EndingCode; readonly reason: string }
  /** Everything of a player who left is saved. */
  | { readonly is: 'gone'; readonly session: number }
  | TickNews
  /** The region stood still, and left out so many ms: the next tick of each world comes that much later. */
  | { readonly is: 'leftOut'; readonly ms: number }
  /** The tick is made: players are served. */
  | { readonly is: 'ticked'; readonly times: TickTimes }

/** An encoded reply, or a sentence that says why there is none. */
export type Answered = { readonly body: Uint8Array } | { readonly sorry: string }

/**
 * What the tick of one world brings; the world's topics are those of the link's `source`. Good until it was received.
 */
export interface TickNews {
  readonly is: 'tick'
  instance: number
  tick: number
  readonly players: PlayerNews[]
  readonly events: EventNews[]
}

/** An event, encoded once, and whom it is for. */
export interface EventNews {
  /** Its place in the game's `eventNames`. */
  readonly event: number
  readonly body: Uint8Array
  /** The sessions that hear it; undefined for everyone in the world. */
  readonly sessions: readonly number[] | undefined
}
