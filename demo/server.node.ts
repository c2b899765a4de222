/** The town's server, and that of what lies below it: where people begin, and who hears what they say. */
import type { World } from 'shardless'
import { defineServer, loadMap, Sorry } from 'shardless/server'
import { tendLanterns } from './game/lanterns.ts'
import { hearing, looks, town, viewRadius } from './game/town.ts'
import { settle } from './game/townspeople.ts'

const mapOf = (name: string) => loadMap(new URL(`./map/${name}.tmj`, import.meta.url))

/** Control characters, and those that turn the way of writing round for everything after them. */
const unspeakable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

export default defineServer(town, {
  maps: {
    town: {
      map: mapOf('town'),
      begin(world) {
        light(world)
        settle(world, Number(process.env.TOWNSPEOPLE ?? 0))
      },
    },
    catacombs: {
      map: mapOf('catacombs'),
      begin(world) {
        light(world)
        // No day comes down here.
        world.spawn('sky', { hour: 0 })
      },
    },
  },
  viewRadius,
  web: new URL('./build/', import.meta.url),
  join(world, { id, name }) {
    const position = { ...world.random.pick(world.map.spawns) }
    const facing = world.random.between(0, 2 * Math.PI)
    return world.spawn('walker', { position, facing, gait: 'standing', name, look: id % looks })
  },
  requests: {
    say(world, player, { text }) {
      const words = text.replace(unspeakable, '').trim()
      if (words === '') throw new Sorry('There is nothing to hear in that.')
      const { id, position } = player.entity!
      world.tell('said', { who: id, text: words }, { near: position, radius: hearing })
      return { heardBy: world.near(position, hearing).length - 1 }
    },
    wave(world, player) {
      const { id, position } = player.entity!
      world.tell('waved', { who: id }, { near: position, radius: hearing })
      return { seenBy: world.near(position, hearing).length - 1 }
    },
  },
})

function light(world: World<typeof town>): void {
  world.tasks.report = ({ task, error }) => console.error(`The task '${task.name}' failed:`, error)
  world.tasks.start(() => tendLanterns(world), { name: 'lanterns' })
}
