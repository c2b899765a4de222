import { type ClusterMember, type DirectoryView, Keeper } from '../../cluster/index.ts'
import { type Instant, instant, Random } from '../../core/index.ts'
import { type AnyDefinition, Region, RemoteGateway } from '../../region/index.ts'
import { SharedRegion } from '../../share/index.ts'
import { openStore } from '../../store/index.node.ts'
import type { Store } from '../../store/index.ts'
import type { Link } from '../../transport/index.ts'
import { type GameMistake, mistakeText } from '../../world/index.ts'
import { Keeping } from '../keeping.node.ts'
import { runTicks } from '../run-ticks.node.ts'
import { LineCounts } from './counted-line.ts'
import { DistrictDrive, regionsOf } from './district-drive.ts'
import { exposed } from './exposed.ts'
import { Followers } from './followers.ts'
import { acceptLines, openLine } from './lines.ts'
import { Membership } from './membership.node.ts'
import { PeerLines } from './peer-lines.ts'
import { type ClusterPlace, type JoinedCluster, joinCluster } from './place.node.ts'
import { Witness } from './witness.ts'
import { clockOf, worldBeganAt } from './world-clock.ts'

export interface RegionProcessOptions extends ClusterPlace {
  readonly store?: Store | string
  readonly seed?: number
  /** What is told in a line: it speaks for a district, it does no longer. */
  readonly tell?: (sentence: string) => void
}

/** A region process that runs. */
export interface RegionProcess {
  readonly name: string
  /** Whether it is where it should be: in the directory, and able to take districts. */
  readonly isReady: boolean
  /** The districts that it speaks for, with their epochs. */
  readonly districts: readonly { readonly district: number; readonly epoch: number }[]
  /** What it counts, as Prometheus reads it. */
  readonly metrics: string
  /** Gives its districts to others, and saves what is left. @returns how many characters could not be saved */
  close(): Promise<number>
}

const DEFAULT_STORE = 'shardless.db'
/** How often what is due is looked at where nothing happens, in ms. */
const ADVANCE_MS = 25
/** How many ids a region is lent at once, and when it is lent more. */
const IDS = 100_000
const IDS_LEFT = 50_000
/** How long a region that ends waits for others to take its districts, in ms. */
const DRAIN_MS = 7000

const clock = (): Instant => instant(performance.now())

/**
 * Runs a region process of a cluster. Several share the world: each speaks for the districts that the leading one
 * assigns to it and the store gives it; what goes over a border is handed over.
 *
 * @throws OutsideError with one sentence
 */
export async function serveRegion(
  definition: AnyDefinition,
  options: RegionProcessOptions,
): Promise<RegionProcess> {
  const { store: wanted = DEFAULT_STORE } = options
  const store = typeof wanted === 'string' ? await openStore(wanted) : wanted
  const joined = await joinCluster(options, 'region')
  const report = (error: unknown, mistake?: GameMistake): void =>
    console.error(mistake ? mistakeText(mistake) : error)
  const keeping = definition.options.accounts
    ? await Keeping.open(definition, { store, report, server: joined.bus.me })
    : undefined
  const region = await openRegion(definition, options, { store, keeping, report })
  await keeping?.begin({ region })
  const running = new RunningRegion(definition, options, {
    ...{ ...joined, store, keeping, region },
    async close() {
      await joined.close()
      if (typeof wanted === 'string') await store.close()
    },
  })
  await running.begin()
  return running
}

interface Parts extends JoinedCluster {
  readonly store: Store
  readonly keeping: Keeping | undefined
  readonly region: Region
}

/** Makes the region's worlds, on the ticks that all regions make. */
async function openRegion(
  definition: AnyDefinition,
  { seed }: RegionProcessOptions,
  by: {
    readonly store: Store
    readonly keeping: Keeping | undefined
    readonly report: (error: unknown, mistake?: GameMistake) => void
  },
): Promise<Region> {
  const { store, keeping, report } = by
  const random = new Random(seed ?? Math.floor(Math.random() * 2 ** 32))
  const ids = { first: await store.districts.reserveIds(IDS), count: IDS }
  const began = await worldBeganAt(store, Date.now())
  const now = clock()
  const shared = { ...clockOf(began, 1000 / definition.game.ticksPerSecond, { wall: Date.now(), now }), ids }
  const stopwatch = (): number => performance.now()
  return new Region(definition, { random, stopwatch, report, shared, ...keeping?.regionOptions }, now)
}

