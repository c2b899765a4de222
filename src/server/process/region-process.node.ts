import { RENEWAL_MS } from '../../cluster/index.ts'
import { type Instant, instant, Random } from '../../core/index.ts'
import { type AnyDefinition, Region } from '../../region/index.ts'
import { openStore } from '../../store/index.node.ts'
import type { Store } from '../../store/index.ts'
import { type GameMistake, mistakeText } from '../../world/index.ts'
import { Keeping } from '../keeping.node.ts'
import { runTicks } from '../run-ticks.node.ts'
import { exposed } from './exposed.ts'
import { type ClusterPlace, type JoinedCluster, joinCluster } from './place.node.ts'
import { IDS, RegionMember } from './region-member.ts'
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
  readonly #parts: Parts
  readonly #member: RegionMember
  #timers: NodeJS.Timeout[] = []
  #stopTicks = (): void => {}

  constructor(definition: AnyDefinition, { tell = () => {} }: RegionProcessOptions, parts: Parts) {
    this.#parts = parts
    const { bus, directory, store, region } = parts
    this.name = bus.me
    this.#member = new RegionMember({
      ...{ definition, region, bus, directory, shelf: store.districts, clock, tell },
    })
  }

  get isReady(): boolean {
    return this.#member.isReady
  }

  get districts(): RegionProcess['districts'] {
    return this.#member.districts
  }

  get metrics(): string {
    const { bus, region, keeping } = this.#parts
    const { counts, shared } = this.#member
    return exposed([region, bus, counts, shared, ...(keeping ? [keeping] : [])])
  }

  async begin(): Promise<void> {
    const { region } = this.#parts
    const member = this.#member
    await member.begin(`process ${process.pid}`)
    const ticking = {
      advance: (now: Instant): void => {
        region.advance(now)
        member.advance()
      },
      get wakeAt() {
        return region.wakeAt
      },
    }
    // Of what is due at once, the renewal is first.
    this.#timers.push(setInterval(() => void member.beat(), RENEWAL_MS))
    this.#stopTicks = runTicks(ticking, region.code, clock)
    this.#timers.push(setInterval(() => member.advance(), ADVANCE_MS))
  }

  async close(): Promise<number> {
    const member = this.#member
    member.drain()
    const until = performance.now() + DRAIN_MS
    while (member.hasHeirs && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, ADVANCE_MS))
    member.rest()
    for (const timer of this.#timers) clearInterval(timer)
    this.#stopTicks()
    const unsaved = (await this.#parts.keeping?.close()) ?? 0
    await member.end()
    await this.#parts.close()
    return unsaved
  }
}
