import { counter, gauge } from '../core/index.ts'
import { datagramDrops } from './udp/datagram.ts'

/** What listeners and sockets tell of themselves. */
export const transportMetrics = {
  links: gauge({
    name: 'shardless_links',
    unit: 'links',
    meaning: 'Links that are open, by what carries them.',
    labels: ['transport'],
    values: ['websocket', 'tcp', 'sealed', 'datagrams'],
  }),
  accepted: counter({
    name: 'shardless_links_accepted_total',
    unit: 'links',
    meaning: 'Links that were accepted, by what carries them.',
    labels: ['transport'],
    values: ['websocket', 'tcp', 'sealed', 'datagrams'],
  }),
  upgradesRefused: counter({
    name: 'shardless_websocket_refused_total',
    unit: 'requests',
    meaning:
      'WebSocket requests that were refused: a wrong path, a malformed one, another version, a page that may not connect, a limit of connections. `trouble`: the listener itself failed to take a newcomer.',
    labels: ['reason'],
    values: ['path', 'malformed', 'version', 'origin', 'limit', 'trouble'],
  }),
  tcpRefused: counter({
    name: 'shardless_tcp_refused_total',
    unit: 'connections',
    meaning:
      'TCP connections that were refused at a limit of connections. `trouble`: the listener itself failed to take a newcomer.',
    labels: ['reason'],
    values: ['limit', 'trouble'],
  }),
  datagramsDropped: counter({
    name: 'shardless_udp_dropped_total',
    unit: 'datagrams',
    meaning: 'Datagrams that UDP sockets dropped or could not send.',
    labels: ['reason'],
    values: datagramDrops,
  }),
  datagramsIn: counter({
    name: 'shardless_udp_datagrams_in_total',
    unit: 'datagrams',
    meaning: 'Datagrams that UDP sockets received, dropped ones too.',
  }),
  datagramsOut: counter({
    name: 'shardless_udp_datagrams_out_total',
    unit: 'datagrams',
    meaning: 'Datagrams that UDP sockets handed to the system.',
  }),
  peersDropped: counter({
    name: 'shardless_datagram_peers_dropped_total',
    unit: 'datagrams',
    meaning:
      'Bare datagrams that went no further: no link was free for their peer, its link was closed a moment ago, or they would have been too much for a peer that has proved nothing.',
    labels: ['reason'],
    values: ['no link free', 'just closed', 'unproven'],
  }),
}

/** What a network in memory counts: read by tests. */
export const memoryMetrics = {
  dropped: counter({
    name: 'shardless_memory_dropped_total',
    unit: 'datagrams',
    meaning: 'Datagrams in a network in memory that reached an end which could not take them.',
    labels: ['reason'],
    values: ['too-large', 'not-opened'],
  }),
}
