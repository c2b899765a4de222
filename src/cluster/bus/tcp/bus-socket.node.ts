import type { Link } from '../../../transport/index.ts'
import { GREETING_BYTES_MAX, readFrame, type SocketFrame, writeWord } from './frame.ts'
import { type Greeter, ProcessGreeting } from './greeting.node.ts'

/** How long a greeting may take, in ms. */
const GREETING_MS = 3000

export interface SocketEvents {
  /** Both sides have proven themselves. @returns whether the socket is wanted */
  greeted(socket: BusSocket): boolean
  receive(socket: BusSocket, frame: SocketFrame): void
  closed(socket: BusSocket, reason: string): void
  /** The peer could not prove who it is. */
  stranger(reason: string): void
}

/** A socket between two processes: greets, and then carries frames. */
export class BusSocket {
  /** The peer's name, once greeted. */
  peer = ''
  /** Where the peer listens, as it says itself. */
  peerAddress = ''
  isGreeted = false
  /** When something last came, by the process's clock. */
  heardAt = performance.now()
  saidAt = performance.now()
  /** Topics of this process that the peer follows: its number for each. */
  readonly follows = new Map<string, number>()
  readonly followed = new Map<number, string>()
  /** Topics of the peer that this process follows: by our number. */
  readonly topics = new Map<number, string>()
  readonly numbers = new Map<string, number>()
  lastNumber = 0
  readonly #link: Link

  /** @param dialed  the name of the process that was dialed; undefined for one that dialed us */
  constructor(
    link: Link,
    { greeter, events, dialed }: { greeter: Greeter; events: SocketEvents; dialed?: string },
  ) {
    this.#link = link
    const greeting = new ProcessGreeting(greeter, dialed)
    const patience = setTimeout(() => link.close('The greeting took too long.'), GREETING_MS)
    link.open({
      receive: (bytes) => {
        this.heardAt = performance.now()
        // A plain view: what Node calls Buffer shares its memory where others copy.
        const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
        const frame = this.isGreeted || bytes.length <= GREETING_BYTES_MAX ? readFrame(view) : undefined
        if (!this.isGreeted) this.#greet(greeting, frame, { events, patience })
        else if (frame) events.receive(this, frame)
        else link.close('A frame makes no sense.')
      },
      closed: (reason) => {
        clearTimeout(patience)
        events.closed(this, reason)
      },
    })
    if (dialed !== undefined) link.send(greeting.hello())
  }

  get isOpen(): boolean {
    return this.#link.isOpen
  }

  send(frame: Uint8Array): boolean {
    this.saidAt = performance.now()
    return this.#link.send(frame)
  }

  ping(): void {
    this.send(writeWord('ping'))
  }

  close(reason: string): void {
    this.#link.close(reason)
  }

  #greet(
    greeting: ProcessGreeting,
    frame: SocketFrame | undefined,
    { events, patience }: { events: SocketEvents; patience: NodeJS.Timeout },
  ): void {
    const step = greeting.receive(frame)
    if (step.is === 'denied') {
      this.#link.close(step.reason)
      events.stranger(step.reason)
      events.closed(this, step.reason)
      return
    }
    if (step.frame) this.#link.send(step.frame)
    if (step.is === 'say') return
    clearTimeout(patience)
    this.peer = step.peer
    this.peerAddress = step.address
    this.isGreeted = true
    if (!events.greeted(this)) this.#link.close('Not wanted any more.')
  }
}
