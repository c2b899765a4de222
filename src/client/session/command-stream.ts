import { bytesEqual, type Instant } from '../../core/index.ts'
import { CHANGES_MAX, type Change } from '../../dialect/native/index.ts'
import { decode, encode, type Field } from '../../wire/index.ts'

/** Milliseconds between two messages that say the same: a keep-alive, and how the server measures what comes when. */
const REPEAT_MS = 250
/** Milliseconds after which a change that may have got lost is said again, unless something new is said before. */
const AGAIN_MS = 100
/** Messages whose fate is unknown, at most. */
const FLYING_MAX = 256

/**
 * What the player wants, as it is said to the server: by the tick from which on it is wanted, once when it changes and
 * four times a second besides. Where messages get lost, a change is in each of them until one is known to have come.
 */
export class CommandStream<Command> {
  readonly #field: Field<Command>
  #wanted: Command | undefined
  #wantedBytes: Uint8Array | undefined
  #pressed: Partial<Command> | undefined
  /** What was last said, or will be. */
  #saidBytes: Uint8Array | undefined
  #changes: Change<Command>[] = []
  /** By the link's id: the newest change a message held. */
  readonly #flying = new Map<number, number>()
  #isNews = false
  #saidAt = Number.NEGATIVE_INFINITY

  /** @param field the game's description of a command */
  constructor(field: Field<Command>) {
    this.#field = field
  }

  /** What the player wants at present: the same object until something else is wanted. */
  get wanted(): Command | undefined {
    return this.#wanted
  }

  /**
   * From now on the player wants this. What is the same on the wire as before is no news.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  want(command: Command): void {
    const bytes = encode(this.#field, command)
    if (this.#wantedBytes && bytesEqual(bytes, this.#wantedBytes)) return
    this.#wantedBytes = bytes
    // What the program does with its object afterwards changes nothing.
    this.#wanted = decode(this.#field, bytes)
  }

  /**
   * The player wants this too, for one tick.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  press(part: Partial<Command>): void {
    const pressed = { ...this.#pressed, ...part }
    // Nothing else is wanted in the tick after it.
    const wanted = this.#wanted ?? this.#field.initial
    encode(this.#field, { ...wanted, ...pressed })
    if (this.#wanted === undefined) this.want(wanted)
    this.#pressed = pressed
  }

  /** A new session, or another connection: everything is said anew from the next tick on. */
  restart(): void {
    this.#changes = []
    this.#flying.clear()
    this.#saidBytes = undefined
    this.#saidAt = Number.NEGATIVE_INFINITY
  }

  /** One of the player's ticks begins. @returns the command of that tick; undefined before anything was wanted */
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
   * What is to be said now, if anything.
   *
   * @param isLossy  whether the message may get lost: then its changes stay until `settled` says that they came
   */
  next(now: Instant, { isLossy }: { readonly isLossy: boolean }): readonly Change<Command>[] | undefined {
    if (this.#saidBytes === undefined) return undefined
    const patience = isLossy && this.#changes.length > 0 ? AGAIN_MS : REPEAT_MS
    if (!this.#isNews && now - this.#saidAt < patience) return undefined
    this.#isNews = false
    this.#saidAt = now
    const changes = this.#changes
    if (!isLossy) this.#changes = []
    return changes
  }

  /** What `next` gave last left under this id, and may get lost. */
  leftAs(id: number): void {
    const newest = this.#changes.at(-1)
    if (newest && this.#flying.size < FLYING_MAX) this.#flying.set(id, newest.tick)
  }

  /** What became of a message. */
  settled(id: number, isAcknowledged: boolean): void {
    const newest = this.#flying.get(id)
    this.#flying.delete(id)
    if (newest !== undefined && isAcknowledged)
      this.#changes = this.#changes.filter(({ tick }) => tick > newest)
  }
}
