import type { Counters } from '../../core/index.ts'

/** Where a datagram came from or goes to: an IPv4 or IPv6 host by number, and a port. */
export interface DatagramAddress {
  readonly host: string
  readonly port: number
}

/** What was dropped, and why. Errors of the network are counted here and never thrown. */
export const datagramDrops = [
  'received empty',
  'received too large',
  'received from nowhere',
  'send queue full',
  'refused',
  'unreachable',
  'failed',
] as const
export type DatagramDrop = (typeof datagramDrops)[number]

/** A socket that exchanges datagrams with many peers and knows none of them: connections are netcode's business. */
export interface DatagramSocket {
  /** "udp://127.0.0.1:4000", with the port really taken. */
  readonly url: string
  readonly isOpen: boolean
  readonly packetBytesMax: number
  readonly dropped: Counters<DatagramDrop>
  /** How many bytes the kernel holds for us before it drops, as granted: often less than what was asked for. */
  readonly receiveBufferBytes: number
  readonly sendBufferBytes: number

  /**
   * Hands one datagram to the kernel; the bytes may be reused at once.
   *
   * @param to  anyone; ignored by a socket that was opened for one peer
   * @returns   false, and nothing is sent, when the socket is closed, when the packet is empty or too large, or when
   *            the kernel takes no more and the queue before it is full
   */
  send(packet: Uint8Array, to: DatagramAddress): boolean

  /** Resolves when the port is free again. */
  close(): Promise<void>
}

/** Takes each datagram. The bytes belong to the socket again when the call returns. */
export type DatagramReceiver<Address> = (packet: Uint8Array, from: Address) => void
