import {
  type ContentAnswer,
  type ContentAsk,
  fetchContent,
  PIECE_BYTES_MAX,
  type Updated,
  type UpgradeProgress,
  update,
} from '../../content/index.node.ts'
import { OutsideError } from '../../core/index.ts'
import type { Client } from '../client.ts'
import { checkInquiry, openLink, type WayOptions } from '../session/connect.node.ts'
import { badOption } from '../session/options.ts'
import { Inquiry, informationFrom } from './inquiry.ts'

export interface UpdateContentOptions extends WayOptions {
  /** The folder for the content. Made when it is not there. */
  readonly folder: string
  /** Called now and then with the progress. */
  readonly progress?: (progress: UpgradeProgress) => void
}

/**
 * Brings the client content in a folder to what a server has: in-band, or over HTTP where the URL says so. It needs
 * no login. An interrupted update goes on where it stopped.
 *
 * @param from  where the server is: "ws://", "wss://", "tcp://", "udp://", "http://" or "https://"; or a connected
 *   client, which goes on playing and tells the server in the end what it has
 * @returns the version in place, and whether it is new; give `version` to the next `connect` as `content`
 * @throws OutsideError with one sentence when the server or the disk does not do its part; the old content stays
 */
export async function updateContent(from: string | Client, options: UpdateContentOptions): Promise<Updated> {
  checkUpdate(from, options)
  const { folder, progress } = options
  if (typeof from !== 'string') {
    const version = (await from.query())?.content
    const updated = await fetchInBand({ version, where: 'it', folder, progress }, (ask) =>
      from.askContent(ask),
    )
    from.content = updated.version
    return updated
  }
  if (/^https?:/.test(from)) return update({ url: from, folder, progress })
  const way = new Way(from, options)
  try {
    const { content } = await informationFrom(await way.inquiry(), from)
    return await fetchInBand({ version: content, where: from, folder, progress }, (ask) => way.ask(ask))
  } finally {
    way.close()
  }
}

/** @throws `client/bad-option` for arguments of another type */
function checkUpdate(from: string | Client, options: UpdateContentOptions): void {
  if (typeof from !== 'string' && typeof from?.askContent !== 'function')
    badOption('Where the content is', from, 'an address, or a client that is connected')
  if (typeof options !== 'object' || options === null) badOption('An update', options, '{ folder }')
  const { folder, progress } = options
  if (typeof folder !== 'string' || folder === '') badOption('folder', folder, 'the path of a folder')
  if (progress !== undefined && typeof progress !== 'function') badOption('progress', progress, 'a function')
  if (typeof from === 'string') checkInquiry(from, options)
}

interface InBand {
  readonly version: string | undefined
  readonly where: string
  readonly folder: string
  readonly progress: UpdateContentOptions['progress']
}

async function fetchInBand(
  { version, where, folder, progress }: InBand,
  ask: (ask: ContentAsk) => Promise<ContentAnswer | undefined>,
): Promise<Updated> {
  if (version === undefined) throw new OutsideError(`The server at ${where} has no content for clients.`)
  return fetchContent({ version, folder, ask, progress, pieceBytes: PIECE_BYTES_MAX })
}

/** Reaches a server by an inquiry, and opens another one when that is lost. */
class Way {
  readonly #url: string
  readonly #options: WayOptions
  #inquiry: Promise<Inquiry> | undefined
  #isOver = false

  constructor(url: string, options: WayOptions) {
    this.#url = url
    this.#options = options
  }

  /** Returns the open inquiry, or opens one. @throws OutsideError when the server cannot be reached */
  async inquiry(): Promise<Inquiry> {
    const known = this.#inquiry
    if (known !== undefined && (await known).isOpen) return known
    // The first caller dials, and the others wait for the same inquiry.
    if (this.#inquiry === known) this.#inquiry = this.#dial()
    return this.#inquiry as Promise<Inquiry>
  }

  /** Asks for a piece of content. @returns undefined when no answer comes: it will be asked for again */
  async ask(ask: ContentAsk): Promise<ContentAnswer | undefined> {
    try {
      return await (await this.inquiry()).ask(ask)
    } catch (error) {
      if (error instanceof OutsideError) return undefined
      throw error
    }
  }

  close(): void {
    this.#isOver = true
    this.#inquiry?.then(
      (inquiry) => inquiry.close(),
      () => {},
    )
  }

  async #dial(): Promise<Inquiry> {
    if (this.#isOver) throw new OutsideError('The update is over.')
    try {
      return new Inquiry(await openLink(this.#url, this.#options))
    } catch (error) {
      this.#inquiry = undefined
      throw error
    }
  }
}
