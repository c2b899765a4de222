/** What the cluster bench plays: the town of bench/whole, cut into districts. */
import { type Case, TICKS_PER_SECOND } from '../whole/plan.ts'

/** The side of a district, in metres: 8 cells of 32. */
export const DISTRICT = 256
const RADIUS = 48

/** Returns a town of so many districts on each side. */
export function districtTown(side: number, people: number): Case {
  const [cellSize, steering, over] = [32, 'legs', 'ws'] as const
  return { name: 'cluster', people, side: side * DISTRICT, radius: RADIUS, cellSize, steering, over }
}

/** The environment variable by which each process of the cluster is told the scene. */
export const SCENE = 'SHARDLESS_BENCH_SCENE'

export function sceneHere(): Case {
  return JSON.parse(process.env[SCENE] ?? '') as Case
}

export { TICKS_PER_SECOND }
