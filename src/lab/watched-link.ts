import type { Link, LinkHandler, StateLane } from '../transport/index.ts'

/** Is told what passes over a link. The bytes are only lent. */
export interface LinkWatcher {
  sent(packet: Uint8Array): void
  /** Called after whoever opened the link has had it. */
  received(packet: Uint8Array): void
  closed?(): void
}

/** A link that lets everything pass, and reports it. */
export class WatchedLink implements Link {
  readonly isReliable: boolean
  readonly packetBytesMax: number
  readonly remote: string
  readonly address: string
  readonly state?: StateLane
  readonly #link: Link
  readonly #watcher: LinkWatcher

  constructor(link: Link, watcher: LinkWatcher) {
    this.#link = link
    this.#watcher = watcher
    this.isReliable = link.isReliable
    this.packetBytesMax = link.packetBytesMax
    this.remote = link.remote
    this.address = link.address
    if (link.state) this.state = new WatchedLane(link.state, watcher)
  }

  get isOpen(): boolean {
    return this.#link.isOpen
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes
  }

  open(handler: LinkHandler): void {
    const watcher = this.#watcher
    this.#link.open({
      receive(packet) {
        handler.receive(packet)
        watcher.received(packet)
      },
      closed(reason, hasLeft) {
        handler.closed(reason, hasLeft)
        watcher.closed?.()
      },
      receiveState(payload) {
        const isOfUse = handler.receiveState?.(payload) ?? false
        watcher.received(payload)
        return isOfUse
      },
      settleState: (id, isAcknowledged) => handler.settleState?.(id, isAcknowledged),
    })
  }

  send(packet: Uint8Array): boolean {
    const isTaken = this.#link.send(packet)
    if (isTaken) this.#watcher.sent(packet)
    return isTaken
  }

  close(reason: string): void {
    this.#link.close(reason)
  }
}

class WatchedLane implements StateLane {
  readonly #lane: StateLane
  readonly #watcher: LinkWatcher

  constructor(lane: StateLane, watcher: LinkWatcher) {
    this.#lane = lane
    this.#watcher = watcher
  }

  get payloadBytesMax(): number {
    return this.#lane.payloadBytesMax
  }

  get bytesPerSecond(): number {
    return this.#lane.bytesPerSecond
  }

  get isCrowded(): boolean {
    return this.#lane.isCrowded
  }

  send(payload: Uint8Array, isSameTurn: boolean): number | undefined {
    const id = this.#lane.send(payload, isSameTurn)
    if (id !== undefined) this.#watcher.sent(payload)
    return id
  }
}
