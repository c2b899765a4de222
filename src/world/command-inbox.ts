import { Counters, type Tick } from '../core/index.ts'
import { worldMetrics } from './metrics.ts'

/** Commands that are due and wait: one is used in each tick. Beyond these the oldest gives way. */
const DUE_MAX = 4
/** Commands that wait for their tick, due or not. */
const WAITING_MAX = 64
/** Seconds ahead of the world that a command may be stamped. */
const AHEAD_SECONDS = 2
/** Seconds without a word after which a command no longer holds. */
const LAPSE_SECONDS = 1

/**
 * What one player asked of the world, by the tick it is meant for. A command holds until the next one.
 *
 *     receive(tick, command) -> ... waits for its tick ... -> next(tick)
 *
 * One that comes too late is used in the next tick that is free: late, and not lost. In each tick at most one is used,
 * so whoever sends more of them than time has passed gains nothing by it.
 *
 * Source: docs/spec/native.md [N8], [N16].
 */
export class CommandInbox<Command> {
  readonly dropped: Counters<(typeof worldMetrics.commandsDropped.values)[number]>
  /** Commands that came when their tick was made already. */
  late = 0
  readonly #ticksPerSecond: number
  readonly #rest: Command
  readonly #waiting: { readonly tick: number; readonly command: Command }[] = []
  /** The last that was used: it holds, or has lapsed and will hold again. */
  #current: Command | undefined
  #hasLapsed = false
  #newest = 0
  /** Up to which tick there was something said, and until when it holds that somebody is there. */
  #said = 0
  #heard = 0
  #isSurprise = false
  /** Whether the present command holds without a word. */
  #isHeld = false

  /**
   * @param rest  what a player asks for who is no longer heard
   * @param dropped  counts for several inboxes together; for this one alone when left out
   */
  constructor(
    ticksPerSecond: number,
    rest: Command,
    dropped = new Counters(...worldMetrics.commandsDropped.values),
  ) {
    this.dropped = dropped
    this.#ticksPerSecond = ticksPerSecond
    this.#rest = rest
  }

  /**
   * The player wants `command` from `tick` on. Repeats are left at that; one from too far ahead is dropped.
   *
   * @param present  the tick that the world makes next
   */
  receive(tick: number, command: Command, present: Tick): void {
    if (tick <= this.#newest) return
    if (tick > present + AHEAD_SECONDS * this.#ticksPerSecond) {
      this.dropped.count('command-early')
      return
    }
    this.#newest = tick
    this.#isHeld = false
    if (tick < present) {
      this.late++
      this.#isSurprise = true
    }
    if (this.#waiting.length === WAITING_MAX) this.#giveWay()
    this.#waiting.push({ tick, command })
  }

  /** From the next tick on the player wants `command`, until something else is said: no word is needed meanwhile. */
  hold(command: Command): void {
    this.#waiting.length = 0
    this.#current = command
    this.#hasLapsed = false
    this.#isHeld = true
  }

  /** Nobody is there to hold anything: what is held lapses. */
  release(): void {
    this.#isHeld = false
  }

  /**
   * The player was heard, and had nothing new to say up to `tick`. Word that comes late is word all the same; what
   * was said before is not.
   */
  hear(tick: number, present: Tick): void {
    if (tick <= this.#said || tick > present + AHEAD_SECONDS * this.#ticksPerSecond) return
    this.#said = tick
    this.#heard = Math.max(tick, present)
  }

  /** The command of this tick; undefined before the first. */
  next(present: Tick): Command | undefined {
    const waiting = this.#waiting
    while (waiting.length > DUE_MAX && waiting[DUE_MAX].tick <= present) this.#giveWay()
    if (waiting.length > 0 && waiting[0].tick <= present) {
      this.#current = waiting[0].command
      this.#hasLapsed = false
      waiting.shift()
      if (waiting.length > 0 && waiting[0].tick <= present) this.#isSurprise = true
    } else if (this.#current !== undefined) {
      const isSilent = !this.#isHeld && present - this.#heard > LAPSE_SECONDS * this.#ticksPerSecond
      // It lapses in silence, and holds again from the first word on: the player's client has moved it all the while.
      if (isSilent !== this.#hasLapsed) this.#isSurprise = true
      this.#hasLapsed = isSilent
    }
    return this.current
  }

  /** The command that holds at present; undefined before the first. */
  get current(): Command | undefined {
    return this.#hasLapsed ? this.#rest : this.#current
  }

  /** The player came back over another connection, and begins anew: nothing from before is waited for. */
  restart(): void {
    // What had lapsed does not hold again: the player's client says anew what is wanted.
    if (this.#hasLapsed) this.#current = this.#rest
    this.#hasLapsed = false
    this.#waiting.length = 0
    this.#isHeld = false
    this.#newest = 0
    this.#said = 0
    this.#isSurprise = true
  }

  /**
   * Whether since the last time something was used otherwise than it was stamped: the player cannot have foreseen it.
   */
  takeSurprise(): boolean {
    const isSurprise = this.#isSurprise
    this.#isSurprise = false
    return isSurprise
  }

  #giveWay(): void {
    this.#waiting.shift()
    this.dropped.count('command-crowded')
    this.#isSurprise = true
  }
}
