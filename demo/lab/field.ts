/** The laboratory's own small game: walkers on a field with pillars, who turn often and wave at each other. */
import {
  angle,
  defineGame,
  entity,
  float64,
  integer,
  motion,
  once,
  parseMap,
  quantized,
  record,
  reference,
  sampled,
  text,
  type WorldMap,
} from 'shardless'

export const FIELD_METRES = 48
export const BODY_METRES = 0.4
const METRES_PER_SECOND = 5

/** The corners, in metres, of what nobody walks through: [west, south, width, height]. */
export const pillars = [
  [10, 10, 3, 3],
  [35, 10, 3, 3],
  [10, 35, 3, 3],
  [35, 35, 3, 3],
  [20, 23, 8, 2],
] as const

const axis = quantized({ min: -1, max: 1 + 1 / 8, step: 1 / 8 })

/**
 * Describes the game.
 *
 * @param isQuantized  whether places and headings travel in small whole numbers: 1/32 m and 1/256 of a turn. Otherwise
 *   headings are double precision, and places, in 1/4096 m, are told anew whenever they changed
 * @param side  of the field, in metres: a multiple of 16
 */
export function labField(isQuantized: boolean, side = FIELD_METRES) {
  return defineGame({
    name: 'laboratory',
    version: '1',
    map: { width: side, height: side, cellSize: 16 },
    player: 'walker',
    entities: {
      walker: entity({
        position: isQuantized
          ? motion({ tolerance: 1 / 32, speedMax: 8 })
          : sampled({ step: 1 / 4096, speedMax: 8 }),
        facing: isQuantized ? angle({ steps: 256 }) : float64(),
        mood: integer({ min: 0, max: 7 }),
        name: once(text({ bytesMax: 24 })),
      }),
    },
    command: record({ east: axis, north: axis }),
    events: { waved: record({ who: reference() }) },
    requests: { wave: { ask: record({}), reply: record({ seenBy: integer({ min: 0, max: 64 }) }) } },
    step(self, { east, north }, near) {
      const metres = METRES_PER_SECOND * near.seconds
      near.map.slide(self.position, east * metres, north * metres, BODY_METRES)
    },
  })
}

export const field = labField(true)
export type Field = typeof field

/** The field's map: as the editor Tiled would have written it, so that every end reads the same. */
export const fieldMap: WorldMap = parseMap(
  {
    type: 'map',
    orientation: 'orthogonal',
    width: FIELD_METRES,
    height: FIELD_METRES,
    tilewidth: 1,
    tileheight: 1,
    infinite: false,
    properties: [{ name: 'pixelsPerMetre', type: 'int', value: 1 }],
    layers: [
      {
        type: 'objectgroup',
        name: 'walls',
        objects: pillars.map(([x, south, width, height], id) => ({
          id: id + 1,
          x,
          y: FIELD_METRES - south - height,
          width,
          height,
        })),
      },
    ],
  },
  'field',
)
