/**
 * Since which versions browsers know what programs use.
 *
 * Source: MDN's browser compatibility data, 8.1.9.
 */

/** Chrome and Edge, Firefox, Safari. */
export type Since = readonly [number, number, number]

/** Older than anything that is stated. */
const always: Since = [0, 0, 0]

/** By what stands in a syntax tree: see scan.ts. */
export const syntax: Readonly<Record<string, Since>> = {
  '??': [80, 72, 13.1],
  '?.': [80, 74, 13.1],
  '??=': [85, 79, 14],
  '||=': [85, 79, 14],
  '&&=': [85, 79, 14],
  'a field of a class': [72, 69, 16],
  'a private field': [74, 90, 14.1],
  'a private method': [84, 90, 15],
  '#x in y': [91, 90, 15],
  'a static block': [94, 93, 16.4],
  'await at the top': [89, 89, 27],
  using: [134, 141, 27.3],
  'attributes of an import': [123, 138, 17.2],
  'a lookbehind': [62, 78, 16.4],
  'a modifier in a pattern': [125, 132, 26],
  'flag d': [90, 88, 15],
  'flag v': [112, 116, 17],
  'a method of iterators': [122, 131, 18.4],
}

/** Names that no program declares. What is not here is not known, and has to be looked up. */
export const globals: Readonly<Record<string, Since>> = {
  ...old(
    'Array ArrayBuffer BigInt Boolean DataView Date Error Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Intl',
  ),
  ...old('JSON Map Math NaN Number Object Promise RangeError RegExp Set String Symbol SyntaxError TypeError'),
  ...old(
    'Uint16Array Uint32Array Uint8Array WeakMap WeakSet decodeURIComponent encodeURIComponent isNaN undefined',
  ),
  ...old(
    'AbortController AbortSignal Blob Event EventTarget Headers Request Response TextDecoder TextEncoder URL',
  ),
  ...old(
    'URLSearchParams WebSocket addEventListener removeEventListener clearInterval clearTimeout crypto fetch',
  ),
  ...old(
    'location navigator performance requestAnimationFrame sessionStorage localStorage setInterval setTimeout',
  ),
  ...old('document window matchMedia devicePixelRatio innerWidth innerHeight console history'),
  ...old(
    'HTMLElement Option HTMLInputElement HTMLButtonElement HTMLSelectElement Path2D DOMMatrix getComputedStyle',
  ),
  globalThis: [71, 65, 12.1],
  queueMicrotask: [71, 69, 12.1],
  structuredClone: [98, 94, 15.4],
  WeakRef: [84, 79, 14.1],
  FinalizationRegistry: [84, 79, 14.1],
  AggregateError: [85, 79, 14],
  BroadcastChannel: [54, 38, 15.4],
  CompressionStream: [80, 113, 16.4],
  DecompressionStream: [80, 113, 16.4],
  Float16Array: [135, 129, 18.2],
  Iterator: [122, 131, 18.4],
}

/** Parts of globals. Of those that are `watched`, what is not here is not known either. */
export const parts: Readonly<Record<string, Since>> = {
  ...old('of from isArray', 'Array'),
  ...old('isView', 'ArrayBuffer'),
  ...old('now', 'Date'),
  ...old('parse stringify', 'JSON'),
  ...old('all race reject resolve', 'Promise'),
  ...old('fromCharCode fromCodePoint raw', 'String'),
  ...old('iterator asyncIterator toStringTag for', 'Symbol'),
  ...old(
    'EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER NEGATIVE_INFINITY NaN POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger parseFloat parseInt',
    'Number',
  ),
  ...old(
    'assign create defineProperties defineProperty entries freeze fromEntries getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf is isFrozen keys prototype setPrototypeOf values',
    'Object',
  ),
  ...old(
    'PI SQRT1_2 SQRT2 E LN2 LN10 LOG2E LOG10E abs acos asin atan atan2 cbrt ceil clz32 cos exp expm1 floor fround hypot',
    'Math',
  ),
  ...old('imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc', 'Math'),
  ...old('asIntN asUintN', 'BigInt'),
  'Promise.allSettled': [76, 71, 13],
  'Promise.any': [85, 79, 14],
  'Promise.withResolvers': [119, 121, 17.4],
  'Promise.try': [128, 134, 18.2],
  'Object.hasOwn': [93, 92, 15.4],
  'Object.groupBy': [117, 119, 17.4],
  'Map.groupBy': [117, 119, 17.4],
  'Array.fromAsync': [121, 115, 16.4],
  'Intl.NumberFormat': always,
  'Intl.Segmenter': [87, 125, 14.1],
  // Until 124 Chrome gave the error another name.
  'AbortSignal.timeout': [103, 100, 16],
  'AbortSignal.any': [116, 124, 17.4],
  'URL.canParse': [120, 115, 17],
  'URL.parse': [126, 126, 18],
  'URL.createObjectURL': always,
  'URL.revokeObjectURL': always,
  'Response.json': [105, 115, 17],
  'Math.f16round': [135, 129, 18.2],
  'RegExp.escape': [136, 134, 18.2],
  'crypto.getRandomValues': always,
  'crypto.subtle': always,
  'crypto.randomUUID': [92, 95, 15.4],
  'navigator.locks': [69, 96, 15.4],
}

/** Globals all of whose parts are listed above. */
export const watched: ReadonlySet<string> = new Set(
  'Array ArrayBuffer BigInt Date Intl JSON Map Math Number Object Promise RegExp String Symbol AbortSignal URL Response crypto'.split(
    ' ',
  ),
)

/** Methods and fields by name, whatever they are of: those that are new and have names of their own. */
export const members: Readonly<Record<string, Since>> = {
  at: [92, 90, 15.4],
  findLast: [97, 104, 15.4],
  findLastIndex: [97, 104, 15.4],
  toSorted: [110, 115, 16],
  toReversed: [110, 115, 16],
  toSpliced: [110, 115, 16],
  replaceAll: [85, 77, 13.1],
  isWellFormed: [111, 119, 16.4],
  toWellFormed: [111, 119, 16.4],
  hasIndices: [90, 88, 15],
  throwIfAborted: [100, 97, 15.4],
  symmetricDifference: [122, 127, 17],
  isSubsetOf: [122, 127, 17],
  isSupersetOf: [122, 127, 17],
  isDisjointFrom: [122, 127, 17],
  transferToFixedLength: [114, 122, 17.4],
  maxByteLength: [111, 128, 16.4],
  resizable: [111, 128, 16.4],
  getFloat16: [135, 129, 18.2],
  setFloat16: [135, 129, 18.2],
  getBigUint64: [67, 68, 15],
  setBigUint64: [67, 68, 15],
  toBase64: [140, 133, 18.2],
  setFromBase64: [140, 133, 18.2],
  setFromHex: [140, 133, 18.2],
  getOrInsert: [145, 144, 26.2],
  getOrInsertComputed: [145, 144, 26.2],
  replaceChildren: [86, 78, 14],
  roundRect: [99, 112, 16],
}

/** Methods that iterators have since lately, and arrays since ever: told by what they are called on. */
export const ofIterators: ReadonlySet<string> = new Set(
  'map filter take drop flatMap reduce toArray forEach some every find'.split(' '),
)

function old(names: string, of?: string): Record<string, Since> {
  return Object.fromEntries(
    names.split(' ').map((name) => [of === undefined ? name : `${of}.${name}`, always]),
  )
}
