import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import { Counters, type Measured, type Readings } from '../../core/index.ts'
import { hostAndPort } from '../listen-url.ts'
import { transportMetrics } from '../metrics.ts'
import { connectFailure, listenFailure } from '../outside.node.ts'
import { plainAddress } from '../peer.node.ts'
import { AddressBook } from './address-book.ts'
import type { DatagramAddress, DatagramReceiver, DatagramSocket } from './datagram.ts'

export interface UdpOptions<Address> {
  /** "0.0.0.0" for IPv4, "::" for IPv6 and IPv4 together, or one address or name. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /**
   * Makes the caller's own object for a peer heard of for the first time, IPv4 always written as IPv4; undefined drops
   * what it sent. The same peer keeps the same object while it goes on sending.
   */
  readonly addressOf: (host: string, port: number) => Address | undefined
  readonly receive: DatagramReceiver<Address>
  /** The only peer, by name or number: sending costs a sixth less, nobody else is heard, a closed port is noticed. */
  readonly peer?: DatagramAddress
  /** Largest datagram either way, in bytes. Default 1472: what an Ethernet frame carries over IPv4. */
  readonly packetBytesMax?: number
  /** What to ask the kernel for, each way, in bytes. Default 4 MiB; Linux grants net.core.rmem_max and wmem_max. */
  readonly kernelBufferBytes?: number
  /** Whether several processes share the port, among whom the kernel deals out the peers. */
  readonly isShared?: boolean
}

/** A UDP socket that tells what it counts. */
export interface MeasuredSocket extends DatagramSocket, Measured {}

/** The most bytes that wait in this process when the kernel takes no more. */
const queueBytesMax = 1_048_576
/** How many peers are remembered, twice over. */
const addressesMax = 65_536

/**
 * Opens a UDP socket.
 *
 * @throws OutsideError if the port cannot be had, or a name is not known
 */
export async function openUdp<Address>(options: UdpOptions<Address>): Promise<MeasuredSocket> {
  const { host, port, peer, kernelBufferBytes = 4_194_304, isShared = false } = options
  const local = await numberOf(host, (error) => listenFailure(error, { host, port }))
  const isOverIPv6 = isIPv6(local)
  const socket = createSocket({
    type: isOverIPv6 ? 'udp6' : 'udp4',
    reusePort: isShared,
    recvBufferSize: kernelBufferBytes,
    sendBufferSize: kernelBufferBytes,
    lookup: isOverIPv6 ? numberForIPv6 : number,
  })
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => reject(listenFailure(error, { host, port }))
    socket.once('error', fail)
    socket.bind({ address: local, port, exclusive: true }, () => {
      socket.off('error', fail)
      resolve()
    })
  })
  if (peer !== undefined) await connectTo(socket, peer, isOverIPv6)
  return new UdpSocket(socket, options)
}

class UdpSocket<Address> implements MeasuredSocket {
  readonly url: string
  readonly packetBytesMax: number
  readonly receiveBufferBytes: number
  readonly sendBufferBytes: number
  readonly dropped = new Counters(...transportMetrics.datagramsDropped.values)
  readonly #socket: Socket
  readonly #book: AddressBook<Address>
  readonly #receive: DatagramReceiver<Address>
  readonly #isConnected: boolean
  /** Where a packet is copied to on its way out, in case the kernel makes it wait. */
  #scratch: Buffer
  #in = 0
  #out = 0
  #isOpen = true
  #isQueueing = false

  constructor(socket: Socket, options: UdpOptions<Address>) {
    const { address, port } = socket.address()
    this.url = `udp://${hostAndPort(address, port)}`
    this.packetBytesMax = options.packetBytesMax ?? 1472
    // Linux grants, and tells, twice what is asked for, for its own bookkeeping (socket(7), SO_RCVBUF).
    const told = process.platform === 'linux' ? 2 : 1
    this.receiveBufferBytes = socket.getRecvBufferSize() / told
    this.sendBufferBytes = socket.getSendBufferSize() / told
    this.#socket = socket
    this.#book = new AddressBook(addressesMax, (host, port) => options.addressOf(plainAddress(host), port))
    this.#receive = options.receive
    this.#isConnected = options.peer !== undefined
    this.#scratch = Buffer.allocUnsafeSlow(this.packetBytesMax)
    socket.on('message', (packet, from) => this.#take(packet, from))
    socket.on('error', (error) => this.#count(error))
  }

  measure(readings: Readings): void {
    readings.addAll(transportMetrics.datagramsDropped, this.dropped)
    readings.add(transportMetrics.datagramsIn, this.#in)
    readings.add(transportMetrics.datagramsOut, this.#out)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  send(packet: Uint8Array, to: DatagramAddress): boolean {
    const length = packet.length
    if (!this.#isOpen || length === 0 || length > this.packetBytesMax) return false
    if (this.#isQueueing && this.#socket.getSendQueueSize() + length > queueBytesMax) {
      this.dropped.count('send queue full')
      return false
    }
    this.#scratch.set(packet)
    if (this.#isConnected) this.#socket.send(this.#scratch, 0, length, this.#sent)
    else this.#socket.send(this.#scratch, 0, length, to.port, to.host, this.#sent)
    this.#out++
    this.#isQueueing = this.#socket.getSendQueueCount() > 0
    if (this.#isQueueing) this.#scratch = Buffer.allocUnsafeSlow(this.packetBytesMax)
    return true
  }

  close(): Promise<void> {
    if (!this.#isOpen) return Promise.resolve()
    this.#isOpen = false
    return new Promise((resolve) => {
      this.#socket.close(resolve)
    })
  }

  readonly #sent = (error: Error | null): void => {
    if (error) this.#count(error)
  }

  #take(packet: Uint8Array, { address, port }: RemoteInfo): void {
    this.#in++
    if (packet.length === 0) this.dropped.count('received empty')
    else if (packet.length > this.packetBytesMax) this.dropped.count('received too large')
    else {
      // Port 0 is forged for certain, and an answer to it could not even be addressed.
      const from = port === 0 ? undefined : this.#book.find(address, port, performance.now())
      if (from === undefined) this.dropped.count('received from nowhere')
      else this.#receive(packet, from)
    }
  }

  #count(error: Error & { code?: string }): void {
    if (error.code === 'ECONNREFUSED') this.dropped.count('refused')
    else if (error.code?.endsWith('UNREACH')) this.dropped.count('unreachable')
    else this.dropped.count('failed')
  }
}

async function connectTo(
  socket: Socket,
  { host, port }: DatagramAddress,
  isOverIPv6: boolean,
): Promise<void> {
  const url = `udp://${hostAndPort(host, port)}`
  const far = await numberOf(host, (error) => connectFailure(error, url), isOverIPv6 ? 6 : 4)
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => {
      socket.close()
      reject(connectFailure(error, url))
    }
    socket.once('error', fail)
    socket.connect(port, far, () => {
      socket.off('error', fail)
      resolve()
    })
  })
}

type Tell = (error: null, address: string, family: number) => void

/** Answers at once, since hosts are numbers already: this spares each packet a turn of the event loop. */
function number(host: string, _options: unknown, tell: Tell): void {
  tell(null, host, 4)
}

function numberForIPv6(host: string, _options: unknown, tell: Tell): void {
  tell(null, host.includes(':') ? host : `::ffff:${host}`, 6)
}

async function numberOf(
  host: string,
  failure: (error: unknown) => Error,
  family: 0 | 4 | 6 = 0,
): Promise<string> {
  if (isIP(host) !== 0) return host
  try {
    return (await lookup(host, { family })).address
  } catch (error) {
    throw failure(error)
  }
}
