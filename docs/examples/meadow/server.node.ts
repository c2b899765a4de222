import { defineServer } from 'shardless/server'
import { meadow } from './game.ts'

export default defineServer(meadow, {
  join: ({ world, player }) => world.spawn('sheep', { position: { x: 128, y: 128 }, name: player.name }),
  update({ world }) {
    for (const sheep of world.entities('sheep'))
      if (world.random.chance(0.01) && sheep.wool < 100) sheep.wool++
  },
})
