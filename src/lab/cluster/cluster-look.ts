import type { DirectoryBook } from '../../cluster/index.ts'
import type { Instant } from '../../core/index.ts'
import type { ClusterChecks, ClusterClaim } from './cluster-checks.ts'
import type { ClusterSwarm } from './cluster-swarm.ts'
import type { SimulatedGateway } from './simulated-gateway.ts'
import type { SimulatedRegion } from './simulated-region.ts'
import type { SimulatedStore } from './simulated-store.ts'
import type { Wires } from './wires.ts'

/** How a process is: `away` for a store that was killed and is not there again. */
export type ProcessState = 'up' | 'paused' | 'cut' | 'away'

export interface LookedAtRegion {
  readonly name: string
  readonly state: ProcessState
  readonly isLeading: boolean
  /** The districts that it speaks for, as it believes. */
  readonly districts: readonly number[]
}

export interface LookedAtGateway {
  readonly name: string
  readonly state: ProcessState
  /** The players that are connected to it, as the numbers of their entities. */
  readonly players: readonly number[]
}

/** A district as the store has it, and who speaks for it. */
export interface LookedAtDistrict {
  readonly district: number
  readonly owner: string
  readonly epoch: number
  /** Whether its owner speaks for it now; otherwise it stands still until somebody does. */
  readonly isLive: boolean
}

/** An entity as the store has it, and as its player's gateway hears of it. */
export interface LookedAtEntity {
  readonly entity: number
  readonly district: number
  /** How often it has changed its district, from 1. */
  readonly hop: number
  readonly gateway: string
  /** Which region the gateway listens to for it; empty before it has heard of it. */
  readonly author: string
  /** How long ago the gateway last heard of it, in ms; undefined for never. */
  readonly silentMs: number | undefined
  /** How many ticks it was stepped, and how many commands of its player were used, as the gateway knows. */
  readonly steps: number
  readonly used: number
}

/** What a claim's lamp shows: `waiting` where it cannot be said before everything has been at rest for a time. */
export type ClusterLamp = 'holds' | 'waiting' | 'broken'

/** A simulated cluster at one moment. */
export interface ClusterLook {
  readonly at: number
  readonly regions: readonly LookedAtRegion[]
  readonly gateways: readonly LookedAtGateway[]
  readonly store: ProcessState
  readonly directory: ProcessState
  readonly districts: readonly LookedAtDistrict[]
  readonly entities: readonly LookedAtEntity[]
  readonly items: number
  readonly lamps: Readonly<Record<ClusterClaim, ClusterLamp>>
  /** The first thing that did not hold. */
  readonly failure: string | undefined
  /** The longest time between two tellings of one entity at one gateway, in ms. */
  readonly longestGapMs: number
  /** How long everything has been at rest, in ms; undefined while it is not. */
  readonly restedMs: number | undefined
  readonly hash: string
}

interface Process<What> {
  readonly what: What
  readonly isDead: boolean
}

/** Looks at everything of a cluster; nothing is changed. */
export function lookAtCluster(world: {
  readonly now: Instant
  readonly regions: ReadonlyMap<string, Process<SimulatedRegion>>
  readonly gateways: ReadonlyMap<string, Process<SimulatedGateway>>
  readonly store: SimulatedStore
  readonly directory: DirectoryBook
  readonly checks: ClusterChecks
  readonly wires: Wires
  readonly held: ReadonlySet<string>
  readonly swarm: ClusterSwarm
  readonly quiet: { readonly from: number; readonly isJudged: boolean }
  readonly hash: string
}): ClusterLook {
  const { now, regions, gateways, store, checks, wires, held, swarm, quiet, hash } = world
  const stateOf = (name: string): ProcessState =>
    held.has(name) ? 'paused' : wires.isAlone(name) ? 'cut' : 'up'
  const { districts, places } = stored(store)
  const { leader } = world.directory.look(now)
  const isLive = ({ owner, district }: LookedAtDistrict): boolean =>
    regions.get(owner)?.what.keeper.isAuthor(district, now) ?? false
  const entities: LookedAtEntity[] = []
  for (let entity = 1; entity <= swarm.entities; entity++) {
    const gateway = [...gateways.values()].find(({ what }) =>
      [...what.clients].some((client) => client.entity === entity),
    )?.what
    const known = gateway?.known.get(entity)
    const heardAt = gateway && checks.heardAt(gateway.name, entity)
    entities.push({
      ...{ entity, district: -1, hop: 0, ...places.get(entity) },
      gateway: gateway?.name ?? '',
      author: known?.author ?? '',
      silentMs: heardAt === undefined ? undefined : now - heardAt,
      steps: known?.steps ?? 0,
      used: known?.used ?? 0,
    })
  }
  return {
    at: now,
    regions: [...regions.values()].map(({ what }) => ({
      name: what.name,
      state: stateOf(what.name),
      isLeading: what.name === leader,
      districts: [...what.keeper.districts.keys()].filter((one) => what.keeper.isAuthor(one, now)),
    })),
    gateways: [...gateways.values()].map(({ what }) => ({
      name: what.name,
      state: stateOf(what.name),
      players: [...what.clients].map(({ entity }) => entity),
    })),
    store: store.isUp ? stateOf('store') : 'away',
    directory: stateOf('directory'),
    districts: districts.map((district) => ({ ...district, isLive: isLive(district) })),
    entities,
    items: store.contents.items.size,
    lamps: lampsOf(checks, quiet.isJudged),
    failure: checks.failure,
    longestGapMs: checks.longestGapMs,
    restedMs: quiet.from <= now ? now - quiet.from : undefined,
    hash,
  }
}

function stored({ contents }: SimulatedStore): {
  readonly districts: LookedAtDistrict[]
  readonly places: Map<number, { readonly district: number; readonly hop: number }>
} {
  const districts: LookedAtDistrict[] = []
  const places = new Map<number, { readonly district: number; readonly hop: number }>()
  for (const fence of contents.districts.holders()) {
    const { district, epoch, holder: owner } = fence
    districts.push({ district, epoch, owner, isLive: false })
    const found = contents.districts.rows(fence)
    if (found.is === 'claimed')
      for (const { entity, hop } of found.rows) places.set(entity, { district, hop })
  }
  return { districts: districts.sort((a, b) => a.district - b.district), places }
}

/** Claims that hold at every moment, or only when all is at rest. */
function lampsOf({ failures }: ClusterChecks, isJudged: boolean): Record<ClusterClaim, ClusterLamp> {
  const lamp = (claim: ClusterClaim, isAlways: boolean): ClusterLamp =>
    failures.has(claim) ? 'broken' : isAlways || isJudged ? 'holds' : 'waiting'
  return {
    author: lamp('author', true),
    place: lamp('place', true),
    kept: lamp('kept', true),
    item: lamp('item', true),
    replica: lamp('replica', false),
  }
}
