import type { BitReader } from './bit-reader.ts'
import type { BitWriter } from './bit-writer.ts'
import { type AnyField, badDescription, type Field, type Infer, OutOfRange, show } from './field.ts'
import { LANES_MAX, lanesOf } from './lane.ts'
import { type ReadLanes, readLanes, type WriteLanes, writeLanes } from './unrolled.ts'

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

/**
 * Named values, one after the other. A name for the record itself is what complaints begin with.
 *
 *     const mover = record('mover', { x: quantized({ min: 0, max: 512, step: 1 / 64 }), health: integer({ min: 0, max: 100 }) })
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
  const lanes = lanesOf(fields)
  const reads: ReadLanes[] = []
  const writes: WriteLanes[] = []
  for (let i = 0; i < lanes.length; i += LANES_MAX) {
    reads.push(readLanes(lanes.slice(i, i + LANES_MAX)))
    writes.push(writeLanes(lanes.slice(i, i + LANES_MAX)))
  }
  return {
    kind: 'record',
    bitsMin,
    bitsMax,
    description: `record(${keys.map((key, i) => `${key}: ${own[i].description}`).join(', ')})`,
    initial,
    fields,
    keys,
    write(writer: BitWriter, value: Record<string, unknown>): void {
      if (typeof value !== 'object' || value === null) {
        throw new OutOfRange(show(value), `it travels as a record of ${keys.join(', ')}.`).under(name)
      }
      const mark = writer.mark()
      try {
        for (let i = 0; i < writes.length; i++) writes[i](writer, value)
      } catch (error) {
        writer.rewind(mark)
        throw error instanceof OutOfRange ? error.under(name) : error
      }
    },
    read(reader: BitReader): Record<string, unknown> {
      const value: Record<string, unknown> = {}
      for (let i = 0; i < reads.length; i++) reads[i](reader, value)
      return value
    },
  }
}

function checkKey(name: string, key: string): void {
  if (/^[A-Za-z_$][\w$]*$/.test(key) && key !== '__proto__') return
  throw badDescription(
    `record ${name}: the key ${JSON.stringify(key)} is not a plain name. Use letters and digits.`,
  )
}
