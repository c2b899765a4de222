import type { Link, LinkHandler } from '../../transport/index.ts'

/** The most bytes that are kept of a follower which is not listed yet. */
const WAITING_BYTES_MAX = 1 << 20

interface Follower {
  readonly link: Link
  /** What came before it was listed. */
  waiting: Uint8Array[]
  bytes: number
  /** Undefined until it is listed. */
  handler: LinkHandler | undefined
}

/**
 * Who follows a region: gateways and neighbours. Each is told nothing before a renewal in the directory lists it, so
 * that whoever takes the region's districts over knows whom to ask.
 *
 *     ask --> waiting --listed--> followed --closed--> gone
 */
export class Followers {
  readonly #follow: (link: Link, from: string) => LinkHandler
  readonly #all = new Map<string, Follower>()

  /** @param follow  begins to tell a follower */
  constructor(follow: (link: Link, from: string) => LinkHandler) {
    this.#follow = follow
  }

  /** Who is to be listed. */
  get names(): string[] {
    return [...this.#all.keys()]
  }

  /** Takes the link of somebody who wants to follow. A second one of the same process takes the place of the first. */
  ask(link: Link, from: string): LinkHandler {
    this.forget(from)
    const follower: Follower = { link, waiting: [], bytes: 0, handler: undefined }
    this.#all.set(from, follower)
    return {
      receive: (packet) => {
        if (follower.handler) follower.handler.receive(packet)
        else if ((follower.bytes += packet.length) > WAITING_BYTES_MAX) link.close('Too much at once.')
        else follower.waiting.push(packet.slice())
      },
      closed: (reason) => {
        if (this.#all.get(from) === follower) this.#all.delete(from)
        follower.handler?.closed(reason)
      },
    }
  }

  /** Begins to tell those whom the directory lists. */
  listed(names: readonly string[]): void {
    for (const name of names) {
      const follower = this.#all.get(name)
      if (!follower || follower.handler) continue
      follower.handler = this.#follow(follower.link, name)
      for (const packet of follower.waiting) follower.handler.receive(packet)
      follower.waiting = []
    }
  }

  /** Closes the link of a process that is gone. */
  forget(name: string): void {
    const follower = this.#all.get(name)
    if (!follower) return
    this.#all.delete(name)
    const reason = 'It is followed over another link, or is gone.'
    follower.link.close(reason)
    follower.handler?.closed(reason)
  }

  close(): void {
    for (const { link } of this.#all.values()) link.close('The region is closing.')
  }
}
