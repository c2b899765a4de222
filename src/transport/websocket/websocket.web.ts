import { OutsideError } from '../../core/index.ts'
import {
  type ConnectOptions,
  chooseLinkOptions,
  defaultConnectMs,
  type Link,
  type LinkHandler,
  type LinkOptions,
} from '../link.ts'
import { LinkInbox } from '../link-inbox.ts'
import { shortReason, tooLarge } from '../reason.ts'
import { closeCode, closedReason, textRefused } from './websocket-close.ts'

/** The only close codes that a page may give: 1000, and 3000 up. Ours are the RFC's, 3000 higher. */
const pageCode = { normal: 1000, text: 4003, tooLarge: 4009, overflow: 4008 } as const

/** How long to wait for the server's answer to a closing, in ms; the browser goes on waiting in the background. */
const closeMs = 1000

/**
 * Connects to "ws://host:port/path" or "wss://..." with the platform's own WebSocket.
 *
 * @throws OutsideError if there is no answer. A page is never told why: refusals look like silence.
 */
export function connectWebSocket(url: string, options: ConnectOptions = {}): Promise<Link> {
  const { connectMs = defaultConnectMs } = options
  const linkOptions = chooseLinkOptions(options)
  return new Promise((resolve, reject) => {
    const socket = openSocket(url)
    socket.binaryType = 'arraybuffer'
    const patience = setTimeout(() => {
      fail(`${url} did not answer within ${connectMs / 1000} s.`)
      socket.close()
    }, connectMs)
    const fail = (sentence: string) => {
      clearTimeout(patience)
      socket.onopen = socket.onclose = null
      reject(new OutsideError(sentence))
    }
    socket.onclose = () => fail(`${url} cannot be reached, or refuses.`)
    socket.onopen = () => {
      clearTimeout(patience)
      resolve(new WebLink(socket, linkOptions))
    }
  })
}

function openSocket(url: string): WebSocket {
  try {
    return new WebSocket(url)
  } catch {
    throw new OutsideError(`"${url}" is not a ws:// address, or this page may not use it.`)
  }
}

/** A link over one WebSocket of the platform that is already open. It cannot be paused, so what comes early is held. */
class WebLink implements Link {
  readonly isReliable = true
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  readonly #socket: WebSocket
  readonly #inbox: LinkInbox
  readonly #bufferBytesMax: number
  #isOpen = true
  /** Why this side closed, if it did. */
  #reason: string | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined

  constructor(socket: WebSocket, options: LinkOptions) {
    const { host, hostname } = new URL(socket.url)
    this.packetBytesMax = options.packetBytesMax
    this.remote = host
    this.address = hostname
    this.#socket = socket
    this.#bufferBytesMax = options.bufferBytesMax
    this.#inbox = new LinkInbox(options.bufferBytesMax)
    socket.onmessage = (event) => this.#receive(event.data)
    socket.onclose = (event) => this.#end(event.code, event.reason)
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#socket.readyState === WebSocket.OPEN
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  open(handler: LinkHandler): void {
    this.#inbox.open(handler)
    queueMicrotask(() => this.#inbox.release())
  }

  send(packet: Uint8Array): boolean {
    const length = packet.length
    if (!this.isOpen || length === 0 || length > this.packetBytesMax) return false
    if (this.#socket.bufferedAmount + length > this.#bufferBytesMax) return false
    this.#socket.send(packet as Uint8Array<ArrayBuffer>)
    return true
  }

  close(reason: string): void {
    this.#close(pageCode.normal, reason)
  }

  #close(code: number, reason: string): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#inbox.mute()
    this.#reason = reason
    this.#socket.close(code, shortReason(reason))
    this.#deadline = setTimeout(() => this.#end(closeCode.lost, ''), closeMs)
  }

  #receive(packet: unknown): void {
    if (!this.#isOpen) return
    if (!(packet instanceof ArrayBuffer)) this.#close(pageCode.text, textRefused)
    else if (packet.byteLength > this.packetBytesMax) {
      this.#close(pageCode.tooLarge, tooLarge(this.packetBytesMax))
    } else if (packet.byteLength > 0 && !this.#inbox.receive(new Uint8Array(packet))) {
      this.#close(pageCode.overflow, 'too much came before the link was opened')
    }
  }

  #end(code: number, words: string): void {
    clearTimeout(this.#deadline)
    this.#isOpen = false
    this.#socket.onmessage = this.#socket.onclose = null
    const isOurs = this.#reason !== undefined
    this.#inbox.close(this.#reason ?? closedReason(code, words), !isOurs && code === closeCode.leaving)
  }
}
