import type { Counters } from '../../core/index.ts'
import type { Link, LinkHandler } from '../link.ts'
import { LinkInbox } from '../link-inbox.ts'
import { connectionLost, shortReason, tooLarge } from '../reason.ts'
import type { DatagramLane, LaneClock, LaneEnd, Parcel, StreamLane } from './memory-lane.ts'

/** A link through memory, with one way to misbehave that only a test has. */
export interface MemoryLink extends Link {
  /** Acts as if this process had died: this end hears nothing more; the peer is told "connection lost". */
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

interface Lanes {
  readonly out: StreamLane | DatagramLane
  readonly incoming: StreamLane | DatagramLane
}

/** One end of a memory link: `out` carries what it sends, `incoming` is the peer's `out`. */
export class MemoryEnd implements MemoryLink, LaneEnd {
  readonly isReliable: boolean
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  /** Lets the listener keep count of its links. */
  onLeave: () => void = () => {}
  readonly #options: MemoryEndOptions
  readonly #inbox: LinkInbox
  #lanes!: Lanes
  #isOpen = true

  constructor(options: MemoryEndOptions) {
    this.#options = options
    this.#inbox = new LinkInbox(options.bufferBytesMax)
    this.isReliable = options.isReliable
    this.packetBytesMax = options.packetBytesMax
    this.remote = options.remote
    this.address = options.remote
  }

  /** Gives this end its lanes; they lead to the other end, so both ends are made first. */
  join(lanes: Lanes): void {
    this.#lanes = lanes
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get bufferedBytes(): number {
    return this.#lanes.out.bufferedBytes
  }

  open(handler: LinkHandler): void {
    this.#inbox.open(handler)
    this.#soon(() => {
      this.#inbox.release()
      this.#lanes.incoming.flush()
    })
  }

  send(packet: Uint8Array): boolean {
    const length = packet.length
    if (!this.#isOpen || length === 0 || length > this.packetBytesMax) return false
    if (this.isReliable && this.bufferedBytes + length > this.#options.bufferBytesMax) return false
    this.#lanes.out.push({ is: 'packet', bytes: new Uint8Array(packet) })
    return true
  }

  close(reason: string): void {
    if (!this.#isOpen) return
    this.#leave()
    this.#inbox.mute()
    this.#lanes.out.push({ is: 'bye', reason: shortReason(reason) })
    this.#soon(() => this.#inbox.close(reason))
  }

  abort(): void {
    if (!this.#isOpen) return
    this.#leave()
    this.#inbox.mute()
    this.#lanes.out.push({ is: 'bye', reason: connectionLost })
  }

  /** Says the first word of the one who connects: the listener accepts when it arrives. */
  hail(): void {
    this.#lanes.out.push({ is: 'hello' })
  }

  /** Gives up: nothing came through for so long that this end believes its peer gone. */
  giveUp(): void {
    if (this.#isOpen) this.#end('the peer does not answer')
  }

  isReady(parcel: Parcel): boolean {
    return parcel.is === 'hello' || this.#inbox.isOpened
  }

  arrive(parcel: Parcel): void {
    if (!this.#isOpen) return
    if (parcel.is === 'hello') this.#options.hello()
    else if (parcel.is === 'packet') this.#receive(parcel.bytes)
    else this.#end(parcel.reason)
  }

  #receive(bytes: Uint8Array): void {
    const { dropped } = this.#options
    if (bytes.length > this.packetBytesMax) {
      if (this.isReliable) this.close(tooLarge(this.packetBytesMax))
      else dropped.count('too-large')
    } else if (!this.#inbox.receive(bytes)) dropped.count('not-opened')
  }

  #end(reason: string): void {
    this.#leave()
    this.#lanes.out.cut()
    this.#inbox.close(reason)
  }

  #leave(): void {
    this.#isOpen = false
    this.#lanes.incoming.cut()
    this.onLeave()
  }

  #soon(run: () => void): void {
    this.#options.clock.agenda.note(this.#options.clock.now, run)
  }
}
