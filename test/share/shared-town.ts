import assert from 'node:assert/strict'
import { Client, type ClientOptions } from '../../src/client/index.ts'
import {
  DirectoryBook,
  Keeper,
  Leader,
  type PeerMessage,
  RENEWAL_MS,
  type StoreAnswer,
  type StoreRequest,
} from '../../src/cluster/index.ts'
import { type Instant, instant, Random } from '../../src/core/index.ts'
import { type Admission, Gateway, JoinedRegions, limitsFor } from '../../src/gateway/index.ts'
import { parseWeather, Weather } from '../../src/lab/index.ts'
import { type AnyDefinition, type PersistenceOptions, Region, RemoteGateway } from '../../src/region/index.ts'
import { SharedRegion } from '../../src/share/index.ts'
import { DistrictTable, type Fence, type Store } from '../../src/store/index.ts'
import { MemoryNetwork } from '../../src/transport/index.ts'
import type { AnyEntity, AnyGame } from '../../src/world/index.ts'

const TOWN = 'town'
const TICK_MS = 50
/** How long the store takes to answer, in ms. */
const STORE_MS = 2

export interface TownOptions {
  readonly definition: AnyDefinition
  /** The weather between processes, each way. */
  readonly between?: string
  /** The weather of the links by which regions follow each other; as `between` when left out. */
  readonly feeds?: string
  readonly regions?: number
  readonly seed?: number
  /** The number of the world's first tick. */
  readonly firstTick?: number
  /** How long the store takes to answer, in ms; `STORE_MS` when left out. */
  readonly storeMs?: number
  /** Where districts and items are kept, and who may come in; districts alone, in a table, when left out. */
  readonly kept?: KeptOptions
}

/** What a town has whose players are kept. */
export interface KeptOptions {
  readonly store: Store
  readonly admission: Admission
  /** What a region's handlers keep things with. */
  readonly persistence: (region: string) => PersistenceOptions
}

/** A region's process, as far as tests need one: keeper, world, renewals. */
export interface RegionProcess {
  readonly name: string
  readonly region: Region
  readonly shared: SharedRegion
  readonly leader: Leader
  isDead: boolean
  renewAt: number
  /** Breaks all its links. */
  readonly closers: (() => void)[]
}

/** Real regions with keepers, a gateway and clients, around a store and a directory in memory, all in virtual time. */
export class SharedTown<G extends AnyGame = AnyGame> {
  readonly network = new MemoryNetwork()
  readonly table = new DistrictTable()
  readonly directory = new DirectoryBook()
  readonly processes = new Map<string, RegionProcess>()
  readonly clients: Client<G>[] = []
  readonly joined: JoinedRegions
  readonly gateway: Gateway
  readonly #options: TownOptions
  readonly #random: Random
  readonly #later: { readonly at: number; readonly what: () => void }[] = []
  /** Where players come in, by name; the first region when left out. Undefined: they wait. */
  entrance: (name: string, speakerOf: (district: number) => string | undefined) => string | undefined
  /** Mistakes of the game, which no test expects. */
  now: Instant = instant(0)
  #ids = 1
  /** Called after each ms. */
  watch: () => void = () => {}
  /** Whether a letter between processes is lost. */
  loses: (from: string, to: string, message: PeerMessage) => boolean = () => false
  /** Whether the store hears a request; what it does not hear it never answers. */
  hears: (request: StoreRequest) => boolean = () => true
  /** Regions whose process is paused. */
  readonly paused = new Set<string>()

