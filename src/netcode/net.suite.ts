import { earlier, FOREVER, type Instant, instant } from '../core/index.ts'
import type { Address } from './address.ts'
import type { ClientOutput, NetcodeClient } from './client.ts'
import type { NetcodeServer, ServerOutput } from './server.ts'

/** One packet on its way. */
export interface Flight {
  readonly from: Address
  readonly to: Address
  readonly packet: Uint8Array
  readonly sentAt: Instant
}

/** What an end reported to its owner, and when. */
export interface Told {
  readonly at: Instant
  readonly by: Address
  readonly output: Exclude<ClientOutput | ServerOutput, { do: 'send' }>
}

/** The delays with which a packet arrives, in ms: none for a lost one, two for one that is repeated. */
export type Weather = (flight: Flight) => readonly number[]

type End = NetcodeClient | NetcodeServer

/**
 * Clients, servers and the network between them in virtual time: for the tests of this room. Time stands still until
 * `runTo`; nothing here is random but the weather.
 */
export class Net {
  now: Instant = instant(0)
  weather: Weather = () => [10]
  /** Everything sent and everything reported so far. */
  readonly sent: Flight[] = []
  readonly told: Told[] = []
  readonly #ends = new Map<string, { readonly address: Address; end: End }>()
  #inFlight: { readonly at: Instant; readonly flight: Flight }[] = []

  /** Puts an end at an address, in place of any that was there. */
  place(address: Address, end: End): void {
    this.#ends.set(address.text, { address, end })
  }

  /** Injects a packet as if it came from anywhere. It suffers no weather and arrives at once. */
  inject(packet: Uint8Array, { from, to }: { from: Address; to: Address }): void {
    this.#inFlight.push({ at: this.now, flight: { from, to, packet, sentAt: this.now } })
  }

  /** Lets time pass, up to and including `until`. */
  runTo(until: number): void {
    for (;;) {
      this.#pollAll()
      const next = earlier(this.#nextArrival(), this.#nextWake())
      if (next > until) break
      this.now = instant(Math.max(next, this.now))
      this.#deliver()
    }
    this.now = instant(until)
  }

  run(ms: number): void {
    this.runTo(this.now + ms)
  }

  /** Returns what one end reported: each `do`, with what matters of it. */
  toldBy(address: Address): Told['output'][] {
    return this.told.filter(({ by }) => by.equals(address)).map(({ output }) => output)
  }

  #pollAll(): void {
    for (const { address, end } of this.#ends.values()) {
      for (let output: ClientOutput | ServerOutput | undefined; (output = end.poll(this.now)); ) {
        if (output.do === 'send') this.#send({ from: address, sentAt: this.now, ...output })
        else this.told.push({ at: this.now, by: address, output })
      }
    }
  }

  #send(flight: Flight): void {
    this.sent.push(flight)
    for (const delay of this.weather(flight)) this.#inFlight.push({ at: instant(this.now + delay), flight })
  }

  #nextArrival(): Instant {
    return this.#inFlight.reduce((first, { at }) => earlier(first, at), FOREVER)
  }

  #nextWake(): Instant {
    let first = FOREVER
    for (const { end } of this.#ends.values()) first = earlier(first, end.wakeAt)
    return first
  }

  #deliver(): void {
    const due = this.#inFlight.filter(({ at }) => at <= this.now)
    this.#inFlight = this.#inFlight.filter(({ at }) => at > this.now)
    for (const { flight } of due) {
      this.#ends.get(flight.to.text)?.end.receive(flight.packet, flight.from, this.now)
    }
  }
}
