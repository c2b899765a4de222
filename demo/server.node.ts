/** The town's server: where people begin, and who hears what they say. */
import { defineServer, loadMap } from 'shardless/server'
import { hearing, looks, town } from './game/town.ts'

const map = loadMap(new URL('./map/town.tmj', import.meta.url))

export default defineServer(town, {
  map,
  web: new URL('./build/', import.meta.url),
  join(world, { id, name }) {
    const position = { ...world.random.pick(map.spawns) }
    const facing = world.random.between(0, 2 * Math.PI)
    return world.spawn('walker', { position, facing, gait: 'standing', name, look: id % looks })
  },
  requests: {
    say(world, player, { text }) {
      const { id, position } = player.entity!
      world.tell('said', { who: id, text: text.trim() }, { near: position, radius: hearing })
      return { heardBy: world.near(position, hearing).length - 1 }
    },
    wave(world, player) {
      const { id, position } = player.entity!
      world.tell('waved', { who: id }, { near: position, radius: hearing })
      return { seenBy: world.near(position, hearing).length - 1 }
    },
  },
})
