import { counter, gauge } from '../core/index.ts'

/** What saving characters tells of itself, and of the store's health. */
export const storeMetrics = {
  saved: counter({
    name: 'shardless_characters_saved_total',
    unit: 'characters',
    meaning: 'Characters that were saved, each time they were.',
  }),
  stale: counter({
    name: 'shardless_characters_stale_total',
    unit: 'characters',
    meaning: "Characters that were not saved because their lease was another server's.",
  }),
  failed: counter({
    name: 'shardless_store_failed_total',
    unit: 'saves',
    meaning: 'Saves that the store failed; they are tried again.',
  }),
  unsaved: gauge({
    name: 'shardless_characters_unsaved',
    unit: 'characters',
    meaning: 'Characters that changed or left and are not saved yet.',
  }),
  well: gauge({
    name: 'shardless_store_well',
    unit: 'yes or no',
    meaning: 'Whether the store answers, as of a few seconds ago: 1 or 0.',
  }),
  waiting: gauge({
    name: 'shardless_store_waiting',
    unit: 'requests',
    meaning: 'Requests that wait for an answer of the store, as of a few seconds ago.',
  }),
  failing: gauge({
    name: 'shardless_store_failing',
    unit: 'yes or no',
    meaning: 'Whether the last save failed: 1 or 0.',
  }),
}
