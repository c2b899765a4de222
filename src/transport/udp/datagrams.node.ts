import type { Instant } from '../../core/index.ts'
import type { Air } from '../air.ts'
import type { Link, Listener } from '../link.ts'
import type { DatagramAddress } from './datagram.ts'
import { type DatagramBounds, DatagramPeers } from './datagram-peers.ts'
import { openUdp } from './udp.node.ts'

export interface DatagramListenOptions extends DatagramBounds {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly accept: (link: Link) => void
  readonly now: () => Instant
  readonly air?: Air
}

export interface DatagramListener extends Listener {
  /** Returns what was dropped, and why. */
  readonly dropped: () => Record<string, number>
}

/** How many milliseconds pass between two checks for silent peers. */
const LOOK_MS = 100

/**
 * Listens for bare datagrams on one UDP port: each address that is heard is a link [L80].
 *
 * @throws OutsideError if the port cannot be had
 */
export async function listenDatagrams(options: DatagramListenOptions): Promise<DatagramListener> {
  const { host, port, accept, now, air } = options
  let isWoken = false
  const take = (datagram: Uint8Array, from: DatagramAddress): void => peers.receive(datagram, from, now())
  const socket = await openUdp<DatagramAddress>({
    host,
    port,
    packetBytesMax: options.packetBytesMax,
    addressOf: (host, port) => ({ host, port }),
    receive: air
      ? (datagram, from) => air.carry(datagram, from, { way: 'in', pass: (copy) => take(copy, from) })
      : take,
  })
  const peers = new DatagramPeers({
    ...options,
    now: now(),
    accept,
    send: (datagram, to) => {
      if (air) air.carry(datagram, to, { way: 'out', pass: (copy) => socket.send(copy, to) })
      else socket.send(datagram, to)
    },
    wake: () => {
      if (isWoken) return
      isWoken = true
      setImmediate(() => {
        isWoken = false
        peers.poll(now())
      })
    },
  })
  const look = setInterval(() => peers.poll(now()), LOOK_MS)
  return {
    url: socket.url,
    measure(readings) {
      socket.measure(readings)
      peers.measure(readings)
    },
    dropped: () => ({ ...socket.dropped.snapshot(), ...peers.dropped.snapshot() }),
    async close(reason) {
      clearInterval(look)
      peers.close(reason, now())
      await socket.close()
    },
  }
}
