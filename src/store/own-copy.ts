/**
 * A copy of plain input that shares nothing with it: lists, objects and byte strings are new. Each byte string gets bytes of
 * its own and no more: a small Buffer of Node is a view of a shared 64 KiB, and what copies that view as it is (Buffer's `slice`,
 * a structured clone) keeps or sends all of it.
 */
export function ownCopy<Input>(input: Input): Input {
  return copyOf(input) as Input
}

function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) return value.map(copyOf)
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) copy[key] = copyOf(inner)
  return copy
}
