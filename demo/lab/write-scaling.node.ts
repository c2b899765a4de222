/** Measures how players scale and writes demo/lab/scaling-table.ts; run it after what travels has changed. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { measureCluster, measureCrowd, measureMesh, measureServed } from './scaling-measure.ts'

const FEW = [2, 4, 6, 8, 10, 12] as const
const MANY = [2, 12, 50, 100, 200, 500, 1000] as const

const few: string[] = []
for (const count of FEW) {
  const { up, down } = await measureServed(count)
  const { all, upEach } = measureMesh(count)
  few.push(
    `  { count: ${count}, serverDown: ${Math.round(down)}, serverUp: ${Math.round(up)}, ` +
      `mesh: ${Math.round(all)}, meshUpEach: ${Math.round(upEach)} },`,
  )
}
const many: string[] = []
for (const count of MANY) {
  const { toEach, between } = await measureCluster(count)
  const onePlace = await measureCrowd(count)
  many.push(
    `  { count: ${count}, land: ${Math.round(toEach)}, between: ${Math.round(between)}, ` +
      `onePlace: ${Math.round(onePlace)} },`,
  )
}
writeFileSync(
  fileURLToPath(new URL('./scaling-table.ts', import.meta.url)),
  `/** What players cost in bytes a second with all headers; written by write-scaling.node.ts, which measures it. */

/** By players who all see each other: of a server, to all and from all; of a full mesh, in all and from each peer. */
export const fewPlayers = [
${few.join('\n')}
] as const

/**
 * By players of one world: to each where all have land of their own, on all lines between gateways and regions then,
 * and to each where all are in one place.
 */
export const manyPlayers = [
${many.join('\n')}
] as const
`,
)
