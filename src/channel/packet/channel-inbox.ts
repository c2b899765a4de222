/** What `next` answers. */
export type Happening =
  /** A message of a channel. The bytes are the caller's. */
  | { readonly do: 'message'; readonly channel: number; readonly bytes: Uint8Array }
  /** A state payload that nothing newer overtook. The bytes are the caller's. */
  | { readonly do: 'state'; readonly bytes: Uint8Array }
  /** The peer has taken the state payload sent under this id. */
  | { readonly do: 'acked'; readonly id: number }
  /** It has not, as far as can be known: the packet vanished, or the payload was overtaken. */
  | { readonly do: 'lost'; readonly id: number }

/** What has happened and was not yet asked for, in order; bounded in messages and bytes. */
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

  /** Whether a message of so many bytes would still be taken. A first one always is. */
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

  /** Fates are bounded by the payloads sent; messages by `hasRoom`, which is asked first. */
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
