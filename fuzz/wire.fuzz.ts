import { readdirSync, readFileSync } from 'node:fs'
import { bytesEqual, hex } from '../src/core/index.ts'
import {
  type AnyField,
  angle,
  BitReader,
  BitWriter,
  bool,
  bytes,
  choice,
  decode,
  encode,
  type Field,
  float32,
  float64,
  int64,
  integer,
  list,
  optional,
  quantized,
  quaternion,
  record,
  text,
  uint64,
  varint,
  vector2,
  vector3,
} from '../src/wire/index.ts'

const metres = { min: 0, max: 512, step: 1 / 64 }
const item = record({ item: integer({ min: 0, max: 4000 }), wear: quantized({ min: 0, max: 1, step: 0.1 }) })

/** The fields that the first byte of an input chooses from, by its low five bits; every kind is among them. */
export const fields: readonly AnyField[] = [
  record({
    x: quantized(metres),
    y: quantized(metres),
    facing: angle({ steps: 100 }),
    health: integer({ min: 0, max: 100 }),
  }),
  record({
    name: text({ bytesMax: 24 }),
    guild: optional(text({ bytesMax: 200 })),
    gait: choice(['standing', 'walking', 'running']),
    isIdle: bool(),
    gear: list(item, { lengthMax: 20 }),
    at: vector2(metres),
    turn: quaternion({ bits: 9 }),
    gold: uint64(),
    debt: int64(),
    age: varint(),
    weight: float32(),
    height: float64(),
    portrait: bytes({ bytesMax: 300 }),
    last: optional(item),
  }),
  list(list(list(bool(), { lengthMax: 60_000 }), { lengthMax: 60_000 }), { lengthMax: 60_000 }),
  list(optional(varint()), { lengthMax: 5000 }),
  list(text({ bytesMax: 1000 }), { lengthMax: 5000 }),
  list(quaternion({ bits: 4 }), { lengthMax: 500 }),
  list(vector3({ min: -1, max: 1, step: 1e-7 }), { lengthMax: 500 }),
  record({
    a: integer({ min: -5, max: 2 ** 40 }),
    b: integer({ min: 0, max: 2 ** 32 - 1 }),
    c: integer({ min: 7, max: 7 }),
    d: angle({ steps: 2 ** 32 }),
    e: quantized({ min: -1e6, max: 1e6, step: 0.001 }),
    f: record({ g: bool(), h: optional(record({ i: choice(['only']) })) }),
  }),
]

const corpus = new URL('./corpus/wire/', import.meta.url)

export const seeds: Uint8Array[] = readdirSync(corpus)
  .filter((file) => file.endsWith('.hex'))
  .map((file) => Uint8Array.from(Buffer.from(readFileSync(new URL(file, corpus), 'utf8').trim(), 'hex')))

/**
 * Reads a value. The low five bits of the first byte choose the field, the high three how many bits stand before
 * its value. Whatever follows: reading does not throw, makes no more than the bits allow, and what was read writes
 * the same bits again.
 */
export function fuzz(input: Uint8Array): void {
  if (input.length === 0) return
  const field = fields[(input[0] & 31) % fields.length] as Field<unknown>
  const before = input[0] >>> 5
  const reader = new BitReader().reset(input, 1)
  const bitsAll = reader.bitsLeft
  const prefix = reader.bits(before)
  const value = field.read(reader)
  if (itemsIn(value) > 3 * bitsAll) throw new Error(`${itemsIn(value)} items from ${bitsAll} bits`)
  if (!reader.isBroken)
    writesTheSame(field, value, { input, before, prefix, bits: bitsAll - reader.bitsLeft })
  else encode(field, value)
  const whole = decode(field, input.subarray(1))
  if (whole !== undefined && !bytesEqual(encode(field, whole), input.subarray(1))) {
    throw new Error(`it encodes to ${hex(encode(field, whole))}`)
  }
}

interface Read {
  readonly input: Uint8Array
  readonly before: number
  readonly prefix: number
  readonly bits: number
}

function writesTheSame(field: Field<unknown>, value: unknown, { input, before, prefix, bits }: Read): void {
  const writer = new BitWriter(input.length)
  writer.bits(prefix, before)
  field.write(writer, value)
  const took = bits - before
  if (took < field.bitsMin || took > field.bitsMax) throw new Error(`it took ${took} bits`)
  if (writer.bitLength !== bits) throw new Error(`${bits} bits were read and ${writer.bitLength} written`)
  const written = writer.finish()
  const read = input.slice(1, 1 + written.length)
  if ((bits & 7) !== 0) read[read.length - 1] &= (1 << (bits & 7)) - 1
  if (!bytesEqual(written, read)) throw new Error(`${hex(written)} was written, ${hex(read)} was read`)
}

/** Counts items of lists, at every level. */
function itemsIn(value: unknown): number {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return 0
  const inside = Array.isArray(value) ? value : Object.values(value)
  let count = Array.isArray(value) ? value.length : 0
  for (const each of inside) count += itemsIn(each)
  return count
}
