import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** How long a closing waits for the peer's answer, in ms. */
export const closeMs = 1000

/**
 * Gathers what is written to a socket in one turn of the event loop into one system call.
 *
 * Measured, 256-byte packets to 200 peers: one packet a turn 5.5-7 us each with or without; four a turn 6.4 us each
 * without, 1.7 us with.
 */
export class CorkedSocket {
  readonly #socket: Duplex
  #isCorked = false
  readonly #uncork = () => {
    this.#isCorked = false
    this.#socket.uncork()
  }

  constructor(socket: Duplex) {
    this.#socket = socket
  }

  /** Bytes written that the kernel has not yet taken. */
  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  /** Writes bytes, which belong to the socket from here on. */
  write(bytes: Uint8Array): void {
    this.cork()
    this.#socket.write(bytes)
  }

  /** Holds back, until the end of this turn, whatever anyone writes to the socket. */
  cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#socket.cork()
    process.nextTick(this.#uncork)
  }
}

/**
 * Sets up a socket that carries a link: packets leave at once (TCP_NODELAY), and the kernel asks a silent peer
 * after 15 s whether its machine is still there (Node: ten times, once a second).
 */
export function prepareSocket(socket: Duplex): void {
  const tcp = socket as Partial<Socket>
  tcp.setNoDelay?.(true)
  tcp.setKeepAlive?.(true, 15_000)
}