  constructor(options: TownOptions) {
    this.#options = options
    this.#random = new Random(options.seed ?? 5)
    this.entrance = () => [...this.processes.values()].find(({ isDead }) => !isDead)?.name ?? ''
    const game = options.definition.game
    this.joined = new JoinedRegions({
      game,
      read: async (character) => character,
      entrance: ({ name }, names, speakerOf) => {
        const wanted = this.entrance(name, speakerOf)
        return wanted === undefined || names.includes(wanted) ? wanted : names[0]
      },
    })
    this.gateway = new Gateway(
      {
        game,
        facts: { name: 'Town', welcome: '', levelCap: undefined, outdated: 'tell' },
        limits: limitsFor(game, {}),
        link: this.joined,
        secret: () => Uint8Array.from({ length: 16 }, () => this.#random.integer(0, 255)),
        content: undefined,
        admission: options.kept?.admission,
        mistake: (_dialect, error) => assert.fail(String(error)),
      },
      this.now,
    )
    this.network.listen(TOWN, (link) => this.gateway.accept(link, () => this.now))
    for (let i = 0; i < (options.regions ?? 2); i++) this.start(`region-${i + 1}`)
  }

  /** Starts a region's process. */
  start(name: string): RegionProcess {
    const { definition, firstTick = 1 } = this.#options
    const made = Math.ceil(this.now / TICK_MS)
    const region = new Region(
      definition,
      {
        random: this.#random.fork(),
        persistence: this.#options.kept?.persistence(name),
        shared: {
          tick: firstTick + made,
          at: instant((made + 1) * TICK_MS),
          ids: { first: this.#takeIds(), count: 100_000 },
        },
      },
      this.now,
    )
    const keeper = new Keeper({ name })
    const shared = new SharedRegion({ region, definition, keeper })
    const { maps } = shared
    const districts = Array.from({ length: maps.size }, (_, district) => district)
    const leader = new Leader({
      districts,
      neighboursOf: (district) => maps.withDistrict(district)?.grid.neighboursOf(district) ?? [],
    })
    const process: RegionProcess = {
      name,
      region,
      shared,
      leader,
      isDead: false,
      renewAt: this.now,
      closers: [],
    }
    for (const other of this.processes.values()) {
      if (other.isDead) continue
      this.#dial(process, other)
      this.#dial(other, process)
    }
    this.processes.set(name, process)
    this.#joinGateway(process)
    return process
  }

  get(name: string): RegionProcess {
    return this.processes.get(name) as RegionProcess
  }

  /** A region dies: nothing comes of it any more, and everybody notices. */
  kill(name: string): void {
    const process = this.get(name)
    process.isDead = true
    for (const close of process.closers) close()
    this.joined.lost(name)
    for (const { shared, leader, isDead } of this.processes.values()) {
      if (isDead) continue
      shared.neighbourLost(name)
      for (const witness of ['a', 'b']) leader.lost(witness, name, this.now)
    }
    this.directory.leave(name)
  }

  async join(name: string, options: Partial<ClientOptions> = {}): Promise<Client<G>> {
    const client = this.come(name, options)
    await this.run(1500)
    return client
  }

  /** Adds a player's client, which comes in as time goes on. */
  come(name: string, options: Partial<ClientOptions> = {}): Client<G> {
    const { game, options: server } = this.#options.definition
    const client = new Client<G>(
      game as never,
      { name, map: server.map, ...options },
      {
        openLink: async () => this.network.connect(TOWN),
        now: () => this.now,
        random: this.#random.fork(),
      },
    )
    this.clients.push(client)
    return client
  }

  /** Runs until every district is somebody's. */
  async settle(): Promise<void> {
    const [{ shared }] = this.processes.values()
    for (let waited = 0; waited < 15_000; waited += 100) {
      await this.run(100)
      if (this.authors.size === shared.maps.size) return
    }
    assert.fail('some districts stay nobody’s')
  }

  /** By district: who speaks for it. */
  get authors(): Map<number, string> {
    const authors = new Map<number, string>()
    for (const { name, isDead, shared } of this.processes.values())
      for (const [district] of isDead ? [] : shared.keeper.districts)
        if (shared.keeper.isAuthor(district, this.now)) authors.set(district, name)
    return authors
  }

  /** The regions in which an entity is real. */
  realIn(id: number): string[] {
    return [...this.processes.values()]
      .filter(({ isDead, region }) => !isDead && [...region.worlds].some(({ world }) => isRealIn(world, id)))
      .map(({ name }) => name)
  }

  /** An entity where it is real. */
  truthOf(id: number): AnyEntity | undefined {
    for (const { region, isDead } of this.processes.values())
      for (const { world } of isDead ? [] : region.worlds)
        if (isRealIn(world, id)) return world.get(id) as AnyEntity
    return undefined
  }

  /** Has a district move to another region, as an operator does. */
  move(district: number, to: string): void {
    const { assignments } = this.directory.look(this.now)
    const known = assignments.find((one) => one.district === district)
    assert.ok(known)
    const { revision, ...assignment } = known
    this.directory.assign({ ...assignment, movingTo: to }, revision)
  }

  async run(ms: number): Promise<void> {
    for (const end = this.now + ms; this.now < end; this.now = instant(this.now + 1)) {
      for (let i = 0; i < this.#later.length; )
        if (this.#later[i].at <= this.now) this.#later.splice(i, 1)[0].what()
        else i++
      for (const process of this.processes.values())
        if (!process.isDead && !this.paused.has(process.name)) this.#advance(process)
      this.network.deliver(this.now)
      this.joined.advance(this.now)
      this.gateway.advance(this.now)
      for (const client of this.clients) client.poll()
      this.watch()
      for (let i = 0; i < 3; i++) await Promise.resolve()
    }
  }

  #advance(process: RegionProcess): void {
    const { region } = process
    if (this.now >= process.renewAt) this.#renew(process)
    region.advance(this.now)
    this.#pump(process)
  }

  #pump(process: RegionProcess): void {
    const { shared, name } = process
    for (let output = shared.poll(this.now); output; output = shared.poll(this.now)) {
      if (output.do === 'send') this.#send(name, output.to, output.message)
      else {
        const { ask, request } = output
        if (!this.hears(request)) continue
        this.#after(this.#options.storeMs ?? STORE_MS, () => {
          if (process.isDead) return
          const answered = (answer: StoreAnswer): void => {
            shared.answered(ask, answer, this.now)
            this.#pump(process)
          }
          const { store } = this.#options.kept ?? {}
          if (store) void answerOfStore(store.districts, request).then(answered)
          else answered(answerOf(this.table, request))
        })
      }
    }
  }

