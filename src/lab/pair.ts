import { Client, type ClientOptions } from '../client/index.ts'
import { FOREVER, type Instant, instant, Random } from '../core/index.ts'
import { Host, type HostOptions, type ServerDefinition } from '../server/index.ts'
import {
  type Link,
  type Listener,
  MemoryNetwork,
  type MemoryOptions,
  type NetworkPath,
} from '../transport/index.ts'
import type { AnyGame } from '../world/index.ts'
import { joinHalves } from './halves.ts'
import { SealedAir, type SealedAirOptions } from './sealed-air.ts'

export interface PairOptions {
  /** The seed of all dice of the run. */
  readonly seed: number
  readonly limits?: HostOptions['limits']
  /** Called with what request handlers throw by mistake; thrown when left out. */
  readonly report?: HostOptions['report']
  /** Decides who comes in, and holds what handlers keep things with. */
  readonly admission?: HostOptions['admission']
  readonly saver?: HostOptions['saver']
  readonly persistence?: HostOptions['persistence']
  /** What clients keep current from the server. */
  readonly content?: HostOptions['content']
  /** How often a character is told of which nothing asks for it. */
  readonly ownWordSeconds?: HostOptions['ownWordSeconds']
  /** The links between server and clients: reliable and without weather when left out. */
  readonly network?: Partial<MemoryOptions>
  /** Uses sealed datagrams instead of links, with the weather given here. */
  readonly sealed?: SealedAirOptions
  /**
   * The weather between the server's gateway and its region, as text: "80ms±16". One process, joined by calls, when
   * left out.
   */
  readonly between?: string
  /** Wraps each link, to see what passes; a client's own with its place. */
  readonly wrap?: (link: Link, at: 'client' | 'server', place?: ClientPlace) => Link
  /** Returns until when the server, asked at `now`, does nothing; `now` or earlier while it works. */
  readonly stalledUntil?: (now: Instant) => Instant
}

/** What makes one client different from others. */
export interface ClientPlace extends Partial<MemoryOptions> {
  /** Returns what its clock shows at the true instant. */
  readonly clock?: (now: Instant) => Instant
  /** Returns until when the client, asked at `now`, does nothing; `now` or earlier while it works. */
  readonly frozenUntil?: (now: Instant) => Instant
  /**
   * Returns when its address changed last: connections and sockets from before that carry nothing any more. A sealed
   * client finds another way, one on a stream has to connect anew.
   */
  readonly movedAt?: () => Instant
}

interface PlacedClient<G extends AnyGame> {
  readonly client: Client<G>
  readonly clock: (now: Instant) => Instant
  readonly frozenUntil: (now: Instant) => Instant
}

const SERVER = 'server'
/** The most steps at one instant: beyond it, parties wake each other without end. */
const STEPS_MAX = 10_000
/** The least step of time, in ms: where two clocks differ, a wait may be rounded to nothing. */
const STEP_MS_LEAST = 1 / 1024

/**
 * A server and its clients in one process and in virtual time, over links through memory: the same code that runs over
 * sockets, a thousand times as fast and the same in every run.
 *
 *     const pair = new Pair(definition, { seed: 7 })
 *     const ada = await pair.join({ name: 'Ada' })
 *     ada.command({ east: 1, north: 0 })
 *     await pair.run(1000)
 */
export class Pair<G extends AnyGame> {
  readonly network: MemoryNetwork
  readonly random: Random
  readonly #definition: ServerDefinition<G>
  readonly #options: PairOptions
  readonly #clients: PlacedClient<G>[] = []
  readonly #air: SealedAir | undefined
  #host: Host
  #listener: Listener
  #now: Instant = instant(0)

