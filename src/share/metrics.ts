import { counter } from '../core/index.ts'

/** The metrics of a region that shares the world with others. */
export const shareMetrics = {
  handedOver: counter({
    name: 'shardless_handed_over_total',
    unit: 'entities',
    meaning:
      'Entities at borders: `left` for a district of another or the same region, `came` from other regions, of those `restored` from the store, `late` after their tick, and `broken` ones that made no sense.',
    labels: ['how'],
    values: ['left', 'came', 'restored', 'late', 'broken'],
  }),
  effects: counter({
    name: 'shardless_effects_total',
    unit: 'changes',
    meaning:
      'What game code did to entities of other regions: `sent` there, `done` here for others, and `dropped`, as there were too many or the entity had gone.',
    labels: ['how'],
    values: ['sent', 'done', 'dropped'],
  }),
}
