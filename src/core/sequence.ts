/**
 * 16-bit sequence numbers that wrap: 65535 is followed by 0.
 *
 * "Newer" means at most 32767 steps ahead (serial number arithmetic, RFC 1982).
 */
export const SEQUENCE_MASK = 0xffff

/** Returns how far `to` lies ahead of `from`: -32768 .. 32767. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16
}

/** Returns whether `candidate` came after `reference`. */
export function isNewer(candidate: number, reference: number): boolean {
  return sequenceDistance(reference, candidate) > 0
}

/**
 * Returns the full count nearest to `reference` whose low 16 bits are `wire`. It may be negative when `reference`
 * is small.
 */
export function unwrapSequence(reference: number, wire: number): number {
  return reference + sequenceDistance(reference & SEQUENCE_MASK, wire)
}
