import { twoTo } from '../../core/index.ts'
import type { BitReader, BitWriter } from '../../wire/index.ts'
import { type Destination, ELSEWHERE, isNearby, nearby, REMOVED } from '../ledger/topic.ts'

/** The most bits that a count takes: 1, 5 of width and up to 31 below the leading one. */
export const COUNT_BITS_MAX = 37

/** Appends a count, 0 <= v < 2^32: one bit for 0, then 5 + log2(v + 1) more [T4]. */
export function writeCount(writer: BitWriter, count: number): void {
  if (count === 0) {
    writer.bits(0, 1)
    return
  }
  const width = 32 - Math.clz32(count)
  writer.bits(1 | ((width - 1) << 1), 6)
  if (width > 1) writer.bits(count, width - 1)
}

export function readCount(reader: BitReader): number {
  if (reader.bits(1) === 0) return 0
  const width = reader.bits(5) + 1
  return (width > 1 ? reader.bits(width - 1) : 0) + twoTo(width - 1)
}

/** The most bits that an age takes: three and a count. */
export const AGE_BITS_MAX = 3 + COUNT_BITS_MAX

/** Appends how many ticks ago something was, mostly few: as many ones and a zero up to 2, then 111 and a count [T4]. */
export function writeAge(writer: BitWriter, age: number): void {
  if (age < 3) writer.bits((1 << age) - 1, age + 1)
  else {
    writer.bits(7, 3)
    writeCount(writer, age - 3)
  }
}

export function readAge(reader: BitReader): number {
  for (let age = 0; age < 3; age++) if (reader.bits(1) === 0) return age
  return 3 + readCount(reader)
}

/**
 * Appends a set of slots, as 32 bits of which bit n stands for slot n [T5]. A few are written one by one, each by
 * its distance from the one before; many by one bit a slot. It chooses the shorter form.
 */
export function writeSlots(writer: BitWriter, slots: number): void {
  const top = 32 - Math.clz32(slots)
  if (6 + top < listBits(slots)) {
    writer.bits(1 | ((top - 1) << 1), 6)
    writer.bits(slots, top)
    return
  }
  writer.bits(0, 1)
  let next = 0
  for (let rest = slots; rest !== 0; rest &= rest - 1) {
    const slot = 31 - Math.clz32(rest & -rest)
    const gap = slot - next
    const fours = gap >>> 2
    // More comes, as many ones as there are fours, a zero, and what is left.
    writer.bits(1 | (((1 << fours) - 1) << 1), fours + 2)
    writer.bits(gap & 3, 2)
    next = slot + 1
  }
  writer.bits(0, 1)
}

export function readSlots(reader: BitReader): number {
  if (reader.bits(1) === 1) return reader.bits(reader.bits(5) + 1)
  let slots = 0
  let next = 0
  while (reader.bits(1) === 1) {
    let gap = 0
    while (reader.bits(1) === 1) gap += 4
    const slot = next + gap + reader.bits(2)
    if (slot > 31) {
      reader.fail()
      return 0
    }
    slots |= 1 << slot
    next = slot + 1
  }
  return slots >>> 0
}

/** Returns how many bits a set of slots takes when written one by one. */
function listBits(slots: number): number {
  let bits = 2
  let next = 0
  for (let rest = slots; rest !== 0; rest &= rest - 1) {
    const slot = 31 - Math.clz32(rest & -rest)
    bits += 4 + ((slot - next) >>> 2)
    next = slot + 1
  }
  return bits
}

/** Appends where a departed entity went: 5 bits for a cell nearby, 2 otherwise [T7]. */
export function writeDestination(writer: BitWriter, destination: Destination): void {
  if (isNearby(destination)) writer.bits(1 | ((destination - nearby(-1, -1)) << 1), 5)
  else writer.bits(destination === REMOVED ? 2 : 0, 2)
}

export function readDestination(reader: BitReader): Destination {
  if (reader.bits(1) === 0) return reader.bits(1) === 1 ? REMOVED : ELSEWHERE
  const destination = nearby(-1, -1) + reader.bits(4)
  if (destination > nearby(1, 1)) reader.fail()
  return destination
}

/** The widths, in bits, of a number whose neighbourhood the receiver knows, narrowest first [T10]. */
export const NEAR_BITS = [4, 6, 9] as const

/** Returns which of `NEAR_BITS` holds a number that is `delta` away from what the receiver has; -1 for none. */
export function nearWidth(delta: number): number {
  for (let i = 0; i < NEAR_BITS.length; i++) {
    const half = 1 << (NEAR_BITS[i] - 1)
    if (delta >= -half && delta < half) return i
  }
  return -1
}

/** Returns the number nearest to `known` whose low `bits` bits are `low`: -2^(bits-1) to 2^(bits-1) - 1 away. */
export function nearest(known: number, low: number, bits: number): number {
  const spare = 32 - bits
  return known + (((low - known) << spare) >> spare)
}
