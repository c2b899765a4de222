import { instant, OutsideError } from '../core/index.ts'
import { loadNodeSodium } from '../netcode/index.node.ts'
import { type Address, addressOf, type ClientStateName, readConnectToken } from '../netcode/index.ts'
import { type MeasuredSocket, openUdp } from '../transport/index.node.ts'
import {
  type Air,
  type ConnectOptions,
  checkDatagramLink,
  chooseLinkOptions,
  defaultConnectMs,
  type Link,
  parseListenUrl,
} from '../transport/index.ts'
import { SealedClient } from './client.ts'

/** The longest time between two looks at what is due, in milliseconds. */
const LOOK_MS_MAX = 1000
/** The longest wait that a server may ask for when too many ask for tokens, in milliseconds. */
const BUSY_MS_MAX = 2000

/**
 * Connects to "udp://host:port". The connect token comes from the same host and port over HTTP, as `shardless
 * serve` hands it out, unless another address is named. Tokens hold keys: beyond one machine or a trusted network,
 * name an https:// address.
 *
 * @throws OutsideError when it gets no token, or nobody answers
 */
export async function connectSealed(
  url: string,
  options: ConnectOptions & {
    readonly tokenUrl?: string
    readonly air?: Air
    /** A login token, for servers that hand out connect tokens only to accounts. */
    readonly login?: string
  } = {},
): Promise<Link> {
  const { host, port } = parseListenUrl(url)
  const shown = host.includes(':') ? `[${host}]` : host
  const token = await fetchToken(options.tokenUrl ?? `http://${shown}:${port}/token`, options)
  return openSealed(token, { ...options, url })
}

/**
 * Connects to the servers that a connect token names.
 *
 * @param options  `url` names the server in what may be thrown
 * @throws OutsideError when it is no token, or nobody answers
 */
export async function openSealed(
  token: Uint8Array,
  options: ConnectOptions & { readonly url: string; readonly air?: Air },
): Promise<Link> {
  const { url, connectMs = defaultConnectMs, air } = options
  const link = checkDatagramLink(chooseLinkOptions(options))
  const servers = readConnectToken(token)?.servers
  if (!servers) throw new OutsideError(`${url}: what came as a connect token is none.`)
  const now = () => instant(performance.now())
  const cipher = await loadNodeSodium()
  /** By way; undefined while it is being opened. */
  const sockets = new Map<number, MeasuredSocket | undefined>()
  const openSocket = (way: number): Promise<MeasuredSocket> => {
    const take = (datagram: Uint8Array, from: Address): void => {
      sealed.receive(datagram, from, now(), way)
      look()
    }
    return openUdp<Address>({
      host: servers[0].host.includes(':') ? '::' : '0.0.0.0',
      port: 0,
      addressOf,
      receive: air
        ? (datagram, from) => air.carry(datagram, from, { way: 'in', pass: (copy) => take(copy, from) })
        : take,
      // With one server only, connect the socket: the kernel then drops everybody else's packets.
      peer: servers.length === 1 ? servers[0] : undefined,
    })
  }
  const openWay = async (way: number): Promise<void> => {
    sockets.set(way, undefined)
    // Where no network can be had at present, another way is opened soon.
    const socket = await openSocket(way).catch(() => undefined)
    if (sockets.has(way)) sockets.set(way, socket)
    else socket?.close()
  }
  const closeWay = (way: number): void => {
    sockets.get(way)?.close()
    sockets.delete(way)
  }
  sockets.set(0, await openSocket(0))
  let isWoken = false
  let isOver = false
  const wake = (): void => {
    if (isWoken) return
    isWoken = true
    setImmediate(() => {
      isWoken = false
      sealed.poll(now())
      look()
    })
  }
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  /** Sees to it that what is due is looked at in time, unless that happens in this turn anyway. */
  const look = (): void => {
    const at = Math.min(sealed.wakeAt, now() + LOOK_MS_MAX)
    if (isWoken || isOver || at >= timerAt) return
    clearTimeout(timer)
    timerAt = at
    timer = setTimeout(lookNow, Math.max(1, Math.ceil(at - now())))
  }
  const lookNow = (): void => {
    timerAt = Number.POSITIVE_INFINITY
    sealed.poll(now())
    look()
  }
  const { promise, resolve, reject } = Promise.withResolvers<Link>()
  const sealed = new SealedClient({
    cipher,
    link,
    send: (datagram, to, way) => {
      const socket = sockets.get(way)
      if (air) air.carry(datagram, to, { way: 'out', pass: (copy) => socket?.send(copy, to) })
      else socket?.send(datagram, to)
    },
    openWay: (way) => void openWay(way),
    closeWay,
    wake,
    connected: (link) => {
      clearTimeout(deadline)
      resolve(link)
    },
    over: (how) => {
      clearTimeout(deadline)
      clearTimeout(timer)
      isOver = true
      for (const way of [...sockets.keys()]) closeWay(way)
      reject(new OutsideError(`${url} ${failures[how] ?? 'does not answer.'}`))
    },
  })
  const deadline = setTimeout(() => sealed.abandon(now()), connectMs)
  sealed.connect(token, now())
  look()
  return promise
}

/** The reasons why a connection failed, by state; for the others it was silence. */
const failures: Partial<Record<ClientStateName, string>> = {
  'connection denied': 'is full.',
  'connect token expired': 'did not let us in before the connect token expired.',
}

/** Fetches a token; waits as the server says, when others ask for many. */
async function fetchToken(
  url: string,
  { connectMs = defaultConnectMs, login }: ConnectOptions & { readonly login?: string },
): Promise<Uint8Array> {
  const end = performance.now() + connectMs
  for (;;) {
    const response = await ask(url, { ms: Math.max(1, Math.ceil(end - performance.now())), login })
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
    const wait = Math.min(BUSY_MS_MAX, Number(response.headers.get('Retry-After')) * 1000)
    if (response.status !== 429 || !(wait >= 0) || performance.now() + wait > end)
      throw new OutsideError(`No connect token is to be had: ${await refusal(response, url)}`)
    await new Promise((resolve) => setTimeout(resolve, wait))
  }
}

async function ask(
  url: string,
  { ms, login }: { readonly ms: number; readonly login: string | undefined },
): Promise<Response> {
  const headers: Record<string, string> = login === undefined ? {} : { Authorization: `Bearer ${login}` }
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(ms) })
  } catch {
    const hint = url.startsWith('http:')
      ? ' A server with a certificate gives them at https://; name that as tokenUrl.'
      : ''
    throw new OutsideError(`No connect token is to be had: ${url} does not answer.${hint}`)
  }
}

/** Returns the server's own sentence, if it gave one. */
async function refusal(response: Response, url: string): Promise<string> {
  const body = (await response.json().catch(() => undefined)) as { error?: unknown } | undefined
  return typeof body?.error === 'string' ? body.error : `${url} answers ${response.status}.`
}
