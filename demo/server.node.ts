import { defineServer, loadMap } from 'shardless/server'
import { hearing, looks, town } from './game/town.ts'

const map = loadMap(new URL('./map/town.tmj', import.meta.url))

export default defineServer(town, {
  map,
  web: new URL('./build/', import.meta.url),
  join(world, player) {
    const position = { ...world.random.pick(map.spawns) }
    return world.spawn('walker', { position, name: player.name, look: world.random.integer(0, looks - 1) })
  },
  requests: {
    say(world, { entity: me }, { text }) {
      if (!me) return { heardBy: 0 }
      world.tell('said', { who: me.id, text }, { near: me.position, radius: hearing })
      return { heardBy: world.near(me.position, hearing).length }
    },
    wave(world, { entity: me }) {
      if (!me) return { seenBy: 0 }
      world.tell('waved', { who: me.id }, { near: me.position, radius: hearing })
      return { seenBy: world.near(me.position, hearing).length }
    },
  },
})
