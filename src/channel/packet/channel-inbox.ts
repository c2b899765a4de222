/** What `next` returns. */
export type Happening =
  /** A message of a channel. The bytes are the caller's. */
  | { readonly do: 'message'; readonly channel: number; readonly bytes: Uint8Array }
  /** A state payload that nothing newer overtook. The bytes are the caller's. */
  | { readonly do: 'state'; readonly bytes: Uint8Array }
  /** The peer has taken the state payload sent under this id. */
  | { readonly do: 'acked'; readonly id: number }
  /**
   * The peer has not taken that payload, as far as can be known: the packet vanished, or the payload was overtaken.
   */
  | { readonly do: 'lost'; readonly id: number }

/** Holds what has happened until `next` takes it, in order; bounded in messages and bytes. */
export class ChannelInbox {
  readonly #messagesMax: number
  readonly #bytesMax: number
  readonly #waiting: Happening[] = []
  #messages = 0
  #bytes = 0

  constructor(bounds: { readonly inboxMessagesMax: number; readonly inboxBytesMax: number }) {
    this.#messagesMax = bounds.inboxMessagesMax
    this.#bytesMax = bounds.inboxBytesMax
  }

  /** Returns whether a message of so many bytes still fits. The first one always does. */
  hasRoom(length: number): boolean {
    if (this.#messages === 0) return true
    return this.#messages < this.#messagesMax && this.#bytes + length <= this.#bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  get length(): number {
    return this.#waiting.length
  }

  /** Adds what happened. The payloads sent bound the fates; `hasRoom`, asked first, bounds the messages. */
  push(happening: Happening): void {
    this.#waiting.push(happening)
    if (happening.do !== 'message' && happening.do !== 'state') return
    this.#messages++
    this.#bytes += happening.bytes.length
  }

  shift(): Happening | undefined {
    const happening = this.#waiting.shift()
    if (happening?.do === 'message' || happening?.do === 'state') {
      this.#messages--
      this.#bytes -= happening.bytes.length
    }
    return happening
  }
}
