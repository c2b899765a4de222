import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import {
  type AccountAnswer,
  AccountRoutes,
  type AccountRoutesOptions,
  type FormName,
  originRefusal,
  type PageAsker,
  type RefusedAnswer,
  type RefusedCode,
  readForm,
  refusedAnswer,
} from '../account/index.ts'
import type { EpochMs } from '../store/index.ts'

export interface AccountPagesOptions extends AccountRoutesOptions {
  /** Returns where a request comes from: the peer, or the address that a trusted proxy names. */
  readonly addressOf: (request: IncomingMessage) => string
  /** Other origins whose pages may ask: "https://town.example". Only the server's own when left out. */
  readonly origins?: readonly string[]
  /** Called with what failed inside; the asker gets a sentence. */
  readonly report: (error: unknown) => void
  readonly now?: () => EpochMs
}

/** The most bytes of a body. */
const BODY_BYTES_MAX = 8192
/** In how many milliseconds a body has to arrive. */
const BODY_MS = 10_000

const STATUS: Readonly<Record<RefusedCode, number>> = {
  form: 400,
  name: 400,
  password: 400,
  wrong: 401,
  token: 401,
  banned: 403,
  forbidden: 403,
  closed: 403,
  origin: 403,
  'no-such-account': 404,
  'no-such-character': 404,
  'name-taken': 409,
  'too-many-characters': 409,
  'in-world': 409,
  wait: 429,
  busy: 503,
}

interface Reply {
  readonly status: number
  readonly body: object
}

/**
 * Serves accounts over HTTP [A50] [A51]: JSON in and out, the token in `Authorization: Bearer`. There are no
 * cookies, so no page of another origin can act for somebody: it does not have the token, and a browser does not
 * add it by itself.
 *
 *     POST   /account/register, /login   name, password   ->  account, token, expiresAt
 *                                                             (a guest's token along: the account stays)
 *     POST   /account/guest, /renew                       ->  account, token, expiresAt
 *     POST   /account/password           old, new         ->  account, token, expiresAt
 *     POST   /account/logout                                  every session of the account ends
 *     POST   /account/delete             password
 *     POST   /account/owner              code                 the first start's one-time code
 *     GET    /account/me                                  ->  account
 *     GET    /account/characters                          ->  characters
 *     POST   /account/characters         name             ->  character
 *     DELETE /account/characters/<id>
 *     POST   /account/ban                name, reason, seconds
 *     POST   /account/unban              name
 *     POST   /account/role               name, role
 *
 * @returns the handler for every path below /account/
 */
