/** Runs the game's server until standard input ends; its first line of output is where to connect. */
import { defineServer, serve } from 'shardless/server'
import { meadow } from './game.js'

const definition = defineServer(meadow, {
  join: ({ world, player }) => world.spawn('sheep', { position: { x: 32, y: 32 }, name: player.name }),
  requests: {
    bleat({ world, player }) {
      const { x, y } = player.entity.position
      world.tell('bleated', { who: player.entity.id }, { near: { x, y }, radius: 20 })
      return { heardBy: [...world.players].length }
    },
  },
})

const server = await serve(definition, { listen: ['ws://127.0.0.1:0'] })
console.log(server.urls[0])
process.stdin.resume().once('end', async () => {
  await server.close()
  process.exit()
})
