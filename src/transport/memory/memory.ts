import { Counters, type Instant, instant, ShardlessError } from '../../core/index.ts'
import { Agenda } from '../agenda.ts'
import { chooseLinkOptions, type LinkOptions, type Listener } from '../link.ts'
import { memoryMetrics } from '../metrics.ts'
import type { DatagramSocket } from '../udp/datagram.ts'
import { type DatagramRegistry, type MemoryDatagramOptions, MemoryDatagramSocket } from './memory-datagram.ts'
import { MemoryEnd, type MemoryLink } from './memory-end.ts'
import { DatagramLane, type NetworkPath, StreamLane } from './memory-lane.ts'

export interface MemoryOptions extends LinkOptions {
  /** True: streams. False: datagrams. */
  readonly isReliable: boolean
  /** How many bytes a stream has on the way before bufferedBytes begins to grow: what a kernel would have taken. */
  readonly windowBytes: number
  /** The air from the one who connects to the one who listens. */
  readonly toServer: NetworkPath
  /** The air the other way. */
  readonly toClient: NetworkPath
  /** What the listener sees as the client's address. */
  readonly from: string
}

/** A path on which everything arrives at once, every packet once. */
export const clearPath: NetworkPath = (_packetLength, now) => [now]

const defaultMemoryOptions = {
  ...chooseLinkOptions({}),
  isReliable: true,
  windowBytes: 65_536,
  toServer: clearPath,
  toClient: clearPath,
}

/**
 * Listeners and links in one process and in virtual time: nothing moves but inside `deliver`.
 *
 *     client.send --path--> agenda ... deliver(now) --> server.receive
 *
 * At each instant call `deliver(now)` first and let the parties act then: what they send is stamped with that `now`.
 * `wakeAt` says when the next delivery is due.
 */
export class MemoryNetwork {
  /** Datagrams that reached an end which could not take them. */
  readonly dropped = new Counters(...memoryMetrics.dropped.values)
  readonly #defaults: Partial<MemoryOptions>
  readonly #clock = { now: instant(0), agenda: new Agenda() }
  readonly #listeners = new Map<string, MemoryListener>()
  readonly #sockets: DatagramRegistry = new Map()
  #clients = 0

  /** @param defaults for every link of this network; a link's own options go first */
  constructor(defaults: Partial<MemoryOptions> = {}) {
    this.#defaults = defaults
  }

  get now(): Instant {
    return this.#clock.now
  }

  /** When `deliver` could next do something; FOREVER when nothing is on the way. */
  get wakeAt(): Instant {
    return this.#clock.agenda.wakeAt
  }

  /**
   * Moves time to `now` and hands over what has arrived by then. What this makes the parties send for the same instant
   * waits for the next call.
   *
   * @returns how many deliveries there were; 0 when nothing was due
   * @throws `transport/time-went-back` if `now` lies before an earlier one
   */
  deliver(now: Instant): number {
    if (now < this.#clock.now) {
      throw new ShardlessError(
        'transport/time-went-back',
        `deliver was told ${now} ms after ${this.#clock.now} ms. Give one clock to everything on this network.`,
      )
    }
    this.#clock.now = now
    return this.#clock.agenda.run(now)
  }

  /**
   * Accepts links by name until closed.
   *
   * @throws `transport/name-taken` if someone listens by that name
   */
  listen(name: string, accept: (link: MemoryLink) => void, options: Partial<LinkOptions> = {}): Listener {
    if (this.#listeners.has(name)) {
      throw new ShardlessError(
        'transport/name-taken',
        `Someone listens as "${name}" already. Close that one first.`,
      )
    }
    const leave = () => this.#listeners.delete(name)
    const listener = new MemoryListener(name, { accept, options, leave })
    this.#listeners.set(name, listener)
    return listener
  }

  /**
   * Connects to whoever listens by that name. The link can be used at once; if nobody listens, it soon hears so and
   * closes.
   */
  connect(name: string, options: Partial<MemoryOptions> = {}): MemoryLink {
    const ends = this.#join(name, options, {
      serverOptions: this.#listeners.get(name)?.options,
      hello: (server) => {
        const listener = this.#listeners.get(name)
        if (listener === undefined) server.close(`nobody listens as "${name}"`)
        else listener.take(server)
      },
    })
    ends.client.hail()
    return ends.client
  }

  /** Joins two ends without a listener. */
  pair(options: Partial<MemoryOptions> = {}): { client: MemoryLink; server: MemoryLink } {
    return this.#join('server', options, { hello: () => {} })
  }

  /**
   * Opens a datagram socket of this network.
   *
   * @throws `transport/name-taken` if another one has this host and port
   */
  openDatagram<Address>(options: MemoryDatagramOptions<Address>): DatagramSocket {
    return new MemoryDatagramSocket(this.#clock, this.#sockets, options)
  }

  #join(
    name: string,
    options: Partial<MemoryOptions>,
    serving: { serverOptions?: Partial<LinkOptions>; hello: (server: MemoryEnd) => void },
  ): { client: MemoryEnd; server: MemoryEnd } {
    const from = `client-${++this.#clients}`
    const chosen: MemoryOptions = { ...defaultMemoryOptions, from, ...this.#defaults, ...options }
    const { isReliable, windowBytes } = chosen
    const shared = { isReliable, clock: this.#clock, dropped: this.dropped }
    const client = new MemoryEnd({
      ...shared,
      ...chooseLinkOptions(chosen),
      remote: name,
      hello: () => {},
    })
    const server: MemoryEnd = new MemoryEnd({
      ...shared,
      ...chooseLinkOptions({ ...chosen, ...serving.serverOptions }),
      remote: chosen.from,
      hello: () => serving.hello(server),
    })
    const Lane = isReliable ? StreamLane : DatagramLane
    const there = new Lane(this.#clock, server, {
      path: chosen.toServer,
      windowBytes,
      giveUp: () => client.giveUp(),
    })
    const back = new Lane(this.#clock, client, {
      path: chosen.toClient,
      windowBytes,
      giveUp: () => server.giveUp(),
    })
    client.join({ out: there, incoming: back })
    server.join({ out: back, incoming: there })
    return { client, server }
  }
}

/** Makes two ends and the time between them, for a test of two parties. */
export function createMemoryPair(options: Partial<MemoryOptions> = {}): MemoryPair {
  const network = new MemoryNetwork()
  return { ...network.pair(options), network }
}

export interface MemoryPair {
  readonly client: MemoryLink
  readonly server: MemoryLink
  /** Moves what is on the way, by `network.deliver(now)`. */
  readonly network: MemoryNetwork
}

class MemoryListener implements Listener {
  readonly url: string
  readonly options: Partial<LinkOptions>
  readonly #accept: (link: MemoryLink) => void
  readonly #leave: () => void
  readonly #links = new Set<MemoryLink>()

  constructor(
    name: string,
    serving: { accept: (link: MemoryLink) => void; options: Partial<LinkOptions>; leave: () => void },
  ) {
    this.url = `memory://${name}`
    this.options = serving.options
    this.#accept = serving.accept
    this.#leave = serving.leave
  }

  take(link: MemoryEnd): void {
    this.#links.add(link)
    link.onLeave = () => this.#links.delete(link)
    this.#accept(link)
  }

  async close(reason: string): Promise<void> {
    this.#leave()
    for (const link of [...this.#links]) link.close(reason)
  }
}