export function accountPages(
  options: AccountPagesOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { addressOf, origins = [], report, now = Date.now } = options
  const routes = new AccountRoutes(options)
  /** What is refused before it comes to the routes counts as well. */
  const refused = (answer: RefusedAnswer): Reply => {
    options.accounts.answered.count(answer.code)
    return reply(answer)
  }

  async function answer(request: IncomingMessage, path: string): Promise<Reply> {
    const { method = '' } = request
    const token = /^Bearer ([\w.:-]{1,512})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const asked: PageAsker = { token, address: addressOf(request), now: now() }
    const [, id] = /^characters\/([^/]+)$/.exec(path) ?? []
    if (id !== undefined && method === 'DELETE') return reply(await routes.removeCharacter(id, asked))
    if (method === 'POST' && routes.has(path)) return post(request, path, asked)
    const got = method === 'GET' || method === 'HEAD' ? await routes.get(path, asked) : undefined
    if (got) return reply(got)
    const isKnown = id !== undefined || path === 'me' || routes.has(path)
    return { status: isKnown ? 405 : 404, body: { error: 'There is nothing at this path by this method.' } }
  }

  async function post<Name extends FormName>(
    request: IncomingMessage,
    name: Name,
    asked: PageAsker,
  ): Promise<Reply> {
    // A form of another page can send no JSON; so nobody is made to post what they did not mean to.
    const type = request.headers['content-type']?.split(';', 1)[0].trim().toLowerCase()
    if (type !== 'application/json') return { status: 415, body: { error: 'Send application/json.' } }
    const body = await readBody(request)
    if (typeof body === 'number')
      return {
        status: body,
        body: {
          error:
            body === 413
              ? `A body has at most ${BODY_BYTES_MAX} bytes.`
              : 'The body did not come in time, or not as UTF-8.',
        },
      }
    const read = readForm(name, body)
    if (read.is === 'refused') return refused(refusedAnswer('form', read.reason))
    const isFresh = name === 'register' || name === 'guest' || name === 'characters'
    return reply(await routes.post(name, read.form, asked), isFresh ? 201 : 200)
  }

  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0].replace(/^\/account\//, '')
    const { origin, host } = request.headers
    response.setHeader('Vary', 'Origin')
    // Also where it is refused: its page may read why, which is all that it gets.
    if (origin !== undefined) {
      response.setHeader('Access-Control-Allow-Origin', origin)
      response.setHeader('Access-Control-Expose-Headers', 'Retry-After')
    }
    if (request.method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE')
      response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type')
      response.setHeader('Access-Control-Max-Age', '600')
      response.writeHead(204).end()
      return
    }
    const stop = originRefusal(origin, host, origins)
    if (stop !== undefined) {
      write(response, refused(refusedAnswer('origin', stop)))
      return
    }
    waitWith(request.socket, answer(request, path)).then(
      (reply) => write(response, reply),
      (error) => {
        report(error)
        write(response, { status: 500, body: { error: 'The server could not do that; try again later.' } })
      },
    )
  }
}

function reply(answer: AccountAnswer<object>, status = 200): Reply {
  if (answer.is === 'done') {
    const { is: _, ...body } = answer
    return { status, body }
  }
  const { code, reason, waitSeconds, until } = answer as RefusedAnswer
  return { status: STATUS[code], body: { code, error: reason, waitSeconds, until } }
}

/** Sockets on which an answer is waited for: how many answers, and how long the socket may be idle else, in ms. */
const waiting = new WeakMap<Socket, { answers: number; readonly idleMs: number }>()

/** Waits for an answer; whoever has asked for it, or for several at once, is not idle meanwhile. */
async function waitWith(socket: Socket, answer: Promise<Reply>): Promise<Reply> {
  const one = waiting.get(socket) ?? { answers: 0, idleMs: socket.timeout ?? 0 }
  waiting.set(socket, one)
  one.answers++
  socket.setTimeout(0)
  try {
    return await answer
  } finally {
    if (--one.answers === 0) {
      waiting.delete(socket)
      socket.setTimeout(one.idleMs)
    }
  }
}

function write(response: ServerResponse, { status, body }: Reply): void {
  if (response.headersSent || response.destroyed) return
  const { waitSeconds } = body as { waitSeconds?: number }
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('X-Content-Type-Options', 'nosniff')
  if (waitSeconds !== undefined) response.setHeader('Retry-After', waitSeconds)
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  // What is left of a body that was not wanted is not read: the connection ends with the answer.
  if (status === 413 || status === 408 || status === 415) response.setHeader('Connection', 'close')
  response.writeHead(status)
  response.end(JSON.stringify(body))
}

/** @returns the body, or the status that says why there is none */
function readBody(request: IncomingMessage): Promise<string | number> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => done(408), BODY_MS)
    const done = (result: string | number): void => {
      clearTimeout(timer)
      request.removeAllListeners('data')
      if (typeof result === 'number') request.pause()
      resolve(result)
    }
    if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) {
      done(413)
      return
    }
    request.on('data', (part: Buffer) => {
      length += part.length
      parts.push(part)
      if (length > BODY_BYTES_MAX) done(413)
    })
    request.on('end', () => {
      try {
        done(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)))
      } catch {
        done(400)
      }
    })
    request.on('error', () => done(408))
    request.on('aborted', () => done(408))
  })
}
