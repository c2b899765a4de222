import { createHash, randomBytes } from 'node:crypto'
import { type ClusterMember, clusterMetrics, DistrictGrid } from '../../cluster/index.ts'
import { type Instant, instant, type Measured, type Readings } from '../../core/index.ts'
import { Gateway, JoinedRegions, limitsFor } from '../../gateway/index.ts'
import { type AnyDefinition, rulesOf } from '../../region/index.ts'
import type { CharacterFacts } from '../../region/message/index.ts'
import type { Store } from '../../store/index.ts'
import type { Served } from '../../web/index.ts'
import { AdminEntrance } from '../admin/admin-listener.node.ts'
import { type Front, openFront, planFront } from '../front.node.ts'
import { Keeping } from '../keeping.node.ts'
import type { ServeOptions } from '../serve-options.node.ts'
import { clusterConsole } from './cluster-console.node.ts'
import { LineCounts } from './counted-line.ts'
import { regionsOf } from './district-drive.ts'
import { exposed } from './exposed.ts'
import { entranceOf, JoinedGateway, type Place, placeIn } from './joined-gateway.ts'
import { acceptLines, openLine } from './lines.ts'
import { Membership } from './membership.node.ts'
import { PeerLines } from './peer-lines.ts'
import { type ClusterPlace, type JoinedCluster, joinCluster } from './place.node.ts'
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
  /** Where `shardless console` reaches it; undefined for nowhere. */
  readonly adminUrl: string | undefined
  /** Whether players can come in: the world is there. */
  readonly isReady: boolean
  /** What it counts, as Prometheus reads it. */
  readonly metrics: string
  close(reason?: string): Promise<void>
}

const DEFAULT_STORE = 'shardless.db'
/** How often a gateway looks whether it has to serve its connections by itself, in ms. */
const IDLE_MS = 50
/** How long regions are given to hear who left, in ms. */
const LEAVE_MS = 200

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
  const ground = groundOf(definition)
  const regions: JoinedRegions = new JoinedRegions({
    game,
    entrance: (message, _names, speakerOf) =>
      entranceOf(placeIn(message) ?? ground.newcomers, { grids: ground.grids, speakerOf }),
    read: (character) => readAgain(keeping?.store, character, joined.bus.me),
  })
  const { name = game.name, welcome = '', levelCap, outdated = 'tell' } = definition.options
  const limits = limitsFor(game, options.limits)
  const gateway = new Gateway(
    {
      ...{ game, limits, link: regions, secret: () => randomBytes(16), content: plan.files?.folder },
      resumeKey: (secret) => createHash('sha256').update(secret).digest('hex').slice(0, 32),
      ...{ facts: { name, welcome, levelCap, outdated }, admission: keeping?.admission },
      mistake: (dialect, error) => report(`The dialect ${dialect} made a mistake: ${error}`),
    },
    now(),
  )
  const witness = new Witness()
  const counts = new LineCounts()
  const lines = new PeerLines({
    ...{ bus: joined.bus, counts },
    receive: (from, message) => owners.receive(from, message),
  })
  acceptLines(joined.bus, { peers: (link, from) => lines.take(link, from) }, counts)
  const owners: JoinedGateway = new JoinedGateway({
    ...{ regions, clock: now, tell },
    dial: (name) => openLine(joined.bus, name, 'gateway', counts),
    send: (to, message) => lines.send(to, message),
  })
  const tellLost = (name: string): void => {
    for (const other of regionsOf(owners.view)) if (other !== name) lines.send(other, { is: 'lost', name })
  }
  const membership = new Membership({
    ...joined,
    member: (): ClusterMember => ({
      ...{ name: joined.bus.me, role: 'gateway', address: joined.bus.address },
      ...{ isDraining: false, followers: [], load: [], tickShare: 0 },
    }),
    looked: (view) => {
      owners.looked(view)
      for (const name of regionsOf(view)) lines.meet(name)
      for (const process of witness.lost(now())) tellLost(process)
    },
    gone: (process) => {
      witness.forget(process)
      lines.forget(process)
    },
    tell,
  })
  joined.bus.observe((process, is) => witness.is(process, is, now()))
  const operator = clusterConsole({
    directory: joined.directory,
    send: (to, message) => lines.send(to, message),
    players: () => ({ here: gateway.sessions.size, away: gateway.sessions.away }),
  })
  const admin = new AdminEntrance(operator, now)
  const machines = [admin, gateway, regions, counts, busOf(joined), clusterOf(owners)]
  let front: Front
  let ownerCode: string | undefined
  try {
    if (options.admin && plan.admin) await admin.open(plan.admin, options.admin, plan.certificate)
    front = await openFront(definition, options, plan, {
      ...{
        served: servedBy(joined.bus.me, gateway, regions, owners),
        contentGate: gateway.content.gate,
        keeping,
        now,
      },
      machines,
      accept: (link, clock, spoken) => gateway.accept(link, clock, spoken),
    })
    gateway.listeners = front.toldUrls
    ownerCode = await keeping?.begin({ gateway })
    await membership.begin()
  } catch (error) {
    await admin.close('The server could not start.')
    await keeping?.end()
    await joined.close()
    throw error
  }
  tell(`is there, as process ${process.pid}`)
  tell(`serves ${front.urls.join(' ')}`)
  const timer = setInterval(() => {
    for (const process of witness.newlyLost(now())) {
      owners.lost(process)
      tellLost(process)
    }
    regions.advance(now())
    gateway.advance(now())
  }, IDLE_MS)
  return {
    name: joined.bus.me,
    gateway,
    urls: front.urls,
    pageUrl: front.pageUrl,
    ownerCode,
    adminUrl: admin.url,
    get isReady() {
      return regions.names.length > 0 && membership.isWell
    },
    get metrics() {
      return exposed([...machines, ...(keeping ? [keeping] : [])])
    },
    async close(reason = 'The server is closing.') {
      front.rest()
      await admin.close(reason)
      await membership.end()
      gateway.close(reason)
      // The regions save who left here; they are given the time to hear of it.
      await new Promise((resolve) => setTimeout(resolve, LEAVE_MS))
      owners.close()
      clearInterval(timer)
      await front.close(reason)
      await keeping?.close()
      await keeping?.end()
      await joined.close()
    },
  }
}

