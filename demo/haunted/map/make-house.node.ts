/**
 * Makes house.tmj, the map of the haunted house. It is committed; run this again after changing the plan, or edit the
 * map in Tiled:
 *
 *     node demo/haunted/map/make-house.node.ts
 */
import { writeFileSync } from 'node:fs'
import { planHouse } from './house-plan.ts'

writeFileSync(new URL('./house.tmj', import.meta.url), planHouse())
