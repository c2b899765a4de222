import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../core/index.ts'
import { BitReader, BitWriter } from '../../wire/index.ts'
import { ELSEWHERE, eastOf, nearby, northOf, REMOVED } from '../ledger/topic.ts'
import {
  AGE_BITS_MAX,
  NEAR_BITS,
  nearest,
  nearWidth,
  readAge,
  readCount,
  readDestination,
  readSlots,
  writeAge,
  writeCount,
  writeDestination,
  writeSlots,
} from './layout.ts'

/** Writes with one and reads with the other. */
function through<T>(
  write: (writer: BitWriter) => void,
  read: (reader: BitReader) => T,
): { value: T; bits: number } {
  const writer = new BitWriter(64)
  write(writer)
  const reader = new BitReader().reset(writer.finish())
  const value = read(reader)
  assert.ok(!reader.isBroken)
  return { value, bits: writer.bitLength }
}

test('[T4] a count takes one bit for 0, and 5 more than its own bits otherwise', () => {
  for (const [count, bits] of [
    [0, 1],
    [1, 6],
    [2, 7],
    [3, 7],
    [255, 13],
    [256, 14],
    [2 ** 31, 37],
    [2 ** 32 - 1, 37],
  ])
    assert.deepEqual(
      through((writer) => writeCount(writer, count), readCount),
      { value: count, bits },
    )
})

test('[T5] a few slots are told one by one, many by one bit each, whichever is shorter', () => {
  const bitsOf = (slots: number): number => through((writer) => writeSlots(writer, slots), readSlots).bits
  assert.equal(bitsOf(0), 2)
  assert.equal(bitsOf(0b1), 6)
  assert.equal(bitsOf(0b1000), 6)
  assert.equal(bitsOf(0b10000), 7)
  assert.equal(bitsOf(0b11), 8)
  assert.equal(bitsOf(2 ** 31), 13)
  assert.equal(bitsOf(2 ** 32 - 1), 38)
})

test('[T5] every set of slots comes back as it was', () => {
  const random = new Random(3)
  for (let i = 0; i < 2000; i++) {
    const slots = (random.next() & random.next() & (i % 2 === 0 ? random.next() : -1)) >>> 0
    const { value } = through((writer) => writeSlots(writer, slots), readSlots)
    assert.equal(value, slots)
  }
})

test('[T5] a slot beyond the 32nd is broken', () => {
  const writer = new BitWriter(8)
  // A list of one slot: more, eight fours, a zero, and none left.
  writer.bits(0, 1)
  writer.bits(0b1_1111_1111, 9)
  writer.bits(0, 3)
  const reader = new BitReader().reset(writer.finish())
  readSlots(reader)
  assert.ok(reader.isBroken)
})

test('[T7] a destination takes five bits for a cell nearby and two otherwise', () => {
  for (const destination of [ELSEWHERE, REMOVED])
    assert.deepEqual(
      through((writer) => writeDestination(writer, destination), readDestination),
      { value: destination, bits: 2 },
    )
  for (const east of [-1, 0, 1])
    for (const north of [-1, 0, 1]) {
      const destination = nearby(east, north)
      const told = through((writer) => writeDestination(writer, destination), readDestination)
      assert.deepEqual(told, { value: destination, bits: 5 })
      assert.deepEqual([eastOf(told.value), northOf(told.value)], [east, north])
    }
})

test('[T7] a tenth cell nearby is broken', () => {
  const reader = new BitReader().reset(Uint8Array.of(1 | (9 << 1)))
  readDestination(reader)
  assert.ok(reader.isBroken)
})

test('[T10] the narrowest width that holds a step is chosen, at its exact borders', () => {
  assert.deepEqual(
    [0, 7, -8, 8, -9, 31, -32, 32, 255, -256, 256, -257].map(nearWidth),
    [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, -1, -1],
  )
})

test('[T10] the low bits of a number and one nearby give the number back', () => {
  for (const bits of NEAR_BITS)
    for (const known of [0, 5, -3, 1000, 2 ** 31, 2 ** 32 - 1, -100_000])
      for (const step of [0, 1, -1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1))]) {
        const value = known + step
        const low = Number(BigInt.asUintN(bits, BigInt(value)))
        assert.equal(nearest(known, low, bits), value)
      }
})

test('[T4] an age is a bit longer than it has ticks up to 2, and then three bits and a count', () => {
  for (const [age, bits] of [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 9],
    [2 ** 31 + 3, AGE_BITS_MAX],
  ]) {
    const writer = new BitWriter(16)
    writeAge(writer, age)
    assert.equal(writer.bitLength, bits, `age ${age}`)
    assert.equal(readAge(new BitReader().reset(writer.finish().slice())), age)
  }
})
