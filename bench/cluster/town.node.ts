/** The town of bench/whole as processes of a cluster run it: who comes in stands anywhere, and walks by commands. */
import { emptyMap } from '../../src/geometry/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { gameOf } from '../whole/game.ts'
import { sceneHere, TICKS_PER_SECOND } from './scene.node.ts'

const scene = sceneHere()
const { side, radius } = scene

export default defineServer(gameOf(scene), {
  map: emptyMap(side, side),
  viewRadius: radius,
  join({ world, player }) {
    const { random } = world
    const position = { x: random.between(1, side - 1), y: random.between(1, side - 1) }
    return world.spawn('walker', { position, health: random.integer(0, 255), name: player.name })
  },
  requests: { here: () => ({ process: process.pid }) },
  update({ world }) {
    const { tick, random } = world
    for (const walker of world.entities('walker')) {
      if ((tick + walker.id) % TICKS_PER_SECOND === 0) walker.health = random.integer(0, 255)
      if ((tick + walker.id) % (5 * TICKS_PER_SECOND) === 7) walker.animation = random.integer(0, 7)
    }
  },
})
