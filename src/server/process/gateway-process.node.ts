import { randomBytes } from 'node:crypto'
import {
  type ClusterMember,
  clusterMetrics,
  type DirectoryView,
  Fences,
  type PeerMessage,
} from '../../cluster/index.ts'
import { type Instant, instant, type Measured, type Readings } from '../../core/index.ts'
import { Gateway, limitsFor } from '../../gateway/index.ts'
import type { AnyDefinition } from '../../region/index.ts'
import type { CharacterFacts } from '../../region/message/index.ts'
import type { Store } from '../../store/index.ts'
import type { Link } from '../../transport/index.ts'
import type { Served } from '../../web/index.ts'
import { type Front, openFront, planFront } from '../front.node.ts'
import { Keeping } from '../keeping.node.ts'
import type { ServeOptions } from '../serve-options.node.ts'
import { regionsOf } from './district-drive.ts'
import { acceptLines, openLine } from './lines.ts'
import { Membership } from './membership.node.ts'
import { PeerLines } from './peer-lines.ts'
import { type ClusterPlace, type JoinedCluster, joinCluster } from './place.node.ts'
import { SteadyRegion } from './steady-region.ts'
import { Witness } from './witness.ts'

export interface GatewayProcessOptions extends ClusterPlace, ServeOptions {
  /** What is told in a line: the world is there, it is gone. */
  readonly tell?: (sentence: string) => void
}

/** A gateway process that runs. */
export interface GatewayProcess {
  readonly name: string
  readonly gateway: Gateway
  readonly urls: readonly string[]
  readonly pageUrl: string
  readonly ownerCode: string | undefined
  /** Whether players can come in: the world is there. */
  readonly isReady: boolean
  close(reason?: string): Promise<void>
}

const WORLD = 0
const DEFAULT_STORE = 'shardless.db'
/** How often a gateway looks whether it has to serve its connections by itself, in ms. */
const IDLE_MS = 50

/**
 * Runs a gateway process of a cluster: players connect to it, whichever process has the world.
 *
 * @throws OutsideError with one sentence
 */
export async function serveGateway(
  definition: AnyDefinition,
  options: GatewayProcessOptions,
): Promise<GatewayProcess> {
  const report = (error: unknown): void => console.error(error)
  const now = (): Instant => instant(performance.now())
  const plan = await planFront(definition, options, report)
  const joined = await joinCluster(options, 'gateway')
  const tell = (sentence: string): void => options.tell?.(`${joined.bus.me}: ${sentence}`)
  const { game } = definition
  const keeping = definition.options.accounts
    ? await Keeping.open(definition, { store: options.store ?? DEFAULT_STORE, report, server: joined.bus.me })
    : undefined
  const region = new SteadyRegion({
    game,
    read: (character) => readAgain(keeping?.store, character, joined.bus.me),
    release: ({ id, epoch }) => void keeping?.store.characters.release({ id, epoch }).catch(report),
  })
  const { name = game.name, welcome = '', levelCap, outdated = 'tell' } = definition.options
  const limits = limitsFor(game, options.limits)
  const gateway = new Gateway(
    {
      ...{ game, limits, link: region, secret: () => randomBytes(16), content: plan.files?.folder },
      ...{ facts: { name, welcome, levelCap, outdated }, admission: keeping?.admission },
      mistake: (dialect, error) => report(`The dialect ${dialect} made a mistake: ${error}`),
    },
    now(),
  )
  const owner = new OwnerLink(joined, region, { now, tell })
  const membership = new Membership({
    ...joined,
    member: (): ClusterMember => ({
      ...{ name: joined.bus.me, role: 'gateway', address: joined.bus.address },
      ...{ isDraining: false, followers: [], load: [], tickShare: 0 },
    }),
    looked: (view) => {
      owner.looked(view)
      peers.looked(view)
    },
    gone: (process) => peers.forget(process),
    tell,
  })
  const peers = new GatewayPeers(joined, now)
  joined.bus.observe((process, is) => {
    if (is === 'down') owner.down(process)
    peers.is(process, is)
  })
  let front: Front
  let ownerCode: string | undefined
  try {
    front = await openFront(definition, options, plan, {
      ...{ served: servedBy(gateway, region, peers), contentGate: gateway.content.gate, keeping, now },
      machines: [gateway, busOf(joined), peers],
      accept: (link, clock, spoken) => gateway.accept(link, clock, spoken),
    })
    gateway.listeners = front.toldUrls
    ownerCode = await keeping?.begin({ gateway })
    await membership.begin()
  } catch (error) {
    await keeping?.end()
    await joined.close()
    throw error
  }
  const timer = setInterval(() => {
    gateway.advance(now())
    peers.advance()
  }, IDLE_MS)
  return {
    name: joined.bus.me,
    gateway,
    urls: front.urls,
    pageUrl: front.pageUrl,
    ownerCode,
    get isReady() {
      return region.isJoined && membership.isWell
    },
    async close(reason = 'The server is closing.') {
      front.rest()
      await membership.end()
      gateway.close(reason)
      // The region saves who left here; it is given the time to hear of it.
      await owner.close()
      clearInterval(timer)
      await front.close(reason)
      await keeping?.close()
      await keeping?.end()
      await joined.close()
    },
  }
}

/** Keeps a gateway linked to whichever process has the world. */
class OwnerLink {
  readonly #joined: JoinedCluster
  readonly #region: SteadyRegion
  readonly #now: () => Instant
  readonly #tell: (sentence: string) => void
  #link: Link | undefined
  #owner = ''
  /** The highest epoch seen: whoever comes with a lower one is not listened to. */
  #epoch = 0
  #isClosed = false

