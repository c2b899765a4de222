import { counter, gauge } from '../../core/index.ts'

/** What the operator's listener tells of itself. */
export const adminMetrics = {
  operators: gauge({
    name: 'shardless_operators',
    unit: 'connections',
    meaning: 'Operators who are in by the admin listener.',
  }),
  asked: counter({
    name: 'shardless_operator_asks_total',
    unit: 'requests',
    meaning:
      'What operators asked by the admin listener: lines that were `run`, lines to `complete`, and what was `left out` beyond the rate.',
    labels: ['what'],
    values: ['run', 'complete', 'left out'],
  }),
  refused: counter({
    name: 'shardless_operators_refused_total',
    unit: 'connections',
    meaning:
      'Connections to the admin listener that were closed: another `token`, another `version`, what is `malformed`, no hello in time (`late`), too many tries (`rate`), too many at once (`limit`).',
    labels: ['reason'],
    values: ['token', 'version', 'malformed', 'late', 'rate', 'limit'],
  }),
}
