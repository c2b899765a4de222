import { bitsFor } from '../../core/index.ts'
import { badDescription, OutOfRange, type ScalarField, scalarField, show } from './field.ts'

/** Describes true or false, in one bit [W20]. */
export function bool(): ScalarField<boolean> {
  const toUnits = (value: boolean): number => {
    if (value === true) return 1
    if (value === false) return 0
    throw new OutOfRange(show(value), 'it travels as true or false.')
  }
  return scalarField({
    kind: 'bool',
    description: 'bool()',
    initial: false,
    scalar: { bits: 1, unitsEnd: 2, toUnits, fromUnits: (units) => units === 1 },
  })
}

/**
 * Describes one of the given names, as its index [W21]. Their order is part of the description.
 *
 * @throws `wire/bad-description` unless there is at least one and no two are equal
 */
export function choice<const Names extends readonly string[]>(names: Names): ScalarField<Names[number]> {
  const own: readonly Names[number][] = [...names]
  const indexes = new Map<string, number>()
  for (let i = 0; i < own.length; i++) indexes.set(own[i], i)
  if (own.length === 0 || indexes.size !== own.length) {
    throw badDescription(
      `choice of ${own.map((name) => show(name)).join(', ')}: give at least one name, each once.`,
    )
  }
  const toUnits = (value: Names[number]): number => {
    const index = indexes.get(value)
    if (index !== undefined) return index
    throw new OutOfRange(show(value), `it travels as one of ${own.join(', ')}.`)
  }
  return scalarField({
    kind: 'choice',
    description: `choice(${own.map((name) => JSON.stringify(name)).join(', ')})`,
    initial: own[0],
    scalar: { bits: bitsFor(own.length), unitsEnd: own.length, toUnits, fromUnits: (units) => own[units] },
  })
}
