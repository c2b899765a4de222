import type { Instant } from '../core/index.ts'
import type { PacketWriter, View } from '../replication/index.ts'

/**
 * A dialect turns bytes into what a player says and does, and what the world tells into bytes. The server's half of one
 * conversation is a machine without I/O:
 *
 *     packet --receive--> poll() -> Said ...      the host acts, and answers with welcome, refuse, tell, reply
 *     packet <--write-- told, replied, state      once a tick, and at once when something urgent waits
 */
export interface Conversation {
  /** One packet from the player. What makes no sense is counted; `poll` says when that is too much. */
  receive(packet: Uint8Array, now: Instant): void
  /** What the player said, in order; undefined when nothing is left. */
  poll(): Said | undefined

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
  /** The player's own character is another one now; 0 for none. */
  own(entity: number): void

  /** What one tick takes on the server, in ms: players are told with each answer to a ping. */
  workMs: number
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

/** What a player is told of a tick: the view's news, and the number of the player's last command that was applied. */
export interface News {
  readonly view: View
  readonly tick: number
  readonly applied: number
}

/** What a player said. */
export type Said =
  | { readonly is: 'hello'; readonly name: string }
  | { readonly is: 'command'; readonly number: number; readonly command: unknown }
  | { readonly is: 'ask'; readonly id: number; readonly request: string; readonly body: unknown }
  | { readonly is: 'bye' }
  /** It speaks another protocol or game; the conversation has refused it in its own words already. */
  | { readonly is: 'foreign'; readonly reason: string }
  /** Bytes that make no sense came: `dropped` says of what kind. */
  | { readonly is: 'nonsense'; readonly dropped: string }

export interface Welcome {
  readonly player: number
  readonly entity: number
  readonly tick: number
  readonly serverName: string
}

/** Why a player is refused. `code` is for programs and stable, `reason` a sentence for people. */
export interface Refusal {
  readonly code: RefusalCode
  readonly reason: string
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
] as const
export type RefusalCode = (typeof refusalCodes)[number]
