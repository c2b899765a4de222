/**
 * Copies plain input so that nothing is shared with it: lists, objects and byte strings are new. Each byte string
 * gets exactly its own bytes: a small Buffer of Node is a view of a shared 64 KiB, and copies of that view
 * (Buffer's `slice`, a structured clone) keep or send all of it.
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
