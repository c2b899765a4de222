import type { Measured } from '../../core/index.ts'

/**
 * Carries messages between processes, as well as its platform can: what it carries may get lost, and it says when that
 * may have happened. What a `Switchboard` makes of it does not get lost.
 */
export interface Carrier extends Measured {
  readonly address: string
  /** The largest message, in bytes. */
  readonly messageBytesMax: number
  /**
   * Whether what `send` took arrives, in order, unless `renewed` is told. Without it, what has no answer is sent again.
   */
  readonly isSure: boolean
  /** Begins telling. Called once, before all else. */
  open(events: CarrierEvents): void
  meet(process: string, address: string): void
  forget(process: string): void
  /**
   * Sends a message to one process, after those sent to it before. The bytes may be kept: they do not change any more.
   *
   * @returns false when it was not taken: not connected, or too much waits
   */
  send(process: string, message: Uint8Array): boolean
  /** Sends to all followers of a topic of this process; as `send`. Where one cannot take it, `skipped` is told. */
  publish(topic: string, message: Uint8Array): void
  isFollowed(topic: string): boolean
  follow(author: string, topic: string): void
  unfollow(author: string, topic: string): void
}

/** Bytes are views, good until the call returns. */
export interface CarrierEvents {
  receive(from: string, message: Uint8Array): void
  hear(author: string, topic: string, message: Uint8Array): void
  /**
   * The way to and from this process, or all of them, is there, and what was sent before this may be lost: what
   * matters is sent again.
   */
  renewed(process: string | undefined): void
  /** The way to this process is broken. */
  down(process: string): void
  /** Not every follower was given the last of this topic. */
  skipped(topic: string): void
}
