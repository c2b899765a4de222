import { createHash, randomBytes } from 'node:crypto'
import { clusterMetrics, RENEWAL_MS } from '../../cluster/index.ts'
import { type Instant, instant, type Measured, type Readings } from '../../core/index.ts'
import { Gateway, limitsFor } from '../../gateway/index.ts'
import type { AnyDefinition } from '../../region/index.ts'
import type { CharacterFacts } from '../../region/message/index.ts'
import type { Store } from '../../store/index.ts'
import type { Served } from '../../web/index.ts'
import { AdminEntrance } from '../admin/admin-listener.node.ts'
import { type Front, openFront, planFront } from '../front.node.ts'
import { Keeping } from '../keeping.node.ts'
import type { ServeOptions } from '../serve-options.node.ts'
import { clusterConsole } from './cluster-console.node.ts'
import { exposed } from './exposed.ts'
import { GatewayMember } from './gateway-member.ts'
import { type ClusterPlace, type JoinedCluster, joinCluster } from './place.node.ts'

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
  const member = new GatewayMember({
    ...{ definition, ...joined, clock: now, tell },
    read: (character) => readAgain(keeping?.store, character, joined.bus.me),
  })
  const { regions } = member
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
  const operator = clusterConsole({
    directory: joined.directory,
    send: (to, message) => member.send(to, message),
    players: () => ({ here: gateway.sessions.size, away: gateway.sessions.away }),
  })
  const admin = new AdminEntrance(operator, now)
  const machines = [admin, gateway, regions, member.counts, busOf(joined), clusterOf(member)]
  let front: Front
  let ownerCode: string | undefined
  try {
    if (options.admin && plan.admin) await admin.open(plan.admin, options.admin, plan.certificate)
    front = await openFront(definition, options, plan, {
      ...{ served: servedBy(gateway, member), contentGate: gateway.content.gate, keeping, now },
      machines,
      accept: (link, clock, spoken) => gateway.accept(link, clock, spoken),
    })
    gateway.listeners = front.toldUrls
    ownerCode = await keeping?.begin({ gateway })
    await member.beat()
  } catch (error) {
    await admin.close('The server could not start.')
    await keeping?.end()
    await joined.close()
    throw error
  }
  tell(`is there, as process ${process.pid}`)
  tell(`serves ${front.urls.join(' ')}`)
  // Of what is due at once, the renewal is first.
  const beats = setInterval(() => void member.beat(), RENEWAL_MS)
  const timer = setInterval(() => {
    member.advance()
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
      return member.isReady
    },
    get metrics() {
      return exposed([...machines, ...(keeping ? [keeping] : [])])
    },
    async close(reason = 'The server is closing.') {
      front.rest()
      await admin.close(reason)
      clearInterval(beats)
      await member.end()
      gateway.close(reason)
      // The regions save who left here; they are given the time to hear of it.
      await new Promise((resolve) => setTimeout(resolve, LEAVE_MS))
      member.close()
      clearInterval(timer)
      await front.close(reason)
      await keeping?.close()
      await keeping?.end()
      await joined.close()
    },
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
function servedBy(gateway: Gateway, member: GatewayMember): Served {
  const { regions } = member
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
        cluster: { gateway: member.name, ...shown(member), handoffs: regions.handoffs },
      }
    },
    mapPiece: (hash) => regions.find(hash),
    admit: (address) => gateway.connections.admit(address),
  }
}

/** What the directory said last, for `/stats`. */
function shown({ view: { members, assignments, leader } }: GatewayMember): object {
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

function clusterOf(member: GatewayMember): Measured {
  return {
    measure(readings: Readings) {
      const { members, assignments } = member.view
      for (const { role } of members) readings.add(clusterMetrics.members, 1, role)
      for (const { owner, district, epoch } of assignments)
        readings.add(clusterMetrics.epoch, epoch, owner, String(district))
    },
  }
}
