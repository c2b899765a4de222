import type { Instant } from '../../core/index.ts'
import type { LeaveReason } from '../../replication/index.ts'
import type { AnyEntity, EntityId } from '../../world/index.ts'
import type { Flag, RefusalCode, Whereabouts } from '../conversation.ts'

/** The details of a player who has joined. */
export interface Joined {
  readonly player: number
  /** The id of the player's character; 0 for none, as with a spectator. */
  readonly own: EntityId
  readonly tick: number
  readonly where: Whereabouts
  readonly serverName: string
  /** The token that resumes this session after a lost connection: see `Interpreter.resume`. */
  readonly token: Uint8Array
  /** Whether an earlier session was resumed: the character is the one from before. */
  readonly isResumed: boolean
}

/** The codes of account refusals; stable, for programs. */
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

/** A refusal: the player is not let in, or is removed. */
export interface RefusedPlayer {
  readonly code: RefusalCode | AccountRefusal
  /** The reason, a sentence for people. */
  readonly reason: string
  /** Whether the connection ends with it. Otherwise the player may try again. */
  readonly isOver: boolean
  readonly waitSeconds?: number | undefined
  /** The end of a ban, in ms since 1970. */
  readonly until?: number | undefined
}

/**
 * Some entities of a world that stand near each other, the same object for all who see them: what is written of a
 * group can be written once a tick for all of them. Who sees one entity of it sees all.
 */
export interface WorldGroup {
  readonly entities: readonly AnyEntity[]
  /** Whether these are all that stand there: what most see who see any of it, and worth writing once for all. */
  readonly isWhole: boolean
  /** All that stand there, the same for all; of these `entities` are some, in the same order. */
  readonly whole: WorldGroup
  /** Those who moved since the last tick, by the dialect's `stride`, with those who have just come. */
  readonly moved: readonly AnyEntity[]
}

/**
 * The changes of one tick for a player, as values. Entities are plain objects, each the same one as long as it is
 * in sight, with its fields and its `position` as of this tick. All who see an entity share it: read it where you
 * need it, copy what you compare with later, and never write to it. The lists are valid until the call returns.
 */
export interface WorldNews {
  readonly tick: number
  readonly entered: readonly AnyEntity[]
  /** The entities whose fields have changed, with the old values of the changed fields. */
  readonly changed: readonly {
    readonly entity: AnyEntity
    readonly before: Readonly<Record<string, unknown>>
  }[]
  /**
   * The entities that moved since the last tick, by the dialect's `stride`, except those that have just entered.
   */
  readonly moved: readonly AnyEntity[]
  readonly left: readonly { readonly entity: AnyEntity; readonly why: LeaveReason }[]
  /** All who are in sight, in groups that are shared with others: see `OncePerTick`. */
  readonly groups: readonly WorldGroup[]
}

/**
 * The interface to implement for a foreign protocol: read the peer's messages and have the interpreter carry them
 * out, and write the server's news in the peer's own bytes. It knows no sockets, sessions or worlds.
 *
 *     bytes --receive--> interpreter.login, intend, ask ...      joined, advanced, told --> interpreter.send(bytes)
 */
export interface Speaker {
  /** Called with a frame of a stream, a packet or a datagram. The view is valid until the call returns. */
  receive(frame: Uint8Array, now: Instant): void
  /** Called when bytes are no frame; they are counted as nonsense, and the waiting bytes are discarded. */
  broken?(): void
  joined(joined: Joined): void
  refused(refused: RefusedPlayer): void
  /** Called when an account was created: `enter` joins with it. */
  registered?(name: string): void
  /** Called once for each tick of the player's world. */
  advanced?(news: WorldNews): void
  /** Called with an event of the game. */
  told?(event: string, body: unknown): void
  /** Called with the answer to an `ask`: the reply, or a sentence that says why there is none. */
  replied?(id: number, reply: { readonly body: unknown } | { readonly sorry: string }): void
  /** Called when the player gets another character; 0 for none. */
  owns?(id: EntityId): void
  /** Called when the player is in another world, where nobody is in sight yet, or when the map has changed. */
  arrived?(where: Whereabouts, isOtherWorld: boolean): void
  /**
   * Called when a flag for the next answers is raised, or lowered: the map has changed, there is other client content
   * than the peer has.
   */
  flagged?(flag: Flag, isRaised: boolean): void
  /** Called with a piece of client content, encoded by the content room: see `Interpreter.askContent`. */
  content?(answer: Uint8Array): void
  /** Called once a tick, whether or not the player has joined. */
  tick?(now: Instant): void
}

/** Finds the frames in a stream. */
export interface Framing {
  /** The longest frame including its delimiters, in bytes; a longer one is nonsense. */
  readonly bytesMax: number
  /**
   * @param bytes  the received bytes from the start of a frame on; at least one byte
   * @returns      where the frame's content lies and where the next one begins; undefined while too few bytes have
   *   come; 'broken' for bytes that are no frame
   */
  find(
    bytes: Uint8Array,
  ): { readonly start: number; readonly end: number; readonly next: number } | undefined | 'broken'
}
