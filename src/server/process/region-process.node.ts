import {
  type Bus,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  MEMBER_TTL_MS,
} from '../../cluster/index.ts'
import { type Instant, instant, Random } from '../../core/index.ts'
import { type AnyDefinition, Region, RemoteGateway } from '../../region/index.ts'
import { openStore } from '../../store/index.node.ts'
import type { Fence, Store } from '../../store/index.ts'
import type { Link, LinkHandler } from '../../transport/index.ts'
import { type GameMistake, mistakeText } from '../../world/index.ts'
import { Keeping } from '../keeping.node.ts'
import { runTicks } from '../run-ticks.node.ts'
import { DistrictDrive, type KeptWorlds } from './district-drive.ts'
import { DistrictPlan } from './district-plan.ts'
import { acceptLines } from './lines.ts'
import { Membership } from './membership.node.ts'
import { PeerLines } from './peer-lines.ts'
import { type ClusterPlace, joinCluster } from './place.node.ts'
import { Witness } from './witness.ts'

export interface RegionProcessOptions extends ClusterPlace {
  readonly store?: Store | string
  readonly seed?: number
  /** What is told in a line: it has the world, it gave it up. */
  readonly tell?: (sentence: string) => void
}

/** A region process that runs. */
export interface RegionProcess {
  readonly name: string
  /** Whether it has the world at present. */
  readonly hasWorld: boolean
  /** Whether it is where it should be: in the directory, and able to take the world. */
  readonly isReady: boolean
  /** The districts that it speaks for. */
  readonly districts: readonly { readonly district: number; readonly epoch: number }[]
  /** Saves everything and gives the world to another. @returns how many characters could not be saved */
  close(): Promise<number>
}

/** The world is one district until regions share it; the districts of its maps come after it. */
const WORLD = 0
const FIRST_DISTRICT = 1
const DEFAULT_STORE = 'shardless.db'
/** How often what is due is looked at where nothing happens, in ms. */
const ADVANCE_MS = 25

/**
 * Runs a region process of a cluster. One of them at a time has the world, by a lease in the directory and an epoch in
 * the store; the others stand by, and one of them takes it over when that one dies.
 *
 *     standing by --leads--> claims the world at the next epoch --> has it --lost the lead, stale--> standing by
 *
 * @throws OutsideError with one sentence
 */
export async function serveRegion(
  definition: AnyDefinition,
  options: RegionProcessOptions,
): Promise<RegionProcess> {
  const { store = DEFAULT_STORE } = options
  const opened = typeof store === 'string' ? await openStore(store) : store
  const joined = await joinCluster(options, 'region')
  const running = new RunningRegion(definition, options, {
    ...joined,
    store: opened,
    async close() {
      await joined.close()
      if (typeof store === 'string') await opened.close()
    },
  })
  await running.begin()
  return running
}

/** Until regions share a world, nothing stands in the districts. */
const NO_WORLDS: KeptWorlds = {
  adopt() {},
  release() {},
  author() {},
  cease() {},
  pack: () => [],
  stateOf: () => undefined,
  known: () => [],
}

interface Joined {
  readonly store: Store
  readonly bus: Bus
  readonly directory: Directory
  close(): Promise<void>
}

/** The world, while this process has it. */
interface Holding {
  readonly region: Region
  readonly keeping: Keeping | undefined
  readonly fence: Fence
  readonly links: Set<Link>
  readonly stopTicks: () => void
}

const clock = (): Instant => instant(performance.now())

class RunningRegion implements RegionProcess {
  readonly name: string
  readonly #definition: AnyDefinition
  readonly #options: RegionProcessOptions
  readonly #joined: Joined
  readonly #membership: Membership
  readonly #drive: DistrictDrive
  readonly #peers: PeerLines
  readonly #witness = new Witness()
  #timer: NodeJS.Timeout | undefined
  #holding: Holding | undefined
  #isDraining = false
  /** When the lead was last asked for with success. */
  #ledAt = 0

