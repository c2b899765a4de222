import { randomFillSync } from 'node:crypto'
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { Counters, OutsideError } from '../../core/index.ts'
import {
  type ConnectOptions,
  chooseLinkOptions,
  defaultConnectMs,
  type Link,
  type LinkOptions,
  type Listener,
} from '../link.ts'
import { hostAndPort, parseConnectUrl } from '../listen-url.ts'
import { listening, pass, Turns } from '../listening.node.ts'
import { transportMetrics } from '../metrics.ts'
import { connectFailure, connectTimeout } from '../outside.node.ts'
import { plainAddress } from '../peer.node.ts'
import { closeMs } from '../tcp/corked-socket.node.ts'
import {
  type DoorOptions,
  handshakeLimits,
  refuseUpgrade,
  UpgradeDoor,
  type UpgradeRefusal,
  upgradeHeaders,
} from './upgrade.node.ts'
import { WebSocketLink } from './websocket-link.node.ts'

export interface WebSocketListenOptions extends Partial<LinkOptions>, DoorOptions {
  /**
   * A server whose port the links share with pages; make it with `handshakeLimits`. One that does not listen yet is
   * made to, and closed with the listener.
   */
  readonly server?: HttpServer | HttpsServer
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly accept: (link: Link) => void
  /** The one sub-protocol that is agreed to when a client names it. None when left out. */
  readonly subprotocol?: string
  /** Called for each refusal, for counting. */
  readonly refused?: (address: string, reason: string) => void
}

export interface WebSocketConnectOptions extends ConnectOptions {
  /** Sent with the request: a token, an Origin. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Options of `ws` for both sides. Packets are small and already packed, so no compression. A fragmented packet, or
 * one that drips in, may hold so many pieces and no more: each costs some 200 bytes besides its own.
 */
const socketOptions = {
  perMessageDeflate: false,
  maxFragments: 256,
  maxBufferedChunks: 1024,
  closeTimeout: closeMs,
} as const

/** A request to go on as a WebSocket, as Node hands it over. */
interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

/** What a refusal counts as, by its HTTP status. */
const REFUSED: Readonly<Record<number, (typeof transportMetrics.upgradesRefused.values)[number]>> = {
  400: 'malformed',
  403: 'origin',
  404: 'path',
  426: 'version',
  503: 'limit',
}

/**
 * Listens for links over WebSocket (RFC 6455, one binary message per packet).
 *
 * @throws OutsideError if the port cannot be had, or a trusted proxy is no address
 */
export async function listenWebSocket(options: WebSocketListenOptions): Promise<Listener> {
  const { subprotocol = '' } = options
  const { host, port, accept, refused, server = createServer(handshakeLimits, sayUpgrade) } = options
  const linkOptions = chooseLinkOptions(options)
  const door = new UpgradeDoor(options)
  const links = new Set<WebSocketLink>()
  const refusals = new Counters(...transportMetrics.upgradesRefused.values)
  let accepted = 0
  const refuse = (socket: Duplex, { address, ...answer }: UpgradeRefusal & { address: string }) => {
    refusals.count(REFUSED[answer.status] ?? 'malformed')
    refused?.(address, answer.reason)
    refuseUpgrade(socket, answer)
  }
  const upgrader = new WebSocketServer({
    ...socketOptions,
    noServer: true,
    clientTracking: false,
    // Left out, the first one that the client names would be agreed to, whatever it is.
    handleProtocols: (named) => named.has(subprotocol) && subprotocol,
    maxPayload: linkOptions.packetBytesMax,
  })
  upgrader.on('wsClientError', (error, socket, request) => {
    const address = plainAddress(request.socket.remoteAddress)
    refuse(socket, { address, status: 400, reason: `${error.message}.` })
  })
  // Those who came one by one may ask all in one turn.
  const turns = new Turns(({ request, socket, head }: Upgrade) => {
    if (isClosed) socket.destroy()
    if (socket.destroyed) return
    socket.off('error', pass)
    const verdict = door.judge(request)
    if (verdict.is === 'refused') {
      refuse(socket, verdict)
      return
    }
    upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      const link = new WebSocketLink(webSocket, socket, {
        ...linkOptions,
        isServer: true,
        address: verdict.address,
        remote: remoteOf(request.socket, verdict.address),
      })
      links.add(link)
      accepted++
      webSocket.on('close', () => links.delete(link))
      accept(link)
    })
  })
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!door.leadsTo(request) && server.listenerCount('upgrade') > 1) return
    socket.on('error', pass)
    turns.add({ request, socket, head })
  }
  let isClosed = false
  const isOurs = !server.listening
  const trouble = (sentence: string): void => {
    refusals.count('trouble')
    refused?.('unknown', sentence)
  }
  const taken = isOurs ? await listening(server, { host, port, trouble }) : boundPort(server)
  server.on('upgrade', upgrade)
  const scheme = 'setSecureContext' in server ? 'wss' : 'ws'
  const { path = '/' } = options
  return {
    url: `${scheme}://${hostAndPort(host, taken)}${path === '/' ? '' : path}`,
    measure(readings) {
      readings.addAll(transportMetrics.upgradesRefused, refusals)
      readings.add(transportMetrics.links, links.size, 'websocket')
      readings.add(transportMetrics.accepted, accepted, 'websocket')
    },
    async close(reason) {
      isClosed = true
      server.off('upgrade', upgrade)
      const gone = [...links].map((link) => link.gone)
      const isFree = isOurs && new Promise((resolve) => server.close(resolve))
      if (isOurs) server.closeAllConnections()
      for (const link of links) link.close(reason)
      await Promise.all([...gone, isFree])
    },
  }
}

