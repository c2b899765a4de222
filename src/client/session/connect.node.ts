import { instant, Random } from '../../core/index.ts'
import { connectSealed } from '../../sealed/index.node.ts'
import { connectTcp, connectWebSocket } from '../../transport/index.node.ts'
import { type Air, type Link, parseConnectUrl } from '../../transport/index.ts'
import { type AnyGame, type GameMistake, mistakeText } from '../../world/index.ts'
import type { Client } from '../client.ts'
import { Addresses } from './addresses.ts'
import { drive, opened } from './driver.ts'
import { badOption, type ClientOptions, checkAir, checkArguments, checkUrl } from './options.ts'
import { Refused } from './refused.ts'

/** The options for the way to a server. */
export interface WayOptions {
  /**
   * For udp://, the address that hands out connect tokens: "https://town.example/token". The same host and port
   * over plain HTTP when left out, which anyone on the way can read: enough for one machine or a trusted network.
   */
  readonly tokenUrl?: string
  /** A layer between the client and its network, such as the lab's weather. None when left out. */
  readonly air?: Air
}

export interface NodeClientOptions extends ClientOptions, WayOptions {
  /** Ends the wait for the first connection when it is aborted: `connect` then rejects with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Joins a game's world.
 *
 * @param url  "ws://host:port" or "wss://...", "tcp://host:port", or "udp://host:port" for sealed datagrams; several
 *   where several processes serve one world: when one dies the client goes on at another, as whom it was
 * @returns a client whose connection is open; afterwards it reconnects by itself with growing waits
 * @throws `Refused` with the server's sentence, an error with one when nobody answers and `retry` is not set;
 *   at once for options that no server could accept: `client/bad-option` for those of another type
 */
export async function connect<G extends AnyGame>(
  game: G,
  url: string | readonly string[],
  options: NodeClientOptions,
): Promise<Client<G>> {
  checkWay(game, url, options)
  const addresses = new Addresses(url)
  const now = () => instant(performance.now())
  const random = new Random(Math.floor(Math.random() * 2 ** 32))
  const report = (mistake: GameMistake): void => console.error(mistakeText(mistake))
  const dial = (one: string, to: { readonly connectMs?: number }) => openLink(one, { ...options, ...to })
  const surroundings = { openLink: () => addresses.open(dial), now, random, report }
  const after = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }
  options.signal?.throwIfAborted()
  return opened(drive(game, options, { surroundings, timers: { after } }), options.signal)
}

/**
 * Checks address and options. @throws OutsideError for a malformed address, `client/bad-option`, `Refused` for a
 * token that cannot be sent
 */
function checkWay(game: AnyGame, url: string | readonly string[], options: NodeClientOptions): void {
  const schemes = checkArguments(game, url, options).map((one) => parseConnectUrl(one).scheme)
  const { token = '' } = options
  checkTokenUrl(options)
  // The connect token is fetched over HTTP, with the login token in a header.
  if (schemes.includes('udp') && typeof token === 'string' && !/^[\x21-\x7e]*$/.test(token))
    throw new Refused(
      'login',
      'No login token is like that: it has letters, digits and signs only. Log in again.',
    )
}

/**
 * Checks address and options of what asks a server without joining it. @throws OutsideError for a malformed address,
 * `client/bad-option`
 */
export function checkInquiry(url: string, options: WayOptions): void {
  checkUrl(url)
  if (typeof options !== 'object' || options === null) badOption('What a server is asked with', options, '{}')
  checkAir(options)
  checkTokenUrl(options)
}

function checkTokenUrl({ tokenUrl }: WayOptions): void {
  if (tokenUrl !== undefined && !isWebAddress(tokenUrl))
    badOption('tokenUrl', tokenUrl, 'an address such as https://town.example/token')
}

function isWebAddress(url: string): boolean {
  return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}

/**
 * Opens a link to a server.
 *
 * @throws OutsideError with one sentence when nobody answers
 */
export async function openLink(
  url: string,
  { tokenUrl, air, token, connectMs }: WayOptions & { readonly token?: string; readonly connectMs?: number },
): Promise<Link> {
  return connects[parseConnectUrl(url).scheme](url, { tokenUrl, air, login: token, connectMs })
}

type Connect = (
  url: string,
  options: {
    readonly tokenUrl?: string
    readonly air?: Air
    readonly login?: string
    readonly connectMs?: number
  },
) => Promise<Link>

/** The ways to connect, by scheme. */
const connects: Readonly<Record<string, Connect>> = {
  ws: inAir(connectWebSocket),
  wss: inAir(connectWebSocket),
  tcp: inAir(connectTcp),
  udp: connectSealed,
}

function inAir(connect: (url: string, options: { connectMs?: number }) => Promise<Link>): Connect {
  return async (url, { air, connectMs }) => {
    const link = await connect(url, { connectMs })
    return air?.wrap(link) ?? link
  }
}
