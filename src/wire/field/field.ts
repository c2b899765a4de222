import { ShardlessError } from '../../core/index.ts'
import type { BitReader } from '../bit/bit-reader.ts'
import type { BitWriter } from '../bit/bit-writer.ts'

/**
 * One value described once: how it is written, how it is read, how large it is, and which type it has.
 *
 * Fields are made by the constructors of this room (`integer`, `record`, ...) and never change.
 */
export interface Field<T> extends AnyField {
  readonly initial: T
  readonly scalar?: Scalar<T>
  readonly write: (writer: BitWriter, value: T) => void
  readonly read: (reader: BitReader) => T
}

/** What every field has, whatever its type. */
export interface AnyField {
  /** The constructor's name: 'integer'. */
  readonly kind: string
  /** The fewest and the most bits a value takes; equal when every value takes as many. Always finite. */
  readonly bitsMin: number
  readonly bitsMax: number
  /** The canonical text, equal for equal layouts: `integer(0..100)`. */
  readonly description: string
  /** False for a whole number that is no amount: two who change it at once do not add up. */
  readonly isAmount?: boolean
  /** A valid value: zero or nearest to it, '', [], undefined where it may be missing. */
  readonly initial: unknown
  /**
   * Set where a value is one unsigned integer of a fixed width, at most 32 bits. `write` and `read` then carry
   * these units and nothing else, and a record may do so in their place.
   */
  readonly scalar?: AnyScalar
  /**
   * Appends the value; nothing stays behind if it throws.
   *
   * @throws `wire/out-of-range`, naming the path and the fix
   */
  readonly write: (writer: BitWriter, value: never) => void
  /** Reads the next value. Never throws: a broken reader gives a valid but meaningless one. */
  readonly read: (reader: BitReader) => unknown
}

/** The type of the values a field carries: `type Mover = Infer<typeof mover>`. */
export type Infer<F> = F extends { readonly read: (reader: BitReader) => infer T } ? T : never

/** A field whose value is one unsigned integer of a fixed width. */
export interface ScalarField<T> extends Field<T> {
  readonly scalar: Scalar<T>
}

/** A value as a count of units. */
export interface Scalar<T> extends AnyScalar {
  readonly toUnits: (value: T) => number
  readonly fromUnits: (units: number) => T
}

/** What every scalar has, whatever the type of its values. */
export interface AnyScalar {
  /** 0..32. */
  readonly bits: number
  /** Every count is below this one; 1 .. 2^bits. */
  readonly unitsEnd: number
  /** @throws `wire/out-of-range` for a value the field does not carry */
  readonly toUnits: (value: never) => number
  /** @param units  0 <= units < unitsEnd */
  readonly fromUnits: (units: number) => unknown
  /** Set where the values are numbers at equal distances. */
  readonly line?: NumberLine
}

/** Numbers at equal distances: `base + units * step`. Records compute them in place. */
export interface NumberLine {
  readonly base: number
  readonly step: number
  /** The least value computed in place. Lower ones, and those that would round past the last, go by `toUnits`. */
  readonly least: number
  /** Whether a value between two steps is refused rather than rounded. */
  readonly isExact: boolean
}

/** A value that its field does not carry, with the path that leads to it. */
export class OutOfRange extends ShardlessError {
  /** Keys and indexes from the outermost value: `gear[2].weight`; empty for the value itself. */
  readonly path: string
  readonly #shown: string
  readonly #rule: string

  /**
   * @param shown  the value, for people
   * @param rule   how it travels and what to do: `it travels as 0..100. Clamp it ...`
   */
  constructor(shown: string, rule: string, path = '', root = '') {
    super('wire/out-of-range', `${join(root, path) || 'The value'} is ${shown}; ${rule}`)
    this.path = path
    this.#shown = shown
    this.#rule = rule
  }

  /** Makes the same complaint one step further out: `part` is a key or `[index]`. */
  within(part: string): OutOfRange {
    return new OutOfRange(this.#shown, this.#rule, join(part, this.path))
  }

  /** Makes the same complaint about a record that has a name. */
  under(root: string): OutOfRange {
    return new OutOfRange(this.#shown, this.#rule, this.path, root)
  }
}

/** Moves a complaint one step further out; other errors (a getter that throws) pass as they are. */
export function within(error: unknown, part: string): unknown {
  return error instanceof OutOfRange ? error.within(part) : error
}

/** Makes the error for a description that cannot be: the program's mistake, found when it starts. */
export function badDescription(sentence: string): ShardlessError {
  return new ShardlessError('wire/bad-description', sentence)
}

/** Shows a value to people, in at most about 40 characters. */
export function show(value: unknown): string {
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'function') return 'a function'
  return String(value)
}

/** Makes a field whose value is one count of units. */
export function scalarField<T>(parts: {
  readonly kind: string
  readonly description: string
  readonly initial: T
  readonly scalar: Scalar<T>
}): ScalarField<T> {
  const { kind, description, initial, scalar } = parts
  const { bits, unitsEnd, toUnits, fromUnits } = scalar
  return {
    kind,
    bitsMin: bits,
    bitsMax: bits,
    description,
    initial,
    scalar,
    write: (writer, value) => writer.bits(toUnits(value), bits),
    read(reader) {
      const units = reader.bits(bits)
      if (units < unitsEnd) return fromUnits(units)
      reader.fail()
      return initial
    },
  }
}

function join(before: string, after: string): string {
  return before === '' || after === '' || after.startsWith('[') ? before + after : `${before}.${after}`
}
