import { createHash, timingSafeEqual } from 'node:crypto'
import { type Instant, type Measured, OutsideError, type Readings } from '../../core/index.ts'
import { connectTcp, connectWebSocket, listenTcp, listenWebSocket } from '../../transport/index.node.ts'
import {
  type Link,
  type Listener,
  type ListenUrl,
  parseConnectUrl,
  parseListenUrl,
  schemes,
} from '../../transport/index.ts'
import type { Certificate } from '../../web/index.node.ts'
import type { LineTaker } from '../console-lines.ts'
import { isHere } from '../own-machine.ts'
import { AdminClient } from './admin-client.ts'
import { AdminDesk } from './admin-desk.ts'
import { ADMIN_PACKET_BYTES_MAX, TOKEN_BYTES_MAX } from './admin-message.ts'

/** How an operator reaches the console from elsewhere. */
export interface AdminOptions {
  /** Where to listen: "tcp://127.0.0.1:4010", or "wss://0.0.0.0:4010" with a certificate. */
  readonly listen: string
  /** What an operator has to know: 16 characters at least. */
  readonly token: string
  /** Lets the token go unprotected over the network, where the address is not of this machine alone. */
  readonly inClear?: boolean
  /** Called with a sentence for each operator who comes or goes, and each line that is run. */
  readonly told?: (sentence: string) => void
}

const TOKEN_LENGTH_MIN = 16
/** How often it is looked for connections that say no hello, in ms. */
const LOOK_MS = 1000
const bounds = { packetBytesMax: ADMIN_PACKET_BYTES_MAX, bufferBytesMax: 4 * ADMIN_PACKET_BYTES_MAX }

/** @throws OutsideError when the address is none for this, or others could read the token on the way */
export function planAdmin({ listen, token, inClear = false }: AdminOptions): ListenUrl {
  const address = parseListenUrl(listen)
  const { scheme, host, dialect } = address
  if (dialect !== '' || !['tcp', 'ws', 'wss'].includes(scheme))
    throw new OutsideError(
      `The console cannot listen at ${listen}; give it tcp://127.0.0.1:4010, or wss:// for other machines.`,
    )
  if (!schemes[scheme].isSecure && !isHere(host) && !inClear)
    throw new OutsideError(
      `${listen} would carry the console's token where others can read it; listen at 127.0.0.1, or at wss:// with a certificate, or say --admin-in-clear.`,
    )
  const { length } = Buffer.from(token)
  if (length < TOKEN_LENGTH_MIN || length > TOKEN_BYTES_MAX)
    throw new OutsideError(
      `The console's token has ${length} bytes; it needs ${TOKEN_LENGTH_MIN} to ${TOKEN_BYTES_MAX} that nobody guesses.`,
    )
  return address
}

/** The way in for operators: closed until it is opened. */
export class AdminEntrance implements Measured {
  readonly #desk: AdminDesk
  readonly #now: () => Instant
  #digest: Buffer | undefined
  #told: AdminOptions['told']
  #listener: Listener | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(console: LineTaker, now: () => Instant) {
    this.#now = now
    this.#desk = new AdminDesk({
      console,
      isToken: (text) => this.#digest !== undefined && timingSafeEqual(digestOf(text), this.#digest),
      told: (sentence) => this.#told?.(sentence),
    })
  }

  /** Where it is; undefined while it is closed. */
  get url(): string | undefined {
    return this.#listener?.url
  }

  /** @throws OutsideError when the port cannot be had */
  async open(
    { host, port, path, scheme }: ListenUrl,
    { token, told }: AdminOptions,
    certificate: Certificate | undefined,
  ): Promise<void> {
    this.#digest = digestOf(token)
    this.#told = told
    const desk = this.#desk
    const listening = { host, port, ...bounds, accept: (link: Link) => desk.accept(link, this.#now) }
    if (scheme === 'tcp') this.#listener = await listenTcp(listening)
    else {
      const server = schemes[scheme].isSecure ? pageless(certificate) : undefined
      // No page may talk to it, whatever its origin: a browser that an operator uses visits strangers.
      this.#listener = await listenWebSocket({ ...listening, path, server, origins: [] })
    }
    this.#timer = setInterval(() => desk.advance(this.#now()), LOOK_MS)
    this.#timer.unref()
  }

  measure(readings: Readings): void {
    this.#desk.measure(readings)
  }

  async close(reason: string): Promise<void> {
    clearInterval(this.#timer)
    await this.#listener?.close(reason)
  }
}

/**
 * Connects an operator to a server's console.
 *
 * @throws OutsideError when nobody answers there, or the token is another
 */
export async function connectAdmin(url: string, token: string): Promise<AdminClient> {
  const { scheme } = parseConnectUrl(url)
  if (!['tcp', 'ws', 'wss'].includes(scheme))
    throw new OutsideError(`"${url}" is no address of a console; it begins with tcp://, ws:// or wss://.`)
  const link = await (scheme === 'tcp' ? connectTcp(url, bounds) : connectWebSocket(url, bounds))
  return AdminClient.greet(link, token)
}

/** Serves TLS for the console, and nothing else. */
function pageless(certificate: Certificate | undefined) {
  return certificate?.createServer((_request, response) => {
    response.writeHead(404, { 'Content-Type': 'text/plain', Connection: 'close' })
    response.end('There is nothing here but a console.\n')
  })
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
