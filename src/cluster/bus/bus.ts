import type { Measured } from '../../core/index.ts'
import type { Link } from '../../transport/index.ts'

/**
 * Joins the processes of one world. A process is one run of a program: started again, it has another name, so nothing
 * meant for the one that died reaches its successor.
 *
 *     publish --topic--> whoever follows it       nothing is sent again: a gap is told, and the whole asked for anew
 *     ask <--> answer                             sent again until answered, carried out at most once
 *     connect <==link==> accept                   every packet once and in order, also over a broken socket
 */
export interface Bus extends Measured {
  /** The name of this process: see `checkProcess`. */
  readonly me: string
  /** Where others reach this process: what their `meet` is told. Empty where names suffice. */
  readonly address: string
  /** Notes where a process is reached, as the directory says. Again with another address, it has moved. */
  meet(process: string, address: string): void
  /**
   * Notes that a process is gone for good: what was asked of it fails at once, its links close, its topics end.
   */
  forget(process: string): void

  /**
   * Sends to all that follow this topic of ours. The bytes may be reused at once.
   *
   * @throws `cluster/bad-name` for a topic that is none, `cluster/bad-size` for no bytes and too many
   */
  publish(topic: string, bytes: Uint8Array): void
  /** Returns whether anybody may be following a topic of ours: false only where that is known. */
  isFollowed(topic: string): boolean
  /** Follows a topic of another process, until closed. */
  follow(author: string, topic: string, follower: BusFollower): BusFollowing

  /**
   * Asks a process something, and tells the one answer or failure later, once.
   *
   * @throws `cluster/bad-name`, `cluster/bad-size`
   */
  ask(
    process: string,
    about: string,
    question: Uint8Array,
    told: (answer: Answer) => void,
    options?: AskOptions,
  ): void
  /** Answers what others ask about this. Of several for one word the last counts. */
  answer(about: string, answerer: Answerer): void

  /** Opens a link to a process. It can be used at once; if the process never hears of it, it closes in the end. */
  connect(process: string): Link
  /** Takes the links that others open. Without a taker they are closed. */
  accept(taker: (link: Link, from: string) => void): void

  /** Hears of sockets that came about and broke. A carrier without sockets between two processes tells nothing. */
  observe(observer: (process: string, is: 'up' | 'down') => void): void
}

/** Hears a topic. The bytes belong to the bus again when a call returns. */
export interface BusFollower {
  /**
   * From now on nothing is missing: whoever needs what was before asks the author for the whole now. Told at the
   * beginning, and again after each `broken`.
   */
  begun(): void
  receive(bytes: Uint8Array): void
  /** Something may be missing, and nothing is received until `begun`. After `gone` that never comes. */
  broken(why: 'gap' | 'renewed' | 'gone'): void
}

export interface BusFollowing {
  close(): void
}

export interface AskOptions {
  /** How long to wait for an answer, in ms; 5000 when left out. */
  readonly patienceMs?: number
}

/**
 * `gone`: the process is forgotten; `late`: no answer in time, and whether it was carried out is not known; `refused`:
 * nobody answers about this there, or the answerer would not.
 */
export type Answer =
  | { readonly is: 'answered'; readonly body: Uint8Array }
  | { readonly is: 'failed'; readonly why: 'gone' | 'late' | 'refused' }

/** Answers one question, once, now or later; undefined refuses. The question's bytes are its own. */
export type Answerer = (
  question: Uint8Array,
  from: string,
  reply: (body: Uint8Array | undefined) => void,
) => void
