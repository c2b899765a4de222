import { type Carriage, type Instant, OutsideError } from '../core/index.ts'
import type { Dialect, Risk } from '../dialect/index.ts'
import { OURS, type Spoken } from '../gateway/index.ts'
import { listenSealed } from '../sealed/index.node.ts'
import { listenDatagrams, listenTcp, listenWebSocket } from '../transport/index.node.ts'
import { type Air, type Link, type Listener, type ListenUrl, portOf, schemes } from '../transport/index.ts'
import { pages, type Web } from '../web/index.node.ts'
import { isHere } from './own-machine.ts'

/** The context of every listener, whatever it listens for. */
export interface ListenContext {
  readonly web: Web
  /** The game's fingerprint: sealed datagrams belong to one game. */
  readonly fingerprint: string
  readonly accept: (link: Link) => void
  readonly admit: (address: string) => string | undefined
  readonly now: () => Instant
  readonly air: Air | undefined
  readonly origins: readonly string[] | undefined
  readonly trustedProxies: readonly string[] | undefined
  /** All addresses the server listens at. */
  readonly addresses: readonly ListenUrl[]
  /** The dialect spoken there. */
  readonly dialect: Dialect
}

/** How many ports are tried where any will do. */
const PORTS_TRIED = 10

/** One way in. @returns what listens: the first of them is where clients connect */
export type Listen = (address: ListenUrl, listening: ListenContext) => Promise<readonly Listener[]>

/** Functions that listen, by scheme and carriage. */
export type Listens = Readonly<Record<string, { readonly [C in Carriage]?: Listen }>>

/** All supported ways to listen. */
export const listens: Listens = {
  ws: { packets: listenWeb, stream: listenWeb },
  wss: { packets: listenWeb, stream: listenWeb },
  tcp: { packets: tcpFor('packets'), stream: tcpFor('stream') },
  udp: { packets: listenSealedUdp, datagrams: listenBareUdp },
}

/** The dialect of a listener, and how to listen for it. */
export interface ListenWay {
  readonly spoken: Spoken
  readonly listen: Listen
}

/**
 * Finds the dialect of an address, and how to listen for it.
 *
 * @param dialects  those besides our own
 * @param accepted  the risks that the operator has agreed to
 * @throws OutsideError for a dialect that nobody speaks here, that cannot come that way, or that would be heard by
 *   strangers though its risks were not agreed to
 */
export function listenWayOf(
  { dialect: name, scheme, host }: ListenUrl,
  dialects: readonly Dialect[],
  accepted: readonly Risk[],
): ListenWay {
  const dialect = name === '' ? OURS.dialect : dialects.find((one) => one.name === name)
  if (dialect === undefined) {
    const known = dialects.map((one) => `${one.name}+`).join(', ')
    const fix =
      known === ''
        ? 'leave it out, or give one with --dialect'
        : `there are ${known}, and our own without a name`
    throw new OutsideError(`Nobody speaks the dialect "${name}" here; ${fix}.`)
  }
  const carries = dialect.carries.find((one) => listens[scheme]?.[one] !== undefined)
  const listen = carries && listens[scheme][carries]
  if (carries === undefined || listen === undefined) {
    const fits = Object.keys(listens).filter((one) => dialect.carries.some((way) => listens[one][way]))
    throw new OutsideError(
      `The dialect ${dialect.name} does not go over ${scheme}://; use ${fits.map((one) => `${dialect.name}+${one}://`).join(' or ')}.`,
    )
  }
  const risk = (dialect.risks ?? []).find((one) => !accepted.includes(one))
  if (risk !== undefined && !isHere(host))
    throw new OutsideError(
      `The dialect ${dialect.name} has ${RISKS[risk]}, and ${host} is not this machine alone; listen at 127.0.0.1, or say --accept-risk ${risk}.`,
    )
  return { spoken: { dialect, carries }, listen }
}

const RISKS: Readonly<Record<Risk, string>> = {
  'clear-passwords': 'passwords that anybody on the way can read',
  'unproven-addresses': 'answers for addresses that anybody could have forged',
}

export function isWeb({ scheme }: ListenUrl): boolean {
  return schemes[scheme]?.webPort !== undefined
}

/** Listens for WebSocket, and serves pages at the same port. */
async function listenWeb(address: ListenUrl, listening: ListenContext): Promise<readonly Listener[]> {
  const { web, accept, admit, origins, trustedProxies, dialect } = listening
  const { subprotocol } = dialect
  const { host, port, path, scheme } = address
  const server = web.door.createServer(pages(web), schemes[scheme].isSecure ? web.certificate : undefined)
  return [
    await listenWebSocket({ host, port, path, accept, admit, server, origins, trustedProxies, subprotocol }),
  ]
}

function tcpFor(carries: 'packets' | 'stream'): Listen {
  return async ({ host, port }, { accept, admit, web }) => {
    // Chunks of a bare stream are cut to what a packet may have, so that none is too large.
    const { packetBytesMax } = web.served.limits
    const bounds = carries === 'stream' ? { packetBytesMax } : { admit }
    return [await listenTcp({ host, port, carries, accept, ...bounds })]
  }
}

/**
 * Listens for sealed datagrams; connect tokens come over HTTP at the same port, from the pages' server where there
 * is one.
 */
function listenSealedUdp(address: ListenUrl, listening: ListenContext): Promise<readonly Listener[]> {
  return atAnyPort(address.port, () => listenSealedUdpOnce(address, listening))
}

async function listenSealedUdpOnce(
  address: ListenUrl,
  listening: ListenContext,
): Promise<readonly Listener[]> {
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
  const hasPages = addresses.some((other) => isWeb(other) && other.port === address.port && other.port !== 0)
  const listeners: Listener[] = [listener]
  try {
    if (!hasPages) listeners.push(await listenHttp({ host: address.host, port: portOf(listener.url) }, web))
  } catch (error) {
    await listener.close('The server could not start.')
    throw error
  }
  web.tokens.listeners.push(listener)
  return listeners
}

/**
 * Listens; where any port will do, 0, again at another one: what is free for datagrams may be taken for the tokens
 * beside them.
 *
 * @throws what `listen` throws last
 */
export async function atAnyPort<T>(port: number, listen: () => Promise<T>): Promise<T> {
  for (let left = port === 0 ? PORTS_TRIED : 1; ; left--) {
    try {
      return await listen()
    } catch (error) {
      if (left === 1 || !(error instanceof OutsideError)) throw error
    }
  }
}

async function listenBareUdp(
  { host, port }: ListenUrl,
  listening: ListenContext,
): Promise<readonly Listener[]> {
  const { accept, now, air, dialect } = listening
  return [await listenDatagrams({ ...dialect.datagrams, host, port, accept, now, air })]
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