  constructor(definition: ServerDefinition<G>, options: PairOptions) {
    this.#definition = definition
    this.#options = options
    this.random = new Random(options.seed)
    this.network = new MemoryNetwork(options.network)
    this.#host = this.#newHost()
    this.#listener = this.#listen()
    if (options.sealed)
      this.#air = new SealedAir(this.network, {
        ...options.sealed,
        seed: options.seed,
        now: () => this.#now,
        accept: (link) => this.#accept(link),
      })
  }

  get now(): Instant {
    return this.#now
  }

  get host(): Host {
    return this.#host
  }

  /** Whether there is weather between the server's halves: then they know of each other only what has come through. */
  get isApart(): boolean {
    return this.#options.between !== undefined
  }

  /** Connects a client; it is in the world after some moments of `run`. */
  connect(options: ClientOptions, place: ClientPlace = {}): Client<G> {
    const air = this.#air
    const { clock = same, frozenUntil = same, movedAt, ...link } = place
    const { toServer, toClient } = place
    const stream = (): Link => {
      if (movedAt === undefined) return this.network.connect(SERVER, link)
      const since = this.#now
      const living =
        (path: NetworkPath = direct): NetworkPath =>
        (length, at) =>
          since < movedAt() ? [] : path(length, at)
      return this.network.connect(SERVER, { ...link, toServer: living(toServer), toClient: living(toClient) })
    }
    const wrap = this.#options.wrap ?? ((inner: Link) => inner)
    const client = new Client<G>(this.#definition.game, options, {
      openLink: async () =>
        wrap(air ? await air.openLink({ in: toClient, out: toServer, movedAt }) : stream(), 'client', place),
      now: () => clock(this.#now),
      random: this.random.fork(),
    })
    this.#clients.push({ client, clock, frozenUntil })
    return client
  }

  /** Makes somebody who is no client and throws bytes at the server. @returns throws some */
  stranger(): (bytes: Uint8Array) => void {
    if (this.#air) return this.#air.stranger()
    let link = this.network.connect(SERVER)
    link.open({ receive() {}, closed() {} })
    return (bytes) => {
      if (link.isOpen) {
        link.send(bytes)
        return
      }
      link = this.network.connect(SERVER)
      link.open({ receive() {}, closed() {} })
      link.send(bytes)
    }
  }

  /** Connects a client and waits until it is in the world and sees its own character. */
  async join(options: ClientOptions, place: ClientPlace = {}): Promise<Client<G>> {
    const client = this.connect(options, place)
    await this.runUntil(() => client.me !== undefined || client.status === 'closed', 10_000)
    return client
  }

  /** Lets so many milliseconds pass. */
  async run(ms: number): Promise<void> {
    await this.runUntil(() => false, ms)
  }

  /** Lets time pass until something holds, or so many milliseconds are over. @returns whether it came to hold */
  async runUntil(isSo: () => boolean, msMost: number): Promise<boolean> {
    const end = instant(this.#now + msMost)
    for (;;) {
      await this.#settle()
      if (isSo()) return true
      if (this.#now >= end) return false
      this.#now = instant(Math.max(this.#now, Math.min(end, this.#wakeAt)))
    }
  }

  /** Stops the server as Ctrl-C does: everyone is told, and then nobody answers. */
  async stopServer(): Promise<void> {
    this.#host.close('The server is closing.')
    await this.#listener.close('The server is closing.')
    await this.#settle()
  }

  /** Starts a new server of the same game, empty, in place of the old one. */
  startServer(): void {
    this.#host = this.#newHost()
    this.#listener = this.#listen()
  }

  get #wakeAt(): Instant {
    const now = this.#now
    const stalledUntil = this.#options.stalledUntil?.(now) ?? now
    let at = Math.min(this.network.wakeAt, stalledUntil > now ? stalledUntil : this.#host.wakeAt)
    // Sealed connections look about themselves every millisecond at most, as a socket's owner does.
    if (this.#air) at = Math.min(at, Math.max(this.#air.wakeAt, this.#now + 1))
    for (const { client, clock, frozenUntil } of this.#clients) {
      const until = frozenUntil(now)
      if (until > now) at = Math.min(at, until)
      else if (client.wakeAt < FOREVER)
        at = Math.min(at, now + Math.max(clock === same ? 0 : STEP_MS_LEAST, client.wakeAt - clock(now)))
    }
    return instant(at)
  }

  /** Does everything due at this instant, until nobody has anything left to do. */
  async #settle(): Promise<void> {
    for (let step = 0; step < STEPS_MAX; step++) {
      const delivered = this.network.deliver(this.#now)
      if ((this.#options.stalledUntil?.(this.#now) ?? this.#now) <= this.#now) this.#host.advance(this.#now)
      for (const { client, frozenUntil } of this.#clients)
        if (frozenUntil(this.#now) <= this.#now) client.poll()
      await breath()
      this.#air?.poll(this.#now)
      await breath()
      if (delivered === 0 && this.network.wakeAt > this.#now) return
    }
    throw new Error(`Nobody came to rest at ${this.#now} ms (seed ${this.#options.seed}).`)
  }

  #newHost(): Host {
    const { limits, report, content, admission, saver, persistence, ownWordSeconds } = this.#options
    const random = this.random.fork()
    const { between } = this.#options
    const { game } = this.#definition
    const { network } = this
    const join =
      between === undefined
        ? undefined
        : joinHalves({ network, game, between, random: this.random.fork(), now: () => this.#now })
    const kept = { admission, saver, persistence }
    const options = { limits, report, content, ...kept, ownWordSeconds, random, join }
    return new Host(this.#definition, options, this.#now)
  }

  #listen(): Listener {
    return this.network.listen(SERVER, (link) => this.#accept(link))
  }

  #accept(link: Link): void {
    this.#host.accept(this.#options.wrap?.(link, 'server') ?? link, () => this.#now)
  }
}

/** Carries everything at once. */
const direct: NetworkPath = (_length, now) => [now]

/** Shows the true time; never sleeps. */
function same(now: Instant): Instant {
  return now
}

/** Lets settled promises have their turn. */
async function breath(): Promise<void> {
  for (let i = 0; i < 4; i++) await Promise.resolve()
}
