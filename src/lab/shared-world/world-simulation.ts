import { Random } from '../../core/index.ts'
import { WorldChecks } from './world-checks.ts'
import { type WorldClient, WorldCluster } from './world-cluster.ts'
import { drawWorldSwarm, type WorldSwarm } from './world-swarm.ts'

/** How long everybody has to come in, in ms. */
const BEGIN_MS = 12_000
/** What was there for so long has been saved, in ms. */
const SAVED_MS = 2500
/** How often what is there is listed, before anything goes wrong. */
const LOOKS = 20
/** How often the checks look, and how often players do something, in ms. */
const CHECK_MS = 25
const PLAY_MS = 500
/** How long everything is well at the end, in ms: longer than any time-out; and how long it stands still then. */
const QUIET_MS = 10_000
const STILL_MS = 3000
/** A region that starts in place of one that ended comes after so long, in ms. */
const RESTART_MS = [200, 3000] as const

export interface WorldRunOptions {
  readonly seed: number
  /** How long things go wrong, in ms of virtual time; 15 s when left out. */
  readonly ms?: number
  /** What goes wrong; drawn by the seed when left out. */
  readonly swarm?: (drawn: WorldSwarm) => WorldSwarm
  /** Told of each fault. */
  readonly tell?: (what: string) => void
}

/** What came of a run of real worlds. The same seed gives the same, as long as the code is the same. */
export interface WorldRun {
  readonly seed: number
  /** The first thing that did not hold. */
  readonly failure: string | undefined
  readonly crossings: number
  readonly faults: number
  readonly trades: number
}

/**
 * Plays a cluster with real worlds from one seed: regions, gateways and clients of the engine, while everything goes
 * wrong that can.
 */
export class WorldSimulation {
  readonly swarm: WorldSwarm
  readonly #options: WorldRunOptions
  readonly #random: Random
  readonly #cluster: WorldCluster
  readonly #checks = new WorldChecks()
  readonly #names = new Map<WorldClient, string>()
  #isQuiet = false
  #faults = 0
  #trades = 0
  #asked = 0
  #checkedAt = 0

