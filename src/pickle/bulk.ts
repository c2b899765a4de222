import { PickleTuple, type PickleValue } from './value.ts'

/** How many bytes of a text, of bytes or of a number count as one element more. */
const BYTES_AN_ELEMENT = 64

/** How large a value is: its elements, with all that is in them, and how deep it goes. */
export interface Bulk {
  readonly elements: number
  readonly depth: number
}

/**
 * Measures a value as it would be written out in full: what is held in several places counts in each of them. The
 * work is that of looking once at each thing there is.
 *
 * @returns undefined for a value that goes deeper than `depthMax`: what holds itself does
 */
export function bulkOf(value: PickleValue, depthMax: number): Bulk | undefined {
  const known = new Map<object, Bulk>()
  const measure = (one: PickleValue, depth: number): Bulk | undefined => {
    if (typeof one === 'string' || one instanceof Uint8Array)
      return { elements: 1 + Math.floor(one.length / BYTES_AN_ELEMENT), depth: 0 }
    if (typeof one !== 'object' || one === null) return LEAF
    if (depth >= depthMax) return undefined
    const before = known.get(one)
    if (before !== undefined) return depth + before.depth > depthMax ? undefined : before
    let elements = 1
    let deepest = 0
    for (const item of itemsOf(one)) {
      const bulk = measure(item, depth + 1)
      if (bulk === undefined) return undefined
      elements += bulk.elements
      if (bulk.depth > deepest) deepest = bulk.depth
    }
    const bulk = { elements, depth: deepest + 1 }
    known.set(one, bulk)
    return bulk
  }
  return measure(value, 0)
}

const LEAF: Bulk = { elements: 1, depth: 0 }

type Container = Extract<PickleValue, object>

function* itemsOf(container: Container): Generator<PickleValue> {
  if (container instanceof Map)
    for (const [key, value] of container) {
      yield key
      yield value
    }
  else if (container instanceof PickleTuple) yield* container.items
  else yield* container as readonly PickleValue[]
}
