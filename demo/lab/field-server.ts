/** Serves the laboratory's game. It owns no socket: the page runs it, and so does `npm run sim`. */
import { defineServer } from 'shardless/server'
import { BODY_METRES, FIELD_METRES, field, fieldMap, labField } from './field.ts'

/** Makes the server's rules for the game with or without quantized fields. */
export function labServer(game: ReturnType<typeof labField> = field) {
  return defineServer(game, {
    map: fieldMap,
    viewRadius: FIELD_METRES,
    join({ world, player }) {
      const [x, y] = [world.random.between(4, FIELD_METRES - 4), world.random.between(4, FIELD_METRES - 4)]
      const position = fieldMap.nearestFree(x, y, BODY_METRES) ?? { x: 5, y: 5 }
      return world.spawn('walker', { position, mood: player.id % 8, name: player.name })
    },
    requests: {
      wave({ world, player }) {
        const { id, position } = player.entity!
        world.tell('waved', { who: id }, { near: position, radius: FIELD_METRES })
        return { seenBy: Math.min(64, world.near(position, FIELD_METRES).length - 1) }
      },
    },
  })
}

export default labServer(field)
export const plainServer = labServer(labField(false))
