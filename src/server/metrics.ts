import { accountMetrics } from '../account/index.ts'
import { channelMetrics } from '../channel/index.ts'
import { busMetrics, clusterMetrics } from '../cluster/index.ts'
import { contentMetrics, upgradeMetrics } from '../content/index.ts'
import type { Metric } from '../core/index.ts'
import { nativeClientMetrics, nativeMetrics } from '../dialect/native/index.ts'
import { gatewayMetrics } from '../gateway/index.ts'
import { netcodeClientMetrics, netcodeMetrics } from '../netcode/index.ts'
import { regionMetrics } from '../region/index.ts'
import { holderMetrics } from '../region/message/index.ts'
import { shareMetrics } from '../share/index.ts'
import { storeMetrics } from '../store/index.ts'
import { memoryMetrics, transportMetrics } from '../transport/index.ts'
import { webMetrics } from '../web/index.ts'
import { worldMetrics } from '../world/index.ts'
import { adminMetrics } from './admin/metrics.ts'
import { lineMetrics } from './process/metrics.ts'

/** Metrics that belong together: the machines of one part of a server. */
export interface MetricGroup {
  readonly title: string
  readonly metrics: readonly Metric[]
}

/** All metrics of a server, in the order in which they are reported. */
export const metricGroups: readonly MetricGroup[] = [
  { title: 'Worlds and ticks', metrics: [...of(regionMetrics), ...of(worldMetrics)] },
  {
    title: 'Connections and players',
    metrics: [...of(gatewayMetrics), ...of(nativeMetrics), ...of(adminMetrics)],
  },
  { title: 'Links and sockets', metrics: [...of(transportMetrics), ...of(channelMetrics)] },
  { title: 'Sealed datagrams', metrics: of(netcodeMetrics) },
  { title: 'HTTP and client content', metrics: [...of(webMetrics), ...of(contentMetrics)] },
  { title: 'Accounts and characters', metrics: [...of(accountMetrics), ...of(storeMetrics)] },
]

/** What processes of a cluster count besides. */
export const clusterGroup: MetricGroup = {
  title: 'Between the processes of a cluster',
  metrics: [
    ...of(busMetrics),
    ...of(clusterMetrics),
    ...of(lineMetrics),
    ...of(shareMetrics),
    ...of(holderMetrics),
  ],
}

/** Metrics counted outside of servers: in clients, and by the networks of tests. */
export const otherMetrics: readonly Metric[] = [
  ...of(netcodeClientMetrics),
  ...of(nativeClientMetrics),
  ...of(upgradeMetrics),
  ...of(memoryMetrics),
]

/** The one table of metrics: what `/stats`, `/metrics`, `shardless stats` and docs/reference/metrics.md are made of. */
export const metrics: readonly Metric[] = metricGroups.flatMap((group) => group.metrics)

/** All that a process may tell, in order. */
export const allMetrics: readonly Metric[] = [...metrics, ...clusterGroup.metrics]

function of(described: Readonly<Record<string, Metric>>): readonly Metric[] {
  return Object.values(described)
}
