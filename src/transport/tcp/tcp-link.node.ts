import type { Socket } from 'node:net'
import type { Link, LinkHandler, LinkOptions } from '../link.ts'
import { LinkInbox } from '../link-inbox.ts'
import { hostAndPort } from '../listen-url.ts'
import { plainAddress } from '../peer.node.ts'
import { connectionLost } from '../reason.ts'
import { CorkedSocket, closeMs, prepareSocket } from './corked-socket.node.ts'
import type { StreamFormat } from './stream-format.node.ts'

/**
 * A link over one TCP socket that is already connected.
 *
 *     open --close, the peer's closing, broken bytes, end, reset--> closing --socket gone, or 1 s--> closed
 *
 * Nothing is read before `open`: until then what the peer sends waits in the kernel, which in the end stops it.
 */
export class TcpLink implements Link {
  readonly isReliable = true
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  readonly #socket: Socket
  readonly #corked: CorkedSocket
  readonly #format: StreamFormat
  readonly #inbox = new LinkInbox(0)
  readonly #bufferBytesMax: number
  #reason: string | undefined
  #hasLeft = false
  #deadline: ReturnType<typeof setTimeout> | undefined

  /** @param format  how packets lie in the stream: a new one for each link */
  constructor(socket: Socket, options: LinkOptions, format: StreamFormat) {
    this.packetBytesMax = options.packetBytesMax
    this.address = plainAddress(socket.remoteAddress)
    this.remote = hostAndPort(this.address, socket.remotePort ?? 0)
    this.#bufferBytesMax = options.bufferBytesMax
    this.#socket = socket
    this.#corked = new CorkedSocket(socket)
    this.#format = format
    prepareSocket(socket)
    socket.on('error', () => this.#leave(connectionLost))
    socket.on('end', () => {
      if (this.isOpen) this.#hasLeft = format.ending.hasLeft
      this.#leave(format.ending.reason)
    })
    socket.on('close', () => {
      this.#leave(connectionLost)
      clearTimeout(this.#deadline)
      this.#inbox.close(this.#reason!, this.#hasLeft)
    })
  }

  get isOpen(): boolean {
    return this.#reason === undefined
  }

  get bufferedBytes(): number {
    return this.#corked.bufferedBytes
  }

  open(handler: LinkHandler): void {
    this.#inbox.open(handler)
    queueMicrotask(() => {
      this.#inbox.release()
      this.#socket.on('data', (chunk) => this.#read(chunk))
    })
  }

  send(packet: Uint8Array): boolean {
    const length = packet.length
    if (!this.isOpen || length === 0 || length > this.packetBytesMax) return false
    if (this.#corked.bufferedBytes + length > this.#bufferBytesMax) return false
    this.#corked.write(this.#format.write(packet))
    return true
  }

  close(reason: string): void {
    if (!this.isOpen) return
    this.#inbox.mute()
    const words = this.#format.closing(reason)
    if (words) this.#corked.write(words)
    this.#leave(reason)
    this.#socket.resume()
  }

  #read(chunk: Uint8Array): void {
    const over = this.#format.push(chunk, (packet) => this.#inbox.receive(packet))
    if (over?.is === 'closing') this.#leave(over.reason)
    else if (over?.is === 'broken') this.close(over.reason)
  }

  /** Lets what was written go out, as far as the peer takes it in time; throws away what comes in. */
  #leave(reason: string): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#format.stop()
    this.#socket.end()
    this.#deadline = setTimeout(() => this.#socket.destroy(), closeMs)
  }
}
