/**
 * Feel: what twenty people who walk about and throw at each other see, in each weather, judged against where
 * everybody truly was.
 *
 *     error       metres between where others are shown and where they were at the time shown, 60 pictures a second
 *     behind      metres between where others are shown and where they are by now
 *     delay       how far in the past others are shown
 *     jumps       times that one of them was over 20 cm away in the next picture, per minute and one who looks
 *     freezes     times that nothing on the screen moved for more than 100 ms
 *     input       from a wish to walk to the first picture on which the own character does
 *     corrections times that the server came to another result than the prediction, and how far off that was
 *     hits        of throws at somebody as shown on the thrower's screen
 *
 * A quarter of them have everything that the engine does for it, the others one thing less each. Beside it plain
 * snapshot interpolation (@geckos.io/snapshot-interpolation), 20 snapshots a second shown 100 ms late, in the same
 * weather with the same dice: as the library does it by default, setting its clock anew by a snapshot that is 50 ms
 * early or late, and with that correction off. Everything but what prediction costs is in virtual time: the figures
 * are the same on every machine. Bytes are those of packets, without what links below add.
 */
import { predictionRows } from './feel/prediction.ts'
import type { Seen } from './feel/seen.ts'
import { type Experience, feelOf } from './feel/stage.ts'
import type { Row } from './row.ts'

/** How many metres nobody sees: half a pixel where a metre has fifty. Ratios are over this at least. */
const UNSEEN = 0.01
const WEATHERS = ['LAN', 'fibre', 'wifi', '4G', 'train', 'terrible']

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = predictionRows({ quick })
  const size = quick ? { clients: 8, watchers: 1, seconds: 10 } : { clients: 20, watchers: 2, seconds: 600 }
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
  const { everything } = felt.plays
  const { seen, inputs } = everything
  const { theirs, theirsUncorrected, corrections } = felt
  const noPrediction = felt.plays['no prediction']
  const noInterpolation = felt.plays['no interpolation']
  const error = seen.errors.percentile(99)
  const rows = [
    ...snapshotRows(theirs, error, everything.minutes, 'snapshots').map((each) => row(...each)),
    ...snapshotRows(theirsUncorrected, error, everything.minutes, 'snapshots without clock correction').map(
      (each) => row(...each),
    ),
    row('error of others, p50', seen.errors.percentile(50), 'm'),
    row('error of others, p99', error, 'm'),
    row('error of others, p99, no interpolation', noInterpolation.seen.errors.percentile(99), 'm'),
    row('jumps', seen.jumps / everything.minutes, 'per minute'),
    row('jumps, no interpolation', noInterpolation.seen.jumps / noInterpolation.minutes, 'per minute'),
    row('freezes', seen.freezes / everything.minutes, 'per minute'),
    row('delay chosen, p50', felt.interpolations.percentile(50), 'ms'),
    row('delay chosen, p99', felt.interpolations.percentile(99), 'ms'),
    row('delay of others, p50', seen.delays.percentile(50), 'ms'),
    row('delay of others, p99', seen.delays.percentile(99), 'ms'),
    row('behind the present, p50', seen.lags.percentile(50), 'm'),
    row('behind the present, p99', seen.lags.percentile(99), 'm'),
    row('input to screen, p50', inputs.percentile(50), 'ms'),
    row('input to screen, p99', inputs.percentile(99), 'ms'),
    row('input to screen, p50, no prediction', noPrediction.inputs.percentile(50), 'ms'),
    row('input to screen, p99, no prediction', noPrediction.inputs.percentile(99), 'ms'),
    row('corrections', felt.correctionsPerMinute, 'per minute'),
    row('size of corrections, p50', corrections.percentile(50), 'm'),
    row('size of corrections, p99', corrections.percentile(99), 'm'),
    row('hits of throws', share(everything), '%'),
    row('hits of throws, no lag compensation', share(felt.plays['no lag compensation']), '%'),
    row('down to each client', felt.bytesPerSecondDown, 'bytes/s'),
    row('up from each client', felt.bytesPerSecondUp, 'bytes/s'),
  ]
  // Where there was nothing of the kind, there is nothing to say of it.
  return rows.filter(({ value }) => !Number.isNaN(value))
}

/** Tells what snapshot interpolation shows. @param error  ours, p99 */
function snapshotRows(
  theirs: Seen,
  error: number,
  minutes: number,
  name: string,
): [string, number, string][] {
  const { errors, lags, delays, jumps, freezes } = theirs
  return [
    [`error of others, p50, ${name}`, errors.percentile(50), 'm'],
    [`error of others, p99, ${name}`, errors.percentile(99), 'm'],
    [`error p99, ours over ${name}`, error / Math.max(UNSEEN, errors.percentile(99)), 'ratio'],
    [`jumps, ${name}`, jumps / minutes, 'per minute'],
    [`freezes, ${name}`, freezes / minutes, 'per minute'],
    [`delay of others, p50, ${name}`, delays.percentile(50), 'ms'],
    [`behind the present, p50, ${name}`, lags.percentile(50), 'm'],
    [`behind the present, p99, ${name}`, lags.percentile(99), 'm'],
  ]
}

function share({ hits, throws }: Experience): number {
  return (100 * hits) / Math.max(1, throws)
}
