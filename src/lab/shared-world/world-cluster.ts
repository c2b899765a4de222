import { Client } from '../../client/index.ts'
import {
  AskedDirectory,
  BusNetwork,
  type Directory,
  DirectoryDesk,
  RENEWAL_MS,
  type Switchboard,
} from '../../cluster/index.ts'
import { hex, type Instant, instant, type Random } from '../../core/index.ts'
import { Gateway, limitsFor } from '../../gateway/index.ts'
import { type AnyDefinition, Region } from '../../region/index.ts'
import { GatewayMember, IDS, RegionMember } from '../../server/index.ts'
import { type Listener, MemoryNetwork } from '../../transport/index.ts'
import type { AnyEntity } from '../../world/index.ts'
import { Happenings } from '../cluster/happenings.ts'
import { type SimulatedAnswer, type SimulatedRequest, SimulatedStore } from '../cluster/simulated-store.ts'
import { createSimulatedShelf, type SimulatedShelf } from './simulated-shelf.ts'
import { type AskedTrade, worldGame, worldServer } from './world-game.ts'
import type { WorldSwarm } from './world-swarm.ts'

/** How far time goes at once, in ms: the finest that anything is told apart. */
const STEP_MS = 5
const TICK_MS = 50
/** How often a process looks for what is due where nothing happens, in ms: as real ones do. */
const ADVANCE_MS = 25
const DIRECTORY = 'directory'
/** How many turns of promises one moment takes at most. */
const TURNS = 24
/** How many rounds of messages without a delay one moment takes at most. */
const ROUNDS = 64

export type WorldClient = Client<typeof worldGame>

interface Running {
  readonly name: string
  isDead: boolean
  /** Until then it does nothing. */
  stalledUntil: number
}

/** A region's process: what a real one has but for its sockets. */
export interface RunningRegion extends Running {
  readonly region: Region
  readonly member: RegionMember
  readonly directory: Directory
  isEnding: boolean
}

export interface RunningGateway extends Running {
  readonly gateway: Gateway
  readonly member: GatewayMember
  readonly listener: Listener
}

export interface WorldClusterOptions {
  readonly random: Random
  readonly swarm: WorldSwarm
  /** Told of what the store has confirmed. */
  readonly confirmed: (request: SimulatedRequest, answer: SimulatedAnswer) => void
  /** Told of a mistake of any code. */
  readonly failed: (what: string) => void
}

/**
 * A cluster with real worlds in virtual time: the regions, gateways and clients of the engine, joined by the bus, the
 * directory and the machines that real processes have; only sockets, timers and the disk are simulated.
 */
export class WorldCluster {
  readonly events = new Happenings()
  readonly store: SimulatedStore
  readonly regions = new Map<string, RunningRegion>()
  readonly gateways = new Map<string, RunningGateway>()
  readonly clients: WorldClient[] = []
  readonly bus: BusNetwork
  readonly #options: WorldClusterOptions
  readonly #random: Random
  readonly #network = new MemoryNetwork()
  /** Processes that do not reach the store. */
  readonly #withoutStore = new Set<string>()
  #desk: DirectoryDesk | undefined
  /** Until then the directory does nothing. */
  #heldUntil = 0
  #started = 0
  #ids = 1
  #runs = 0
  /** Called after each step. */
  watch: () => void = () => {}