  #send(from: string, to: string, message: PeerMessage): void {
    if (this.loses(from, to, message)) return
    this.#after(this.#delay(), () => {
      const process = this.processes.get(to)
      if (process && !process.isDead) {
        process.shared.receive(from, message, this.now)
        this.#pump(process)
      } else if (to === 'gateway' && message.is === 'fence') {
        const known = this.joined.fence(message.district, message.epoch)
        const { district, epoch } = message
        if (known) this.#send('gateway', from, { is: 'fenced', district, epoch, known })
      }
    })
  }

  #renew(process: RegionProcess): void {
    const { name, shared, leader } = process
    process.renewAt = this.now + RENEWAL_MS
    const followers = [
      'gateway',
      ...[...this.processes.values()].filter((one) => !one.isDead && one !== process).map((one) => one.name),
    ]
    const asGateway = {
      name: 'gateway',
      role: 'gateway',
      address: '',
      isDraining: false,
      followers: [],
      load: [],
      tickShare: 0,
    } as const
    this.directory.renew(asGateway, this.now)
    this.directory.renew(
      { name, role: 'region', address: '', isDraining: false, followers, load: shared.load, tickShare: 0 },
      this.now,
    )
    const isLeading = this.directory.lead(name, this.now)
    const view = this.directory.look(this.now)
    leader.look(view, this.now)
    shared.view(view, this.now, this.now)
    if (!isLeading) return
    const decide = (holders: readonly Fence[]): void => {
      for (const { assignment, revision } of leader.decide(view, holders, this.now))
        this.directory.assign(assignment, revision)
    }
    const { store } = this.#options.kept ?? {}
    if (store) void store.districts.holders().then(decide)
    else decide(this.table.holders())
  }

  #dial(from: RegionProcess, to: RegionProcess): void {
    const { client, server } = this.#pair(this.#options.feeds)
    const remote = new RemoteGateway(to.region, this.#options.definition.game, server, from.name)
    const take = from.shared.neighbour(to.name, client)
    server.open({
      receive: (packet) => void (to.isDead || remote.take(packet, this.now)),
      closed: () => remote.close(),
    })
    client.open({ receive: (packet) => void (from.isDead || take(packet)), closed: () => {} })
    const close = (): void => client.close('')
    from.closers.push(close)
    to.closers.push(close)
  }

  #joinGateway(process: RegionProcess): void {
    const { client, server } = this.#pair()
    const remote = new RemoteGateway(process.region, this.#options.definition.game, server, 'gateway')
    const take = this.joined.join(process.name, client)
    server.open({
      receive: (packet) => void (process.isDead || remote.take(packet, this.now)),
      closed: () => remote.close(),
    })
    client.open({ receive: (packet) => void (process.isDead || take(packet)), closed: () => {} })
  }

  #pair(between = this.#options.between ?? '1ms') {
    const weather = parseWeather(between)
    const [up, down] = [new Weather(weather, this.#random.fork()), new Weather(weather, this.#random.fork())]
    return this.network.pair({
      bufferBytesMax: 2 ** 26,
      toServer: (length, at) => up.path(length, at),
      toClient: (length, at) => down.path(length, at),
    })
  }

  /** How long a letter between regions takes, in ms. */
  #delay(): number {
    const [, least = '1', jitter = '0'] = /^(\d+)ms(?:±(\d+))?/.exec(this.#options.between ?? '1ms') ?? []
    return Math.max(0, Number(least) + Number(jitter) * (2 * this.#random.fraction() - 1))
  }

  #after(ms: number, what: () => void): void {
    this.#later.push({ at: this.now + ms, what })
  }

  #takeIds(): number {
    const first = this.#ids
    this.#ids += 100_000
    return first
  }
}

function isRealIn(
  world: { residentOf(id: number): { readonly isGhost: boolean } | undefined },
  id: number,
): boolean {
  return world.residentOf(id)?.isGhost === false
}

async function answerOfStore(shelf: Store['districts'], request: StoreRequest): Promise<StoreAnswer> {
  if (request.is === 'claim') return { is: 'claim', claimed: await shelf.claim(request.fence) }
  if (request.is === 'rows') return { is: 'rows', claimed: await shelf.rows(request.fence) }
  if (request.is === 'pass') return { is: 'pass', passed: await shelf.pass(request.passes) }
  if (request.is === 'save') return { is: 'save', saved: await shelf.save(request.saves) }
  return { is: 'move', moved: await shelf.move(request.last, request.to) }
}

export function answerOf(table: DistrictTable, request: StoreRequest): StoreAnswer {
  if (request.is === 'claim') return { is: 'claim', claimed: table.claim(request.fence) }
  if (request.is === 'rows') return { is: 'rows', claimed: table.rows(request.fence) }
  if (request.is === 'pass') return { is: 'pass', passed: request.passes.map((pass) => table.pass(pass)) }
  if (request.is === 'save') return { is: 'save', saved: request.saves.map((save) => table.save(save)) }
  return { is: 'move', moved: table.move(request.last, request.to) }
}
