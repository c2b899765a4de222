import type { Instant } from '../core/index.ts'
import type { PacketWriter, View } from '../replication/index.ts'
import type { ServerInformation } from './information.ts'
import type { DialectLimits } from './limits.ts'

/**
 * Translates between bytes and the server: bytes become what a player says and does, and news of the world becomes
 * bytes. It is the server's half of one conversation, a machine without I/O. This is the interface that the server
 * uses; to add another protocol, write a `Speaker`, which an `Interpreter` connects to the server.
 *
 *     packet --receive--> poll() -> Said ...      the host acts, and answers with welcome, refuse, tell, reply
 *     packet <--write-- told, replied, state      once a tick, and at once when something urgent waits
 */
export interface Conversation {
  /** Reads one packet from the player. Malformed messages are counted; `poll` reports when there are too many. */
  receive(packet: Uint8Array, now: Instant): void
  /**
   * Reads one payload from the player, on links with a separate lane for state. @returns whether it was valid and
   * new
   */
  receiveState(payload: Uint8Array): boolean
  /** Returns the player's next message, in order; undefined when nothing is left. */
  poll(): Said | undefined
  /** Advances time, once a tick, for conversations with time-outs and actions of their own. */
  advance?(now: Instant): void

  /** Lets the player in: from here on `write` adds the view's news. */
  welcome(welcome: Welcome): void
  /** Refuses or removes the player. Nothing else is sent afterwards. */
  refuse(refusal: Refusal): void
  /** Sends an encoded event of the game, given by its index in `eventNames`. All receivers share the bytes. */
  tell(event: number, body: Uint8Array): void
  /**
   * Sends the reply to `ask`, or a sentence that says why there is none.
   *
   * @returns false when there is no room for it: a player who misses replies must be disconnected
   */
  reply(id: number, answer: { readonly body: Uint8Array } | { readonly sorry: string }): boolean
  /** Sends the answer of an account page to the client that asked, as JSON. */
  answer(id: number, body: string): void
  /** Tells the player which entity their character is from now on; 0 for none. */
  own(entity: number): void
  /**
   * Tells the player that they are in another world from now on, or, if the instance is the same as before, that
   * its map has changed.
   *
   * @param tick  the next tick sent: ticks are that world's from here on
   */
  map(where: Whereabouts, tick: number): void

  /** Sends the server's public information to a client that asked. */
  inform(information: ServerInformation): void
  /** Appends a piece of client content, as the content room writes it. @returns whether there was room */
  writeContent(packet: PacketWriter, answer: Uint8Array): boolean
  /**
   * Adds a flag to the answers from now on: `map` once, to the next answer; `client` to each one, until it is
   * lowered.
   */
  raise(flag: Flag): void
  lower(flag: Flag): void

  /** The timing of the server's ticks, sent with each answer to a ping. */
  pace: ServerPace
  /** The time of what is written next. */
  now?: Instant | undefined
  /** The limits that override the server's own for this connection. */
  readonly limits?: DialectLimits
  /** Whether all that it says leaves in what `write` and `writeContent` write, and it sends nothing itself. */
  readonly sendsNothing?: boolean
  /** Whether a message is waiting that should not wait for the end of the tick. */
  readonly isUrgent: boolean
  /**
   * Appends all waiting messages, and the view's news of the tick when a view is given.
   *
   * @returns whether anything was appended
   */
  write(packet: PacketWriter, news: News | undefined): boolean
  /**
   * Appends only the view's news, for a separate lane.
   *
   * @returns the number by which the view knows the packet; 0 for one that only says that time goes on; undefined, and
   *          nothing appended, when there is nothing to tell
   */
  writeState(packet: PacketWriter, news: News): number | undefined
  /** Cuts a frame that `write` made into its messages, each a frame of its own; left out where that cannot be done. */
  split?(frame: Uint8Array): readonly Uint8Array[]
}

/**
 * The timing of a server's ticks over the last second or two, in ms: the average, the longest, and the latest to
 * begin.
 */
export interface ServerPace {
  readonly workMs: number
  readonly worstMs: number
  readonly lateMs: number
}

/** The news of a tick for a player: the view's news, and notes for that player alone. */
export interface News {
  readonly view: View
  readonly tick: number
  /** Whether the notes must not wait for a later tick. Others may, as `view.isPatient` says. */
  readonly isUrgent?: boolean
  /** Whether a margin is among the notes. */
  readonly hasMargin?: boolean
  /** Called when the news is written, and only then. */
  readonly takeNotes: () => Notes
}

