import { FOREVER, type Instant, instant } from '../core/index.ts'
import { Channels } from './channels.ts'
import type { ConnectionOptions } from './options.ts'
import type { Happening } from './packet/channel-inbox.ts'

/** Returns when the copies of a packet sent `now` arrive; none when it is lost. */
type ChannelPath = (packetLength: number, now: Instant) => readonly Instant[]

export interface ChannelPairOptions {
  readonly options: ConnectionOptions
  /** The path from `near` to `far`, and back; at once and unharmed by default. */
  readonly forth?: ChannelPath
  readonly back?: ChannelPath
}

interface Flying {
  readonly at: number
  readonly order: number
  readonly to: Channels
  readonly packet: Uint8Array
}

/**
 * Two ends of a connection over a path, in virtual time: a network to hold in the hand. For tests, benches and the
 * lab.
 */
export class ChannelPair {
  readonly near: Channels
  readonly far: Channels
  readonly #paths: readonly [ChannelPath, ChannelPath]
  /** The packets under way: a binary heap, earliest first. */
  readonly #flying: Flying[] = []
  #now = instant(0)
  #order = 0

  /** Called with every packet when it is sent. */
  onPacket: (packet: Uint8Array, from: Channels, now: Instant) => void = () => {}
  /** Called with everything that happens at an end, at once. */
  onHappening: (happening: Happening, at: Channels, now: Instant) => void = () => {}

  constructor({ options, forth = clear, back = clear }: ChannelPairOptions) {
    this.near = new Channels(options)
    this.far = new Channels(options)
    this.#paths = [forth, back]
  }

  get now(): Instant {
    return this.#now
  }

  /** Packets on their way. */
  get flying(): number {
    return this.#flying.length
  }

  /** When something next happens by itself. */
  get wakeAt(): Instant {
    const ends = Math.min(this.near.wakeAt, this.far.wakeAt)
    const first = this.#flying.length > 0 ? this.#flying[0].at : FOREVER
    return instant(Math.max(this.#now, Math.min(ends, first)))
  }

  /** Lets time pass, up to and including `until`. */
  advance(until: Instant): void {
    this.#drive()
    for (let at = this.wakeAt; at <= until; at = this.wakeAt) {
      this.#now = at
      while (this.#flying.length > 0 && this.#flying[0].at <= at) {
        const { to, packet } = this.#land()
        to.receive(packet, at)
        this.#tell(to)
      }
      this.#drive()
    }
    this.#now = until
  }

  #drive(): void {
    this.#flush(this.near, this.far, this.#paths[0])
    this.#flush(this.far, this.near, this.#paths[1])
  }

  #flush(from: Channels, to: Channels, path: ChannelPath): void {
    for (let packet = from.poll(this.#now); packet !== undefined; packet = from.poll(this.#now)) {
      this.onPacket(packet, from, this.#now)
      for (const at of path(packet.length, this.#now)) {
        this.#fly({ at: Math.max(at, this.#now), order: this.#order++, to, packet: packet.slice() })
      }
    }
    this.#tell(from)
  }

  #tell(end: Channels): void {
    for (let told = end.next(); told !== undefined; told = end.next()) this.onHappening(told, end, this.#now)
  }

  #fly(flying: Flying): void {
    const heap = this.#flying
    let at = heap.push(flying) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!isEarlier(flying, heap[above])) break
      heap[at] = heap[above]
      at = above
    }
    heap[at] = flying
  }

  #land(): Flying {
    const heap = this.#flying
    const first = heap[0]
    const last = heap.pop()!
    let at = 0
    while (heap.length > 0) {
      let below = at * 2 + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && isEarlier(heap[below + 1], heap[below])) below++
      if (!isEarlier(heap[below], last)) break
      heap[at] = heap[below]
      at = below
    }
    if (heap.length > 0) heap[at] = last
    return first
  }
}

const clear: ChannelPath = (_length, now) => [now]

function isEarlier(a: Flying, b: Flying): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
