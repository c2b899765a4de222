/** Plays nights of matches: `npm run sim -- haunted --seeds 1000`. Exits with 1 when something did not hold. */
import { parseArgs } from 'node:util'
import { loadMap } from 'shardless/server'
import { playNight } from './simulate.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** How many matches are played to the end, at least. */
    matches: { type: 'string' },
    seeds: { type: 'string', default: '10' },
  },
})
const house = loadMap(new URL('./map/house.tmj', import.meta.url))
const first = Number(values.seed)
const wanted = values.matches === undefined ? Infinity : Number(values.matches)
const last = values.matches === undefined ? first + Number(values.seeds) - 1 : Infinity
const began = performance.now()
let [matches, wonBySeekers, nights, failed] = [0, 0, 0, 0]
for (let seed = first; seed <= last && matches < wanted; seed++) {
  const outcome = await playNight(house, seed)
  nights++
  matches += outcome.matches
  wonBySeekers += outcome.wonBySeekers
  for (const warning of outcome.warnings) console.error(warning)
  if (outcome.failure !== undefined) {
    failed++
    console.error(
      `FAILED: seed ${seed}: ${outcome.failure}\n  Replay: npm run sim -- haunted --seed ${seed} --seeds 1`,
    )
  }
  if (nights % 50 === 0) console.log(`${matches} matches in ${nights} nights, ${failed} failed`)
}
const seconds = Math.round((performance.now() - began) / 1000)
console.log(
  `${matches} matches in ${nights} nights took ${seconds} s; the seekers won ${wonBySeekers}; ${failed} nights failed.`,
)
if (failed > 0) process.exitCode = 1
