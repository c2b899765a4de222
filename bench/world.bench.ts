/**
 * World: what a tick of a living world takes. One file of `bench/world/` for each part; each measures itself beside
 * what a user would take instead, in the same run.
 */
import type { Bench, Row } from './row.ts'
import { run as collision } from './world/collision.ts'
import { run as minds } from './world/minds.ts'
import { run as paths } from './world/paths.ts'
import { run as queries } from './world/queries.ts'
import { run as sight } from './world/sight.ts'
import { run as tasks } from './world/tasks.ts'
import { run as ticks } from './world/ticks.ts'

/** One a line, so that parts come and go without a quarrel. */
const parts: readonly Bench[] = [
  ticks, // first, on a fresh heap
  sight,
  queries,
  collision,
  tasks,
  paths,
  minds,
]

export async function run(options: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = []
  for (const part of parts) rows.push(...(await part(options)))
  return rows
}
