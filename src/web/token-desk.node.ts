import type { IncomingMessage, ServerResponse } from 'node:http'
import { Counters, type Instant, type Measured, OutsideError, type Readings } from '../core/index.ts'
import { AddressGate } from '../gateway/index.ts'
import { addressOf, parseAddress } from '../netcode/index.ts'
import type { SealedListener } from '../sealed/index.node.ts'
import { plainAddress, TrustedProxies } from '../transport/index.node.ts'
import { portOf } from '../transport/index.ts'
import { webMetrics } from './metrics.ts'
import type { LoginCheck, Served } from './served.ts'

export interface TokenOptions {
  /**
   * Where clients reach the UDP listeners, if not at the address they ask at: "203.0.113.7", or with the port that
   * is forwarded, "203.0.113.7:4000", "[2001:db8::1]:4000".
   */
  readonly publicAddress?: string
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[]
  /** Checks logins: if guests may not play, tokens are only for accounts. */
  readonly logins?: LoginCheck | undefined
}

/** The HTTP status of each refusal. */
const STATUS = { limit: 503, rate: 429, login: 401, trouble: 503 } as const

/** Hands out connect tokens over HTTP, to anyone who could connect by WebSocket too [N27] [N28]. */
export class TokenDesk implements Measured {
  readonly listeners: SealedListener[] = []
  readonly #answers = new Counters(...webMetrics.tokens.values)
  readonly #served: Served
  readonly #gate: AddressGate
  readonly #proxies: TrustedProxies
  readonly #place: { readonly host: string; readonly port: number | undefined } | undefined
  readonly #now: () => Instant
  readonly #logins: LoginCheck | undefined

  /** @throws OutsideError for an option that is no address */
  constructor(served: Served, now: () => Instant, options: TokenOptions) {
    this.#served = served
    this.#gate = new AddressGate(served.limits.tokensPerSecond)
    this.#proxies = new TrustedProxies(options.trustedProxies ?? [])
    this.#place = options.publicAddress === undefined ? undefined : readPlace(options.publicAddress)
    this.#now = now
    this.#logins = options.logins
  }

  measure(readings: Readings): void {
    readings.addAll(webMetrics.tokens, this.#answers)
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { socket, headers } = request
    const from = this.#proxies.origin(
      plainAddress(socket.remoteAddress),
      headers['x-forwarded-for'] as string,
    )
    const refusal = this.#served.admit(from)
    if (refusal) this.#refuse(response, 'limit', refusal)
    else if (!this.#gate.take(from, this.#now()))
      this.#refuse(
        response,
        'rate',
        'Too many connect tokens were asked for from this address; wait a second.',
      )
    else if (this.#logins === undefined || this.#logins.hasGuests) this.#give(request, response)
    else
      this.#check(headers.authorization).then(
        (isGood) =>
          isGood
            ? this.#give(request, response)
            : this.#refuse(response, 'login', 'This server lets in who has an account; log in first.'),
        () =>
          this.#refuse(
            response,
            'trouble',
            'The server cannot look up accounts just now; try again in a moment.',
          ),
      )
  }

  /** Returns whether a header holds the login token of an account that may come in. */
  async #check(authorization: string | undefined): Promise<boolean> {
    const token = /^Bearer ([\w.:-]{1,512})$/.exec(authorization ?? '')?.[1]
    if (token === undefined || this.#logins === undefined) return false
    return this.#logins.isGood(token)
  }

  #refuse(response: ServerResponse, why: keyof typeof STATUS, error: string): void {
    this.#answers.count(why)
    refuse(response, STATUS[why], error)
  }

  #give({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#answers.count('given')
    const listener = this.listeners.find(({ url }) => portOf(url) === socket.localPort) ?? this.listeners[0]
    const { host, port } = this.#place ?? { host: plainAddress(socket.localAddress), port: undefined }
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-store' })
    response.end(listener.token(host, port))
  }
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Retry-After': '1',
  })
  response.end(JSON.stringify({ error }))
}

function readPlace(text: string): { host: string; port: number | undefined } {
  const whole = parseAddress(text)
  const bare = whole ?? addressOf(text.replace(/^\[(.*)\]$/, '$1'), 0)
  if (bare && whole?.port !== 0) return { host: bare.host, port: whole?.port }
  throw new OutsideError(
    `"${text}" is no public address; write the number that clients reach, such as 203.0.113.7 or 203.0.113.7:4000.`,
  )
}
