import { angle, bool, integer, list, optional, record, text } from '../../src/wire/index.ts'
import { entity, motion, once, reference, sampled } from '../../src/world/index.ts'

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
} as const
