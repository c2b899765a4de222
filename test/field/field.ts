import { parseMap } from '../../src/geometry/index.ts'
import { angle, defineGame, entity, integer, motion, once, record, reference, text } from '../../src/index.ts'
import { defineServer, Sorry } from '../../src/server/index.ts'
import { BODY_RADIUS } from '../../src/world/index.ts'

/** A small game for tests: walkers on a field of 256 x 256 m with one wall, who can say something and ask a price. */
export const field = defineGame({
  name: 'field',
  version: '1',
  map: { width: 256, height: 256, cellSize: 32 },
  player: 'walker',
  entities: {
    walker: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      facing: angle({ steps: 256 }),
      health: integer({ min: 0, max: 100 }),
      name: once(text({ bytesMax: 64 })),
    }),
    secret: entity({
      position: motion({ tolerance: 1 / 32, speedMax: 8 }),
      code: integer({ min: 0, max: 65_535 }),
    }),
    sky: entity({ rain: integer({ min: 0, max: 9 }) }),
  },
  command: record({ east: integer({ min: -1, max: 1 }), north: integer({ min: -1, max: 1 }) }),
  events: { said: record({ who: reference(), text: text({ bytesMax: 64 }) }) },
  requests: {
    say: {
      ask: record({ text: text({ bytesMax: 64 }) }),
      reply: record({ heardBy: integer({ min: 0, max: 1000 }) }),
    },
    buy: {
      ask: record({ price: integer({ min: 0, max: 100 }) }),
      reply: record({ left: integer({ min: 0, max: 100 }) }),
    },
  },
  step(self, command, near) {
    near.map.slide(
      self.position,
      command.east * 5 * near.seconds,
      command.north * 5 * near.seconds,
      BODY_RADIUS,
    )
  },
})

/** A wall from north to south at x = 120..122 m. */
export const fieldMap = parseMap(
  {
    type: 'map',
    orientation: 'orthogonal',
    width: 256,
    height: 256,
    tilewidth: 1,
    tileheight: 1,
    infinite: false,
    properties: [{ name: 'pixelsPerMetre', type: 'int', value: 1 }],
    layers: [
      { type: 'objectgroup', name: 'walls', objects: [{ id: 1, x: 120, y: 50, width: 2, height: 150 }] },
      {
        type: 'objectgroup',
        name: 'spawn',
        objects: [{ id: 2, x: 100, y: 128, width: 0, height: 0, point: true }],
      },
    ],
  },
  'field',
)

export const fieldServer = defineServer(field, {
  map: fieldMap,
  join: ({ world, player }) =>
    world.spawn('walker', { position: { x: 100, y: 128 }, health: 100, name: player.name }),
  requests: {
    say({ world, player, ask: { text: words } }) {
      if (words === 'rude') throw new Sorry('That is not said here.')
      const place = player.entity?.position ?? { x: 0, y: 0 }
      world.tell('said', { who: player.entity?.id ?? 0, text: words }, { near: place, radius: 40 })
      return { heardBy: world.near(place, 40).length }
    },
    buy: ({ ask: { price } }) => ({ left: 100 - price }),
  },
})
