import { type Instant, instant } from '../core/index.ts'
import { type Address, NetcodeServer, type ServerOptions } from '../netcode/index.ts'
import { type CarrierOptions, DatagramCarrier, type DatagramOutlet } from '../transport/index.ts'

export interface SealedOptions extends ServerOptions {
  readonly link: CarrierOptions
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
  /** Carriers that have something to do now, ended ones among them. */
  #busy = new Set<DatagramCarrier>()
  #now: Instant
  #count = 0
  /** Why it accepts no more. */
  #retired: string | undefined

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
    const busy = this.#busy
    this.#busy = new Set()
    for (const carrier of this.#carriers) if (carrier && carrier.wakeAt <= now) busy.add(carrier)
    for (const carrier of busy) carrier.poll(now)
    this.#drain(now)
  }

  get wakeAt(): Instant {
    let at: number = this.#busy.size > 0 ? this.#now : this.netcode.wakeAt
    for (const carrier of this.#carriers) if (carrier && carrier.wakeAt < at) at = carrier.wakeAt
    return instant(at)
  }

  /** Accepts no more and closes every link with `reason`; they are through when `count` is 0, or after a second. */
  retire(reason: string): void {
    this.#retired = reason
    for (const carrier of this.#carriers) carrier?.close(reason)
  }

  /** Ends every connection at once. */
  close(now: Instant): void {
    this.#now = now
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
        carrier.ended()
      }
    }
  }

  #connected(slot: number, address: Address): void {
    const outlet: DatagramOutlet = {
      remote: address.text,
      address: address.host,
      send: (datagram) => this.netcode.send(slot, datagram, this.#now),
      wake: () => {
        this.#busy.add(carrier)
        this.#options.wake()
      },
      hangUp: () => this.netcode.disconnect(slot, this.#now),
    }
    const carrier = new DatagramCarrier(outlet, this.#options.link)
    this.#carriers[slot] = carrier
    this.#count++
    if (this.#retired === undefined) this.#options.accept(carrier)
    else carrier.close(this.#retired)
  }
}
