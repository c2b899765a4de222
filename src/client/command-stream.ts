import { bytesEqual, type Instant } from '../core/index.ts'
import { encode, type Field } from '../wire/index.ts'

/** Milliseconds between two commands that say the same: a keep-alive. */
const REPEAT_MS = 500

/**
 * What the player wants, as it is said to the server: numbered by the client's ticks, once when it changed and twice a
 * second besides.
 */
export class CommandStream<Command> {
  readonly #field: Field<Command>
  #wanted: Uint8Array | undefined
  #isNews = false
  #number = 0
  #saidAt = 0

  /** @param field the game's description of a command */
  constructor(field: Field<Command>) {
    this.#field = field
  }

  /**
   * From now on the player wants this. What is the same on the wire as before is no news.
   *
   * @throws `wire/out-of-range` for a command that is not the game's
   */
  want(command: Command): void {
    const bytes = encode(this.#field, command)
    if (this.#wanted && bytesEqual(bytes, this.#wanted)) return
    this.#wanted = bytes
    this.#isNews = true
  }

  /** A new session: numbers begin anew, and what was wanted is wanted still. */
  restart(): void {
    this.#number = 0
    this.#isNews = this.#wanted !== undefined
  }

  /** One of the client's ticks passes. @returns the command to send, encoded, if one is due */
  next(now: Instant): { readonly number: number; readonly body: Uint8Array } | undefined {
    this.#number++
    if (this.#wanted === undefined) return undefined
    if (!this.#isNews && now - this.#saidAt < REPEAT_MS) return undefined
    this.#isNews = false
    this.#saidAt = now
    return { number: this.#number, body: this.#wanted }
  }
}
