import type { Random } from '../../src/core/index.ts'

/** Numbers that break arithmetic: borders of 7, 8, 15, 16, 31 and 32 bits. */
const INTERESTING = [
  0, 1, 2, 16, 32, 63, 64, 65, 100, 126, 127, 128, 129, 254, 255, 256, 257, 512, 1000, 1023, 1024, 4095, 4096,
  0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
]

/**
 * Makes a new input of old ones: one to eight changes to one of them, with pieces of the others as dictionary.
 * Never changes what it was given.
 *
 * @param corpus    at least one input
 * @param bytesMax  the length of the result, in bytes, at most
 */
export function mutate(corpus: readonly Uint8Array[], random: Random, bytesMax: number): Uint8Array {
  let bytes: Uint8Array = random.pick(corpus).slice(0, bytesMax)
  // There is little to change in nothing.
  if (bytes.length === 0 && random.chance(0.9)) bytes = insertNoise(bytes, random, corpus)
  // Half of all inputs get one change, a quarter two, and so on.
  let changes = 1
  while (changes < 8 && random.chance(0.5)) changes++
  for (let i = 0; i < changes; i++) {
    const change = random.pick(CHANGES)
    bytes = change(bytes, random, corpus).slice(0, bytesMax)
  }
  return bytes
}

type Change = (bytes: Uint8Array, random: Random, corpus: readonly Uint8Array[]) => Uint8Array

const flipBit: Change = (bytes, random) => {
  if (bytes.length > 0) bytes[random.integer(0, bytes.length - 1)] ^= 1 << random.integer(0, 7)
  return bytes
}

const setByte: Change = (bytes, random) => {
  if (bytes.length > 0) bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255)
  return bytes
}

const nudgeByte: Change = (bytes, random) => {
  if (bytes.length > 0) bytes[random.integer(0, bytes.length - 1)] += random.integer(-16, 16)
  return bytes
}

const setInteresting: Change = (bytes, random) => {
  const width = random.pick([1, 2, 4])
  if (bytes.length < width) return bytes
  const value = random.pick(INTERESTING)
  const at = random.integer(0, bytes.length - width)
  const isLittle = random.chance(0.5)
  for (let i = 0; i < width; i++) bytes[at + (isLittle ? i : width - 1 - i)] = value >>> (8 * i)
  return bytes
}

const truncate: Change = (bytes, random) => bytes.slice(0, random.integer(0, bytes.length))

const remove: Change = (bytes, random) => {
  const [start, end] = range(bytes, random)
  return splice(bytes, start, end, new Uint8Array(0))
}

const repeat: Change = (bytes, random) => {
  const [start, end] = range(bytes, random)
  return splice(bytes, end, end, bytes.slice(start, end))
}

const insertNoise: Change = (bytes, random) => {
  const noise = new Uint8Array(random.integer(1, random.pick([2, 8, 64])))
  const isFlat = random.chance(0.5)
  const flat = random.pick([0, 0xff, 0x80, 0x7f])
  for (let i = 0; i < noise.length; i++) noise[i] = isFlat ? flat : random.integer(0, 255)
  const at = random.integer(0, bytes.length)
  return splice(bytes, at, at, noise)
}

const insertPiece: Change = (bytes, random, corpus) => {
  const other = random.pick(corpus)
  const [start, end] = range(other, random)
  const at = random.integer(0, bytes.length)
  return splice(bytes, at, at, other.slice(start, end))
}

const overwritePiece: Change = (bytes, random, corpus) => {
  const other = random.pick(corpus)
  const [start, end] = range(other, random)
  const at = random.integer(0, bytes.length)
  return splice(bytes, at, Math.min(bytes.length, at + end - start), other.slice(start, end))
}

const crossOver: Change = (bytes, random, corpus) => {
  const other = random.pick(corpus)
  const at = random.integer(0, bytes.length)
  return splice(bytes, at, bytes.length, other.slice(random.integer(0, other.length)))
}

const CHANGES: readonly Change[] = [
  flipBit,
  flipBit,
  setByte,
  nudgeByte,
  setInteresting,
  setInteresting,
  truncate,
  remove,
  repeat,
  insertNoise,
  insertPiece,
  overwritePiece,
  crossOver,
]

/** Chooses a stretch of `bytes`, often short: start <= end. */
function range(bytes: Uint8Array, random: Random): [number, number] {
  const start = random.integer(0, bytes.length)
  const length = random.chance(0.75) ? random.integer(1, 8) : random.integer(0, bytes.length)
  return [start, Math.min(bytes.length, start + length)]
}

/** Returns a copy in which `piece` replaces `start` to `end`. */
function splice(bytes: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - (end - start) + piece.length)
  result.set(bytes.subarray(0, start))
  result.set(piece, start)
  result.set(bytes.subarray(end), start + piece.length)
  return result
}
