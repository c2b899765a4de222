import { instant, OutsideError } from '../core/index.ts'
import { nodeSodium } from '../netcode/index.node.ts'
import { type Address, addressOf } from '../netcode/index.ts'
import { openUdp } from '../transport/index.node.ts'
import { type Link, parseListenUrl } from '../transport/index.ts'
import { SealedClient } from './sealed.ts'

/** Milliseconds between two looks at what is due. */
const LOOK_MS = 10
const TOKEN_MS = 5000

/**
 * Connects to "udp://host:port". The connect token comes from the same host and port over HTTP, as `shardless serve` hands
 * it out, unless another place is named.
 *
 * @throws OutsideError when no token is to be had, or nobody answers
 */
export async function connectSealed(
  url: string,
  options: { readonly tokenUrl?: string } = {},
): Promise<Link> {
  const { host, port } = parseListenUrl(url)
  const shown = host.includes(':') ? `[${host}]` : host
  const token = await fetchToken(options.tokenUrl ?? `http://${shown}:${port}/token`)
  const now = () => instant(performance.now())
  return new Promise((resolve, reject) => {
    let isWoken = false
    const wake = (): void => {
      if (isWoken) return
      isWoken = true
      setImmediate(() => {
        isWoken = false
        sealed.poll(now())
      })
    }
    const opening = openUdp<Address>({
      host: host.includes(':') ? '::' : '0.0.0.0',
      port: 0,
      addressOf,
      receive: (datagram, from) => sealed.receive(datagram, from, now()),
    })
    const sealed: SealedClient = new SealedClient({
      cipher: nodeSodium,
      send: (datagram, to) => opening.then((socket) => socket.send(datagram, to)),
      wake,
      connected: (carrier) => resolve(carrier),
      failed: (sentence) => {
        clearInterval(look)
        opening.then((socket) => socket.close())
        reject(new OutsideError(`${url}: ${sentence}`))
      },
    })
    const look = setInterval(() => sealed.poll(now()), LOOK_MS)
    opening.then(() => sealed.connect(token, now()), reject)
  })
}

async function fetchToken(url: string): Promise<Uint8Array> {
  let response: Response
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TOKEN_MS) })
  } catch {
    throw new OutsideError(`No connect token is to be had: ${url} does not answer.`)
  }
  if (!response.ok)
    throw new OutsideError(`No connect token is to be had: ${url} answers ${response.status}.`)
  return new Uint8Array(await response.arrayBuffer())
}
