/**
 * Makes town.tmj and catacombs.tmj, the maps of the demo. They are committed; run this again after changing a plan:
 *
 *     node demo/map/make-maps.node.ts
 */
import { writeFileSync } from 'node:fs'
import { planCatacombs } from './catacombs-plan.ts'
import { planTown } from './town-plan.ts'

writeFileSync(new URL('./town.tmj', import.meta.url), planTown())
writeFileSync(new URL('./catacombs.tmj', import.meta.url), planCatacombs())
