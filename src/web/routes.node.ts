import type { IncomingMessage, ServerResponse } from 'node:http'
import type { MetricRow } from '../core/index.ts'
import { reachable, type ServerInformation } from '../dialect/index.ts'
import { plainAddress } from '../transport/index.node.ts'
import type { Certificate } from './certificate.node.ts'
import { type ContentFiles, FOR_EVER, sendBytes } from './content-files.node.ts'
import type { WebDoor } from './door.node.ts'
import { EXPOSITION_TYPE, exposition } from './exposition.ts'
import type { Served } from './served.ts'
import type { TokenDesk } from './token-desk.node.ts'
import { webFiles } from './web-files.node.ts'

/** What answers over HTTP are made of. */
export interface Web {
  readonly served: Served
  /** A folder of built pages, and their policy if it is not the usual one. */
  readonly folder: URL | undefined
  readonly contentSecurityPolicy: string | undefined
  /** What everything of the server counts, as it stands now. */
  readonly metrics: () => readonly MetricRow[]
  readonly tokens: TokenDesk
  readonly content: ContentFiles | undefined
  readonly door: WebDoor
  /** With a certificate, everything not asked for by WebSocket is served over HTTPS alone. */
  readonly certificate: Certificate | undefined
  /** Answers below /account/; undefined in a game without accounts. */
  readonly accounts: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
}

/**
 * Makes the handler of pages, and of answers for programs: information, health, figures, client content, a connect
 * token for UDP.
 */
export function pages(web: Web): (request: IncomingMessage, response: ServerResponse) => void {
  const { served, tokens, content, accounts, folder, contentSecurityPolicy } = web
  const files = folder ? webFiles(folder, contentSecurityPolicy) : undefined
  return (request, response) => {
    const path = request.url?.split('?', 1)[0]
    const notFound = (): void => answer(response, 404, { error: 'There is nothing at this path.' })
    if (path?.startsWith('/account/') && accounts) accounts(request, response)
    else if (request.method !== 'GET' && request.method !== 'HEAD') {
      // What it sends besides is not waited for.
      response.setHeader('Connection', 'close')
      response.setHeader('Allow', 'GET, HEAD')
      answer(response, 405, { error: 'Only GET and HEAD.' })
    } else if (path === '/health') answer(response, 200, { status: 'ok' })
    else if (path === '/stats') answer(response, 200, { ...served.stats, metrics: web.metrics() })
    else if (path === '/metrics') expose(response, web.metrics())
    else if (path === '/information') answer(response, 200, informationOf(web, request))
    else if (path?.startsWith('/maps/')) {
      const hash = path.slice('/maps/'.length)
      const bytes = served.mapPiece(hash)
      if (bytes) sendBytes(request, response, { bytes, etag: hash, cache: FOR_EVER })
      else notFound()
    } else if (path?.startsWith('/content/') && content) content(request, response, notFound)
    else if (path === '/token' && tokens.listeners.length > 0) tokens.answer(request, response)
    else if (files) files(request, response, notFound)
    else notFound()
  }
}

/** Returns what the server tells of itself without a login. */
function informationOf({ served }: Web, request: IncomingMessage): ServerInformation {
  const { information } = served
  const asked = hostAsked(request)
  return { ...information, listeners: information.listeners.map((url) => reachable(url, asked)) }
}

/**
 * Returns what the asker calls the server: the name it asked for, which its certificate bears, or the address it
 * came to.
 */
function hostAsked({ headers, socket }: IncomingMessage): string {
  const named = /^([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]{2,39}\])(:\d{1,5})?$/.exec(headers.host ?? '')
  return named ? named[1] : plainAddress(socket.localAddress)
}

function expose(response: ServerResponse, rows: readonly MetricRow[]): void {
  response.writeHead(200, { 'Content-Type': EXPOSITION_TYPE, 'Cache-Control': 'no-store' })
  response.end(exposition(rows))
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
