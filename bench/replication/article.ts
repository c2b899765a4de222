/**
 * What a packet takes by the encoding that Glenn Fiedler's article "Snapshot Compression" arrives at: a model of it
 * made from what the article says, counting bits. Each snapshot is told as what differs from a base: the newest
 * snapshot that the receiver is known to have.
 *
 * - A packet: its number and its base's in 16 bits each, and a bit that says whether the base is the beginning.
 * - Which boxes changed: a bit says how. Either a bit for each, or how many in 10 bits, the first in 10, and each
 *   further one by its distance: 1 to 8 in 4 bits, to 40 in 7, else in 12; whichever is shorter.
 * - A changed box: a bit for each of position and rotation, whether it changed.
 * - A position: a bit says whether it is relative; then each coordinate in 1 + 5 bits within -16..15 of the base, or in
 *   1 + 9 within the 512 beyond; else 18, 18 and 14 bits.
 * - A rotation as its smallest three parts in 9 bits each: where the same part is largest, a bit and then each in 1 + 5
 *   bits, or 1 + 8 within the 256 beyond; else 2 + 27.
 *
 * The article's bit for "interacting" is left out, as ours has nothing of the kind.
 */
import { BOXES } from './frames.ts'

/** The numbers of a box in a frame: place in units, the largest part of the rotation, the other three in steps. */
export const BOX = 7
const HEAD_BITS = 16 + 16 + 1
const CHOICE_BITS = 1
const COUNT_BITS = 10
const WHOLE_POSITION_BITS = 18 + 18 + 14
const WHOLE_ROTATION_BITS = 2 + 3 * 9
const SMALL_BITS = 5

/**
 * Returns how many bits a frame takes in a packet of its own.
 *
 * @param base  the frame that the receiver is known to have
 */
export function articleBits(frame: Int32Array, base: Int32Array): number {
  let bits = HEAD_BITS + CHOICE_BITS
  let indexBits = COUNT_BITS
  let last = -1
  for (let box = 0; box < BOXES; box++) {
    const at = box * BOX
    const hasMoved = isOther(frame, base, at, at + 3)
    const hasTurned = isOther(frame, base, at + 3, at + BOX)
    if (!hasMoved && !hasTurned) continue
    indexBits += last < 0 ? 10 : distanceBits(box - last)
    last = box
    bits += 2
    if (hasMoved) bits += 1 + (relativeBits(frame, base, at, 9) ?? WHOLE_POSITION_BITS)
    if (!hasTurned) continue
    const isSameLargest = frame[at + 3] === base[at + 3]
    bits += 1 + ((isSameLargest ? relativeBits(frame, base, at + 4, 8) : undefined) ?? WHOLE_ROTATION_BITS)
  }
  return bits + Math.min(indexBits, BOXES)
}

function isOther(frame: Int32Array, base: Int32Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) if (frame[i] !== base[i]) return true
  return false
}

function distanceBits(distance: number): number {
  return distance <= 8 ? 4 : distance <= 40 ? 7 : 12
}

/** Returns how many bits three numbers take beside those of the base; undefined where one is too far from it. */
function relativeBits(
  frame: Int32Array,
  base: Int32Array,
  at: number,
  largeBits: number,
): number | undefined {
  const small = 2 ** (SMALL_BITS - 1)
  // What is small is not told in the large range, which reaches further for that.
  const large = 2 ** (largeBits - 1) + small
  let bits = 0
  for (let i = at; i < at + 3; i++) {
    const difference = frame[i] - base[i]
    if (difference >= -small && difference < small) bits += 1 + SMALL_BITS
    else if (difference >= -large && difference < large) bits += 1 + largeBits
    else return undefined
  }
  return bits
}

/** A sender after the article: it is told which of its packets arrived, and in which tick that is known. */
export class ArticleSender {
  bits = 0
  packets = 0
  readonly #frames: Int32Array[] = []
  #base = 0

  /** Sends a frame, of which the next is the one after. */
  send(frame: Int32Array): void {
    const base = this.#frames[this.#base] ?? frame
    this.#frames.push(frame)
    this.bits += articleBits(frame, base)
    this.packets++
  }

  /** Notes that the packet of this number arrived, counted from 0. */
  acknowledged(number: number): void {
    if (number > this.#base) this.#base = number
  }
}
