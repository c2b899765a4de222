import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
} from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { Counters, type Instant, type Measured, type Readings } from '../core/index.ts'
import type { Limits } from '../gateway/index.ts'
import { AddressGate } from '../gateway/index.ts'
import { handshakeLimits, plainAddress, TrustedProxies } from '../transport/index.node.ts'
import type { Certificate } from './certificate.node.ts'
import { allowOrigins, answerPreflight, setSafetyHeaders } from './headers.node.ts'
import { webMetrics } from './metrics.ts'

export interface WebDoorOptions {
  readonly limits: Limits
  /** The gate of client content: the rate that in-band and HTTP share. */
  readonly contentGate: AddressGate
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[]
  /** Pages of other origins that may read what is served; none when left out. */
  readonly origins?: readonly string[] | undefined
  readonly now: () => Instant
}

/** How many sockets one address may have for each connection: a browser keeps a few besides its WebSocket. */
const SOCKETS_SHARE = 2

/**
 * Stands between strangers and what is served over HTTP: how many sockets an address has, how much it asks, how
 * long it may take [H1] [H2] [H3].
 */
export class WebDoor implements Measured {
  readonly #options: WebDoorOptions
  readonly #proxies: TrustedProxies
  readonly #gate: AddressGate
  readonly #sockets = new Map<string, number>()
  readonly #refused = new Counters(...webMetrics.refused.values)
  #requests = 0

  /** @throws OutsideError for a trusted proxy that is no address */
  constructor(options: WebDoorOptions) {
    this.#options = options
    this.#proxies = new TrustedProxies(options.trustedProxies ?? [])
    this.#gate = new AddressGate(options.limits.httpRequestsPerSecond)
  }

  /** Makes a server for pages and links, with TLS if there is a certificate. */
  createServer(pages: RequestListener, certificate?: Certificate): HttpServer | HttpsServer {
    const guarded = this.#guard(pages)
    const server = certificate?.createServer(guarded) ?? createServer(handshakeLimits, guarded)
    server.setTimeout(this.#options.limits.httpIdleTimeoutMs)
    server.on('connection', (socket: Socket) => this.#count(socket))
    return server
  }

  measure(readings: Readings): void {
    readings.add(webMetrics.requests, this.#requests)
    readings.addAll(webMetrics.refused, this.#refused)
  }

  /** Returns where a request comes from: the peer, or the address that a trusted proxy names. */
  addressOf({ headers, socket }: IncomingMessage): string {
    const forwardedFor = headers['x-forwarded-for'] as string | undefined
    return this.#proxies.origin(plainAddress(socket.remoteAddress), forwardedFor)
  }

  #guard(pages: RequestListener): RequestListener {
    const { contentGate, now, origins } = this.#options
    return (request, response) => {
      this.#requests++
      const from = this.addressOf(request)
      setSafetyHeaders(request, response)
      const gate = request.url?.startsWith('/content/') ? contentGate : this.#gate
      const isWelcome = gate.take(from, now())
      // Below /account/ it is decided for itself who may ask [A51]; but a refusal of the door is to be read.
      if (origins && !(isWelcome && request.url?.startsWith('/account/')))
        allowOrigins(request, response, origins)
      if (isWelcome) {
        if (!answerPreflight(request, response)) pages(request, response)
        return
      }
      this.#refused.count(gate === contentGate ? 'content' : 'requests')
      response.writeHead(429, {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        'Retry-After': '1',
        Connection: 'close',
      })
      response.end(JSON.stringify({ error: 'Too much was asked for from this address; wait a second.' }))
    }
  }

  #count(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress)
    if (this.#proxies.trusts(address)) return
    const count = (this.#sockets.get(address) ?? 0) + 1
    if (count > SOCKETS_SHARE * this.#options.limits.connectionsPerAddress) {
      this.#refused.count('sockets')
      socket.destroy()
      return
    }
    this.#sockets.set(address, count)
    socket.once('close', () => {
      const left = (this.#sockets.get(address) ?? 0) - 1
      if (left > 0) this.#sockets.set(address, left)
      else this.#sockets.delete(address)
    })
  }
}
