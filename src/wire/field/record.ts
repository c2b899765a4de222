import type { BitReader } from '../bit/bit-reader.ts'
import type { BitWriter } from '../bit/bit-writer.ts'
import { LANES_MAX, type Lane, lanesOf } from '../lane/lane.ts'
import { type ReadLanes, readOwn, readShared } from '../lane/read-lanes.ts'
import { writeFirst, writeRest } from '../lane/write-lanes.ts'
import { type AnyField, badDescription, type Field, type Infer, OutOfRange, show } from './field.ts'

/** The fields of a record by name, in the order in which they travel. */
export type Fields = Readonly<Record<string, AnyField>>

/** The value of a record: a key whose field is optional may be left out when writing, and is there when read. */
export type Values<F extends Fields> = Simplify<
  { [K in keyof F as undefined extends Infer<F[K]> ? never : K]: Infer<F[K]> } & {
    [K in keyof F as undefined extends Infer<F[K]> ? K : never]?: Infer<F[K]>
  }
>
type Simplify<T> = { [K in keyof T]: T[K] }

/** A record: its fields one after the other, in the order of its keys [W32]. */
export interface RecordField<F extends Fields> extends Field<Values<F>> {
  readonly fields: F
  readonly keys: readonly (keyof F & string)[]
}

type Loose = Field<unknown>

/** After so many reads a record is read by functions of its own, while there are any. */
const SELDOM_READS = 500

/**
 * Describes named values, one after the other. Complaints begin with the record's own name, if it has one.
 *
 *     const mover = record('mover', {
 *       x: quantized({ min: 0, max: 512, step: 1 / 64 }),
 *       health: integer({ min: 0, max: 100 }),
 *     })
 *
 * @throws `wire/bad-description` unless every key is an identifier
 */
export function record<F extends Fields>(fields: F): RecordField<F>
export function record<F extends Fields>(name: string, fields: F): RecordField<F>
export function record(...given: [Fields] | [string, Fields]): RecordField<Fields> {
  const [name, fields] = given.length === 1 ? ['', given[0]] : given
  const keys = Object.keys(fields)
  const own = keys.map((key) => fields[key] as Loose)
  for (const key of keys) checkKey(name, key)
  const initial: Record<string, unknown> = {}
  let bitsMin = 0
  let bitsMax = 0
  for (let i = 0; i < keys.length; i++) {
    initial[keys[i]] = own[i].initial
    bitsMin += own[i].bitsMin
    bitsMax += own[i].bitsMax
  }
  const [first, ...rest] = inGroups(lanesOf(fields))
  const writeStart = writeFirst(first)
  const writesAfter = rest.map(writeRest)
  const notARecord = (value: unknown) =>
    new OutOfRange(show(value), `it travels as a record of ${keys.join(', ')}.`).under(name)
  const named = (error: unknown) => (error instanceof OutOfRange ? error.under(name) : error)
  let reads = 0
  const shared = inOne([first, ...rest].map(readShared))
  const self = {
    kind: 'record',
    bitsMin,
    bitsMax,
    description: `record(${keys.map((key, i) => `${key}: ${own[i].description}`).join(', ')})`,
    initial,
    fields,
    keys,
    write(writer: BitWriter, value: Record<string, unknown>): void {
      if (typeof value !== 'object' || value === null) throw notARecord(value)
      const mark = writer.mark()
      try {
        writeStart(writer, value)
        for (let i = 0; i < writesAfter.length; i++) writesAfter[i](writer, value)
      } catch (error) {
        writer.rewind(mark)
        throw named(error)
      }
    },
    read(reader: BitReader): Record<string, unknown> {
      if (++reads > SELDOM_READS)
        self.read = inOne([first, ...rest].map((lanes) => readOwn(lanes) ?? readShared(lanes)))
      return shared(reader)
    },
  }
  return self
}

/** Makes one function that reads all groups of lanes. */
function inOne(reads: readonly ReadLanes[]): (reader: BitReader) => Record<string, unknown> {
  const [first, ...rest] = reads
  if (rest.length === 0) return first
  return (reader) => {
    const value = first(reader)
    for (let i = 0; i < rest.length; i++) rest[i](reader, value)
    return value
  }
}

/** Groups lanes by how many are read and written together; the first group may be empty. */
function inGroups(lanes: readonly Lane[]): Lane[][] {
  const groups = [lanes.slice(0, LANES_MAX)]
  for (let i = LANES_MAX; i < lanes.length; i += LANES_MAX) groups.push(lanes.slice(i, i + LANES_MAX))
  return groups
}

function checkKey(name: string, key: string): void {
  if (/^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__') return
  throw badDescription(
    `record ${name}: the key ${JSON.stringify(key)} is not a plain name. Use letters and digits.`,
  )
}
