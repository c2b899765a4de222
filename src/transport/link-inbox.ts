import { ShardlessError } from '../core/index.ts'
import type { LinkHandler } from './link.ts'

/**
 * Stands between a platform and a link's handler: keeps what comes before `open`, up to a bound, and reports the
 * closing once.
 *
 *     receive, close --> held --release--> handler
 */
export class LinkInbox {
  readonly #bytesMax: number
  #handler: LinkHandler | undefined
  #isReleased = false
  #isMuted = false
  #held: Uint8Array[] = []
  #heldBytes = 0
  #ending: { readonly reason: string; readonly hasLeft: boolean } | undefined

  /** @param bytesMax the bound on what is kept before `open` */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get isOpened(): boolean {
    return this.#handler !== undefined
  }

  /**
   * Takes the handler. Nothing is told to it before `release`, which the owner calls from its event loop.
   *
   * @throws `transport/opened-twice`
   */
  open(handler: LinkHandler): void {
    if (this.#handler !== undefined) {
      throw new ShardlessError(
        'transport/opened-twice',
        'This link was opened before. Open it once and share what it receives.',
      )
    }
    this.#handler = handler
  }

  /** Delivers what was held, oldest first, and the closing if there was one. From now on nothing is held. */
  release(): void {
    const held = this.#held
    this.#held = []
    this.#isReleased = true
    for (const packet of held) if (!this.#isMuted) this.#handler?.receive(packet)
    if (this.#ending) this.#handler?.closed(this.#ending.reason, this.#ending.hasLeft)
  }

  /**
   * Takes one packet from the peer. Keeps a copy while nobody listens.
   *
   * @returns false when it was dropped because the bound was reached
   */
  receive(packet: Uint8Array): boolean {
    if (this.#isMuted) return true
    if (this.#isReleased) {
      this.#handler?.receive(packet)
      return true
    }
    if (this.#heldBytes + packet.length > this.#bytesMax) return false
    this.#heldBytes += packet.length
    this.#held.push(new Uint8Array(packet))
    return true
  }

  /** Ignores packets from now on: this side has closed. */
  mute(): void {
    this.#isMuted = true
  }

  /** Ends the inbox. What was held is still delivered first; what comes later is ignored. */
  close(reason: string, hasLeft = false): void {
    if (this.#ending) return
    this.#ending = { reason, hasLeft }
    if (!this.#isReleased) return
    this.#isMuted = true
    this.#handler?.closed(reason, hasLeft)
  }
}
