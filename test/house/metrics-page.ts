import { clusterGroup, metricGroups, otherMetrics } from 'shardless/server'
import type { Metric } from '../../src/core/index.ts'

const HEAD = `# Metrics

What a server counts, each number described once. The same table is read in five ways, and none needs a login; keep them
from strangers at a proxy where that matters:

- \`/metrics\`: the text format of Prometheus (0.0.4), at the port of the server's pages;
- \`/stats\`: JSON; \`metrics\` in it has name, kind, unit, meaning and readings of each;
- \`shardless stats ws://127.0.0.1:4000\`: for people, without the counters that stand at 0 (\`--all\`: with them;
  \`--json\`: for programs);
- \`/metrics\` at \`--health\` of each process of a cluster;
- in code: whatever is \`Measured\` tells \`Readings\` what it counts, a \`Host\` among them.

A counter only grows while the server runs, and begins at 0 when it starts. A gauge goes up and down. What a server does
not have, such as UDP, it does not tell. This page is written by
\`WRITE=1 npm test -- test/command-line/metrics.test.ts\`.
`

const OTHERS = `
## In clients and tests

These are counted where they happen and read there, as \`dropped\` of the object that counts; no server tells of them.
`

/** The reference page of all metrics. */
export function metricsPage(): string {
  const groups = [...metricGroups, clusterGroup].map(
    ({ title, metrics }) => `\n## ${title}\n${tableOf(metrics)}`,
  )
  return `${HEAD}${groups.join('')}${OTHERS}${tableOf(otherMetrics)}`
}

function tableOf(metrics: readonly Metric[]): string {
  const rows = metrics.map(
    ({ name, kind, unit, meaning, labels, values }) =>
      `| \`${name}\` | ${kind} | ${unit} | ${meaning}${labelled(labels, values)} |\n`,
  )
  return `\n| name | kind | unit | meaning |\n|---|---|---|---|\n${rows.join('')}`
}

function labelled(labels: readonly string[], values: readonly string[]): string {
  if (labels.length === 0) return ''
  const of = values.length === 0 ? '' : `: ${values.map((value) => `\`${value}\``).join(', ')}`
  return ` By \`${labels.join('`, `')}\`${of}.`
}
