import { type Bus, type PeerMessage, readPeerMessage, writePeerMessage } from '../../cluster/index.ts'
import { MessageStream } from '../../region/message/index.ts'
import type { Link, LinkHandler } from '../../transport/index.ts'
import type { LineCounts } from './counted-line.ts'
import { openLine } from './lines.ts'

export interface PeerLinesOptions {
  readonly bus: Bus
  readonly counts: LineCounts
  readonly receive: (from: string, message: PeerMessage) => void
}

/**
 * Carries what processes tell each other about ownership: one link to each process that is told something, opened with
 * the first message. What was on its way when a link broke is lost; who needs it answered tells it again.
 */
export class PeerLines {
  readonly #options: PeerLinesOptions
  readonly #out = new Map<string, { readonly link: Link; readonly stream: MessageStream }>()
  /** Messages that made no sense. */
  broken = 0

  constructor(options: PeerLinesOptions) {
    this.#options = options
  }

  send(to: string, message: PeerMessage): void {
    const { stream } = this.#out.get(to) ?? this.#open(to)
    stream.write(writePeerMessage(message))
    stream.flush()
  }

  /** Has a link to a process, so that it is noticed when the way there breaks. */
  meet(process: string): void {
    if (process !== this.#options.bus.me && !this.#out.has(process)) this.#open(process)
  }

  /** Takes a link that another process opened to tell something. */
  take(link: Link, from: string): LinkHandler {
    const stream = new MessageStream(link)
    return {
      receive: (packet) => {
        for (const bytes of stream.read(packet)) {
          const message = readPeerMessage(bytes)
          if (message) this.#options.receive(from, message)
          else this.broken++
        }
      },
      closed: () => {},
    }
  }

  /** Forgets a process that is gone. */
  forget(process: string): void {
    const out = this.#out.get(process)
    this.#out.delete(process)
    out?.link.close('It is gone.')
  }

  #open(to: string): { readonly link: Link; readonly stream: MessageStream } {
    const link = openLine(this.#options.bus, to, 'peers', this.#options.counts)
    const out = { link, stream: new MessageStream(link) }
    this.#out.set(to, out)
    link.open({
      receive: () => {},
      closed: () => {
        if (this.#out.get(to) === out) this.#out.delete(to)
      },
    })
    return out
  }
}