class RunningRegion implements RegionProcess {
  readonly name: string
  readonly #definition: AnyDefinition
  readonly #options: RegionProcessOptions
  readonly #parts: Parts
  readonly #shared: SharedRegion
  readonly #membership: Membership
  readonly #drive: DistrictDrive
  readonly #peers: PeerLines
  readonly #lines = new LineCounts()
  readonly #witness = new Witness()
  readonly #followers: Followers
  /** Neighbours whose part of the world is shown here. */
  readonly #neighbours = new Map<string, Link>()
  readonly #told = new Map<number, number>()
  #timer: NodeJS.Timeout | undefined
  #stopTicks = (): void => {}
  #isDraining = false
  #isEnding = false
  #isClosed = false
  #isLending = false

  constructor(definition: AnyDefinition, options: RegionProcessOptions, parts: Parts) {
    this.#definition = definition
    this.#options = options
    this.#parts = parts
    const { bus, directory, store, region } = parts
    this.name = bus.me
    this.#shared = new SharedRegion({ region, definition, keeper: new Keeper({ name: this.name }) })
    this.#followers = new Followers((link, from) => {
      const remote = new RemoteGateway(region, definition.game, link, from)
      return {
        receive: (packet) => remote.take(packet, clock()),
        closed: () => remote.close(),
      }
    })
    this.#peers = new PeerLines({
      ...{ bus, counts: this.#lines },
      receive: (from, message) => {
        if (message.is === 'drain') this.#drain(message.isDraining)
        else this.#drive.receive(from, message)
      },
    })
    this.#membership = new Membership({
      ...{ bus, directory },
      member: () => this.#member,
      looked: (view, askedAt) => this.#looked(view, askedAt),
      missed: () => this.#drive.missed(),
      gone: (process) => this.#forget(process),
      tell: (sentence) => this.#tell(sentence),
    })
    this.#drive = new DistrictDrive({
      ...{ name: this.name, directory, shelf: store.districts, shared: this.#shared, clock },
      send: (to, message) => this.#peers.send(to, message),
      changed: () => this.#membership.soon(),
    })
  }

  get isReady(): boolean {
    return this.#membership.isWell && !this.#isDraining
  }

  get districts(): readonly { readonly district: number; readonly epoch: number }[] {
    const now = clock()
    const { keeper } = this.#shared
    return [...keeper.districts.values()]
      .filter(({ district }) => keeper.isAuthor(district, now))
      .map(({ district, epoch }) => ({ district, epoch }))
  }

  get metrics(): string {
    const { bus, region, keeping } = this.#parts
    return exposed([region, bus, this.#lines, this.#shared, ...(keeping ? [keeping] : [])])
  }

  async begin(): Promise<void> {
    const { bus, region } = this.#parts
    const follow = (link: Link, from: string) => {
      const handler = this.#followers.ask(link, from)
      this.#membership.soon()
      return handler
    }
    const takers = {
      ...{ gateway: follow, neighbour: follow },
      peers: (link: Link, from: string) => this.#peers.take(link, from),
    }
    acceptLines(bus, takers, this.#lines)
    bus.observe((process, is) => this.#witness.is(process, is, clock()))
    await this.#membership.begin()
    this.#tell(`is there, as process ${process.pid}`)
    const ticking = {
      advance: (now: Instant): void => {
        region.advance(now)
        this.#advance()
      },
      get wakeAt() {
        return region.wakeAt
      },
    }
    this.#stopTicks = runTicks(ticking, region.code, clock)
    this.#timer = setInterval(() => this.#advance(), ADVANCE_MS)
  }

  async close(): Promise<number> {
    this.#isEnding = true
    this.#isDraining = true
    this.#membership.soon()
    const until = performance.now() + DRAIN_MS
    while (this.#hasHeirs && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, ADVANCE_MS))
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#stopTicks()
    const unsaved = (await this.#parts.keeping?.close()) ?? 0
    await this.#membership.end()
    this.#followers.close()
    for (const link of this.#neighbours.values()) link.close('The region is closing.')
    await this.#parts.close()
    return unsaved
  }

  /** Gives its districts away, or not any more, as an operator wants it. */
  #drain(isDraining: boolean): void {
    if (this.#isClosed || this.#isEnding || isDraining === this.#isDraining) return
    this.#isDraining = isDraining
    this.#tell(isDraining ? 'gives its districts away, as it was told' : 'takes districts again')
    this.#membership.soon()
  }

  /** Whether it has districts that somebody may take. */
  get #hasHeirs(): boolean {
    const others = this.#drive.view.members.filter(
      ({ name, role, isDraining }) => role === 'region' && name !== this.name && !isDraining,
    )
    return others.length > 0 && this.#shared.keeper.districts.size > 0
  }

  get #member(): ClusterMember {
    const { region, bus } = this.#parts
    return {
      ...{ name: this.name, role: 'region', address: bus.address, isDraining: this.#isDraining },
      ...{ followers: this.#followers.names, load: this.#shared.load },
      tickShare: region.timing.workMs / (1000 / this.#definition.game.ticksPerSecond),
    }
  }

  async #looked(view: DirectoryView, askedAt: Instant): Promise<void> {
    if (this.#isClosed) return
    const listed = view.members.find(({ name }) => name === this.name)
    this.#followers.listed(listed?.followers ?? [])
    for (const name of regionsOf(view)) {
      this.#peers.meet(name)
      if (name !== this.name && !this.#neighbours.has(name)) this.#dial(name)
    }
    for (const process of this.#witness.lost(clock())) this.#drive.lost(process)
    await this.#drive.looked(view, askedAt)
  }

  /** Follows a neighbour, to show what it has beside what is here. */
  #dial(name: string): void {
    const link = openLine(this.#parts.bus, name, 'neighbour', this.#lines)
    this.#neighbours.set(name, link)
    const take = this.#shared.neighbour(name, link)
    link.open({
      receive: take,
      closed: () => {
        if (this.#neighbours.get(name) !== link) return
        this.#neighbours.delete(name)
        this.#shared.neighbourLost(name)
      },
    })
  }

  #advance(): void {
    for (const process of this.#witness.newlyLost(clock())) {
      this.#drive.lost(process)
      this.#neighbours.get(process)?.close('The way is broken.')
    }
    this.#drive.advance()
    this.#tellDistricts()
    void this.#lendIds()
  }

  #forget(process: string): void {
    this.#witness.forget(process)
    this.#peers.forget(process)
    this.#followers.forget(process)
  }

  /** Has ids in store before those that it has are used up. */
  async #lendIds(): Promise<void> {
    const { region, store } = this.#parts
    if (this.#isLending || region.realm.ids.left > IDS_LEFT) return
    this.#isLending = true
    try {
      region.realm.ids.lend(await store.districts.reserveIds(IDS), IDS)
    } catch {
      // The store is away; there are some left until it is back.
    } finally {
      this.#isLending = false
    }
  }

  #tellDistricts(): void {
    const live = new Map(this.districts.map(({ district, epoch }) => [district, epoch]))
    for (const [district, epoch] of live)
      if (this.#told.get(district) !== epoch) {
        this.#told.set(district, epoch)
        this.#tell(`speaks for district ${district}, at epoch ${epoch}`)
      }
    for (const [district, epoch] of this.#told)
      if (!live.has(district)) {
        this.#told.delete(district)
        this.#tell(`speaks for district ${district} no more, after epoch ${epoch}`)
      }
  }

  #tell(sentence: string): void {
    this.#options.tell?.(`${this.name}: ${sentence}`)
  }
}