/** The notes in a state message, besides the view's news. */
export interface Notes {
  /**
   * The margin by which the player's commands arrived before their tick was made, in ms; negative for late ones.
   */
  readonly margin?: number
  /** The exact state of the player's own character, when it has to be sent. */
  readonly own?: OwnNews
  /** The time that the server skipped, for some time after it stood still. */
  readonly leftOut?: LeftOut
}

/**
 * The time that a server which stood still did not make up for: from one tick on, all ticks come that much later.
 */
export interface LeftOut {
  /** The number of ticks since then. */
  readonly back: number
  /** The skipped time, in whole ms. */
  readonly ms: number
}

/** The state of a character as sent to its own player, so that the client can continue prediction from it. */
export interface OwnNews {
  /** The entities that the player's steps spawned: how many ticks ago, its number within that tick, and its id. */
  readonly spawned: readonly { readonly back: number; readonly ordinal: number; readonly id: number }[]
  /** The character's changing parts, encoded by the world's `exactRecord`. */
  readonly exact: Uint8Array
}

/** One message from a player. */
export type Said =
  | {
      readonly is: 'hello'
      readonly name: string
      readonly resume: Resume | undefined
      /** The client's content version; empty when it does not say. */
      readonly content: string
      /** The login token of an account; empty for none. */
      readonly login: string
      /** The id of the account's character to come in with; empty for whichever there is. */
      readonly character: string
    }
  /** Asks for the server's public information, without a login. */
  | { readonly is: 'query' }
  /** Asks for client content, encoded by the content room. */
  | { readonly is: 'ask content'; readonly ask: Uint8Array }
  /** Tells that the client now has this content version. */
  | { readonly is: 'have'; readonly content: string }
  /** Asks for an account page before hello, as over HTTP. The body is JSON. */
  | {
      readonly is: 'page'
      readonly id: number
      readonly page: string
      readonly login: string
      readonly body: string
    }
  | {
      readonly is: 'commands'
      /** The tick up to which these commands are complete. */
      readonly newest: number
      /** The view delay: ticks between `newest` and the moment at which the player sees others. */
      readonly viewDelay: number
      readonly changes: readonly { readonly tick: number; readonly command: unknown }[]
    }
  /** Holds a command from the next tick on until another message, through any silence. */
  | { readonly is: 'intend'; readonly command: unknown }
  | { readonly is: 'ask'; readonly id: number; readonly request: string; readonly body: unknown }
  /** Leaves the world but keeps the connection, over which somebody may come in again. */
  | { readonly is: 'leave' }
  | { readonly is: 'bye' }
  /** Reports a client of another protocol or game, which the conversation has already refused in its own format. */
  | { readonly is: 'foreign'; readonly reason: string }
  /** Reports malformed bytes: `dropped` names the kind. */
  | { readonly is: 'nonsense'; readonly dropped: string }
  /** Reports that the peer makes sense again: malformed bytes are counted anew. */
  | { readonly is: 'sense' }
  /** Reports that the peer no longer takes what must be sent: the connection is of no more use. */
  | { readonly is: 'slow' }

/** A session that a player wants to resume. */
export interface Resume {
  /** The token from the last welcome. */
  readonly token: Uint8Array
  /** The contents of the player's replica, encoded by the replication room. */
  readonly heard: Uint8Array
  /** The id of the instance that the replica belongs to. */
  readonly instance: number
}

/** The world that a player is in, with all that a client needs to follow it. */
export interface Whereabouts {
  /** The map's name; empty when a server has only one map and it has no name. */
  readonly map: string
  /** The id of the instance, from 1: a home, or one made for a group. */
  readonly instance: number
  /** The map's size, in metres. */
  readonly width: number
  readonly height: number
  readonly ticksPerSecond: number
  /** The hash of the map's pieces, 16 hexadecimal digits. See `cutMap`. */
  readonly hash: string
}

export interface Welcome {
  readonly player: number
  readonly entity: number
  readonly tick: number
  readonly where: Whereabouts
  readonly serverName: string
  /** The token that resumes this session once after a lost connection. */
  readonly token: Uint8Array
  /**
   * The extent of the resumed session: nothing (a new character), the earlier character, or that and all that the
   * replica held.
   */
  readonly resumed: Resumed
}

export const resumptions = ['nothing', 'session', 'everything'] as const
export type Resumed = (typeof resumptions)[number]

/** The flags that any answer can carry: the map has changed, so load it again; there is a newer client. */
export const flags = ['map', 'client'] as const
export type Flag = (typeof flags)[number]

/** The reason for refusing a player. `code` is stable and for programs, `reason` is a sentence for people. */
export interface Refusal {
  readonly code: RefusalCode
  readonly reason: string
  /** The required version, with code `content`. */
  readonly content?: string
  /** The end of a ban, in ms since 1970, with code `banned`; undefined for a permanent one. */
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
