import { type Instant, instant, Random, type Readings, ShardlessError } from '../../../core/index.ts'
import { Agenda } from '../../../transport/index.ts'
import type { Carrier, CarrierEvents } from '../carrier.ts'
import { busMetrics } from '../metrics.ts'
import type { BusLimits } from '../post.ts'
import { Switchboard } from '../switchboard.ts'

export interface BusNetworkOptions {
  /** How long a message is on its way, in ms; never undoes the order between two processes. 0 when left out. */
  readonly delayMs?: (from: string, to: string) => number
  /** Whether a message is lost. None is when left out. */
  readonly isLost?: (from: string, to: string) => boolean
  readonly limits?: Partial<BusLimits>
  readonly seed?: number
}

/**
 * Buses of several processes in one process and in virtual time: nothing moves but inside `deliver`. With delay and
 * loss, cuts and crashes it is the network of the simulator; without, the cluster of one.
 */
export class BusNetwork {
  readonly #options: BusNetworkOptions
  readonly #random: Random
  readonly #agenda = new Agenda()
  readonly #joined = new Map<string, { carrier: MemoryCarrier; bus: Switchboard }>()
  /** "a b" for each way that carries nothing. */
  readonly #cuts = new Set<string>()
  /** Until when each process that is held up does nothing. */
  readonly #pauses = new Map<string, Instant>()
  /** When the last message arrives, for each way: the next one does not overtake it. */
  readonly #arrivals = new Map<string, number>()
  #now = instant(0)

  constructor(options: BusNetworkOptions = {}) {
    this.#options = options
    this.#random = new Random(options.seed ?? 1)
  }

  /** When `deliver` has something to do. */
  get wakeAt(): Instant {
    let at: number = this.#agenda.wakeAt
    for (const [name, { bus }] of this.#joined)
      at = Math.min(at, Math.max(bus.wakeAt, this.#pausedUntil(name)))
    return instant(at)
  }

  /**
   * Adds a process.
   *
   * @throws `cluster/bad-name` if it is none, or one of this name is there
   */
  join(name: string): Switchboard {
    if (this.#joined.has(name))
      throw new ShardlessError(
        'cluster/bad-name',
        `A process named "${name}" is there. Give each start its own name.`,
      )
    const carrier = new MemoryCarrier(name, this)
    const random = this.#random.fork()
    const bus = new Switchboard({
      me: name,
      carrier,
      clock: () => this.#now,
      random,
      limits: this.#options.limits,
    })
    this.#joined.set(name, { carrier, bus })
    return bus
  }

  /** Ends a process at once: what is on its way to it is lost, and whoever spoke with it notices a broken socket. */
  crash(name: string): void {
    if (!this.#joined.delete(name)) return
    for (const { carrier } of this.#joined.values()) carrier.lose(name)
  }

  /** Has a process do nothing until then: what comes for it waits. */
  pause(name: string, until: Instant): void {
    this.#pauses.set(name, instant(Math.max(until, this.#pausedUntil(name))))
  }

  /** Cuts the way from one process to another; both ways in two calls. What is on its way is lost too. */
  cut(from: string, to: string): void {
    this.#cuts.add(`${from} ${to}`)
  }

  /** Cuts both ways between two processes, and both notice a broken socket. */
  sever(a: string, b: string): void {
    this.cut(a, b)
    this.cut(b, a)
    this.#joined.get(a)?.carrier.lose(b)
    this.#joined.get(b)?.carrier.lose(a)
  }

  /** Mends what was cut: whoever it concerns is told that something may be lost. */
  heal(from: string, to: string): void {
    if (!this.#cuts.delete(`${from} ${to}`)) return
    this.#joined.get(from)?.carrier.renew(to)
    this.#joined.get(to)?.carrier.renew(from)
  }

  /** Moves time to `now`. @returns whether anything happened */
  deliver(now: Instant): boolean {
    this.#now = now
    let isBusy = this.#agenda.run(now) > 0
    for (const [name, { bus }] of [...this.#joined])
      if (bus.wakeAt <= now && this.#pausedUntil(name) <= now) {
        bus.advance(now)
        isBusy = true
      }
    return isBusy
  }

  /** Carries a message. @returns whether the way is there */
  carry(from: string, to: string, give: (carrier: MemoryCarrier) => void): boolean {
    const way = `${from} ${to}`
    const target = this.#joined.get(to)
    if (!target || this.#cuts.has(way)) return false
    const { delayMs, isLost } = this.#options
    if (isLost?.(from, to)) return true
    const at = Math.max(this.#now + (delayMs?.(from, to) ?? 0), this.#arrivals.get(way) ?? 0)
    this.#arrivals.set(way, at)
    const arrive = (): void => {
      const until = this.#pausedUntil(to)
      if (until > this.#now) this.#agenda.note(until, arrive)
      else if (this.#joined.get(to) === target && !this.#cuts.has(way)) give(target.carrier)
    }
    this.#agenda.note(instant(at), arrive)
    return true
  }

  #pausedUntil(name: string): Instant {
    return this.#pauses.get(name) ?? instant(0)
  }

  isSure(): boolean {
    return this.#options.isLost === undefined
  }

  others(of: string): Iterable<MemoryCarrier> {
    return [...this.#joined].filter(([name]) => name !== of).map(([, { carrier }]) => carrier)
  }
}

const MESSAGE_BYTES_MAX = 1 << 20

/** One process's end of a `BusNetwork`. */
class MemoryCarrier implements Carrier {
  readonly address = ''
  readonly messageBytesMax = MESSAGE_BYTES_MAX
  readonly #name: string
  readonly #network: BusNetwork
  #events: CarrierEvents | undefined
  /** "author/topic" */
  readonly #follows = new Set<string>()

  constructor(name: string, network: BusNetwork) {
    this.#name = name
    this.#network = network
  }

  get isSure(): boolean {
    return this.#network.isSure()
  }

  open(events: CarrierEvents): void {
    this.#events = events
  }

  meet(): void {}
  forget(): void {}

  send(process: string, message: Uint8Array): boolean {
    const from = this.#name
    return this.#network.carry(from, process, (carrier) => carrier.#events?.receive(from, message))
  }

  publish(topic: string, message: Uint8Array): void {
    const from = this.#name
    const key = `${from}/${topic}`
    for (const other of this.#network.others(from))
      if (other.#follows.has(key))
        this.#network.carry(from, other.#name, (carrier) => {
          if (carrier.#follows.has(key)) carrier.#events?.hear(from, topic, message)
        })
  }

  isFollowed(topic: string): boolean {
    const key = `${this.#name}/${topic}`
    for (const other of this.#network.others(this.#name)) if (other.#follows.has(key)) return true
    return false
  }

  follow(author: string, topic: string): void {
    this.#follows.add(`${author}/${topic}`)
  }

  unfollow(author: string, topic: string): void {
    this.#follows.delete(`${author}/${topic}`)
  }

  lose(process: string): void {
    this.#events?.down(process)
  }

  renew(process: string): void {
    this.#events?.renewed(process)
  }

  measure(readings: Readings): void {
    readings.add(busMetrics.sockets, 0)
    readings.add(busMetrics.dialed, 0)
  }
}
