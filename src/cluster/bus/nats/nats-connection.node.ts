import { connect, type NatsConnection } from '@nats-io/transport-node'
import { OutsideError } from '../../../core/index.ts'
import type { NatsOptions } from './nats-options.ts'

export type { NatsConnection }

/** How long to wait for the first connection, in ms. */
const CONNECT_MS = 3000
/** The wait before the broker is dialed again, and the most that is added to it by chance, in ms. */
const AGAIN_MS = 150
const JITTER_MS = 100

/**
 * Connects to NATS, for good: a connection that is lost is made again until it is closed. The client's own defaults
 * give up after 20 s and notice a stalled path only after minutes.
 *
 * @throws OutsideError if nobody answers there, or one is not let in
 */
export async function connectNats(
  { url, pingMs = 1000 }: NatsOptions,
  name: string,
): Promise<NatsConnection> {
  const places = url.split(',').map((one) => placeOf(one.trim()))
  const [{ user, pass, token, isSecure }] = places
  try {
    return await connect({
      name,
      servers: places.map(({ server }) => server),
      ...(token === undefined ? { user, pass } : { token }),
      ...(isSecure ? { tls: {} } : {}),
      maxReconnectAttempts: -1,
      reconnectTimeWait: AGAIN_MS,
      reconnectJitter: JITTER_MS,
      reconnectJitterTLS: JITTER_MS,
      pingInterval: pingMs,
      maxPingOut: 2,
      timeout: CONNECT_MS,
      // Another server of the broker's cluster may refuse us for a moment, and we go on trying.
      ignoreAuthErrorAbort: true,
    })
  } catch (error) {
    throw new OutsideError(
      `NATS at ${places.map(({ server }) => server).join(', ')} cannot be used: ${said(error)}.`,
    )
  }
}

interface NatsPlace {
  readonly server: string
  readonly isSecure: boolean
  readonly user: string | undefined
  readonly pass: string | undefined
  readonly token: string | undefined
}

function placeOf(url: string): NatsPlace {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^(nats|tls):$/.test(parsed.protocol) || parsed.hostname === '')
    throw new OutsideError(`"${url}" is no address of NATS; write one like nats://127.0.0.1:4222.`)
  const user = parsed.username === '' ? undefined : decodeURIComponent(parsed.username)
  const pass = parsed.password === '' ? undefined : decodeURIComponent(parsed.password)
  return {
    server: `${parsed.hostname}:${parsed.port || '4222'}`,
    isSecure: parsed.protocol === 'tls:',
    ...(pass === undefined ? { user: undefined, pass, token: user } : { user, pass, token: undefined }),
  }
}

function said(error: unknown): string {
  const sentence = error instanceof Error ? error.message : String(error)
  if (/refused|ECONNREFUSED/i.test(sentence)) return 'nobody listens there; is nats-server running?'
  if (/authorization/i.test(sentence))
    return 'it does not let us in; look at the user, password or token in the address'
  return sentence.replace(/\.$/, '')
}