  constructor(
    joined: JoinedCluster,
    region: SteadyRegion,
    { now, tell }: { readonly now: () => Instant; readonly tell: (sentence: string) => void },
  ) {
    this.#joined = joined
    this.#region = region
    this.#now = now
    this.#tell = tell
  }

  looked({ assignments, members }: DirectoryView): void {
    const world = assignments.find(({ district }) => district === WORLD)
    if (!world || this.#isClosed || world.epoch < this.#epoch) return
    const isThere = members.some(({ name }) => name === world.owner)
    if (!isThere || (world.owner === this.#owner && this.#link?.isOpen)) return
    this.#epoch = world.epoch
    this.#owner = world.owner
    this.#link?.close('Another process has the world.')
    const link = openLine(this.#joined.bus, world.owner, 'gateway')
    this.#link = link
    const take = this.#region.join(link, this.#now())
    link.open({
      receive: take,
      closed: (reason) => {
        if (this.#link === link) this.#lose(reason)
      },
    })
    this.#tell(`${world.owner} has the world, at epoch ${world.epoch}`)
  }

  /** Notes that a process's socket broke: the players stand still at once, and go on where the world is next. */
  down(process: string): void {
    if (process === this.#owner && this.#link) this.#tell(`the way to ${process} is broken`)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#link?.close('The gateway is closing.')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }

  #lose(reason: string): void {
    this.#link = undefined
    if (this.#isClosed) return
    this.#region.lost()
    this.#tell(`${this.#owner} has the world no more (${reason}); players wait for the next`)
    this.#owner = ''
  }
}

/** A gateway among the processes that decide about districts: it refuses old owners, and says who is lost. */
class GatewayPeers implements Measured {
  readonly fences = new Fences()
  readonly #lines: PeerLines
  readonly #witness = new Witness()
  readonly #now: () => Instant
  #view: DirectoryView = { members: [], assignments: [], leader: '' }

  constructor({ bus }: JoinedCluster, now: () => Instant) {
    this.#now = now
    this.#lines = new PeerLines({ bus, receive: (from, message) => this.#receive(from, message) })
    acceptLines(bus, { peers: (link, from) => this.#lines.take(link, from) })
  }

  /** What the directory said last, for `/stats`. */
  get view(): object {
    const { members, assignments, leader } = this.#view
    return {
      leader,
      members: members.map(({ name, role, isDraining, tickShare }) => ({
        name,
        role,
        isDraining,
        tickShare,
      })),
      districts: assignments.map(({ district, owner, epoch, movingTo }) => ({
        district,
        owner,
        epoch,
        movingTo,
      })),
    }
  }

  looked(view: DirectoryView): void {
    this.#view = view
    this.fences.view(view)
    for (const { name, role } of view.members) if (role === 'region') this.#lines.meet(name)
    for (const process of this.#witness.lost(this.#now())) this.#tellLost(process)
  }

  is(process: string, state: 'up' | 'down'): void {
    this.#witness.is(process, state, this.#now())
  }

  forget(process: string): void {
    this.#witness.forget(process)
    this.#lines.forget(process)
  }

  advance(): void {
    for (const process of this.#witness.newlyLost(this.#now())) this.#tellLost(process)
  }

  measure(readings: Readings): void {
    const { members, assignments } = this.#view
    for (const { role } of members) readings.add(clusterMetrics.members, 1, role)
    for (const { owner, district, epoch } of assignments)
      readings.add(clusterMetrics.epoch, epoch, owner, String(district))
  }

  #tellLost(name: string): void {
    for (const region of regionsOf(this.#view))
      if (region !== name) this.#lines.send(region, { is: 'lost', name })
  }

  #receive(from: string, message: PeerMessage): void {
    if (message.is !== 'fence') return
    const { district, epoch } = message
    if (this.fences.raise(district, epoch))
      this.#lines.send(from, { is: 'fenced', district, epoch, known: [] })
  }
}

/** Reads a character again from the store, as it was last saved; undefined when another server has it. */
async function readAgain(
  store: Store | undefined,
  character: CharacterFacts,
  server: string,
): Promise<CharacterFacts | undefined> {
  const kept = await store?.characters.find(character.id)
  if (!store || !kept?.lease || kept.lease.server !== server || kept.lease.epoch !== character.epoch)
    return undefined
  const items = await store.items.list({ character: character.id })
  const { map, position, state } = kept
  return { ...character, map, position, state, items }
}

/** What is told over HTTP of a gateway without a region of its own. */
function servedBy(gateway: Gateway, region: SteadyRegion, peers: GatewayPeers): Served {
  return {
    limits: gateway.limits,
    get information() {
      return gateway.information
    },
    get stats() {
      const { bytesIn, packetsIn, bytesOut, packetsOut, dropped, closed } = gateway.connections.traffic
      return {
        ...{ players: gateway.sessions.size, playersAway: gateway.sessions.away },
        ...{ connections: gateway.connections.size, hasWorld: region.isJoined, moves: region.moves },
        ...{ bytesIn, packetsIn, bytesOut, packetsOut, dropped: dropped.snapshot(), closed },
        cluster: peers.view,
      }
    },
    mapPiece: (hash) => region.find(hash),
    admit: (address) => gateway.connections.admit(address),
  }
}

function busOf({ bus }: JoinedCluster): Measured {
  return { measure: (readings: Readings) => bus.measure(readings) }
}
