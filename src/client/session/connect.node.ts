import { instant, Random } from '../../core/index.ts'
import { connectSealed } from '../../sealed/index.node.ts'
import { connectTcp, connectWebSocket } from '../../transport/index.node.ts'
import { type Air, type Link, parseConnectUrl } from '../../transport/index.ts'
import { type AnyGame, type GameMistake, mistakeText } from '../../world/index.ts'
import type { Client, ClientOptions } from '../client.ts'
import { drive, opened } from './driver.ts'

/** How a server is reached. */
export interface WayOptions {
  /**
   * For udp://, where connect tokens are had: "https://town.example/token". Left out, at the same host and port
   * over plain HTTP, which whoever is on the way can read: enough for one machine or a trusted network.
   */
  readonly tokenUrl?: string
  /** What stands between the client and its network, such as the lab's weather. Nothing when left out. */
  readonly air?: Air
}

export interface NodeClientOptions extends ClientOptions, WayOptions {}

/**
 * Joins a game's world.
 *
 * @param url  "ws://host:port" or "wss://...", "tcp://host:port", or "udp://host:port" for sealed datagrams
 * @returns    a client whose connection is open; afterwards it reconnects by itself with growing waits
 * @throws     `Refused` with the server's sentence, or an error with one when nobody answers
 */
export function connect<G extends AnyGame>(
  game: G,
  url: string,
  options: NodeClientOptions,
): Promise<Client<G>> {
  const now = () => instant(performance.now())
  const random = new Random(Math.floor(Math.random() * 2 ** 32))
  const report = (mistake: GameMistake): void => console.error(mistakeText(mistake))
  const surroundings = { openLink: () => openLink(url, options), now, random, report }
  const after = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }
  return opened(drive(game, options, { surroundings, timers: { after } }))
}

/**
 * Opens a link to a server.
 *
 * @throws OutsideError with one sentence when nobody answers
 */
export async function openLink(
  url: string,
  { tokenUrl, air, token }: WayOptions & { readonly token?: string },
): Promise<Link> {
  return connects[parseConnectUrl(url).scheme](url, { tokenUrl, air, login: token })
}

type Connect = (
  url: string,
  options: { readonly tokenUrl?: string; readonly air?: Air; readonly login?: string },
) => Promise<Link>

/** How to connect, by scheme. */
const connects: Readonly<Record<string, Connect>> = {
  ws: inAir(connectWebSocket),
  wss: inAir(connectWebSocket),
  tcp: inAir(connectTcp),
  udp: connectSealed,
}

function inAir(connect: (url: string) => Promise<Link>): Connect {
  return async (url, { air }) => {
    const link = await connect(url)
    return air?.wrap(link) ?? link
  }
}
