/** What the wire bench compares, each in its fastest setup that keeps the values. */
import { Packr } from 'msgpackr'
import { BitReader, BitWriter, encode } from '../src/wire/index.ts'
import type { Sample } from './wire-samples.ts'

/** Turns one value into bytes and back. */
export interface Rival {
  readonly name: string
  /** Returns the value as this rival wants it, made before the clock runs. */
  readonly prepare: (value: object) => object
  /** Writes into memory that is used again and again; what is returned only keeps the work alive. */
  readonly write: (value: object) => unknown
  /** Writes into bytes that stay. */
  readonly encode: (value: object) => Uint8Array
  readonly read: (bytes: Uint8Array) => unknown
}

/** Flags of msgpackr's `pack`: hand out the buffer itself, and begin at its start each time. */
const REUSE_AND_RESET = 512 | 1024

export function rivalsFor(sample: Sample): Rival[] {
  return [
    wire(sample),
    msgpackr('msgpackr', { structures: [] }),
    msgpackr('msgpackr float32', { structures: [], useFloat32: 1 }),
    msgpackr('msgpackr plain', { useRecords: false }),
    protobufjs(sample),
    json(),
  ]
}

/**
 * Makes our own: `write` into one writer and `read` from one reader are what rooms do; `encode` makes bytes that
 * stay.
 */
function wire({ field }: Sample): Rival {
  const writer = new BitWriter(16_384)
  const reader = new BitReader()
  return {
    name: 'wire',
    prepare: (value) => value,
    write(value) {
      writer.reset()
      field.write(writer, value)
      return writer.finish()
    },
    encode: (value) => encode(field, value),
    read(bytes) {
      const value = field.read(reader.reset(bytes))
      return reader.isBroken ? undefined : value
    },
  }
}

/** Makes records with shared structures known to both sides; 'float32' sends every fraction as a 32-bit float. */
function msgpackr(name: string, options: object): Rival {
  const packr = new Packr(options)
  const buffer = Buffer.alloc(65_536)
  const reusing = new Packr(options)
  return {
    name,
    prepare: (value) => value,
    write(value) {
      reusing.useBuffer(buffer)
      return reusing.pack(value, REUSE_AND_RESET)
    },
    encode: (value) => packr.pack(value),
    read: (bytes) => packr.unpack(bytes),
  }
}

/**
 * Makes types at run time, for which it generates code; fractions as 32-bit floats. Its writer makes bytes that
 * stay.
 */
function protobufjs(sample: Sample): Rival {
  const type = sample.protobuf
  return {
    name: 'protobufjs',
    prepare: sample.forProtobuf,
    write: (value) => type.encode(value).finish(),
    encode: (value) => type.encode(value).finish(),
    read: (bytes) => type.decode(bytes),
  }
}

/** Makes JSON, to UTF-8 and back, since links carry bytes. */
function json(): Rival {
  return {
    name: 'json',
    prepare: (value) => value,
    write: (value) => Buffer.from(JSON.stringify(value)),
    encode: (value) => Buffer.from(JSON.stringify(value)),
    read: (bytes) => JSON.parse((bytes as Buffer).toString()),
  }
}
