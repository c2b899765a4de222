import { type Instant, instant } from '../core/index.ts'
import { DatagramCarrier } from '../dialect/native/index.ts'
import { type Address, NetcodeServer, type ServerOptions } from '../netcode/index.ts'

export interface SealedOptions extends ServerOptions {
  readonly send: (datagram: Uint8Array, to: Address) => void
  /** A player has connected. */
  readonly accept: (carrier: DatagramCarrier) => void
  /** Something waits to be sent: poll soon. */
  readonly wake: () => void
}

/**
 * All sealed connections of one UDP port: netcode below, a carrier for each player above. A machine without I/O.
 *
 *     datagram --receive--> NetcodeServer --payload--> DatagramCarrier --> link handler
 *     datagram <---send---- NetcodeServer <--send----- DatagramCarrier <-- link.send, link.state.send
 */
export class SealedServer {
  readonly netcode: NetcodeServer
  readonly #options: SealedOptions
  readonly #carriers: (DatagramCarrier | undefined)[] = []
  readonly #busy = new Set<DatagramCarrier>()
  #now: Instant
  #count = 0

  constructor(options: SealedOptions) {
    this.#options = options
    this.#now = options.now
    this.netcode = new NetcodeServer(options)
  }

  /** Players connected. */
  get count(): number {
    return this.#count
  }

  receive(datagram: Uint8Array, from: Address, now: Instant): void {
    this.#now = now
    this.netcode.receive(datagram, from, now)
    this.#drain(now)
  }

  /** Sends what is due and tells what happened. */
  poll(now: Instant): void {
    this.#now = now
    this.#drain(now)
    for (const carrier of this.#carriers)
      if (carrier && (this.#busy.has(carrier) || carrier.wakeAt <= now)) carrier.poll(now)
    this.#busy.clear()
    this.#drain(now)
  }

  get wakeAt(): Instant {
    let at: number = this.#busy.size > 0 ? this.#now : this.netcode.wakeAt
    for (const carrier of this.#carriers) if (carrier && carrier.wakeAt < at) at = carrier.wakeAt
    return instant(at)
  }

  /** Ends every connection; what was sent before is given its moment by the carriers' own closing. */
  close(now: Instant): void {
    this.netcode.close(now)
    this.#drain(now)
  }

  #drain(now: Instant): void {
    for (let one = this.netcode.poll(now); one; one = this.netcode.poll(now)) {
      if (one.do === 'send') this.#options.send(one.packet, one.to)
      else if (one.do === 'payload') this.#carriers[one.slot]?.receive(one.bytes, now)
      else if (one.do === 'connected') this.#connected(one.slot, one.address)
      else {
        const carrier = this.#carriers[one.slot]
        this.#carriers[one.slot] = undefined
        if (!carrier) continue
        this.#count--
        this.#busy.delete(carrier)
        carrier.ended(one.reason === 'timed out' ? 'Nothing was heard any more.' : '')
      }
    }
  }

  #connected(slot: number, address: Address): void {
    const carrier: DatagramCarrier = new DatagramCarrier({
      remote: address.text,
      address: address.host,
      send: (datagram) => this.netcode.send(slot, datagram, this.#now),
      wake: () => {
        this.#busy.add(carrier)
        this.#options.wake()
      },
      hangUp: () => this.netcode.disconnect(slot, this.#now),
    })
    this.#carriers[slot] = carrier
    this.#count++
    this.#options.accept(carrier)
  }
}
