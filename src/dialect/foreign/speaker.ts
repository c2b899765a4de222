import type { Instant } from '../../core/index.ts'
import type { LeaveReason } from '../../replication/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { RefusalCode, Whereabouts } from '../conversation.ts'

/** The player is in. */
export interface Joined {
  readonly player: number
  /** The player's own character; 0 for none, as with a spectator. */
  readonly own: EntityId
  readonly tick: number
  readonly where: Whereabouts
  readonly serverName: string
  /** Goes on with this session after a lost connection: see `Interpreter.resume`. */
  readonly token: Uint8Array
  /** Whether the session was there already: the character is the one from before. */
  readonly isResumed: boolean
}

/** Why accounts refuse; stable, for programs. */
export type AccountRefusal =
  | 'name'
  | 'name-taken'
  | 'password'
  | 'wrong'
  | 'wait'
  | 'banned'
  | 'token'
  | 'closed'
  | 'form'
  | 'busy'

/** The player is not let in, or not any longer. */
export interface RefusedPlayer {
  readonly code: RefusalCode | AccountRefusal
  /** A sentence for people. */
  readonly reason: string
  /** Whether the connection ends with it. Otherwise the player may try again. */
  readonly isOver: boolean
  readonly waitSeconds?: number | undefined
  /** When a ban ends, in ms since 1970. */
  readonly until?: number | undefined
}

/**
 * What a tick has changed for a player, in values. Entities are plain objects, the same one as long as it is in
 * sight, with its fields and its `position` as they are at this tick. The `position` is shared by all who see it:
 * read it where you need it, keep a copy of what you compare with, and write nothing to it. The lists are good until
 * the call returns.
 */
export interface WorldNews {
  readonly tick: number
  readonly entered: readonly AnyEntity[]
  /** Whose fields have changed, with the old values of those that have. */
  readonly changed: readonly {
    readonly entity: AnyEntity
    readonly before: Readonly<Record<string, unknown>>
  }[]
  /** Who is elsewhere than at the last tick, by the dialect's `stride`; whoever has entered is not among them. */
  readonly moved: readonly AnyEntity[]
  readonly left: readonly { readonly entity: AnyEntity; readonly why: LeaveReason }[]
}

/**
 * What somebody writes who wants a protocol that is not ours to be spoken: it reads what its peer says and has the
 * interpreter do it, and writes what it is told in the peer's own bytes. It knows no sockets, sessions or worlds.
 *
 *     bytes --receive--> interpreter.login, intend, ask ...      joined, advanced, told --> interpreter.send(bytes)
 */
export interface Speaker {
  /** A frame of a stream, a packet or a datagram has come. The view is good until the call returns. */
  receive(frame: Uint8Array, now: Instant): void
  /** Bytes came that can be no frame; they are counted as nonsense, and what waited is forgotten. */
  broken?(): void
  joined(joined: Joined): void
  refused(refused: RefusedPlayer): void
  /** An account was made: `enter` comes in with it. */
  registered?(name: string): void
  /** Once for each tick of the player's world. */
  advanced?(news: WorldNews): void
  /** An event of the game. */
  told?(event: string, body: unknown): void
  /** What an `ask` was answered: the reply, or a sentence that says why there is none. */
  replied?(id: number, reply: { readonly body: unknown } | { readonly sorry: string }): void
  /** The player's character is another one now; 0 for none. */
  owns?(id: EntityId): void
  /** The player is in another world, where nobody is in sight yet; or its map is another one. */
  arrived?(where: Whereabouts, isOtherWorld: boolean): void
  /** Time goes on: once a tick, whether or not the player is in. */
  tick?(now: Instant): void
}

/** Where frames lie in a stream. */
export interface Framing {
  /** Bytes of the longest frame with all that belongs to it; what is longer is nonsense. */
  readonly bytesMax: number
  /**
   * @param bytes  what has come from the start of a frame on; at least one byte
   * @returns      where the frame's content lies and where the next one begins; undefined while too little has come;
   *               'broken' for what can be no frame
   */
  find(
    bytes: Uint8Array,
  ): { readonly start: number; readonly end: number; readonly next: number } | undefined | 'broken'
}