  constructor(definition: AnyDefinition, options: RegionProcessOptions, joined: Joined) {
    this.#definition = definition
    this.#options = options
    this.#joined = joined
    const { bus, directory, store } = joined
    this.name = bus.me
    this.#peers = new PeerLines({ bus, receive: (from, message) => this.#drive.receive(from, message) })
    this.#membership = new Membership({
      ...{ bus, directory },
      member: () => this.#member,
      looked: (view, askedAt) => this.#looked(view, askedAt),
      missed: () => this.#drive.missed(),
      gone: (process) => {
        this.#witness.forget(process)
        this.#peers.forget(process)
      },
      tell: (sentence) => this.#tell(sentence),
    })
    const plan = new DistrictPlan(definition, FIRST_DISTRICT)
    this.#drive = new DistrictDrive({
      ...{ name: this.name, directory, shelf: store.districts, worlds: this.#worlds },
      districts: plan.all,
      neighboursOf: (district) => plan.neighboursOf(district),
      send: (to, message) => this.#peers.send(to, message),
      clock,
      changed: () => this.#membership.soon(),
    })
  }

  get hasWorld(): boolean {
    return this.#holding !== undefined
  }

  get isReady(): boolean {
    return this.#membership.isWell && !this.#isDraining
  }

  get districts(): readonly { readonly district: number; readonly epoch: number }[] {
    return this.#drive.live
  }

  async begin(): Promise<void> {
    const { bus } = this.#joined
    acceptLines(bus, {
      gateway: (link) => this.#accept(link),
      peers: (link, from) => this.#peers.take(link, from),
    })
    bus.observe((process, is) => this.#witness.is(process, is, clock()))
    await this.#membership.begin()
    this.#timer = setInterval(() => this.#advance(), ADVANCE_MS)
    this.#tell(`is there, as process ${process.pid}`)
  }

  #advance(): void {
    for (const process of this.#witness.newlyLost(clock())) this.#drive.lost(process)
    this.#drive.advance()
  }

  get #worlds(): KeptWorlds {
    return {
      ...NO_WORLDS,
      author: (district, epoch) => this.#tell(`speaks for district ${district}, at epoch ${epoch}`),
      cease: (district, epoch) => this.#tell(`speaks for district ${district} no more, after epoch ${epoch}`),
    }
  }

  async close(): Promise<number> {
    this.#isDraining = true
    clearInterval(this.#timer)
    const unsaved = await this.#giveUp('it is closing')
    // Who takes over may begin: nothing of ours is unsaved.
    await this.#membership.end()
    await this.#joined.close()
    return unsaved
  }

  get #member(): ClusterMember {
    const { name } = this
    const { address } = this.#joined.bus
    const load = this.#drive.live.map((live) => ({ ...live, cpuMs: 0, entities: 0, players: 0 }))
    const tickShare = this.#holding
      ? this.#holding.region.timing.workMs / (1000 / this.#definition.game.ticksPerSecond)
      : 0
    return { name, role: 'region', address, isDraining: this.#isDraining, followers: [], load, tickShare }
  }

  async #looked(view: DirectoryView, askedAt: Instant): Promise<void> {
    if (this.#isDraining) return
    for (const { name, role } of view.members) if (role === 'region') this.#peers.meet(name)
    for (const process of this.#witness.lost(clock())) this.#drive.lost(process)
    const sentAt = performance.now()
    const assignments = view.assignments.filter(({ district }) => district >= FIRST_DISTRICT)
    const leads = await this.#drive.looked({ ...view, assignments }, askedAt)
    // Counted from the sending: after such a gap another process may have led, and taken the world.
    const isUnbroken = sentAt - this.#ledAt < MEMBER_TTL_MS
    if (leads) this.#ledAt = sentAt
    const holding = this.#holding
    if (!leads && holding) await this.#giveUp('another process has it')
    else if (leads && holding && !isUnbroken && !(await this.#isStillOurs(holding)))
      await this.#giveUp('another process had it meanwhile')
    else if (leads && !this.#holding) await this.#take(view)
    else if (leads && this.#holding) await this.#keep(view, this.#holding.fence)
  }

  /** Takes the world: first by the store, then it is said. */
  async #take(view: DirectoryView): Promise<void> {
    const report = (error: unknown, mistake?: GameMistake): void =>
      console.error(mistake ? mistakeText(mistake) : error)
    const { store } = this.#joined
    const { seed } = this.#options
    const keeping = this.#definition.options.accounts
      ? await Keeping.open(this.#definition, { store, report, server: this.name })
      : undefined
    const known = view.assignments.find(({ district }) => district === WORLD)?.epoch ?? 0
    const kept =
      (await keeping?.store.districts.holders())?.find(({ district }) => district === WORLD)?.epoch ?? 0
    const fence: Fence = { district: WORLD, epoch: Math.max(known, kept) + 1, holder: this.name }
    const claimed = await keeping?.store.districts.claim(fence)
    if (claimed?.is === 'stale' || this.#isDraining) {
      await keeping?.end()
      return
    }
    const random = new Random(seed ?? Math.floor(Math.random() * 2 ** 32))
    const region = new Region(
      this.#definition,
      { random, stopwatch: () => performance.now(), report, ...keeping?.regionOptions },
      clock(),
    )
    await keeping?.begin({ region })
    const links = new Set<Link>()
    this.#holding = { region, keeping, fence, links, stopTicks: runTicks(region, region.code, clock) }
    this.#tell(`has the world, at epoch ${fence.epoch}, as process ${process.pid}`)
    await this.#say(view, fence)
  }

  /** Goes on with the world, unless another process had it meanwhile: then it is taken anew, at a later epoch. */
  async #keep(view: DirectoryView, fence: Fence): Promise<void> {
    const known = view.assignments.find(({ district }) => district === WORLD)
    if (known && known.epoch > fence.epoch) await this.#giveUp('another process had it meanwhile')
    else await this.#say(view, fence)
  }

  /** Has the directory say that the world is here. */
  async #say(view: DirectoryView, { epoch }: Fence): Promise<void> {
    const known = view.assignments.find(({ district }) => district === WORLD)
    if (known?.owner === this.name && known.epoch === epoch) return
    const assignment = { district: WORLD, owner: this.name, epoch, movingTo: '' }
    await this.#joined.directory.assign(assignment, known?.revision ?? 0)
  }

  async #giveUp(why: string): Promise<number> {
    const holding = this.#holding
    if (!holding) return 0
    this.#holding = undefined
    holding.stopTicks()
    const isOurs = await this.#isStillOurs(holding)
    const unsaved = isOurs ? ((await holding.keeping?.close()) ?? 0) : 0
    for (const link of holding.links) link.close(`The world is not here any more: ${why}.`)
    await holding.keeping?.end()
    this.#tell(`gave the world up: ${why}`)
    return unsaved
  }

  /** Asks the store, which knows: whoever was cut off and comes back must not save over what happened since. */
  async #isStillOurs({ keeping, fence }: Holding): Promise<boolean> {
    try {
      return (await keeping?.store.districts.claim(fence))?.is !== 'stale'
    } catch {
      return false
    }
  }

  #accept(link: Link): LinkHandler | undefined {
    const holding = this.#holding
    if (!holding) return undefined
    const gateway = new RemoteGateway(holding.region, this.#definition.game, link)
    holding.links.add(link)
    return {
      receive: (packet) => gateway.take(packet, clock()),
      closed: () => {
        holding.links.delete(link)
        gateway.close()
      },
    }
  }

  #tell(sentence: string): void {
    this.#options.tell?.(`${this.name}: ${sentence}`)
  }
}
