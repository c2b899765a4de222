import { resolve } from './rooms.ts'
import { globalsOf, importsOf, type Source } from './source.ts'

/** What the language itself brings, and the three things that every platform adds alike. */
const LANGUAGE = new Set(
  `Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Error EvalError Float32Array Float64Array
  Infinity Int16Array Int32Array Int8Array Iterator JSON Map Math NaN Number Object Promise Proxy RangeError
  ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array
  Uint8ClampedArray WeakMap WeakRef WeakSet arguments decodeURIComponent encodeURIComponent isFinite isNaN parseFloat
  parseInt undefined TextDecoder TextEncoder URL`.split(/\s+/),
)

/** Parts of the language that are a clock or dice all the same. */
const CLOCKS_AND_DICE = new Set(['Math.random'])

/** Whether a file's name says that it may touch a platform. */
export function platformOf(path: string): 'node' | 'web' | undefined {
  if (path.endsWith('.node.ts')) return 'node'
  if (path.endsWith('.web.ts')) return 'web'
  return undefined
}

/** Each way in which a file touches a platform that its name does not say, as a sentence. */
export function purityViolations(source: Source): string[] {
  const { path } = source
  const platform = platformOf(path)
  const found: string[] = []
  for (const { specifier, isType } of importsOf(source)) {
    if (specifier.startsWith('node:') && platform !== 'node') found.push(`${path} imports ${specifier}.`)
    const target = resolve(path, specifier)
    const other = target === undefined ? undefined : platformOf(target)
    if (other !== undefined && other !== platform && !isType) found.push(`${path} imports ${target}.`)
  }
  if (platform !== undefined) return found
  for (const name of globalsOf(source)) {
    if (CLOCKS_AND_DICE.has(name) || !LANGUAGE.has(name.split('.')[0])) found.push(`${path} uses ${name}.`)
  }
  return found
}
