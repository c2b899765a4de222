import { createServer, connect as dial, type Socket } from 'node:net'
import { Counters, OutsideError } from '../../core/index.ts'
import {
  type ConnectOptions,
  chooseLinkOptions,
  defaultConnectMs,
  type Link,
  type LinkOptions,
  type Listener,
} from '../link.ts'
import { hostAndPort, parseListenUrl } from '../listen-url.ts'
import { listening } from '../listening.node.ts'
import { transportMetrics } from '../metrics.ts'
import { connectFailure, connectTimeout } from '../outside.node.ts'
import { plainAddress } from '../peer.node.ts'
import { closeMs } from './corked-socket.node.ts'
import { bare, framed } from './stream-format.node.ts'
import { TcpLink } from './tcp-link.node.ts'

export interface TcpListenOptions extends Partial<LinkOptions> {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly accept: (link: Link) => void
  /** Packets in our own frames, the default; or the bare stream, in chunks that begin and end anywhere. */
  readonly carries?: 'packets' | 'stream'
  /**
   * Returns whether an address may connect: undefined for yes, or a sentence that is sent as the reason of the
   * closing; a bare stream just ends.
   */
  readonly admit?: (address: string) => string | undefined
  /** Called for each refusal, for counting. */
  readonly refused?: (address: string, reason: string) => void
}

/**
 * Listens for links over TCP, framed as docs/spec/link.md says, or bare.
 *
 * @throws OutsideError if the port cannot be had
 */
export async function listenTcp(options: TcpListenOptions): Promise<Listener> {
  const { host, port, accept, admit, refused, carries = 'packets' } = options
  const formatOf = carries === 'packets' ? framed : bare
  const linkOptions = chooseLinkOptions(options)
  const links = new Set<TcpLink>()
  const refusals = new Counters(...transportMetrics.tcpRefused.values)
  let accepted = 0
  const server = createServer((socket) => {
    const address = plainAddress(socket.remoteAddress)
    const refusal = admit?.(address)
    if (refusal !== undefined) {
      refusals.count('limit')
      refused?.(address, refusal)
      refuse(socket, formatOf(1).closing(refusal))
      return
    }
    const link = new TcpLink(socket, linkOptions, formatOf(linkOptions.packetBytesMax))
    links.add(link)
    accepted++
    socket.on('close', () => links.delete(link))
    accept(link)
  })
  const trouble = (sentence: string): void => {
    refusals.count('trouble')
    refused?.('unknown', sentence)
  }
  const taken = await listening(server, { host, port, trouble })
  return {
    url: `tcp://${hostAndPort(host, taken)}`,
    measure(readings) {
      readings.addAll(transportMetrics.tcpRefused, refusals)
      readings.add(transportMetrics.links, links.size, 'tcp')
      readings.add(transportMetrics.accepted, accepted, 'tcp')
    },
    close(reason) {
      for (const link of links) link.close(reason)
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/**
 * Connects to "tcp://host:port".
 *
 * @throws OutsideError if there is no answer, or the URL is none
 */
export function connectTcp(url: string, options: ConnectOptions = {}): Promise<Link> {
  const { connectMs = defaultConnectMs } = options
  const linkOptions = chooseLinkOptions(options)
  return new Promise((resolve, reject) => {
    const { scheme, host, port } = parseListenUrl(url)
    if (scheme !== 'tcp') throw new OutsideError(`"${url}" is not a tcp:// address.`)
    const socket = dial({ host, port })
    const patience = setTimeout(() => socket.destroy(connectTimeout(url, connectMs)), connectMs)
    const fail = (error: Error) => {
      clearTimeout(patience)
      reject(error instanceof OutsideError ? error : connectFailure(error, url))
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(patience)
      const link = new TcpLink(socket, linkOptions, framed(linkOptions.packetBytesMax))
      socket.off('error', fail)
      resolve(link)
    })
  })
}

function refuse(socket: Socket, words: Uint8Array | undefined): void {
  socket.on('error', () => {})
  const deadline = setTimeout(() => socket.destroy(), closeMs)
  socket.on('close', () => clearTimeout(deadline))
  if (words) socket.write(words)
  socket.end()
  socket.resume()
}
