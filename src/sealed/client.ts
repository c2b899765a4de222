import { type Instant, instant } from '../core/index.ts'
import {
  type Address,
  type Cipher,
  type ClientStateName,
  clientStates,
  NetcodeClient,
} from '../netcode/index.ts'
import { DatagramLink, type DatagramOutlet, type LinkOptions } from '../transport/index.ts'
import { SEALED_HEADER_BYTES } from './header.ts'
import { CLIENT_KEEP_ALIVE_EVERY } from './keep-alive.ts'

export interface SealedClientOptions {
  readonly cipher: Cipher
  readonly link: LinkOptions
  readonly send: (datagram: Uint8Array, to: Address, way: number) => void
  /**
   * Opens and closes further ways, each a socket with an address of its own: the client tries them when the server is
   * silent. Without these it stays where it is. Way 0 is there from the beginning; `over` closes all that are left.
   */
  readonly openWay?: (way: number) => void
  readonly closeWay?: (way: number) => void
  /** Called when something waits to be sent: poll soon. */
  readonly wake: () => void
  /** Called with the link when the connection is open. */
  readonly connected: (link: DatagramLink) => void
  /** Called once, when the connection failed or has ended: nothing more will be sent. */
  readonly over: (how: ClientStateName) => void
}

/** Runs a client's sealed connection over UDP: netcode below, a link above. A machine without I/O. */
export class SealedClient {
  readonly netcode: NetcodeClient
  readonly #options: SealedClientOptions
  #link: DatagramLink | undefined
  #isOver = false
  #isBusy = false
  #now = instant(0)

  constructor(options: SealedClientOptions) {
    this.#options = options
    this.netcode = new NetcodeClient({
      cipher: options.cipher,
      moves: options.openWay !== undefined,
      keepAliveEvery: CLIENT_KEEP_ALIVE_EVERY,
    })
  }

  /** Whether the connection has ended. The link may have something left to deliver: go on polling when it wakes. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Begins to connect, with a connect token from the server. */
  connect(token: Uint8Array, now: Instant): void {
    this.#now = now
    this.netcode.connect(token, now)
    this.poll(now)
  }

  /** @param way  over which of the ways it came; the one in use when left out */
  receive(datagram: Uint8Array, from: Address, now: Instant, way?: number): void {
    this.#now = now
    this.netcode.receive(datagram, from, now, way)
    this.#drain(now)
  }

  /** Sends what is due and reports what happened. */
  poll(now: Instant): void {
    this.#now = now
    this.#isBusy = false
    this.#drain(now)
    this.#link?.poll(now)
    this.#drain(now)
  }

  get wakeAt(): Instant {
    if (this.#isBusy) return this.#now
    return instant(Math.min(this.netcode.wakeAt, this.#link?.wakeAt ?? Number.POSITIVE_INFINITY))
  }

  /** Gives up. */
  abandon(now: Instant): void {
    this.netcode.disconnect(now)
    this.#drain(now)
  }

  #drain(now: Instant): void {
    for (let one = this.netcode.poll(now); one; one = this.netcode.poll(now)) {
      if (one.do === 'send') this.#options.send(one.packet, one.to, one.way)
      else if (one.do === 'open way') this.#options.openWay?.(one.way)
      else if (one.do === 'close way') this.#options.closeWay?.(one.way)
      else if (one.do === 'payload') this.#link?.receive(one.bytes, now)
      else if (one.state === 'connected') this.#connected()
      else if (clientStates[one.state] <= 0) this.#end(one.state)
    }
  }

  #connected(): void {
    const server = this.netcode.server
    const outlet: DatagramOutlet = {
      remote: server?.text ?? '',
      address: server?.host ?? '',
      headerBytes: SEALED_HEADER_BYTES,
      send: (datagram) => this.netcode.send(datagram, this.#now),
      wake: () => {
        this.#isBusy = true
        this.#options.wake()
      },
      hangUp: () => this.netcode.disconnect(this.#now),
    }
    this.#link = new DatagramLink(outlet, this.#options.link)
    this.#options.connected(this.#link)
  }

  #end(how: ClientStateName): void {
    if (this.#isOver) return
    this.#isOver = true
    // Keep the link: it delivers what is left when it is polled.
    this.#link?.ended()
    this.#options.over(how)
  }
}
