import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Displaced, EpochMs } from '../store/index.ts'
import { type Accounts, profileOf } from './accounts.ts'
import { type AccountAnswer, type RefusedAnswer, type RefusedCode, refusedAnswer, waitFor } from './answer.ts'
import { type Form, type FormName, readForm } from './form.ts'
import { originRefusal } from './origin.ts'
import type { Roster } from './roster.ts'
import type { Steward } from './steward.ts'
import { networkOf } from './throttle/login-throttle.ts'
import { Throttle } from './throttle/throttle.ts'

export interface AccountPagesOptions {
  readonly accounts: Accounts
  readonly roster: Roster
  readonly steward: Steward
  /** Where a request comes from: the peer, or whom a trusted proxy names. */
  readonly addressOf: (request: IncomingMessage) => string
  /** Pages of other origins that may ask: "https://town.example". Only the server's own when left out. */
  readonly origins?: readonly string[]
  /** Characters that were in the world under an account that is banned, deleted or logged out everywhere. */
  readonly displaced?: (characters: readonly Displaced[], why: 'banned' | 'deleted' | 'logged out') => void
  /** Told what failed inside; the asker gets a sentence. */
  readonly report: (error: unknown) => void
  readonly now?: () => EpochMs
}

/** Bytes of a body, at most. */
const BODY_BYTES_MAX = 8192
/** Milliseconds in which a body has to come. */
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

/** One request with what was found out about it. */
interface Asked {
  readonly token: string
  readonly address: string
  readonly now: EpochMs
}

interface Reply {
  readonly status: number
  readonly body: object
}

/**
 * Accounts over HTTP [A50] [A51]: JSON in and out, the token in `Authorization: Bearer`. There are no cookies, so no page of
 * another origin can act for somebody: it does not have the token, and a browser does not add it by itself.
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
  const {
    accounts,
    roster,
    steward,
    addressOf,
    origins = [],
    displaced = () => {},
    report,
    now = Date.now,
  } = options
  const codes = new Throttle({ free: 5, waitMs: 1000, waitMaxMs: 60_000, forgetMs: 3_600_000 })

  const posts: {
    readonly [Name in FormName]: (form: Form<Name>, asked: Asked) => Promise<AccountAnswer<object>>
  } = {
    register: (form, { token, address, now }) =>
      token === ''
        ? accounts.register({ ...form, address }, now)
        : accounts.registerGuest({ ...form, token }, now),
    login: (form, { address, now }) => accounts.login({ ...form, address }, now),
    guest: (_form, { address, now }) => accounts.guest(address, now),
    renew: (_form, { token, now }) => accounts.renew(token, now),
    password: ({ old, new: fresh }, { token, address, now }) =>
      accounts.changePassword({ token, old, fresh, address }, now),
    async logout(_form, { token, now }) {
      return told(await accounts.endSessions(token, now), 'logged out')
    },
    async delete({ password }, { token, address, now }) {
      return told(await accounts.delete({ token, password, address }, now), 'deleted')
    },
    async owner({ code }, { token, address, now }) {
      const checked = await accounts.check(token, now)
      if (checked.is === 'refused') return checked
      const wait = codes.waitOf(networkOf(address), now)
      if (wait > 0) return waitFor(wait)
      codes.take(networkOf(address), now)
      const isOwner = await accounts.ownerCode.claim(checked.account.id, code)
      return isOwner
        ? { is: 'done' }
        : refusedAnswer('forbidden', 'That is not the code, or it has been used.')
    },
    characters: ({ name }, { token, now }) => roster.create({ token, name }, now),
    async ban({ name, reason, seconds }, { token, now }) {
      const by = await accounts.actor(token, now)
      if (by.is === 'refused') return by
      const until = seconds === undefined ? undefined : now + seconds * 1000
      return told(await steward.ban(by.actor, { name, reason, until }, now), 'banned')
    },
    async unban({ name }, { token, now }) {
      const by = await accounts.actor(token, now)
      return by.is === 'refused' ? by : steward.unban(by.actor, name)
    },
    async role({ name, role }, { token, now }) {
      const by = await accounts.actor(token, now)
      return by.is === 'refused' ? by : steward.setRole(by.actor, { name, role })
    },
  }

  function told(
    outcome: AccountAnswer<{ readonly inWorld: readonly Displaced[] }>,
    why: 'banned' | 'deleted' | 'logged out',
  ): AccountAnswer<object> {
    if (outcome.is === 'refused') return outcome
    if (outcome.inWorld.length > 0) displaced(outcome.inWorld, why)
    return { is: 'done' }
  }

  async function get(path: string, { token, now }: Asked): Promise<AccountAnswer<object> | undefined> {
    if (path === 'characters') return roster.list(token, now)
    if (path !== 'me') return undefined
    const checked = await accounts.check(token, now)
    if (checked.is === 'refused') return checked
    const me = { is: 'done' as const, account: profileOf(checked.account) }
    return me
  }

  async function answer(request: IncomingMessage, path: string): Promise<Reply> {
    const { method = '' } = request
    const token = /^Bearer ([\w.:-]{1,512})$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const asked: Asked = { token, address: addressOf(request), now: now() }
    const [, id] = /^characters\/([^/]+)$/.exec(path) ?? []
    if (id !== undefined && method === 'DELETE')
      return reply(await roster.delete({ token, character: id }, asked.now))
    if (Object.hasOwn(posts, path) && method === 'POST') return post(request, path as FormName, asked)
    const got = method === 'GET' || method === 'HEAD' ? await get(path, asked) : undefined
    if (got) return reply(got)
    const isKnown = id !== undefined || path === 'me' || Object.hasOwn(posts, path)
    return { status: isKnown ? 405 : 404, body: { error: 'There is nothing at this path by this method.' } }
  }

  async function post<Name extends FormName>(
    request: IncomingMessage,
    name: Name,
    asked: Asked,
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
    if (read.is === 'refused') return reply(refusedAnswer('form', read.reason))
    const isFresh = name === 'register' || name === 'guest' || name === 'characters'
    return reply(await posts[name](read.form, asked), isFresh ? 201 : 200)
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
      write(response, reply(refusedAnswer('origin', stop)))
      return
    }
    answer(request, path).then(
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
