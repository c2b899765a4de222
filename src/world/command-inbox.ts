import { Counters, type Tick } from '../core/index.ts'
import { worldMetrics } from './metrics.ts'

/** The most commands that are due and waiting: each tick uses one. Beyond this, the oldest is dropped. */
const DUE_MAX = 4
/** The most commands waiting for their tick, due or not. */
const WAITING_MAX = 64
/**
 * How far ahead of the world a command may be stamped, in seconds; and for how far ahead the newest one waits, as of a
 * player whose clock was set.
 */
const AHEAD_SECONDS = 2
const KEPT_SECONDS = 10
/** The silence after which a command no longer holds, in seconds. */
const LAPSE_SECONDS = 1

/** What an inbox holds, for another process to go on with. */
export interface PackedCommands<Command> {
  readonly waiting: readonly { readonly tick: number; readonly command: Command }[]
  readonly current: Command | undefined
  readonly hasLapsed: boolean
  readonly newest: number
  readonly said: number
  readonly heard: number
  readonly isHeld: boolean
  readonly isSurprise: boolean
}

/**
 * Queues one player's commands by the tick they are meant for. A command holds until the next one.
 *
 *     receive(tick, command) -> ... waits for its tick ... -> next(tick)
 *
 * A command that arrives too late is used in the next free tick: late, not lost. Each tick uses at most one, so a
 * player gains nothing by sending more commands than ticks have passed.
 *
 * Source: docs/spec/native.md [N8], [N16].
 */
export class CommandInbox<Command> {
  readonly dropped: Counters<(typeof worldMetrics.commandsDropped.values)[number]>
  /** The number of commands that arrived after their tick was made. */
  late = 0
  /** How many ticks after the one it was meant for the command of this tick is used; 0 where it merely goes on. */
  lateness = 0
  readonly #ticksPerSecond: number
  readonly #rest: Command
  readonly #waiting: { readonly tick: number; readonly command: Command }[] = []
  /** The newest command stamped too far ahead. */
  #early: { readonly tick: number; readonly command: Command } | undefined
  /** The last command used: it holds, or has lapsed and will hold again. */
  #current: Command | undefined
  #hasLapsed = false
  #newest = 0
  /** The tick up to which the player was heard, and the tick until which the player counts as present. */
  #said = 0
  #heard = 0
  #isSurprise = false
  /** Whether the current command holds through silence. */
  #isHeld = false

  /**
   * @param rest  the command of a player who is no longer heard
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
   * Queues `command` to hold from `tick` on. Ignores repeats. Of those stamped too far ahead the newest waits until it
   * no longer is: it says what the player wants, and is said only once.
   *
   * @param present  the next tick of the world
   */
  receive(tick: number, command: Command, present: Tick): void {
    if (tick <= this.#newest) return
    if (tick > present + AHEAD_SECONDS * this.#ticksPerSecond) {
      this.#receiveEarly(tick, command, present)
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

  /** Holds `command` from the next tick on until another arrives, through any silence. */
  hold(command: Command): void {
    this.#waiting.length = 0
    this.#early = undefined
    this.#current = command
    this.#hasLapsed = false
    this.#isHeld = true
  }

  /** Ends `hold` when the player has gone: the held command lapses in silence. */
  release(): void {
    this.#isHeld = false
  }

  /**
   * Notes that the player was heard, with nothing new up to `tick`. A late report counts as hearing from the
   * player; a repeated one does not.
   */
  hear(tick: number, present: Tick): void {
    if (tick <= this.#said || tick > present + AHEAD_SECONDS * this.#ticksPerSecond) return
    this.#said = tick
    this.#heard = Math.max(tick, present)
  }

  /** Returns the command of this tick; undefined before the first. */
  next(present: Tick): Command | undefined {
    const waiting = this.#waiting
    const early = this.#early
    if (early !== undefined && early.tick <= present + AHEAD_SECONDS * this.#ticksPerSecond) {
      this.#early = undefined
      this.receive(early.tick, early.command, present)
    }
    while (waiting.length > DUE_MAX && waiting[DUE_MAX].tick <= present) this.#giveWay()
    this.lateness = 0
    if (waiting.length > 0 && waiting[0].tick <= present) {
      this.#current = waiting[0].command
      this.lateness = present - waiting[0].tick
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

  /** The command that currently holds; undefined before the first. */
  get current(): Command | undefined {
    return this.#hasLapsed ? this.#rest : this.#current
  }

  /** The tick up to which the player was heard. */
  get said(): number {
    return this.#said
  }

  /** For the engine: everything that another process needs to go on. */
  pack(): PackedCommands<Command> {
    return {
      waiting: this.#early ? [...this.#waiting, this.#early] : [...this.#waiting],
      current: this.#current,
      hasLapsed: this.#hasLapsed,
      newest: this.#newest,
      said: this.#said,
      heard: this.#heard,
      isHeld: this.#isHeld,
      isSurprise: this.#isSurprise,
    }
  }

  /** For the engine: goes on where another process was. */
  unpack(packed: PackedCommands<Command>): void {
    this.#waiting.splice(0, WAITING_MAX, ...packed.waiting.slice(0, WAITING_MAX))
    this.#current = packed.current
    this.#hasLapsed = packed.hasLapsed
    this.#newest = packed.newest
    this.#said = packed.said
    this.#heard = packed.heard
    this.#isHeld = packed.isHeld
    this.#isSurprise = packed.isSurprise
  }

  /** Starts afresh when the player comes back over another connection: drops commands waiting from before. */
  restart(): void {
    // What had lapsed does not hold again: the player's client says anew what is wanted.
    if (this.#hasLapsed) this.#current = this.#rest
    this.#hasLapsed = false
    this.#waiting.length = 0
    this.#early = undefined
    this.#isHeld = false
    this.#newest = 0
    this.#said = 0
    this.#isSurprise = true
  }

  /**
   * Returns whether, since the last call, a command took effect otherwise than its stamp says, so that the player
   * cannot have predicted the result.
   */
  takeSurprise(): boolean {
    const isSurprise = this.#isSurprise
    this.#isSurprise = false
    return isSurprise
  }

  #receiveEarly(tick: number, command: Command, present: Tick): void {
    const isKept = tick <= present + KEPT_SECONDS * this.#ticksPerSecond
    if (isKept && this.#early !== undefined && tick <= this.#early.tick) return
    if (!isKept || this.#early !== undefined) this.dropped.count('command-early')
    if (isKept) this.#early = { tick, command }
  }

  #giveWay(): void {
    this.#waiting.shift()
    this.dropped.count('command-crowded')
    this.#isSurprise = true
  }
}
