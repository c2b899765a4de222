import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'

/**
 * What pages may do unless the game says otherwise: run their own scripts and WebAssembly, none written into a
 * page; be shown in frames of their own origin only; connect to any server, since a page may play on another one
 * than it came from.
 */
export const PAGE_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self' ws: wss: http: https: data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ')

/** The policy of answers that are not pages: they have nothing to run or show. */
const ANSWER_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** A browser that came over TLS keeps coming by it, for a year. */
const HSTS = 'max-age=31536000'

/** Sets the headers of every answer [H5]. */
export function setSafetyHeaders({ socket }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'same-origin')
  response.setHeader('Content-Security-Policy', ANSWER_POLICY)
  if ((socket as TLSSocket).encrypted === true) response.setHeader('Strict-Transport-Security', HSTS)
}

/** Lets pages of the allowed origins read what is served [H8]. */
export function allowOrigins(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[],
): void {
  response.appendHeader('Vary', 'Origin')
  if (origin === undefined || !origins.includes(origin)) return
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Access-Control-Expose-Headers', 'ETag, Content-Range, Retry-After')
}

/**
 * Tells a browser how an allowed page may ask.
 *
 * @returns whether that was everything it asked, and the answer is sent
 */
export function answerPreflight({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return false
  if (!response.hasHeader('Access-Control-Allow-Origin')) return false
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD')
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, If-None-Match, If-Range, Range')
  response.setHeader('Access-Control-Max-Age', '600')
  response.writeHead(204).end()
  return true
}
