import type { Instant } from '../core/index.ts'
import { OutsideError } from '../core/index.ts'
import { listenSealed } from '../sealed/index.node.ts'
import { listenDatagrams, listenTcp, listenWebSocket } from '../transport/index.node.ts'
import {
  type Air,
  type Carriage,
  type DatagramBounds,
  type Link,
  type Listener,
  type ListenUrl,
  schemes,
} from '../transport/index.ts'
import { pages, type Web } from '../web/index.node.ts'

/** What a listener is given, whatever it listens for. */
export interface Listening {
  readonly web: Web
  /** The game's: sealed datagrams are of one game. */
  readonly fingerprint: string
  readonly accept: (link: Link) => void
  readonly admit: (address: string) => string | undefined
  readonly now: () => Instant
  readonly air: Air | undefined
  readonly origins: readonly string[] | undefined
  readonly trustedProxies: readonly string[] | undefined
  /** All addresses that the server listens at. */
  readonly addresses: readonly ListenUrl[]
  /** For bare datagrams. */
  readonly datagrams?: DatagramBounds
}

/** One way in. @returns what listens: the first of them is where clients connect */
export type Listen = (address: ListenUrl, listening: Listening) => Promise<readonly Listener[]>

/** How to listen, by scheme and by how bytes are carried. */
export type Listens = Readonly<Record<string, { readonly [C in Carriage]?: Listen }>>

/** The ways in that there are; `ServeOptions.ways` has more. */
export const listens: Listens = {
  ws: { packets: listenWeb, stream: listenWeb },
  wss: { packets: listenWeb, stream: listenWeb },
  tcp: { packets: tcpFor('packets'), stream: tcpFor('stream') },
  udp: { packets: listenSealedUdp, datagrams: listenBareUdp },
}

export function isWeb({ scheme }: ListenUrl): boolean {
  return schemes[scheme]?.webPort !== undefined
}

/** WebSocket, and pages at the same port. */
async function listenWeb(address: ListenUrl, listening: Listening): Promise<readonly Listener[]> {
  const { web, accept, admit, origins, trustedProxies } = listening
  const { host, port, path, scheme } = address
  const server = web.door.createServer(pages(web), schemes[scheme].isSecure ? web.certificate : undefined)
  return [await listenWebSocket({ host, port, path, accept, admit, server, origins, trustedProxies })]
}

function tcpFor(carries: 'packets' | 'stream'): Listen {
  return async ({ host, port }, { accept, admit }) => [
    await listenTcp({ host, port, carries, accept, admit }),
  ]
}

/** Sealed datagrams; connect tokens come over HTTP at the same port, from the pages' server where there is one. */
async function listenSealedUdp(address: ListenUrl, listening: Listening): Promise<readonly Listener[]> {
  const { web, accept, now, air, addresses } = listening
  const listener = await listenSealed({
    host: address.host,
    port: address.port,
    fingerprint: listening.fingerprint,
    playersMax: web.served.limits.players,
    now,
    accept,
    air,
  })
  web.tokens.listeners.push(listener)
  const hasPages = addresses.some((other) => isWeb(other) && other.port === address.port && other.port !== 0)
  if (hasPages) return [listener]
  try {
    return [listener, await listenHttp({ host: address.host, port: portOf(listener.url) }, web)]
  } catch (error) {
    await listener.close('The server could not start.')
    throw error
  }
}

async function listenBareUdp({ host, port }: ListenUrl, listening: Listening): Promise<readonly Listener[]> {
  const { accept, now, air, datagrams } = listening
  return [await listenDatagrams({ ...datagrams, host, port, accept, now, air })]
}

/** Serves pages where no WebSocket is listened for. */
async function listenHttp(
  { host, port }: { readonly host: string; readonly port: number },
  web: Web,
): Promise<Listener> {
  const { door, certificate } = web
  const server = door.createServer(pages(web), certificate)
  await new Promise<void>((resolve, reject) => {
    server.once('error', () =>
      reject(
        new OutsideError(
          `Port ${port} on ${host} is taken by another program, and connect tokens for UDP are handed out there.`,
        ),
      ),
    )
    server.listen(port, host, resolve)
  })
  return {
    url: `${certificate ? 'https' : 'http'}://${host}:${port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function portOf(url: string): number {
  return Number(url.slice(url.lastIndexOf(':') + 1))
}
