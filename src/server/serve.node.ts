import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Instant, instant, OutsideError, Random } from '../core/index.ts'
import { handshakeLimits, listenWebSocket } from '../transport/index.node.ts'
import { type Listener, parseListenUrl } from '../transport/index.ts'
import type { AnyGame, World } from '../world/index.ts'
import type { AnyDefinition, ServerDefinition } from './definition.ts'
import { Host } from './host.ts'
import type { Limits } from './limits.ts'
import { webFiles } from './web-files.node.ts'

export interface ServeOptions {
  /** Where to listen: "ws://127.0.0.1:4000" when left out. Pages are served at the same port. */
  readonly listen?: readonly string[]
  readonly limits?: Partial<Limits>
  /** Proxies whose X-Forwarded-For is believed: addresses and networks. None when left out. */
  readonly trustedProxies?: readonly string[]
  /** Pages that may connect, as browsers name them. Any when left out. */
  readonly origins?: readonly string[]
  /** The world's dice; from the system's when left out. */
  readonly seed?: number
}

/** A server that runs. */
export interface Server<G extends AnyGame = AnyGame> {
  readonly host: Host
  readonly world: World<G>
  /** What to connect to, one for each listener: "ws://127.0.0.1:4000". */
  readonly urls: readonly string[]
  /** Where its pages are: "http://127.0.0.1:4000". */
  readonly pageUrl: string
  /** Tells every player why, and frees the ports. */
  close(reason?: string): Promise<void>
}

export const DEFAULT_LISTEN = 'ws://127.0.0.1:4000'

/**
 * Runs a game's server.
 *
 * @throws OutsideError with one sentence when a port is taken or an address is malformed
 */
export async function serve<G extends AnyGame>(
  definition: ServerDefinition<G>,
  options: ServeOptions = {},
): Promise<Server<G>> {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32)
  const now = (): Instant => instant(performance.now())
  const stopwatch = () => performance.now()
  const host = new Host(definition, { limits: options.limits, random: new Random(seed), stopwatch }, now())
  const addresses = (options.listen ?? [DEFAULT_LISTEN]).map((url) => parseListenUrl(url))
  const listeners: Listener[] = []
  try {
    for (const address of addresses) {
      if (address.scheme !== 'ws')
        throw new OutsideError(`${address.scheme}:// is not a scheme this server listens on; use ws://.`)
      listeners.push(
        await listenWebSocket({
          server: createServer(handshakeLimits, pages(definition, host)),
          host: address.host,
          port: address.port,
          path: address.path,
          origins: options.origins,
          trustedProxies: options.trustedProxies,
          admit: (from) => host.admit(from),
          accept: (link) => host.accept(link, now(), now),
        }),
      )
    }
  } catch (error) {
    for (const listener of listeners) await listener.close('The server could not start.')
    throw error
  }
  const stop = runTicks(host, now)
  const urls = listeners.map((listener) => listener.url)
  return {
    host,
    world: host.world as World<G>,
    urls,
    pageUrl: urls[0].replace(/^ws/, 'http'),
    async close(reason = 'The server is closing.') {
      stop()
      host.close(reason)
      await Promise.all(listeners.map((listener) => listener.close(reason)))
    },
  }
}

/** Keeps the ticks coming, each as near to its time as the platform lets. */
function runTicks(host: Host, now: () => Instant): () => void {
  let timer: NodeJS.Timeout
  const next = (): void => {
    timer = setTimeout(
      () => {
        host.advance(now())
        next()
      },
      Math.max(0, host.wakeAt - now()),
    )
  }
  next()
  return () => clearTimeout(timer)
}

/** Pages, and two answers for programs: whether it is well, and how it does. */
function pages(
  definition: AnyDefinition,
  host: Host,
): (request: IncomingMessage, response: ServerResponse) => void {
  const files = definition.options.web ? webFiles(definition.options.web) : undefined
  return (request, response) => {
    const path = request.url?.split('?', 1)[0]
    const notFound = (): void => answer(response, 404, { error: 'There is nothing at this path.' })
    if (request.method !== 'GET' && request.method !== 'HEAD')
      answer(response, 405, { error: 'Only GET and HEAD.' })
    else if (path === '/health') answer(response, 200, { status: 'ok' })
    else if (path === '/stats') answer(response, 200, host.stats)
    else if (files) files(request, response, notFound)
    else notFound()
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
