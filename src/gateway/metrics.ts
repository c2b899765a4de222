import { counter, gauge } from '../core/index.ts'

/** The metrics of a gateway. */
export const gatewayMetrics = {
  connections: gauge({
    name: 'shardless_connections',
    unit: 'connections',
    meaning: 'Connections that are open, players or not.',
  }),
  accepted: counter({
    name: 'shardless_connections_accepted_total',
    unit: 'connections',
    meaning: 'Connections that were taken over from listeners, those that were refused at once among them.',
  }),
  closed: counter({
    name: 'shardless_connections_closed_total',
    unit: 'connections',
    meaning:
      'Connections that ended, by why: a refusal code that the client was told, `bye` when the player left, `lost` when the link was gone.',
    labels: ['why'],
  }),
  bytesIn: counter({
    name: 'shardless_bytes_in_total',
    unit: 'bytes',
    meaning: 'Bytes that clients sent in packets, without what links add to them.',
  }),
  packetsIn: counter({
    name: 'shardless_packets_in_total',
    unit: 'packets',
    meaning: 'Packets that clients sent.',
  }),
  bytesOut: counter({
    name: 'shardless_bytes_out_total',
    unit: 'bytes',
    meaning: 'Bytes that were sent to clients in packets, without what links add to them.',
  }),
  packetsOut: counter({
    name: 'shardless_packets_out_total',
    unit: 'packets',
    meaning: 'Packets that were sent to clients.',
  }),
  dropped: counter({
    name: 'shardless_gateway_dropped_total',
    unit: 'packets',
    meaning: 'What clients sent beyond a limit, or that made no sense.',
    labels: ['reason'],
    values: [
      ...(['too-many-bytes', 'too-many-packets', 'too-large', 'nonsense', 'too-many-requests'] as const),
      'too-many-content-asks',
    ],
  }),
  dialectDropped: counter({
    name: 'shardless_dialect_dropped_total',
    unit: 'messages',
    meaning:
      'What was dropped of what clients said in dialects that are not ours, by the names that the dialect has for it.',
    labels: ['dialect', 'reason'],
  }),
  players: gauge({
    name: 'shardless_players',
    unit: 'players',
    meaning: 'Players who are in, those who are away among them.',
  }),
  playersAway: gauge({
    name: 'shardless_players_away',
    unit: 'players',
    meaning: 'Players who have lost their connection and may come back.',
  }),
  playersMax: gauge({
    name: 'shardless_players_max',
    unit: 'players',
    meaning: 'The most players that may be in at once.',
  }),
  admitted: counter({
    name: 'shardless_admissions_total',
    unit: 'players',
    meaning:
      'Decisions about those who came with a login: `admitted` with a kept character, `guest` without one, `goes-on` with a character that is in the world, `refused`.',
    labels: ['decision'],
    values: ['admitted', 'guest', 'goes-on', 'refused'],
  }),
  pagesRefused: counter({
    name: 'shardless_account_pages_refused_total',
    unit: 'requests',
    meaning:
      'Pages of accounts that were asked over game connections and refused unread: too many, or no accounts.',
  }),
  asking: gauge({
    name: 'shardless_requests_waiting',
    unit: 'requests',
    meaning: 'Requests of players that the game has not answered.',
  }),
  viewsShrunk: gauge({
    name: 'shardless_views_shrunk',
    unit: 'views',
    meaning: 'Players who see less far than they could because of a crowd.',
  }),
  advancesEncoded: counter({
    name: 'shardless_advances_encoded_total',
    unit: 'messages',
    meaning: 'Pieces of news of a topic that were encoded; each serves all players who need the same.',
  }),
}
