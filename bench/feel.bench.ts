/**
 * Feel: what twenty people who walk about see of each other, in each weather, judged against where everybody truly was.
 *
 *     error     metres between where others are shown and where they were at the time shown, 60 pictures a second
 *     behind    metres between where others are shown and where they are by now
 *     delay     how far in the past others are shown
 *     freezes   times that nothing on the screen moved for more than 100 ms
 *     input     from a wish to walk to the first picture on which the own character does
 *
 * Beside it plain snapshot interpolation (@geckos.io/snapshot-interpolation), 20 snapshots a second shown 100 ms late, in the
 * same weather with the same dice. Everything is in virtual time: the figures are the same on every machine. Bytes are
 * those of packets, without what links below add.
 */
import { feelOf } from './feel/stage.ts'
import type { Row } from './row.ts'

/** Metres that nobody sees: half a pixel where a metre has fifty. Ratios are over this at least. */
const UNSEEN = 0.01
const WEATHERS = ['LAN', 'fibre', 'wifi', '4G', 'train', 'terrible']

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = []
  const size = quick ? { clients: 8, watchers: 2, seconds: 10 } : { clients: 20, watchers: 3, seconds: 600 }
  for (const isSealed of quick ? [true] : [true, false])
    for (const weather of WEATHERS) rows.push(...(await rowsOf(weather, isSealed, size)))
  return rows
}

async function rowsOf(
  weather: string,
  isSealed: boolean,
  size: { clients: number; watchers: number; seconds: number },
): Promise<Row[]> {
  const felt = await feelOf({ weather, isSealed, seed: 1, ...size })
  const name = `${weather}, ${isSealed ? 'datagrams' : 'streams'}`
  const row = (metric: string, value: number, unit: string): Row => ({
    bench: 'feel',
    case: name,
    metric,
    value,
    unit,
  })
  const { ours, theirs, inputs } = felt
  return [
    row('error of others, p50', ours.errors.percentile(50), 'm'),
    row('error of others, p99', ours.errors.percentile(99), 'm'),
    row('error of others, p50, snapshots', theirs.errors.percentile(50), 'm'),
    row('error of others, p99, snapshots', theirs.errors.percentile(99), 'm'),
    row(
      'error p99, ours over snapshots',
      ours.errors.percentile(99) / Math.max(UNSEEN, theirs.errors.percentile(99)),
      'ratio',
    ),
    row('behind the present, p50', ours.lags.percentile(50), 'm'),
    row('behind the present, p50, snapshots', theirs.lags.percentile(50), 'm'),
    row('behind the present, p99', ours.lags.percentile(99), 'm'),
    row('behind the present, p99, snapshots', theirs.lags.percentile(99), 'm'),
    row('delay of others, p50', ours.delays.percentile(50), 'ms'),
    row('delay of others, p99', ours.delays.percentile(99), 'ms'),
    row('delay of others, p50, snapshots', theirs.delays.percentile(50), 'ms'),
    row('freezes', ours.freezes / felt.minutes, 'per minute'),
    row('freezes, snapshots', theirs.freezes / felt.minutes, 'per minute'),
    row('input to screen, p50', inputs.percentile(50), 'ms'),
    row('input to screen, p99', inputs.percentile(99), 'ms'),
    row('down to each client', felt.bytesPerSecondDown, 'bytes/s'),
    row('up from each client', felt.bytesPerSecondUp, 'bytes/s'),
  ]
}
