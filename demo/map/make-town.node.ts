/**
 * Makes town.tmj, the map of the demo. The result is committed; run this again after changing the plan:
 *
 *     node demo/map/make-town.node.ts
 */
import { writeFileSync } from 'node:fs'
import { planTown } from './town-plan.ts'

writeFileSync(new URL('./town.tmj', import.meta.url), planTown())