  constructor(options: WorldClusterOptions) {
    this.#options = options
    const { random, swarm } = options
    this.#random = random.fork()
    const dice = random.fork()
    const { leastMs, jitterMs } = swarm.pathMs
    this.bus = new BusNetwork({
      delayMs: () => leastMs + dice.fraction() * jitterMs,
      seed: dice.integer(1, 1e9),
    })
    this.store = new SimulatedStore(this.events, random.fork(), { ...swarm.storeMs, syncsFirst: true })
    for (let item = 1; item <= swarm.items; item++) this.store.mint(item, 0)
    this.startDirectory()
    const beat = (): void => {
      if (this.#heldUntil <= this.now) this.#desk?.beat()
      this.events.add(this.now + RENEWAL_MS, beat)
    }
    beat()
    for (let i = 0; i < swarm.regions; i++) this.startRegion()
    for (let i = 0; i < swarm.gateways; i++) this.startGateway()
  }

  get now(): Instant {
    return instant(this.events.now)
  }

  /** The names of all processes that are there, the directory's too. */
  get names(): string[] {
    return [...this.regions.keys(), ...this.gateways.keys(), DIRECTORY]
  }

  /** Starts the directory's process, empty. */
  startDirectory(): void {
    this.bus.crash(DIRECTORY)
    this.#desk = new DirectoryDesk(this.bus.join(DIRECTORY), () => this.now, `run ${++this.#runs}`)
    for (const name of this.names) if (name !== DIRECTORY) this.#renew(name, DIRECTORY)
  }

  pauseDirectory(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.now + ms)
    this.bus.pause(DIRECTORY, instant(this.#heldUntil))
  }

  startRegion(): RunningRegion {
    const name = `region-${++this.#started}`
    const bus = this.bus.join(name)
    const { random, skewMs, shelf } = {
      random: this.#random.fork(),
      skewMs: this.#random.between(0, this.#options.swarm.skewMs),
      shelf: this.#shelfOf(name),
    }
    const definition = worldServer((asked) => this.#trade(name, shelf, asked)) as unknown as AnyDefinition
    const made = Math.ceil(this.now / TICK_MS)
    const region = new Region(
      definition,
      {
        random,
        report: (error) => this.#options.failed(`${name}: ${(error as Error).stack}`),
        shared: {
          tick: 1 + made,
          at: instant((made + 1) * TICK_MS + skewMs),
          ids: { first: this.#takeIds(IDS), count: IDS },
        },
      },
      this.now,
    )
    const directory = this.#directoryOf(bus)
    const member = new RegionMember({
      ...{ definition, region, bus, directory, shelf },
      clock: () => this.now,
      tell: () => {},
    })
    const running = { name, region, member, directory, isDead: false, isEnding: false, stalledUntil: 0 }
    this.regions.set(name, running)
    this.#check(member.begin('a simulated process'))
    this.#every(running, RENEWAL_MS, () => this.#check(member.beat()))
    this.#every(running, ADVANCE_MS, () => member.advance())
    return running
  }

  startGateway(): RunningGateway {
    const name = `gateway-${++this.#started}`
    const bus = this.bus.join(name)
    const definition = worldServer(async () => 'refused') as unknown as AnyDefinition
    const { game } = definition
    const dice = this.#random.fork()
    const member = new GatewayMember({
      ...{ definition, bus, directory: this.#directoryOf(bus), clock: () => this.now, tell: () => {} },
      read: async (character) => character,
    })
    const gateway = new Gateway(
      {
        ...{
          game,
          limits: limitsFor(game, {}),
          link: member.regions,
          content: undefined,
          admission: undefined,
        },
        facts: { name: 'Simulated', welcome: '', levelCap: undefined, outdated: 'tell' },
        secret: () => Uint8Array.from({ length: 16 }, () => dice.integer(0, 255)),
        resumeKey: (secret) => hex(secret),
        mistake: (_dialect, error) => this.#options.failed(`${name}: ${error}`),
      },
      this.now,
    )
    const listener = this.#network.listen(name, (link) => gateway.accept(link, () => this.now))
    const running = { name, gateway, member, listener, isDead: false, stalledUntil: 0 }
    this.gateways.set(name, running)
    this.#check(member.beat())
    this.#every(running, RENEWAL_MS, () => this.#check(member.beat()))
    this.#every(running, ADVANCE_MS, () => {
      member.advance()
      gateway.advance(this.now)
    })
    return running
  }

  /** Adds a player's client, which connects to any gateway that is there. */
  join(name: string): WorldClient {
    const { leastMs, jitterMs } = this.#options.swarm.pathMs
    const dice = this.#random.fork()
    const path = (_length: number, at: number): number[] => [at + 2 * leastMs + dice.fraction() * jitterMs]
    const client: WorldClient = new Client(
      worldGame,
      { name },
      {
        openLink: async () => {
          // As behind a load balancer: to one that is ready.
          const gateways = [...this.gateways.values()]
          const ready = gateways.filter(({ member }) => member.isReady)
          const to = gateways.length > 0 ? dice.pick(ready.length > 0 ? ready : gateways).name : 'nobody'
          return this.#network.connect(to, { toServer: path as never, toClient: path as never })
        },
        now: () => this.now,
        random: dice.fork(),
        report: ({ error }) => this.#options.failed(`${name}: ${(error as Error).stack}`),
      },
    )
    this.clients.push(client)
    return client
  }

  /** Ends a region's process at once. */
  crashRegion(name: string): void {
    const running = this.regions.get(name)
    if (!running) return
    running.isDead = true
    this.regions.delete(name)
    this.bus.crash(name)
  }

  /** Ends a gateway's process at once: its players lose their connections. */
  crashGateway(name: string): void {
    const running = this.gateways.get(name)
    if (!running) return
    running.isDead = true
    this.gateways.delete(name)
    this.bus.crash(name)
    this.#check(running.listener.close(''))
  }

  /** Has a region give its districts away and end. @param then  told when it has */
  drain(name: string, then: () => void): void {
    const running = this.regions.get(name)
    if (!running || running.isEnding) return
    running.isEnding = true
    running.member.drain()
    const until = this.now + 5000
    const look = (): void => {
      if (running.isDead) return
      if (running.member.hasHeirs && this.now < until) {
        this.events.add(this.now + ADVANCE_MS, look)
        return
      }
      running.member.rest()
      this.#check(running.member.end())
      this.events.add(this.now + 100, () => {
        this.crashRegion(name)
        then()
      })
    }
    look()
  }

  /** Has a process do nothing for a time. */
  stall(name: string, ms: number): void {
    const running = this.regions.get(name) ?? this.gateways.get(name)
    if (!running) return
    running.stalledUntil = Math.max(running.stalledUntil, this.now + ms)
    this.bus.pause(name, instant(running.stalledUntil))
  }

  /** Cuts two processes off from each other. @param isNoticed  whether their sockets break at once */
  cut(a: string, b: string, isNoticed: boolean): void {
    if (a === b) return
    if (isNoticed) this.bus.sever(a, b)
    else {
      this.bus.cut(a, b)
      this.bus.cut(b, a)
    }
  }

  heal(a: string, b: string): void {
    this.bus.heal(a, b)
    this.bus.heal(b, a)
  }

  /** Cuts a process off from everybody, the store too. */
  isolate(name: string, isNoticed: boolean): void {
    this.#withoutStore.add(name)
    for (const other of this.names) this.cut(name, other, isNoticed)
  }

  rejoin(name: string): void {
    this.#withoutStore.delete(name)
    for (const other of this.names) this.heal(name, other)
  }

  /** When everybody goes on who is held up: from then on everything is well, if it is mended. */
  get wellAt(): Instant {
    const held = [...this.regions.values(), ...this.gateways.values()].map((one) => one.stalledUntil)
    return instant(Math.max(this.now, this.#heldUntil, ...held))
  }

  /** Mends all that is cut. Who is held up still is until `wellAt`. */
  mend(): void {
    const { names } = this
    for (const a of names) for (const b of names) if (a !== b) this.bus.heal(a, b)
    this.#withoutStore.clear()
    this.store.restart()
    this.store.slowUntil = 0
  }

  /** Moves a district as an operator does: by what the directory says. */
  move(district: number, to: string): void {
    const [first] = this.regions.values()
    if (!first) return
    const { directory } = first
    const asked = async (): Promise<void> => {
      const { assignments } = await directory.look()
      const known = assignments.find((one) => one.district === district)
      if (!known || known.owner === to || known.movingTo !== '') return
      const { revision, ...assignment } = known
      await directory.assign({ ...assignment, movingTo: to }, revision)
    }
    asked().catch(() => {})
  }

  /** The regions in which an entity is real. */
  realIn(id: number): RunningRegion[] {
    return [...this.regions.values()].filter(({ region }) => isRealIn(region, id))
  }

  /** An entity as it is where it is real. */
  truthOf(id: number): AnyEntity | undefined {
    for (const { region } of this.regions.values())
      for (const { world } of region.worlds)
        if (world.residentOf(id)?.isGhost === false) return world.get(id) as AnyEntity
    return undefined
  }

  /** Lets time go on. */
  async run(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end; ) {
      this.events.run(Math.min(end, this.now + STEP_MS))
      const { now } = this
      for (let round = 0; round < ROUNDS && this.bus.deliver(now); round++) await turn(3)
      for (const running of [...this.regions.values()]) {
        if (running.isDead || running.stalledUntil > now || running.region.wakeAt > now) continue
        running.region.advance(now)
        running.member.advance()
      }
      this.#network.deliver(now)
      for (const { gateway, stalledUntil } of this.gateways.values())
        if (stalledUntil <= now) gateway.advance(now)
      for (const client of this.clients) if (client.wakeAt <= now) client.poll()
      await turn(TURNS)
      this.watch()
    }
  }

  #directoryOf(bus: Switchboard): Directory {
    return new AskedDirectory(bus, () => DIRECTORY)
  }

  /** What may be lost between two processes is sent again. */
  #renew(a: string, b: string): void {
    this.bus.cut(a, b)
    this.bus.cut(b, a)
    this.heal(a, b)
  }

  #shelfOf(name: string): SimulatedShelf {
    const dice = this.#random.fork()
    const { leastMs } = this.#options.swarm.pathMs
    return createSimulatedShelf({
      ...{ events: this.events, store: this.store, confirmed: this.#options.confirmed },
      pathMs: () => (this.#withoutStore.has(name) ? undefined : leastMs * dice.between(0.5, 1.5)),
      reserveIds: (count) => this.#takeIds(count),
    })
  }

  /** Trades an item of an entity that is real in this region, which says so with its district and epoch. */
  async #trade(
    name: string,
    shelf: SimulatedShelf,
    { id, entity, item, to }: AskedTrade,
  ): Promise<'done' | 'refused' | 'stale'> {
    const { keeper } = this.regions.get(name)?.member.shared ?? {}
    const district = keeper?.entities.get(entity)?.district
    const epoch = district === undefined ? undefined : keeper?.districts.get(district)?.epoch
    if (district === undefined || epoch === undefined) return 'stale'
    const fence = { district, epoch, holder: name }
    return shelf.trade({ is: 'trade', id, fence, item, from: entity, to })
  }

  #takeIds(count: number): number {
    const first = this.#ids
    this.#ids += count
    return first
  }

  /** Has a process do something again and again, while it lives; a stalled one does it when it goes on. */
  #every(running: Running, ms: number, work: () => void): void {
    const next = (): void => {
      if (running.isDead) return
      const at = this.events.now
      if (running.stalledUntil > at) {
        this.events.add(running.stalledUntil, next)
        return
      }
      work()
      this.events.add(at + ms, next)
    }
    this.events.add(this.events.now + this.#random.fraction() * ms, next)
  }

  #check(work: Promise<void>): void {
    work.catch((error) => this.#options.failed(`${(error as Error).stack}`))
  }
}

function isRealIn(region: Region, id: number): boolean {
  for (const { world } of region.worlds) if (world.residentOf(id)?.isGhost === false) return true
  return false
}

/** Lets promises go on, so many turns. */
async function turn(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await undefined
}