  constructor(options: WorldRunOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    const drawn = drawWorldSwarm(this.#random.fork())
    this.swarm = options.swarm?.(drawn) ?? drawn
    this.#cluster = new WorldCluster({
      random: this.#random.fork(),
      swarm: this.swarm,
      confirmed: (request, answer) => this.#checks.confirmed(request, answer),
      failed: (what) => this.#checks.fail(what),
    })
  }

  async run(): Promise<WorldRun> {
    const { ms = 15_000, seed } = this.#options
    const cluster = this.#cluster
    await this.#begin()
    const end = cluster.now + ms
    this.#planFaults(end)
    while (cluster.now < end && !this.#checks.failure) {
      for (const client of cluster.clients) this.#play(client)
      await cluster.run(PLAY_MS)
    }
    await this.#rest()
    const { failure, crossings } = this.#checks
    return { seed, failure, crossings, faults: this.#faults, trades: this.#trades }
  }

  async #begin(): Promise<void> {
    const cluster = this.#cluster
    await cluster.run(1000)
    for (let i = 1; i <= this.swarm.players; i++) {
      const name = `player ${i}`
      this.#names.set(cluster.join(name), name)
    }
    const isIn = (): boolean => cluster.clients.every(({ me, status }) => me && status === 'open')
    while (cluster.now < BEGIN_MS && !isIn()) await cluster.run(100)
    if (!isIn()) this.#checks.fail('not everybody came in')
    await cluster.run(SAVED_MS)
    // What is just on its way is real nowhere: it is looked for a few times.
    for (let looked = 0; looked < LOOKS; looked++) {
      await cluster.run(CHECK_MS)
      this.#checks.track(this.#played)
    }
    const walkers = cluster.clients.map(({ me }) => me?.id ?? 0)
    for (let item = 1; item <= this.swarm.items; item++)
      cluster.store.mint(item, walkers[item % walkers.length])
    cluster.watch = () => {
      if (cluster.now < this.#checkedAt) return
      this.#checkedAt = cluster.now + CHECK_MS
      for (const client of cluster.clients) client.frame()
      this.#checks.always(this.#played, cluster.now)
    }
  }

  get #played() {
    const { regions, gateways, clients } = this.#cluster
    return { regions, gateways, clients, names: this.#names }
  }

  /** A player walks somewhere, says something, trades, strikes what is near. */
  #play(client: WorldClient): void {
    const random = this.#random
    const [east, north] = [random.integer(-1, 1), random.integer(-1, 1)]
    const near = random.chance(0.3) ? [...client.entities('ball')] : []
    client.command({ east, north, strikes: near.length > 0 ? random.pick(near).id : 0 })
    if (random.chance(0.3)) client.ask('say', { number: ++this.#asked }).catch(() => {})
    if (random.chance(0.4)) void this.#trade(client, ++this.#asked)
  }

  /** Trades until it is known what came of it. */
  async #trade(client: WorldClient, number: number): Promise<void> {
    const { clients } = this.#cluster
    const item = this.#random.integer(1, this.swarm.items)
    const to = this.#random.pick(clients).me?.id ?? 0
    for (let tries = 0; tries < 20 && to !== 0; tries++)
      try {
        await client.ask('trade', { number, item, to })
        this.#trades++
        return
      } catch {
        // Whether it was done is not known: it is asked again, under the same number.
      }
  }

  // --- faults

  #planFaults(end: number): void {
    const { events } = this.#cluster
    for (const [name, rate] of Object.entries(this.swarm.faults)) {
      if (rate === 0) continue
      const next = (at: number): void => {
        const then = at + this.#random.between(0.2, 1.8) * (1000 / rate)
        if (then < end) events.add(then, () => next(this.#fault(name as keyof WorldSwarm['faults'])))
      }
      next(events.now)
    }
  }

  /** @returns when it is over */
  #fault(name: keyof WorldSwarm['faults']): number {
    const cluster = this.#cluster
    const { events, regions, gateways } = cluster
    if (this.#isQuiet || regions.size === 0) return events.now
    const random = this.#random
    const ms = random.pick([100, 400, 1500, 4000]) * random.between(0.5, 1.5)
    const region = random.pick([...regions.keys()])
    const [a, b] = [random.pick(cluster.names), random.pick(cluster.names)]
    const isNoticed = random.chance(0.5)
    this.#faults++
    this.#options.tell?.(
      `${events.now} ${name} ${region} ${a} ${b} ${Math.round(ms)} ms${isNoticed ? ', noticed' : ''}`,
    )
    const after = (then: () => void): void => events.add(events.now + ms, then)
    if (name === 'regionCrash') this.#replace(() => cluster.crashRegion(region))
    else if (name === 'gatewayCrash') {
      cluster.crashGateway(random.pick([...gateways.keys()]))
      cluster.startGateway()
    } else if (name === 'stall') cluster.stall(region, ms)
    else if (name === 'partition') {
      cluster.cut(a, b, isNoticed)
      after(() => cluster.heal(a, b))
    } else if (name === 'break') {
      cluster.cut(a, b, true)
      events.add(events.now + 40, () => cluster.heal(a, b))
    } else if (name === 'isolation') {
      cluster.isolate(region, isNoticed)
      after(() => cluster.rejoin(region))
    } else if (name === 'directoryAway') cluster.pauseDirectory(2 * ms)
    else if (name === 'directoryForgets') cluster.startDirectory()
    else if (name === 'storeSlow') cluster.store.slowUntil = events.now + ms
    else if (name === 'storeCrash') {
      cluster.store.crash()
      after(() => cluster.store.restart())
    } else if (name === 'move') cluster.move(random.integer(0, 3), region)
    else if (regions.size > 1) cluster.drain(region, () => this.#replace(() => {}))
    return events.now + ms
  }

  #replace(end: () => void): void {
    end()
    const { events } = this.#cluster
    events.add(events.now + this.#random.between(...RESTART_MS), () => this.#cluster.startRegion())
  }

  /** Has everything that rolls lie still; what is on its way to another region, when it is there. */
  #stop(): void {
    for (const { region } of this.#cluster.regions.values())
      for (const { world } of region.worlds)
        for (const resident of world.residents)
          if (resident && 'east' in resident.entity) Object.assign(resident.entity, { east: 0, north: 0 })
  }

  /** Everything is well, then nothing moves any more; then all that must hold is looked at. */
  async #rest(): Promise<void> {
    const cluster = this.#cluster
    this.#isQuiet = true
    cluster.mend()
    for (const client of cluster.clients) client.command({ east: 0, north: 0, strikes: 0 })
    await cluster.run(cluster.wellAt - cluster.now + QUIET_MS)
    for (let passed = 0; passed < STILL_MS / 2; passed += CHECK_MS) {
      this.#stop()
      await cluster.run(CHECK_MS)
    }
    await cluster.run(STILL_MS / 2)
    this.#checks.atRest(this.#played, cluster.store.contents, this.swarm.items)
  }
}
