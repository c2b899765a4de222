/** Reads values of a map file: each is what it must be, or the file is refused in one sentence. */
import { OutsideError } from '../../core/index.ts'
import type { Properties } from '../map/world-map.ts'

export type Json = Readonly<Record<string, unknown>>

export function asRecord(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

/** Reads a number of a record. @param where whose it is, for the sentence: "town.tmj: layer 'walls', object 17" */
export function numberIn(record: Json, key: string, where: string, fallback?: number): number {
  const value = record[key] ?? fallback
  if (typeof value !== 'number' || !(Math.abs(value) <= NUMBER_MAX))
    fail(where, `has ${inWords(value)} for its ${key}; it must be a number`)
  return value
}

/**
 * The largest number: larger ones have no business in a map, and their squares would leave the range of exact sums.
 */
const NUMBER_MAX = 2 ** 40

/** Reads a whole number within bounds. */
export function integerIn(
  record: Json,
  key: string,
  where: string,
  bounds: { readonly least: number; readonly most: number; readonly fallback?: number },
): number {
  const value = record[key] ?? bounds.fallback
  const { least, most } = bounds
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    fail(where, `has a ${key} of ${inWords(value)}; it must be an integer from ${least} to ${most}`)
  return value
}

/** Reads a list, bounded. A missing one counts as empty. */
export function listIn(record: Json, key: string, where: string, lengthMax: number): readonly unknown[] {
  const value = record[key] ?? []
  if (!Array.isArray(value)) fail(where, `has ${inWords(value)} for its ${key}; it must be a list`)
  if (value.length > lengthMax) fail(where, `has ${value.length} ${key}; ${lengthMax} are the most`)
  return value as unknown[]
}

/**
 * Reads custom properties that are plain values; objects and classes are left out. Tiled 1.2 and later write a
 * list, older ones a record: { "solid": true }.
 */
export function propertiesOf(record: Json): Properties {
  const properties: Record<string, string | number | boolean> = Object.create(null)
  for (const [name, value] of entriesOf(record.properties)) {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (typeof name === 'string' && isPlain) properties[name] = value
  }
  return { ...properties }
}

function entriesOf(properties: unknown): (readonly [unknown, unknown])[] {
  if (!Array.isArray(properties)) return Object.entries(asRecord(properties) ?? {})
  return properties.map((entry) => [asRecord(entry)?.name, asRecord(entry)?.value] as const)
}

/**
 * Reads the class of an object, a tile or a layer. Tiled 1.9 calls it `class` everywhere, others call some of them
 * `type`.
 */
export function classOf(record: Json): string {
  if (typeof record.class === 'string' && record.class !== '') return record.class
  return typeof record.type === 'string' ? record.type : ''
}

/** Shows a value to people, in short. */
export function inWords(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 40)
}

/** Shows a name to people, in short. */
export function named(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 80) : inWords(value)
}

export function fail(where: string, what: string): never {
  throw new OutsideError(`${where} ${what}`)
}
