/** The town, but that every walker costs CPU, and all come in at one corner: one region has all the work. */

import { emptyMap } from '../../src/geometry/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { gameOf } from '../whole/game.ts'
import { sceneHere } from './scene.node.ts'

const scene = sceneHere()
const { side, radius } = scene
/** What a walker costs in each tick, in ms of CPU. */
const WALKER_MS = 0.3
let sum = 0
const perMs = roundsPerMs()

export default defineServer(gameOf(scene), {
  map: emptyMap(side, side),
  viewRadius: radius,
  join({ world, player }) {
    const { random } = world
    const position = { x: random.between(1, side / 2), y: random.between(1, side / 2) }
    return world.spawn('walker', { position, health: random.integer(0, 255), name: player.name })
  },
  requests: { here: () => ({ process: process.pid }) },
  update({ world }) {
    for (const _ of world.entities('walker')) work(WALKER_MS * perMs)
  },
})

function work(rounds: number): void {
  for (let round = 0; round < rounds; round++) sum += Math.sqrt(round + sum)
}

/** How much of such work is a millisecond of CPU. */
function roundsPerMs(): number {
  const rounds = 3_000_000
  work(rounds)
  const start = process.cpuUsage()
  work(rounds)
  const { user, system } = process.cpuUsage(start)
  return rounds / ((user + system) / 1000)
}
