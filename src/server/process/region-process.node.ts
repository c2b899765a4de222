import {
  type Bus,
  type ClusterMember,
  type Directory,
  type DirectoryView,
  MEMBER_TTL_MS,
} from '../../cluster/index.ts'
import { type Instant, instant, Random } from '../../core/index.ts'
import { type AnyDefinition, Region, RemoteGateway } from '../../region/index.ts'
import type { Fence, Store } from '../../store/index.ts'
import type { Link } from '../../transport/index.ts'
import { type GameMistake, mistakeText } from '../../world/index.ts'
import { Keeping } from '../keeping.node.ts'
import { runTicks } from '../run-ticks.node.ts'
import { Membership } from './membership.node.ts'
import { type ClusterPlace, joinCluster } from './place.node.ts'

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
  /** Saves everything and gives the world to another. @returns how many characters could not be saved */
  close(): Promise<number>
}

/** The world is one district until regions share it. */
const WORLD = 0

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
  const { bus, directory, close } = await joinCluster(options, 'region')
  const running = new RunningRegion(definition, options, { bus, directory, close })
  await running.begin()
  return running
}

interface Joined {
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

class RunningRegion implements RegionProcess {
  readonly name: string
  readonly #definition: AnyDefinition
  readonly #options: RegionProcessOptions
  readonly #joined: Joined
  readonly #membership: Membership
  #holding: Holding | undefined
  #isDraining = false
  /** When the lead was last asked for with success. */
  #ledAt = 0

  constructor(definition: AnyDefinition, options: RegionProcessOptions, joined: Joined) {
    this.#definition = definition
    this.#options = options
    this.#joined = joined
    this.name = joined.bus.me
    this.#membership = new Membership({
      ...joined,
      member: () => this.#member,
      looked: (view) => this.#looked(view),
      tell: (sentence) => this.#tell(sentence),
    })
  }

  get hasWorld(): boolean {
    return this.#holding !== undefined
  }

  get isReady(): boolean {
    return this.#membership.isWell && !this.#isDraining
  }

  async begin(): Promise<void> {
    this.#joined.bus.accept((link) => this.#accept(link))
    await this.#membership.begin()
  }

  async close(): Promise<number> {
    this.#isDraining = true
    const unsaved = await this.#giveUp('it is closing')
    // Who takes over may begin: nothing of ours is unsaved.
    await this.#membership.end()
    await this.#joined.close()
    return unsaved
  }

  get #member(): ClusterMember {
    const { name } = this
    const { address } = this.#joined.bus
    const tickShare = this.#holding
      ? this.#holding.region.timing.workMs / (1000 / this.#definition.game.ticksPerSecond)
      : 0
    return { name, role: 'region', address, isDraining: this.#isDraining, followers: [], load: [], tickShare }
  }

  async #looked(view: DirectoryView): Promise<void> {
    if (this.#isDraining) return
    const sentAt = performance.now()
    const leads = await this.#joined.directory.lead(this.name)
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
    const { store = 'shardless.db', seed } = this.#options
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
    const now = (): Instant => instant(performance.now())
    const random = new Random(seed ?? Math.floor(Math.random() * 2 ** 32))
    const region = new Region(
      this.#definition,
      { random, stopwatch: () => performance.now(), report, ...keeping?.regionOptions },
      now(),
    )
    await keeping?.begin({ region })
    const links = new Set<Link>()
    this.#holding = { region, keeping, fence, links, stopTicks: runTicks(region, region.code, now) }
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

  #accept(link: Link): void {
    const holding = this.#holding
    if (!holding) {
      link.close('The world is not here.')
      return
    }
    const gateway = new RemoteGateway(holding.region, this.#definition.game, link)
    holding.links.add(link)
    link.open({
      receive: (packet) => gateway.take(packet, instant(performance.now())),
      closed: () => {
        holding.links.delete(link)
        gateway.close()
      },
    })
  }

  #tell(sentence: string): void {
    this.#options.tell?.(`${this.name}: ${sentence}`)
  }
}
