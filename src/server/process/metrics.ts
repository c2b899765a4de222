import { counter } from '../../core/index.ts'

/** The metrics of the links between processes. */
export const lineMetrics = {
  bytesOut: counter({
    name: 'shardless_lines_bytes_out_total',
    unit: 'bytes',
    meaning:
      'Bytes sent over links between processes, by what they are for: `gateway` between a region and a gateway, `neighbour` between two regions that show each other’s borders, `peers` what is said of ownership, and what is handed over.',
    labels: ['purpose'],
    values: ['gateway', 'peers', 'neighbour'],
  }),
}
