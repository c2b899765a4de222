import { PacketReader, PacketWriter } from '../../../replication/index.ts'
import type { Link } from '../../../transport/index.ts'
import { frame, GREETING_BYTES_MAX, readFrame, type SocketFrame } from './frame.ts'
import { type Greeter, ProcessGreeting } from './greeting.node.ts'

/** The most that waits for one peer to take it in, and how much of one turn goes in one packet, in bytes. */
export const BUFFER_BYTES_MAX = 16 << 20
const BATCH_BYTES = 60_000
/** The most bytes that a frame's length takes. */
const LENGTH_BYTES_MAX = 4
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
  /** What is sent in this turn. */
  #batch: PacketWriter | undefined = new PacketWriter(BATCH_BYTES)
  #isWoken = false

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
        if (this.isGreeted) this.#read(view, events)
        else {
          const frame = bytes.length <= GREETING_BYTES_MAX ? readFrame(view) : undefined
          this.#greet(greeting, frame, { events, patience })
        }
      },
      closed: (reason) => {
        clearTimeout(patience)
        this.#batch = undefined
        events.closed(this, reason)
      },
    })
    if (dialed !== undefined) link.send(greeting.hello())
  }

  get isOpen(): boolean {
    return this.#link.isOpen
  }

  /**
   * Sends a frame, with all others until everything is done that this turn of the event loop has found: a gateway that
   * hears of fifty players in one turn makes one packet of it, and its region reads one.
   *
   * @param number  stands between the code and the message; left out for frames that have none
   * @returns false when it was not taken: the socket is closed, or too much waits for the peer
   */
  send(code: number, message: Uint8Array, number?: number): boolean {
    const batch = this.#batch
    if (!batch || !this.#link.isOpen) return false
    const length = 1 + (number === undefined ? 0 : countBytes(number)) + message.length
    const waiting = this.#link.bufferedBytes + batch.length
    if (waiting + length > BUFFER_BYTES_MAX) return false
    if (batch.room < length + LENGTH_BYTES_MAX) this.#flush()
    const writer =
      batch.room < length + LENGTH_BYTES_MAX ? new PacketWriter(length + LENGTH_BYTES_MAX) : batch
    writer.varint(length)
    writer.byte(code)
    if (number !== undefined) writer.varint(number)
    writer.copy(message, 0, message.length)
    if (writer !== batch) this.#link.send(writer.finish())
    else if (!this.#isWoken) {
      this.#isWoken = true
      setImmediate(this.#flush)
    }
    return true
  }

  ping(): void {
    this.send(frame.ping, new Uint8Array(0))
  }

  close(reason: string): void {
    this.#flush()
    this.#link.close(reason)
  }

  readonly #flush = (): void => {
    this.#isWoken = false
    const batch = this.#batch
    if (!batch || batch.length === 0) return
    this.saidAt = performance.now()
    this.#link.send(batch.finish())
    batch.length = 0
  }

  /** Reads a packet: frames, each after its length. */
  #read(packet: Uint8Array, events: SocketEvents): void {
    const reader = new PacketReader().reset(packet)
    while (reader.left > 0 && this.#link.isOpen) {
      const bytes = reader.take(reader.varint())
      const said = reader.isBroken ? undefined : readFrame(bytes)
      if (said) events.receive(this, said)
      else {
        this.#link.close('A frame makes no sense.')
        return
      }
    }
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

/** Returns how many bytes a count takes: see `PacketWriter.varint`. */
function countBytes(count: number): number {
  let bytes = 1
  for (let rest = count; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