/** How the maps are cut, and where newcomers come in. */
function groundOf(definition: AnyDefinition): {
  readonly grids: ReadonlyMap<string, DistrictGrid>
  readonly newcomers: Place
} {
  const { cellSize } = definition.game.map
  const grids = new Map<string, DistrictGrid>()
  let first = 0
  let newcomers: Place | undefined
  for (const [map, { map: made }] of Object.entries(rulesOf(definition))) {
    const { width, height, spawns } = made
    const grid = new DistrictGrid({ width, height, cellSize }, first)
    grids.set(map, grid)
    first += grid.size
    const [{ x, y } = { x: width / 2, y: height / 2 }] = spawns
    newcomers ??= { map, position: [x, y] }
  }
  return { grids, newcomers: newcomers ?? { map: '', position: [] } }
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
function servedBy(name: string, gateway: Gateway, regions: JoinedRegions, owners: JoinedGateway): Served {
  return {
    limits: gateway.limits,
    get information() {
      return gateway.information
    },
    get stats() {
      const { bytesIn, packetsIn, bytesOut, packetsOut, dropped, closed } = gateway.connections.traffic
      return {
        ...{ players: gateway.sessions.size, playersAway: gateway.sessions.away },
        ...{ connections: gateway.connections.size, regions: regions.names },
        ...{ bytesIn, packetsIn, bytesOut, packetsOut, dropped: dropped.snapshot(), closed },
        cluster: { gateway: name, ...shown(owners), handoffs: regions.handoffs },
      }
    },
    mapPiece: (hash) => regions.find(hash),
    admit: (address) => gateway.connections.admit(address),
  }
}

/** What the directory said last, for `/stats`. */
function shown({ view: { members, assignments, leader } }: JoinedGateway): object {
  return {
    leader,
    members: members.map(({ name, role, isDraining, tickShare, load }) => ({
      ...{ name, role, isDraining, tickShare, load },
    })),
    districts: assignments.map(({ district, owner, epoch, movingTo }) => ({
      ...{ district, owner, epoch, movingTo },
    })),
  }
}

function busOf({ bus }: JoinedCluster): Measured {
  return { measure: (readings: Readings) => bus.measure(readings) }
}

function clusterOf(owners: JoinedGateway): Measured {
  return {
    measure(readings: Readings) {
      const { members, assignments } = owners.view
      for (const { role } of members) readings.add(clusterMetrics.members, 1, role)
      for (const { owner, district, epoch } of assignments)
        readings.add(clusterMetrics.epoch, epoch, owner, String(district))
    },
  }
}
