import { counter } from '../../core/index.ts'

/** The metrics of conversations in the native dialect. */
export const nativeMetrics = {
  dropped: counter({
    name: 'shardless_native_dropped_total',
    unit: 'messages',
    meaning: 'Messages in the native dialect that made no sense, or were too many in one packet.',
    labels: ['reason'],
    values: ['unknown-code', 'cut-short', 'broken-body', 'out-of-order', 'too-many'],
  }),
}

/** The metrics of a client, read in its own process. */
export const nativeClientMetrics = {
  dropped: counter({
    name: 'shardless_client_native_dropped_total',
    unit: 'messages',
    meaning: 'Messages of a server that a client could not use.',
    labels: ['reason'],
    values: ['unknown-code', 'broken', 'unusable'],
  }),
}
