/**
 * wire against msgpackr, protobufjs and JSON on the same records: bytes, and CPU time to write and to read.
 *
 * `write` goes into memory that is used again where the rival lets it, `encode` into bytes that stay, `read` makes
 * the value. A ratio is wire over the other: below 1 is smaller or faster.
 *
 * msgpackr and protobufjs generate code for each type (`new Function`). wire does not, so that it runs under any
 * content security policy: it has a few readers at hand, of which each record that is read much takes one. The cases
 * "among others" show what it is to be one of many: eight other records of a mover's size have been used before.
 */
import { Random } from '../src/core/index.ts'
import { decode, encode } from '../src/wire/index.ts'
import type { Row } from './row.ts'
import { type Rival, rivalsFor } from './wire-rivals.ts'
import { mover, movers, others, type Sample, samples } from './wire-samples.ts'

const VALUES = 64

export async function run({ quick }: { quick: boolean }): Promise<Row[]> {
  const rows: Row[] = []
  for (const sample of samples) rows.push(...compare(sample, sample.name, quick))
  useOthers()
  for (const sample of [mover, movers]) rows.push(...compare(sample, `${sample.name} among others`, quick))
  return rows
}

/** Takes the best of some rounds, in which all rivals take turns, so that a noisy moment favours nobody. */
function compare(sample: Sample, name: string, quick: boolean): Row[] {
  const dice = new Random(5)
  const values = Array.from({ length: VALUES }, () => sample.value(dice))
  const entries = rivalsFor(sample).map((rival) => entry(rival, values))
  const times = Math.ceil((quick ? 150 : 600) / sample.weight)
  for (let round = 0; round < (quick ? 6 : 25); round++) {
    for (const { best, rival, prepared, encoded } of entries) {
      best.write = Math.min(best.write, nanoseconds(rival.write, prepared, times))
      best.encode = Math.min(best.encode, nanoseconds(rival.encode, prepared, times))
      best.read = Math.min(best.read, nanoseconds(rival.read, encoded, times))
    }
  }
  const row = (metric: string, value: number, unit: string): Row => ({
    bench: 'wire',
    case: name,
    metric,
    value,
    unit,
  })
  const rows: Row[] = []
  const [wire] = entries
  for (const measure of ['bytes', 'write', 'encode', 'read'] as const) {
    const unit = measure === 'bytes' ? 'bytes' : 'ns'
    for (const { rival, best } of entries) rows.push(row(`${measure}, ${rival.name}`, best[measure], unit))
    for (const { rival, best } of entries.slice(1)) {
      rows.push(row(`${measure}, wire over ${rival.name}`, wire.best[measure] / best[measure], 'ratio'))
    }
  }
  return rows
}

function entry(rival: Rival, values: readonly object[]) {
  const prepared = values.map(rival.prepare)
  const encoded = prepared.map((value) => Buffer.from(rival.encode(value)))
  const bytes = encoded.reduce((sum, each) => sum + each.length, 0) / values.length
  const never = Number.POSITIVE_INFINITY
  return { rival, prepared, encoded, best: { bytes, write: never, encode: never, read: never } }
}

/** Returns the CPU time per call, over all inputs in turn. */
function nanoseconds<Input>(
  work: (input: Input) => unknown,
  inputs: readonly Input[],
  times: number,
): number {
  let last: unknown
  const start = process.cpuUsage()
  for (let i = 0; i < times; i++) for (let k = 0; k < inputs.length; k++) last = work(inputs[k])
  const spent = process.cpuUsage(start)
  if (last === undefined) throw new Error('A rival answered nothing.')
  return ((spent.user + spent.system) * 1000) / (times * inputs.length)
}

function useOthers(): void {
  for (let i = 0; i < 20_000; i++) {
    for (const other of others) decode(other, encode(other, other.initial))
  }
}
