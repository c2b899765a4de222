import { counter } from '../core/index.ts'
import { dropReasons } from './lane/receiver.ts'

/** What channels tell of themselves. */
export const channelMetrics = {
  dropped: counter({
    name: 'shardless_channel_dropped_total',
    unit: 'packets',
    meaning:
      'Packets, messages and state that came over datagram links and were not used. Repeats and stragglers are what a lossy network does.',
    labels: ['reason'],
    values: dropReasons,
  }),
}
