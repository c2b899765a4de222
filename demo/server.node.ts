/** The town's server: where people begin, and who hears what they say. */
import { defineServer, loadMap, Sorry } from 'shardless/server'
import { tendLanterns } from './game/lanterns.ts'
import { hearing, looks, town, viewRadius } from './game/town.ts'
import { settle } from './game/townspeople.ts'

const map = loadMap(new URL('./map/town.tmj', import.meta.url))

/** Control characters, and those that turn the way of writing round for everything after them. */
const unspeakable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

export default defineServer(town, {
  map,
  viewRadius,
  web: new URL('./build/', import.meta.url),
  begin(world) {
    world.tasks.report = ({ task, error }) => console.error(`The task '${task.name}' failed:`, error)
    world.tasks.start(() => tendLanterns(world), { name: 'lanterns' })
    settle(world, Number(process.env.TOWNSPEOPLE ?? 0))
  },
  join(world, { id, name }) {
    const position = { ...world.random.pick(map.spawns) }
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
