import { counter, gauge } from '../../core/index.ts'

/** The metrics of a process's bus. */
export const busMetrics = {
  messagesOut: counter({
    name: 'shardless_bus_messages_out_total',
    unit: 'messages',
    meaning:
      'Messages given to the bus: to one process, and to topics, where each counts once however many follow.',
    labels: ['what'],
    values: ['topic', 'ask', 'answer', 'link', 'again'],
  }),
  messagesIn: counter({
    name: 'shardless_bus_messages_in_total',
    unit: 'messages',
    meaning: 'Messages that came over the bus.',
    labels: ['what'],
    values: ['topic', 'ask', 'answer', 'link'],
  }),
  bytesOut: counter({
    name: 'shardless_bus_bytes_out_total',
    unit: 'bytes',
    meaning: 'Bytes of messages given to the bus, topics once however many follow.',
  }),
  bytesIn: counter({
    name: 'shardless_bus_bytes_in_total',
    unit: 'bytes',
    meaning: 'Bytes of messages that came over the bus.',
  }),
  dropped: counter({
    name: 'shardless_bus_dropped_total',
    unit: 'messages',
    meaning:
      'Messages of the bus that were dropped: those that made no sense, came again, came before their turn, or from a process that did not prove who it is.',
    labels: ['reason'],
    values: ['nonsense', 'again', 'early', 'stranger', 'crowded'],
  }),
  gaps: counter({
    name: 'shardless_bus_gaps_total',
    unit: 'messages',
    meaning:
      'Times that a followed topic had to be asked for anew, because something was or may have been missing.',
  }),
  links: gauge({
    name: 'shardless_bus_links',
    unit: 'links',
    meaning: 'Links to other processes that are open.',
  }),
  lost: counter({
    name: 'shardless_bus_links_lost_total',
    unit: 'links',
    meaning: 'Links to other processes that closed without either side wanting it.',
  }),
  sockets: gauge({
    name: 'shardless_bus_sockets',
    unit: 'connections',
    meaning: 'Sockets to other processes, or to the broker, that are open.',
  }),
  dialed: counter({
    name: 'shardless_bus_dialed_total',
    unit: 'connections',
    meaning: 'Times that a connection to another process, or to the broker, came about.',
  }),
  asking: gauge({
    name: 'shardless_bus_asking',
    unit: 'requests',
    meaning: 'Questions to other processes that wait for an answer.',
  }),
  followed: gauge({
    name: 'shardless_bus_followed_topics',
    unit: 'messages',
    meaning: 'Topics of other processes that are followed.',
  }),
}
