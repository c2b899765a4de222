import { counter } from '../core/index.ts'

/** What worlds tell of themselves. */
export const worldMetrics = {
  commandsDropped: counter({
    name: 'shardless_commands_dropped_total',
    unit: 'commands',
    meaning:
      'Commands that were dropped: stamped too far ahead, or giving way to newer ones because too many waited.',
    labels: ['reason'],
    values: ['command-early', 'command-crowded'],
  }),
}
