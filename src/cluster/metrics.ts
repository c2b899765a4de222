import { gauge } from '../core/index.ts'

/** The metrics of a cluster, as the directory tells of it. */
export const clusterMetrics = {
  members: gauge({
    name: 'shardless_cluster_members',
    unit: 'processes',
    meaning: 'Processes of the cluster that the directory lists.',
    labels: ['role'],
    values: ['region', 'gateway'],
  }),
  epoch: gauge({
    name: 'shardless_cluster_district_epoch',
    unit: 'changes',
    meaning: 'The epoch of each district: it grows when another region is to own it.',
    labels: ['owner', 'district'],
  }),
}
