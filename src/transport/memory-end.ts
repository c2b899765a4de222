import type { Counters } from '../core/index.ts'
import type { Link, LinkHandler } from './link.ts'
import type { DatagramLane, LaneClock, LaneEnd, Parcel, StreamLane } from './memory-lane.ts'

/** A link through memory, with one way to misbehave that only a test has. */
export interface MemoryLink extends Link {
  /** As if this process had died: this end hears nothing more; the peer is told "connection lost". */
  abort(): void
}

export interface MemoryEndOptions {
  readonly isReliable: boolean
  readonly packetBytesMax: number
  readonly bufferBytesMax: number
  readonly remote: string
  readonly clock: LaneClock
  readonly dropped: Counters<'too-large' | 'not-opened'>
  /** Called when the peer's greeting arrives: only at an end made by a listener. */
  readonly hello: () => void
}

/** One end of a memory link: `out` carries what it sends, `incoming` is the peer's `out`. */
export class MemoryEnd implements MemoryLink, LaneEnd {
  readonly #options: MemoryEndOptions
  #out!: StreamLane | DatagramLane
  #incoming!: StreamLane | DatagramLane
  #handler: LinkHandler | undefined
  #closedReason: string | undefined
  #isOpen = true
  #held: Uint8Array[] = []
  #heldBytes = 0

  /** For the listener that keeps count of its links. */
  onClosed: () => void = () => {}

  constructor(options: MemoryEndOptions) {
    this.#options = options
  }

  join(lanes: { out: StreamLane | DatagramLane; incoming: StreamLane | DatagramLane }): void {
    this.#out = lanes.out
    this.#incoming = lanes.incoming
  }

  get isReliable(): boolean {
    return this.#options.isReliable
  }

  get packetBytesMax(): number {
    return this.#options.packetBytesMax
  }

  get remote(): string {
    return this.#options.remote
  }

  get address(): string {
    return this.#options.remote
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get bufferedBytes(): number {
    return this.#out.bufferedBytes
  }

  open(handler: LinkHandler): void {
    this.#handler = handler
    this.#soon(() => {
      for (const bytes of this.#held.splice(0)) if (this.#isOpen) handler.receive(bytes)
      if (this.#isOpen) this.#incoming.flush()
      else if (this.#closedReason !== undefined) this.#tellClosed(this.#closedReason)
    })
  }

  send(packet: Uint8Array): boolean {
    const length = packet.length
    if (!this.#isOpen || length === 0 || length > this.packetBytesMax) return false
    if (this.isReliable && this.bufferedBytes + length > this.#options.bufferBytesMax) return false
    this.#out.push({ is: 'packet', bytes: packet.slice() })
    return true
  }

  close(reason: string): void {
    if (!this.#isOpen) return
    this.#leave()
    this.#out.push({ is: 'bye', reason })
    this.#soon(() => this.#tellClosed(reason))
  }

  abort(): void {
    if (!this.#isOpen) return
    this.#leave()
    this.#out.push({ is: 'bye', reason: 'connection lost' })
  }

  /** The first word of the one who connects: the listener accepts when it arrives. */
  hail(): void {
    this.#out.push({ is: 'hello' })
  }

  /** Nothing came through for so long that this end believes its peer gone. */
  giveUp(): void {
    if (!this.#isOpen) return
    this.#leave()
    this.#out.cut()
    this.#tellClosed('the peer does not answer')
  }

  isReady(parcel: Parcel): boolean {
    return parcel.is === 'hello' || this.#handler !== undefined
  }

  arrive(parcel: Parcel): void {
    if (!this.#isOpen) return
    if (parcel.is === 'hello') this.#options.hello()
    else if (parcel.is === 'packet') this.#receive(parcel.bytes)
    else {
      this.#leave()
      this.#out.cut()
      this.#tellClosed(parcel.reason)
    }
  }

  #receive(bytes: Uint8Array): void {
    const { packetBytesMax, bufferBytesMax, dropped, isReliable } = this.#options
    if (bytes.length > packetBytesMax) {
      if (isReliable) this.close(`a packet of ${bytes.length} bytes is larger than ${packetBytesMax}`)
      else dropped.count('too-large')
    } else if (this.#handler !== undefined) this.#handler.receive(bytes)
    else if (this.#heldBytes + bytes.length > bufferBytesMax) dropped.count('not-opened')
    else {
      this.#held.push(bytes)
      this.#heldBytes += bytes.length
    }
  }

  #leave(): void {
    this.#isOpen = false
    this.#incoming.cut()
    this.onClosed()
  }

  #tellClosed(reason: string): void {
    this.#closedReason = reason
    this.#handler?.closed(reason)
  }

  #soon(run: () => void): void {
    this.#options.clock.agenda.note(this.#options.clock.now, run)
  }
}
