import { instant, OutsideError, Random } from '../../core/index.ts'
import type { Air } from '../../transport/index.ts'
import { connectWebSocket } from '../../transport/index.web.ts'
import { type AnyGame, type GameMistake, mistakeText } from '../../world/index.ts'
import type { Client } from '../client.ts'
import { Addresses } from './addresses.ts'
import { drive, opened } from './driver.ts'
import { type ClientOptions, checkArguments } from './options.ts'
import { attendPage } from './page.web.ts'

export interface WebClientOptions extends ClientOptions {
  /** A layer between the client and its network, such as the lab's weather. None when left out. */
  readonly air?: Air
  /** Ends the wait for the first connection when it is aborted: `connect` then rejects with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Joins a game's world.
 *
 * @param url  "ws://host:port" or "wss://..."; several where several processes serve one world: when one dies the
 *   client goes on at another, as whom it was
 * @returns a client whose connection is open; afterwards it reconnects by itself with growing waits; it leaves when
 *   its page is left, and comes back when the page does
 * @throws `Refused` with the server's sentence, an error with one when nobody answers and `retry` is not set;
 *   at once for options that no server could accept: `client/bad-option` for those of another type
 */
export async function connect<G extends AnyGame>(
  game: G,
  url: string | readonly string[],
  options: WebClientOptions,
): Promise<Client<G>> {
  for (const one of checkArguments(game, url, options)) checkAddress(one)
  const addresses = new Addresses(url)
  const now = () => instant(performance.now())
  const random = new Random(Math.floor(Math.random() * 2 ** 32))
  const { air } = options
  const openLink = () =>
    addresses.open(async (one, to) => {
      const link = await connectWebSocket(one, to)
      return air?.wrap(link) ?? link
    })
  const report = (mistake: GameMistake): void => console.error(mistakeText(mistake))
  const surroundings = { openLink, now, random, report }
  const after = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }
  options.signal?.throwIfAborted()
  const client = drive(game, options, { surroundings, timers: { after } })
  attendPage(client)
  return opened(client, options.signal)
}

/** Checks the address. @throws OutsideError for one that this page cannot call */
function checkAddress(url: string): void {
  let address: URL | undefined
  try {
    address = new URL(url)
  } catch {}
  if (address?.protocol !== 'ws:' && address?.protocol !== 'wss:')
    throw new OutsideError(`"${url}" is not a ws:// address; write one such as wss://town.example/play.`)
}
