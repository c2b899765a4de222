import { PickleTuple, type PickleValue } from '../../pickle/index.ts'
import type { AnyGame, AttributeValue } from '../../world/index.ts'

/** Returns the items of a list or a tuple. */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  if (value instanceof PickleTuple) return value.items
  return Array.isArray(value) ? (value as readonly PickleValue[]) : undefined
}

/** Returns an `int` or `float` as a number; undefined for what is none, and for one that a number cannot hold. */
export function numberOf(value: PickleValue | undefined): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'bigint') return undefined
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : undefined
}

/** Returns the value of an attribute that a client gives; undefined for what no attribute holds. */
export function attributeOf(value: PickleValue | undefined): AttributeValue | undefined {
  return typeof value === 'string' || typeof value === 'boolean' ? value : numberOf(value)
}

/** Returns an attribute's value as a client gets it: whole numbers as `int` where the attribute has no others. */
export function pickleOf(value: AttributeValue, game: AnyGame, name: string): PickleValue {
  if (typeof value !== 'number') return value
  const { kind } = (Object.hasOwn(game.attributes, name) ? game.attributes[name].type : undefined) ?? {}
  const isWhole = kind === 'integer' || kind === 'varint'
  return isWhole && Number.isSafeInteger(value) ? BigInt(value) : value
}
