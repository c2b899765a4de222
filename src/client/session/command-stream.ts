import { bytesEqual, type Instant } from '../../core/index.ts'
import { CHANGES_MAX, type Change } from '../../dialect/native/index.ts'
import { decode, encode, type Field } from '../../wire/index.ts'

/**
 * The interval of repeats without changes, in milliseconds: they keep the session alive, and the server measures
 * arrival times by them.
 */
const REPEAT_MS = 250
/**
 * The same on a link that loses nothing, once the server has measured enough, and how long that takes, in
 * milliseconds. A command lapses after a second of silence.
 */
const SURE_REPEAT_MS = 500
const MEASURED_MS = 4000
/** The same on a link that loses, after so many acknowledged in a row, the last one among them. */
const CALM_REPEAT_MS = 400
const CALM_MESSAGES = 32
/** How long after a change that may be lost it is sent again, in milliseconds, unless something new is sent before. */
const AGAIN_MS = 100
/** The largest number of messages in flight. */
const FLYING_MAX = 256

/**
 * Sends the player's commands to the server: each with the tick from which it holds, once when it changes and four
 * times a second besides. Where messages get lost, each repeats a change until one that held it is acknowledged.
 */
export class CommandStream<Command> {
  readonly #field: Field<Command>
  #wanted: Command | undefined
  #wantedBytes: Uint8Array | undefined
  #pressed: Partial<Command> | undefined
  /** The last command sent, or about to be. */
  #saidBytes: Uint8Array | undefined
  #changes: Change<Command>[] = []
  /** The newest change that a message held, by the link's id of the message. */
  readonly #flying = new Map<number, number>()
  #isNews = false
  /** How many messages were acknowledged since one was lost, and the id of the last one sent. */
  #heardInRow = 0
  #lastId = -1
  #isLastHeard = false
  #saidAt = Number.NEGATIVE_INFINITY
  #begunAt = Number.POSITIVE_INFINITY

  /** @param field  the game's description of a command */
  constructor(field: Field<Command>) {
    this.#field = field
  }

  /** The player's current command: the same object until it changes. */
  get wanted(): Command | undefined {
    return this.#wanted
  }

  /**
   * Sets the player's command from now on. One that is the same on the wire changes nothing.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  want(command: Command): void {
    const bytes = encode(this.#field, command)
    if (this.#wantedBytes && bytesEqual(bytes, this.#wantedBytes)) return
    this.#wantedBytes = bytes
    // Keep a copy: later changes to the program's object must change nothing.
    this.#wanted = decode(this.#field, bytes)
  }

  /**
   * Adds to the player's command for one tick.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  press(part: Partial<Command>): void {
    const pressed = { ...this.#pressed, ...part }
    // Without a command yet, the initial one holds from the tick after the press.
    const wanted = this.#wanted ?? this.#field.initial
    encode(this.#field, { ...wanted, ...pressed })
    if (this.#wanted === undefined) this.want(wanted)
    this.#pressed = pressed
  }

  /** Starts a new session or connection: sends everything anew from the next tick on. */
  restart(): void {
    this.#changes = []
    this.#flying.clear()
    this.#heardInRow = 0
    this.#lastId = -1
    this.#saidBytes = undefined
    this.#saidAt = Number.NEGATIVE_INFINITY
    this.#begunAt = Number.POSITIVE_INFINITY
  }

  /** Begins one of the player's ticks. @returns the command of that tick; undefined before there was any */
  tick(tick: number): Command | undefined {
    let command = this.#wanted
    if (this.#pressed) {
      command = { ...(command ?? this.#field.initial), ...this.#pressed }
      this.#pressed = undefined
    }
    if (command === undefined) return undefined
    const bytes = command === this.#wanted ? (this.#wantedBytes as Uint8Array) : encode(this.#field, command)
    if (this.#saidBytes && bytesEqual(bytes, this.#saidBytes)) return command
    this.#saidBytes = bytes
    this.#changes.push({ tick, command })
    if (this.#changes.length > CHANGES_MAX) this.#changes.shift()
    this.#isNews = true
    return command
  }

  /**
   * Returns the changes to send now, if any.
   *
   * @param isLossy  whether the message may get lost: then its changes are repeated until `settled` acknowledges them
   */
  next(now: Instant, { isLossy }: { readonly isLossy: boolean }): readonly Change<Command>[] | undefined {
    if (this.#saidBytes === undefined) return undefined
    if (this.#begunAt === Number.POSITIVE_INFINITY) this.#begunAt = now
    const isMeasured = now - this.#begunAt >= MEASURED_MS
    const isCalm = this.#heardInRow >= CALM_MESSAGES && this.#isLastHeard
    const sureRepeat = !isLossy ? SURE_REPEAT_MS : isCalm ? CALM_REPEAT_MS : REPEAT_MS
    const repeat = isMeasured ? sureRepeat : REPEAT_MS
    const patience = isLossy && this.#changes.length > 0 ? AGAIN_MS : repeat
    // Also where this computer's clock was set back.
    const isEarly = now >= this.#saidAt && now - this.#saidAt < patience
    if (!this.#isNews && isEarly) return undefined
    this.#isNews = false
    this.#saidAt = now
    const changes = this.#changes
    if (!isLossy) this.#changes = []
    return changes
  }

  /** Records the id under which the last result of `next` was sent over a link that loses. */
  leftAs(id: number): void {
    this.#lastId = id
    this.#isLastHeard = false
    const newest = this.#changes.at(-1)
    if (newest && this.#flying.size < FLYING_MAX) this.#flying.set(id, newest.tick)
  }

  /** Records the fate of a message. */
  settled(id: number, isAcknowledged: boolean): void {
    this.#heardInRow = isAcknowledged ? this.#heardInRow + 1 : 0
    if (id === this.#lastId) this.#isLastHeard = isAcknowledged
    const newest = this.#flying.get(id)
    this.#flying.delete(id)
    if (newest !== undefined && isAcknowledged)
      this.#changes = this.#changes.filter(({ tick }) => tick > newest)
  }
}
