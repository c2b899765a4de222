import { counter } from '../core/index.ts'

/** The metrics of worlds. */
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
