import {
  connectWebSocket,
  listenWebSocket,
  type WebSocketConnectOptions,
  type WebSocketListenOptions,
} from '../index.node.ts'
import type { Link, Listener } from '../index.ts'
import { host, type SocketLinks, somewhere } from '../socket-stage.suite.ts'
import { HandmadePeer } from './websocket-peer.suite.ts'

export const webSocketLinks: SocketLinks = {
  listen: listenWebSocket,
  connect: connectWebSocket,
  async connectMortal(url) {
    const peer = new HandmadePeer(url)
    await peer.answer()
    return () => peer.socket.resetAndDestroy()
  },
}

export interface Accepted {
  readonly link: Link
  readonly told: string[]
}

export interface WebSocketTown {
  readonly listener: Listener
  readonly url: string
  readonly links: Accepted[]
  /** Connects a link of our own. */
  call(options?: WebSocketConnectOptions): Promise<Link>
  /** Connects a socket for a peer that behaves as it likes. */
  handmade(options?: { allowHalfOpen: boolean }): HandmadePeer
}

/**
 * Makes a listener that notes what each of its links hears. Everything that connects to it is gone when the test
 * ends.
 */
export async function webSocketTown(
  context: { after(act: () => Promise<void>): void },
  options: Partial<WebSocketListenOptions> = {},
): Promise<WebSocketTown> {
  const links: Accepted[] = []
  const calls: Link[] = []
  const peers: HandmadePeer[] = []
  const accept = (link: Link) => {
    const told: string[] = []
    links.push({ link, told })
    link.open({
      receive: (packet) => void told.push(packet.join()),
      closed: (reason, hasLeft) => void told.push(`closed: ${reason}${hasLeft ? ' (has left)' : ''}`),
    })
  }
  const listen = (port: number) => listenWebSocket({ host, port, accept, packetBytesMax: 1000, ...options })
  const listener = await somewhere(listen)
  context.after(() => {
    for (const peer of peers) peer.socket.destroy()
    for (const call of calls) call.close('the test is over')
    return listener.close('the test is over')
  })
  return {
    listener,
    url: listener.url,
    links,
    async call(options) {
      const link = await connectWebSocket(listener.url, options)
      calls.push(link)
      return link
    },
    handmade(options) {
      const peer = new HandmadePeer(listener.url, options)
      peers.push(peer)
      return peer
    },
  }
}
