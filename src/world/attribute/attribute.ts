import { ShardlessError } from '../../core/index.ts'
import type { Field } from '../../wire/index.ts'
import { type AttributeValue, VALUE_BYTES_MAX } from './value.ts'

export type { AttributeValue }

/**
 * Lists who may read or write an attribute: the player whose character it is, everyone near that character (its own
 * player among them), staff, or the server alone. The server always may.
 */
export type AttributeReader = 'owner' | 'near' | 'staff' | 'server'

export interface AttributeOptions<T extends AttributeValue> {
  /**
   * A field of the wire room: `integer`, `text`, `bool`, `choice`, `quantized`, `float64`. Its bounds are the
   * attribute's.
   */
  readonly type: Field<T>
  /** 'owner' when left out. */
  readonly readers?: AttributeReader | readonly AttributeReader[]
  /** 'server' when left out. */
  readonly writers?: AttributeReader | readonly AttributeReader[]
  /** The initial value; the field's own when left out. */
  readonly initial?: T
}

/** The declaration of one character attribute: its type and bounds, who may read it and who may write it. */
export interface Attribute<T extends AttributeValue = AttributeValue> {
  readonly type: Field<T>
  readonly readers: readonly AttributeReader[]
  readonly writers: readonly AttributeReader[]
  readonly initial: T
}

// biome-ignore lint/suspicious/noExplicitAny: attributes of any type; a narrower one would refuse those of a choice
export type Declared = Readonly<Record<string, Attribute<any>>>
/** The type of one declared attribute's values. */
export type ValueOf<D extends Declared, N extends keyof D> = D[N] extends Attribute<infer T> ? T : never

/**
 * Declares an attribute of characters: strength, gold, a title.
 *
 * @throws `world/bad-attribute` for a type whose values are neither number, text nor truth, or longer than 1,024 bytes
 */
export function attribute<T extends AttributeValue>(options: AttributeOptions<T>): Attribute<T> {
  const { type, readers = 'owner', writers = 'server' } = options
  const { initial = type.initial } = options
  if (!['number', 'string', 'boolean'].includes(typeof type.initial))
    throw new ShardlessError(
      'world/bad-attribute',
      `an attribute cannot be ${type.description}; it is a number, a text or a truth.`,
    )
  if (type.bitsMax > 24 + 8 * VALUE_BYTES_MAX)
    throw new ShardlessError(
      'world/bad-attribute',
      `an attribute cannot be ${type.description}; it takes ${VALUE_BYTES_MAX} bytes at most.`,
    )
  return { type, readers: [readers].flat(), writers: [writers].flat(), initial }
}

/** Returns one line of a game's description. Two ends that declare an attribute differently refuse to talk. */
export function describeAttribute({ type, readers, writers, initial }: Attribute): string {
  return `${type.description} from ${JSON.stringify(initial)}, read by ${readers.join(', ')}, written by ${writers.join(', ')}`
}
