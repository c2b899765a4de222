import { ShardlessError } from '../core/index.ts'

/**
 * Adds the entity and the field to the error about a value that cannot travel: "walker 17.health is 140; it travels
 * as ...". Returns other errors unchanged.
 *
 * @param field  empty where the error names it itself, as that of a record called like the kind does
 */
export function namedOutOfRange(
  error: unknown,
  of: { readonly kind: string; readonly id: number },
  field: string,
): unknown {
  if (!(error instanceof ShardlessError) || error.code !== 'wire/out-of-range') return error
  const sentence = error.message.slice(error.code.length + 3)
  return new ShardlessError(error.code, `${of.kind} ${of.id}${pathOf(sentence, of.kind, field)}`)
}

/** Makes the error for a height outside the range that a kind describes. */
export function badHeight(z: number, heightMax: number): ShardlessError {
  return new ShardlessError(
    'wire/out-of-range',
    `position.z is ${z}; it travels as 0 <= z < ${heightMax}. Clamp it, or widen heightMax.`,
  )
}

/** Rewrites a sentence about a value into one about a field, to follow the entity's name. */
function pathOf(sentence: string, kind: string, field: string): string {
  if (sentence.startsWith('position.')) return `.${sentence}`
  // The once-told fields are one record, which complains in the kind's name.
  if (sentence.startsWith(`${kind}.`)) return sentence.slice(kind.length)
  if (sentence.startsWith('The value is')) return `.${field}${sentence.slice('The value'.length)}`
  return sentence.startsWith('[') ? `.${field}${sentence}` : `.${field}.${sentence}`
}
