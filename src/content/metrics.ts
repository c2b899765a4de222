import { counter } from '../core/index.ts'

/** What giving out client content tells of itself. */
export const contentMetrics = {
  dropped: counter({
    name: 'shardless_content_asks_dropped_total',
    unit: 'requests',
    meaning:
      'Asks for pieces of client content that got no answer: too many waited, or there is nothing there.',
    labels: ['reason'],
    values: ['too-many', 'out-of-range'],
  }),
}

/** What an upgrade counts: read in the client's process. */
export const upgradeMetrics = {
  dropped: counter({
    name: 'shardless_client_content_dropped_total',
    unit: 'answers',
    meaning: 'Pieces of client content that a client had not asked for, or that came out of turn.',
    labels: ['reason'],
    values: ['unasked', 'out-of-turn'],
  }),
}