/**
 * Connects to "ws://host:port/path" or "wss://...".
 *
 * @throws OutsideError if there is no answer, the server refuses (with the server's sentence), or the URL is none
 */
export function connectWebSocket(url: string, options: WebSocketConnectOptions = {}): Promise<Link> {
  const { connectMs = defaultConnectMs, headers } = options
  const linkOptions = chooseLinkOptions(options)
  return new Promise((resolve, reject) => {
    checkUrl(url)
    const webSocket = new WebSocket(url, {
      ...socketOptions,
      headers,
      followRedirects: false,
      maxPayload: linkOptions.packetBytesMax,
      generateMask: maskSource(),
    })
    const patience = setTimeout(() => {
      reject(connectTimeout(url, connectMs))
      webSocket.terminate()
    }, connectMs)
    const fail = (error: Error) => {
      clearTimeout(patience)
      reject(connectFailure(error, url))
    }
    webSocket.on('error', fail)
    webSocket.once('unexpected-response', async (request, response) => {
      const sentence = await bodyOf(response)
      clearTimeout(patience)
      reject(new OutsideError(`${url} refused: ${sentence}`))
      request.destroy()
    })
    let socket: Socket
    webSocket.once('upgrade', (response) => {
      socket = response.socket
    })
    webSocket.once('open', () => {
      clearTimeout(patience)
      webSocket.off('error', fail)
      const address = plainAddress(socket.remoteAddress)
      const remote = remoteOf(socket, address)
      resolve(new WebSocketLink(webSocket, socket, { ...linkOptions, isServer: false, address, remote }))
    })
  })
}

function checkUrl(url: string): void {
  const { scheme } = parseConnectUrl(url)
  if (scheme !== 'ws' && scheme !== 'wss') throw new OutsideError(`"${url}" is not a ws:// address.`)
}

/**
 * Makes masks of four unpredictable bytes, never all zero: with a zero mask `ws` would keep the caller's bytes and
 * not a copy.
 */
function maskSource(): (mask: Uint8Array) => void {
  const pool = new Uint8Array(1024)
  let at = pool.length
  return (mask) => {
    if (at === pool.length) {
      randomFillSync(pool)
      at = 0
    }
    mask.set(pool.subarray(at, at + 4))
    at += 4
    if ((mask[0] | mask[1] | mask[2] | mask[3]) === 0) mask[0] = 1
  }
}

/** Writes "203.0.113.7:5511"; behind a proxy the client's port is not known, but the proxy is. */
function remoteOf(socket: Socket, address: string): string {
  const peer = plainAddress(socket.remoteAddress)
  const direct = hostAndPort(peer, socket.remotePort ?? 0)
  return peer === address ? direct : `${address} by way of ${direct}`
}

function boundPort(server: HttpServer | HttpsServer): number {
  return (server.address() as AddressInfo).port
}

/** Reads the first 500 characters of a refusal. */
async function bodyOf(response: IncomingMessage): Promise<string> {
  const status = `${response.statusCode} ${response.statusMessage}`
  let body = ''
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      body += chunk
      if (body.length >= 500) break
    }
  } catch {
    return status
  }
  return body.slice(0, 500).trim() || status
}

function sayUpgrade(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { 'Content-Type': 'text/plain', ...upgradeHeaders })
  response.end('This port speaks WebSocket.')
}
