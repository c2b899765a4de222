/**
 * One world in several processes, all of them real: what the way over a gateway adds, what a player costs regions and
 * gateways, how many players several regions carry, what crosses between them, and how long a player waits when a
 * region is killed. `--quick` plays a hundred people with two regions.
 */
import { hopRows } from './cluster/hop-rows.node.ts'
import { rollRows } from './cluster/roll-rows.node.ts'
import { shedRows } from './cluster/shed-rows.node.ts'
import { takeOverRows } from './cluster/take-over-rows.node.ts'
import { measureTown, townRows } from './cluster/town-rows.node.ts'
import type { Row } from './row.ts'

/** The parts, to run one alone: SHARDLESS_PARTS=hop,town,crowded,roll,shed. */
const parts = process.env.SHARDLESS_PARTS?.split(',')
/** With how many regions the town is played, one after the other: SHARDLESS_REGIONS=1,4. */
const counts = (process.env.SHARDLESS_REGIONS ?? '1,2,4').split(',').map(Number)
/** How many people play it, where a busy machine has no room for all: SHARDLESS_PEOPLE=300. */
const people = Number(process.env.SHARDLESS_PEOPLE ?? 600)

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = []
  const isWanted = (part: string): boolean => parts === undefined || parts.includes(part)
  if (isWanted('hop')) rows.push(...(await hopRows(quick ? 1 : 12)))
  if (isWanted('town')) {
    const plan = quick
      ? { side: 2, people: 100, gateways: 1, seconds: 1.5, port: 21_300 }
      : { side: 4, people, gateways: 2, seconds: 8, port: 21_300 }
    rows.push(...(await several(plan, quick ? [2] : counts)))
  }
  // Each region has one district, so most of it is near a border.
  if (isWanted('crowded') && !quick)
    rows.push(...(await several({ side: 2, people, gateways: 2, seconds: 8, port: 21_500 }, [1, 4])))
  if (isWanted('roll') && !quick)
    rows.push(
      ...(await rollRows({ warmMs: 20_000, side: 4, people: 500, asking: 40, regions: 3, port: 21_700 })),
    )
  if (isWanted('shed') && !quick)
    rows.push(...(await shedRows({ side: 8, people: 100, seconds: 100, port: 21_800 })))
  return rows
}

/** Measures the same town with so many regions; of the last one, a region is killed. */
async function several(
  plan: Omit<Parameters<typeof measureTown>[0], 'regions'>,
  counts: readonly number[],
): Promise<Row[]> {
  const rows: Row[] = []
  const killed: Row[] = []
  let one: Awaited<ReturnType<typeof measureTown>> | undefined
  for (const [at, regions] of counts.entries()) {
    const isLast = at === counts.length - 1
    const measured = await measureTown({ ...plan, regions, port: plan.port + 50 * at }, async (town) => {
      if (isLast) killed.push(...(await takeOverRows(town, plan.side)))
    })
    one ??= measured
    rows.push(...townRows(measured, one, `, ${plan.side ** 2} districts`))
  }
  return [...rows, ...killed]
}
