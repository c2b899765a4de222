import type { Instant } from '../core/index.ts'
import type { PacketWriter, View } from '../replication/index.ts'
import type { ServerInformation } from './information.ts'
import type { DialectLimits } from './limits.ts'

/**
 * A dialect turns bytes into what a player says and does, and what the world tells into bytes. The server's half of
 * one conversation is a machine without I/O. This is what the server sees of it; whoever writes a dialect for a
 * protocol that is not ours writes a `Speaker`, and has an `Interpreter` between the two.
 *
 *     packet --receive--> poll() -> Said ...      the host acts, and answers with welcome, refuse, tell, reply
 *     packet <--write-- told, replied, state      once a tick, and at once when something urgent waits
 */
export interface Conversation {
  /** One packet from the player. What makes no sense is counted; `poll` says when that is too much. */
  receive(packet: Uint8Array, now: Instant): void
  /** One payload from the player, on links with a lane for state. @returns whether it was of use */
  receiveState(payload: Uint8Array): boolean
  /** What the player said, in order; undefined when nothing is left. */
  poll(): Said | undefined
  /** Time goes on: once a tick, for conversations that have time-outs and moves of their own. */
  advance?(now: Instant): void

  /** The player is in: from here on `write` adds the view's news. */
  welcome(welcome: Welcome): void
  /** The player is not let in, or not any longer. Nothing else is said afterwards. */
  refuse(refusal: Refusal): void
  /** An event of the game, by its place in `eventNames` and encoded: the bytes are shared by all who are told. */
  tell(event: number, body: Uint8Array): void
  /**
   * The reply to `ask`; or a sentence that says why there is none.
   *
   * @returns false when there is no room for it: a player who does not hear replies has to go
   */
  reply(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): boolean
  /** What a page of the server's accounts answers to the client that asked: JSON. */
  answer(id: number, body: string): void
  /** The player's own character is another one now; 0 for none. */
  own(entity: number): void
  /**
   * The player is in another world from here on; or, where the instance is the one told before, its map has changed.
   *
   * @param tick  the next that is told of: ticks are that world's from here on
   */
  map(where: Whereabouts, tick: number): void

  /** What anyone may know of the server, for one who asked. */
  inform(information: ServerInformation): void
  /** Appends a piece of client content, as the content room writes it. @returns whether there was room */
  writeContent(packet: PacketWriter, answer: Uint8Array): boolean
  /**
   * Has a flag ride on whatever is answered from now on: `map` once, with the next answer; `client` with each one,
   * until it is lowered.
   */
  raise(flag: Flag): void
  lower(flag: Flag): void

  /** How the server's ticks go: players are told with each answer to a ping. */
  pace: ServerPace
  /** What goes before the server's own limits, for this connection. */
  readonly limits?: DialectLimits
  /** Whether something waits that should not wait for the tick's end. */
  readonly isUrgent: boolean
  /**
   * Appends everything that waits, and the view's news of the tick when a view is given.
   *
   * @returns whether anything was appended
   */
  write(packet: PacketWriter, news: News | undefined): boolean
  /**
   * Appends the view's news alone, for a lane of its own.
   *
   * @returns the number by which the view knows the packet; 0 for one that only says that time goes on; undefined, and
   *          nothing appended, when there is nothing to tell
   */
  writeState(packet: PacketWriter, news: News): number | undefined
}

/** How a server's ticks go, in ms: the average, the longest, and the latest to begin, of the last second or two. */
export interface ServerPace {
  readonly workMs: number
  readonly worstMs: number
  readonly lateMs: number
}

/** What a player is told of a tick: the view's news, and what concerns the player alone. */
export interface News {
  readonly view: View
  readonly tick: number
  /** Called when the news is written, and only then. */
  readonly takeNotes: () => Notes
}

/** What a state says besides what the view follows. */
export interface Notes {
  /** Milliseconds by which the player's commands came before their tick was made; negative for late ones. */
  readonly margin?: number
  /** Where it has to be told: how the player's own character is, exactly. */
  readonly own?: OwnNews
  /** For some time after the server stood still: the time that it left out. */
  readonly leftOut?: LeftOut
}

/** Time that a server which stood still did not make up for: from a tick on, all come so much later. */
export interface LeftOut {
  /** How many ticks ago that was. */
  readonly back: number
  /** Whole milliseconds. */
  readonly ms: number
}

