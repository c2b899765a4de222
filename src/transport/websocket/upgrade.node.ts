import { type IncomingMessage, type ServerOptions, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { plainAddress, TrustedProxies } from '../peer.node.ts'
import { closeMs } from '../tcp/corked-socket.node.ts'

/**
 * The options for an http server that takes links, so that nobody holds it by never finishing a request: 8 KiB of
 * headers within 5 s, checked every second.
 */
export const handshakeLimits: ServerOptions = {
  maxHeaderSize: 8192,
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
}

export interface DoorOptions {
  /** The path by which links come in. Default "/". */
  readonly path?: string
  /** Pages that may connect, as browsers name them ("https://town.example"). Undefined: any. No page: allowed. */
  readonly origins?: readonly string[]
  /** Proxies whose X-Forwarded-For is believed: addresses and networks. Default: none. */
  readonly trustedProxies?: readonly string[]
  /** Returns whether an address may connect: undefined for yes, or a sentence that is sent with HTTP 503. */
  readonly admit?: (address: string) => string | undefined
}

export type UpgradeVerdict =
  | { readonly is: 'admitted'; readonly address: string }
  | ({ readonly is: 'refused'; readonly address: string } & UpgradeRefusal)

export interface UpgradeRefusal {
  readonly status: number
  readonly reason: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Headers that tell a client how to ask: the protocol spoken here, and its one version (RFC 6455, 4.2.2 and 4.4).
 */
export const upgradeHeaders = { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' } as const

/** Decides, before anything is upgraded, whether a request may become a link. */
export class UpgradeDoor {
  readonly #options: DoorOptions
  readonly #proxies: TrustedProxies

  constructor(options: DoorOptions) {
    this.#options = options
    this.#proxies = new TrustedProxies(options.trustedProxies ?? [])
  }

  leadsTo(request: IncomingMessage): boolean {
    const { path = '/' } = this.#options
    return request.url?.split('?', 1)[0] === path
  }

  judge(request: IncomingMessage): UpgradeVerdict {
    const forwardedFor = request.headers['x-forwarded-for']
    const address = this.#proxies.origin(
      plainAddress(request.socket.remoteAddress),
      Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor,
    )
    const refused = (refusal: UpgradeRefusal): UpgradeVerdict => ({ is: 'refused', address, ...refusal })
    const { origins, admit } = this.#options
    const { origin } = request.headers
    if (!this.leadsTo(request)) {
      return refused({ status: 404, reason: 'Nothing is to be had at this path.' })
    }
    if (request.httpVersion === '1.0') {
      return refused({ status: 400, reason: 'A WebSocket begins with a request of HTTP/1.1.' })
    }
    if (isWebSocket(request) && request.headers['sec-websocket-version'] !== '13') {
      const reason = 'WebSocket is spoken here as RFC 6455 has it, version 13.'
      return refused({ status: 426, reason, headers: upgradeHeaders })
    }
    if (origins !== undefined && origin !== undefined && !origins.includes(origin)) {
      return refused({ status: 403, reason: `Pages of ${origin} may not connect here.` })
    }
    const reason = admit?.(address)
    if (reason !== undefined) return refused({ status: 503, reason })
    return { is: 'admitted', address }
  }
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/** Answers a request that will not be upgraded, and lets go of its socket. */
export function refuseUpgrade(socket: Duplex, { status, reason, headers = {} }: UpgradeRefusal): void {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const body = Buffer.from(reason)
  socket.on('error', () => {})
  const deadline = setTimeout(() => socket.destroy(), closeMs)
  socket.on('close', () => clearTimeout(deadline))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `${more.join('')}Content-Length: ${body.length}\r\n\r\n${reason}`,
  )
  socket.resume()
}
