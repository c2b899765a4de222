import { angle, bool, integer, list, optional, quaternion, record, text } from '../../src/wire/index.ts'
import { entity, motion, once, reference, sampled, sampled3 } from '../../src/world/index.ts'

/** Describes entities that have, together, a field of every sort that replication carries. */
export const everySort = {
  walker: entity({
    position: motion({ tolerance: 1 / 32, speedMax: 20 }),
    facing: angle({ steps: 256 }),
    health: integer({ min: 0, max: 100 }),
    bag: list(integer({ min: 0, max: 9 }), { lengthMax: 4 }),
    lantern: optional(record({ isLit: bool(), oil: integer({ min: 0, max: 7 }) })),
    friend: reference(),
    name: once(text({ bytesMax: 16 })),
  }),
  leaf: entity({ position: sampled({ step: 1 / 100, speedMax: 20 }) }),
  sky: entity({ weather: integer({ min: 0, max: 3 }) }),
  wreck: entity({
    position: sampled3({ step: 1 / 256, speedMax: 60, heightMax: 60, isPredicted: true }),
    rotation: quaternion({ bits: 9 }),
    isHeavy: bool(),
    spin: quaternion({ bits: 7 }),
  }),
} as const
