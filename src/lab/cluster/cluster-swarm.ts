import type { Random } from '../../core/index.ts'

/** What goes wrong in one run, and how often: times a second, 0 for never. Everything is drawn by the seed. */
export interface ClusterSwarm {
  readonly regions: number
  readonly gateways: number
  readonly districts: number
  readonly entities: number
  readonly items: number
  /** How likely an entity sets out for another district in a tick. */
  readonly wander: number
  readonly pathMs: { readonly leastMs: number; readonly jitterMs: number }
  readonly storeMs: { readonly leastMs: number; readonly jitterMs: number }
  readonly faults: {
    /** A region process dies, and another one starts. */
    readonly regionCrash: number
    readonly gatewayCrash: number
    /** A region does nothing for a time, and its clock jumps. */
    readonly stall: number
    /** Two processes cannot reach each other for a time. */
    readonly partition: number
    /** A process reaches nobody: no peer, no store, no directory. */
    readonly isolation: number
    /** A link breaks: what was under way on it is lost. */
    readonly break: number
    readonly directoryAway: number
    readonly directoryForgets: number
    readonly storeSlow: number
    readonly storeCrash: number
    /** A region is suspected without cause, by enough to be believed. */
    readonly suspicion: number
    /** The operator moves a district, or drains a region. */
    readonly move: number
    readonly drain: number
  }
}

/** Draws what a run is like: some runs have all faults, most have a few. */
export function drawSwarm(random: Random): ClusterSwarm {
  const isOn = (rate: number): number => (random.chance(0.4) ? rate * random.between(0.3, 2) : 0)
  return {
    regions: random.integer(2, 5),
    gateways: random.integer(1, 3),
    districts: random.integer(3, 8),
    entities: random.integer(3, 8),
    items: random.integer(2, 5),
    wander: random.pick([0.05, 0.15, 0.3]),
    pathMs: { leastMs: random.pick([0.1, 1, 5]), jitterMs: random.pick([0, 2, 30]) },
    storeMs: { leastMs: random.pick([0.5, 3]), jitterMs: random.pick([1, 10, 60]) },
    faults: {
      regionCrash: isOn(0.25),
      gatewayCrash: isOn(0.1),
      stall: isOn(0.25),
      partition: isOn(0.3),
      isolation: isOn(0.15),
      break: isOn(1),
      directoryAway: isOn(0.1),
      directoryForgets: isOn(0.1),
      storeSlow: isOn(0.15),
      storeCrash: isOn(0.15),
      suspicion: isOn(0.15),
      move: isOn(0.4),
      drain: isOn(0.1),
    },
  }
}

/** A run in which nothing goes wrong. */
export function calmSwarm(swarm: ClusterSwarm): ClusterSwarm {
  const faults = Object.fromEntries(Object.keys(swarm.faults).map((name) => [name, 0])) as never
  return { ...swarm, faults }
}