/** A character as its own player is told of it, so that the player's client can go on from there. */
export interface OwnNews {
  /** What the player's steps have put into the world: so many ticks ago, which one of that tick, under which id. */
  readonly spawned: readonly { readonly back: number; readonly ordinal: number; readonly id: number }[]
  /** The character's changing parts, encoded by the world's `exactRecord`. */
  readonly exact: Uint8Array
}

/** What a player said. */
export type Said =
  | {
      readonly is: 'hello'
      readonly name: string
      readonly resume: Resume | undefined
      /** The content version that the client has; empty when it does not say. */
      readonly content: string
      /** The login token of an account; empty for none. */
      readonly login: string
      /** The id of the account's character to come in with; empty for whichever there is. */
      readonly character: string
    }
  /** What is known of the server without a login? */
  | { readonly is: 'query' }
  /** An ask for client content, as the content room writes it. */
  | { readonly is: 'ask content'; readonly ask: Uint8Array }
  /** The client has this content version now. */
  | { readonly is: 'have'; readonly content: string }
  /** Before hello: something of the account room, asked as over HTTP. The body is JSON. */
  | {
      readonly is: 'page'
      readonly id: number
      readonly page: string
      readonly login: string
      readonly body: string
    }
  | {
      readonly is: 'commands'
      /** The tick up to which this is all there was to say. */
      readonly newest: number
      /** Ticks between `newest` and what the player is shown of others. */
      readonly viewDelay: number
      readonly changes: readonly { readonly tick: number; readonly command: unknown }[]
    }
  /** From the next tick on, until something else is said, without a word meanwhile. */
  | { readonly is: 'intend'; readonly command: unknown }
  | { readonly is: 'ask'; readonly id: number; readonly request: string; readonly body: unknown }
  /** The player leaves the world, and the connection stays: somebody may come in over it once more. */
  | { readonly is: 'leave' }
  | { readonly is: 'bye' }
  /** It speaks another protocol or game; the conversation has refused it in its own words already. */
  | { readonly is: 'foreign'; readonly reason: string }
  /** Bytes that make no sense came: `dropped` says of what kind. */
  | { readonly is: 'nonsense'; readonly dropped: string }
  /** The peer takes no more of what it has to be told: the connection is of no more use. */
  | { readonly is: 'slow' }

/** A session that a player wants to go on with. */
export interface Resume {
  /** The token the last welcome gave. */
  readonly token: Uint8Array
  /** What the player's replica still holds, as the replication room writes it. */
  readonly heard: Uint8Array
  /** The world that it is of: an instance's id. */
  readonly instance: number
}

/** Which world a player is in, and what has to be known to follow it there. */
export interface Whereabouts {
  /** The map's name; empty where a server has but one and it has none. */
  readonly map: string
  /** The world's id: a home's, or that of an instance made for a group. From 1. */
  readonly instance: number
  /** Metres. */
  readonly width: number
  readonly height: number
  readonly ticksPerSecond: number
  /** Of the map's pieces: 16 hexadecimal digits. See `cutMap`. */
  readonly hash: string
}

export interface Welcome {
  readonly player: number
  readonly entity: number
  readonly tick: number
  readonly where: Whereabouts
  readonly serverName: string
  /** To go on with this session after a lost connection, once. */
  readonly token: Uint8Array
  /** What the player goes on with: a new character, the one from before, or that and all that the replica held. */
  readonly resumed: Resumed
}

export const resumptions = ['nothing', 'session', 'everything'] as const
export type Resumed = (typeof resumptions)[number]

/** What rides on any answer: the map has changed, load it anew; there is a newer client. */
export const flags = ['map', 'client'] as const
export type Flag = (typeof flags)[number]

/** Why a player is refused. `code` is for programs and stable, `reason` a sentence for people. */
export interface Refusal {
  readonly code: RefusalCode
  readonly reason: string
  /** With code `content`: the version that is wanted. */
  readonly content?: string
  /** For `banned`: when it ends, in ms since 1970; undefined for good. */
  readonly until?: number | undefined
}

export const refusalCodes = [
  'protocol',
  'game',
  'full',
  'name',
  'too-fast',
  'nonsense',
  'silent',
  'slow',
  'closing',
  'kicked',
  'content',
  'taken-over',
  'banned',
  'login',
  'busy',
] as const
export type RefusalCode = (typeof refusalCodes)[number]
