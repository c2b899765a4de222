import type { Random } from '../../core/index.ts'

/** What goes wrong in one run of real worlds, and how often: times a second, 0 for never. Drawn by the seed. */
export interface WorldSwarm {
  readonly regions: number
  readonly gateways: number
  readonly players: number
  readonly items: number
  readonly pathMs: { readonly leastMs: number; readonly jitterMs: number }
  readonly storeMs: { readonly leastMs: number; readonly jitterMs: number }
  /** By how much the clocks of regions differ at most, in ms. */
  readonly skewMs: number
  readonly faults: {
    /** A region process dies, and another one starts. */
    readonly regionCrash: number
    readonly gatewayCrash: number
    /** A region does nothing for a time; its clock goes on. */
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
    /** The operator moves a district, or has a region end and be replaced. */
    readonly move: number
    readonly drain: number
  }
}

/** Draws what a run is like: some runs have all faults, most have a few. */
export function drawWorldSwarm(random: Random): WorldSwarm {
  const isOn = (rate: number): number => (random.chance(0.4) ? rate * random.between(0.3, 2) : 0)
  return {
    regions: random.integer(2, 4),
    gateways: random.integer(1, 2),
    players: random.integer(2, 4),
    items: random.integer(2, 5),
    pathMs: { leastMs: random.pick([1, 5]), jitterMs: random.pick([0, 3, 20]) },
    storeMs: { leastMs: random.pick([1, 3]), jitterMs: random.pick([1, 10, 60]) },
    skewMs: random.pick([0, 5, 40]),
    faults: {
      regionCrash: isOn(0.2),
      gatewayCrash: isOn(0.08),
      stall: isOn(0.2),
      partition: isOn(0.25),
      isolation: isOn(0.12),
      break: isOn(0.5),
      directoryAway: isOn(0.08),
      directoryForgets: isOn(0.1),
      storeSlow: isOn(0.12),
      storeCrash: isOn(0.12),
      move: isOn(0.4),
      drain: isOn(0.08),
    },
  }
}
