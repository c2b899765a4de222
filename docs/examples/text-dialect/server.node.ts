import { defineServer, Sorry } from 'shardless/server'
import text from './dialect.ts'
import { village } from './game.ts'

/** Metres that a voice carries. */
const HEARING = 20

/** The protocols that others may play in. */
export const dialects = [text]

export default defineServer(village, {
  name: 'Green',
  join: ({ world, player }) =>
    world.spawn('villager', { position: { x: 128, y: 128 }, mood: 5, name: player.name }),
  requests: {
    say({ world, player, ask: { text } }) {
      if (!player.entity) throw new Sorry('Nobody hears you.')
      const { id, position } = player.entity
      world.tell('said', { who: id, text }, { near: position, radius: HEARING })
      return { heardBy: world.players.size }
    },
  },
})
