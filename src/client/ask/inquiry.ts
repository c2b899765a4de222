import { type ContentAnswer, type ContentAsk, readAnswer, writeAsk } from '../../content/index.ts'
import { OutsideError } from '../../core/index.ts'
import { NativeInquirer, reachable, type ServerInformation } from '../../dialect/native/index.ts'
import { type Link, parseConnectUrl } from '../../transport/index.ts'
import { ContentAsks } from './content-asks.ts'

/** Asks a server over a link without a login: what it is, and for client content. */
export class Inquiry {
  /** The reason why it ended, in the server's own sentence where it gave one; empty while it is open. */
  reason = ''
  readonly #link: Link
  readonly #native: NativeInquirer
  readonly #asks = new ContentAsks()
  #queries: ((information: ServerInformation | undefined) => void)[] = []

  constructor(link: Link) {
    this.#link = link
    this.#native = new NativeInquirer({
      informed: (information) => this.#inform(information),
      contentCame: (bytes) => {
        const answer = readAnswer(bytes)
        if (answer) this.#asks.receive(answer)
      },
      refused: (_code, reason) => {
        this.reason = reason
      },
    })
    link.open({
      receive: (packet) => {
        if (!this.#native.receive(packet)) link.close('The server said what makes no sense.')
      },
      closed: (reason) => {
        this.reason ||= reason || 'The connection was lost.'
        this.#asks.forget()
        this.#inform(undefined)
      },
    })
  }

  get isOpen(): boolean {
    return this.#link.isOpen && this.reason === ''
  }

  /** @returns undefined when the connection is lost first */
  query(): Promise<ServerInformation | undefined> {
    if (!this.#link.send(this.#native.query())) return Promise.resolve(undefined)
    return new Promise((resolve) => this.#queries.push(resolve))
  }

  /** @returns undefined when the connection is lost first */
  ask(ask: ContentAsk): Promise<ContentAnswer | undefined> {
    if (!this.#link.send(this.#native.askContent(writeAsk(ask)))) return Promise.resolve(undefined)
    return this.#asks.wait(ask)
  }

  close(): void {
    this.#link.close('That was all.')
    this.#asks.forget()
    this.#inform(undefined)
  }

  #inform(information: ServerInformation | undefined): void {
    const queries = this.#queries
    this.#queries = []
    for (const resolve of queries) resolve(information)
  }
}

/**
 * Returns a server's information about itself, asked over this inquiry.
 *
 * @param url  the address that reached it: listeners at all of its addresses are reported under that one
 * @throws OutsideError when it does not answer
 */
export async function informationFrom(inquiry: Inquiry, url: string): Promise<ServerInformation> {
  const information = await inquiry.query()
  if (information === undefined)
    throw new OutsideError(`${url} does not tell what it is: ${inquiry.reason || 'no answer came.'}`)
  const { host } = parseConnectUrl(url)
  return { ...information, listeners: information.listeners.map((listener) => reachable(listener, host)) }
}
