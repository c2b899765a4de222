/** The field of the tests as two maps, a meadow and a cave, with a portal to each other. */

import { parseMap, type WorldMap } from '../../src/geometry/index.ts'
import { defineServer } from '../../src/server/index.ts'
import { field, fieldServer } from './field.ts'

export const maps: Record<string, WorldMap> = {
  meadow: mapOf(256, 'cave', 200),
  cave: mapOf(64, 'meadow', 56),
}

export const twoMaps = defineServer(field, {
  ...fieldServer.options,
  map: undefined,
  maps: {
    meadow: maps.meadow,
    cave: { map: maps.cave, begin: ({ world }) => void world.spawn('sky', { rain: 3 }) },
  },
  join: ({ world, player: { name } }) =>
    world.spawn('walker', { position: { x: 190, y: 128 }, health: 77, name }),
})

/** A square map with a portal to the place `door` of another, which lies in the middle. */
function mapOf(side: number, to: string, x: number): WorldMap {
  const properties = Object.entries({ map: to, place: 'door' }).map(([name, value]) => ({ name, value }))
  const layer = (name: string, object: object) => ({ name, type: 'objectgroup', objects: [object] })
  return parseMap({
    ...{ orientation: 'orthogonal', width: side, height: side, tilewidth: 1, tileheight: 1 },
    properties: [{ name: 'pixelsPerMetre', value: 1 }],
    layers: [
      layer('portals', { id: 1, x, y: 0, width: 4, height: side, properties }),
      layer('places', { id: 2, name: 'door', x: side / 2, y: side / 2, point: true }),
    ],
  })
}
