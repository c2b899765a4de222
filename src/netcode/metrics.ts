import { counter, gauge } from '../core/index.ts'

/** What a netcode server tells of itself. */
export const netcodeMetrics = {
  dropped: counter({
    name: 'shardless_netcode_dropped_total',
    unit: 'datagrams',
    meaning:
      'Datagrams that the sealed server dropped: forged, replayed, from strangers, or asking for what it does not give. `denied` alone was answered.',
    labels: ['reason'],
    values: [
      ...([
        'closed',
        'queue full',
        'stranger',
        'too short',
        'too long',
        'unknown kind',
        'wrong kind',
      ] as const),
      ...(['sequence length', 'replayed', 'too old', 'too far ahead', 'forged', 'body size'] as const),
      ...(['wrong state', 'request size', 'version', 'protocol', 'expired', 'request flood'] as const),
      ...(['token forged', 'token malformed', 'other server', 'address connected'] as const),
      ...(['client connected', 'token used', 'too many tokens', 'too many pending'] as const),
      ...(['challenge forged', 'denied'] as const),
    ],
  }),
  connected: gauge({
    name: 'shardless_netcode_connections',
    unit: 'connections',
    meaning: 'Clients that are connected over sealed datagrams.',
  }),
}

/** What a netcode client counts: read in its own process. */
export const netcodeClientMetrics = {
  dropped: counter({
    name: 'shardless_client_netcode_dropped_total',
    unit: 'datagrams',
    meaning: 'Datagrams that a sealed client dropped.',
    labels: ['reason'],
    values: [
      ...([
        'not connecting',
        'wrong address',
        'queue full',
        'too short',
        'too long',
        'unknown kind',
      ] as const),
      ...(['wrong kind', 'sequence length', 'replayed', 'too old', 'too far ahead', 'forged'] as const),
      ...(['body size', 'wrong state'] as const),
    ],
  }),
}
