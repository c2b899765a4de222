/**
 * A value of Python that is data. What Python keeps apart stays apart:
 *
 *     None  bool     int     float   str     bytes       list   tuple        dict
 *     null  boolean  bigint  number  string  Uint8Array  array  PickleTuple  Map
 */
export type PickleValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | readonly PickleValue[]
  | PickleTuple
  | PickleDict

/**
 * A dict. Its keys are what Python can hash: never a list or another dict. Tuples and bytes are keys by identity
 * here, while Python compares them by value.
 */
export type PickleDict = ReadonlyMap<PickleValue, PickleValue>

/** A tuple: a list that never changes, and that can be a key. */
export class PickleTuple {
  readonly items: readonly PickleValue[]
  /** Whether Python can hash it: nothing in it is a list or a dict. */
  readonly isHashable: boolean

  constructor(items: readonly PickleValue[]) {
    this.items = items
    this.isHashable = items.every(isHashable)
  }
}

/** Returns whether a value can be the key of a dict. */
export function isHashable(value: PickleValue): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true
  return value instanceof PickleTuple && value.isHashable
}
