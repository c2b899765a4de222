import type { TopicKey } from '../ledger/topic.ts'
import type { PacketReader, PacketWriter } from './packet.ts'

/** The most chunks in a resume state. A viewer that follows more begins anew. */
export const RESUME_CHUNKS_MAX = 1024

/** One topic that a replica holds. */
export interface ResumeTopic {
  readonly key: TopicKey
  /** By chunk: the tick of the last advance that was applied; 0 for none. */
  readonly ticks: readonly number[]
}

/** How far a replica is with each topic it follows: it says so when it comes back after a lost connection [T25]. */
export interface ResumeState {
  /** The tick of the last packet. */
  readonly tick: number
  /** Whether everything sent has arrived, so that the ticks are certain. False after a link that loses. */
  readonly isLossless: boolean
  /** In the order of their keys. */
  readonly topics: readonly ResumeTopic[]
}

/** The resume state of one that never heard anything. */
export const NO_RESUME_STATE: ResumeState = { tick: 0, isLossless: true, topics: [] }

/**
 * Appends a resume state [T40]: three or four bytes for each chunk.
 *
 *     tick * 2 + isLossless, number of topics,
 *     for each: key less the one before, * 2 + 1 if it has several chunks; then how many
 *         for each chunk: 0 for nothing, else 1 + ticks since
 *
 * All are byte varints.
 */
export function writeResumeState(packet: PacketWriter, { tick, isLossless, topics }: ResumeState): void {
  packet.varint(tick * 2 + (isLossless ? 1 : 0))
  packet.varint(topics.length)
  let last = 0
  for (const { key, ticks } of topics) {
    packet.varint((key - last) * 2 + (ticks.length === 1 ? 0 : 1))
    if (ticks.length !== 1) packet.varint(ticks.length)
    for (const each of ticks) packet.varint(each === 0 ? 0 : 1 + tick - each)
    last = key
  }
}

/** Reads a resume state. @returns undefined when it makes no sense or says too much */
export function readResumeState(reader: PacketReader): ResumeState | undefined {
  const head = reader.varint()
  const tick = Math.floor(head / 2)
  const count = reader.varint()
  if (reader.isBroken || tick >= 2 ** 31 || count > RESUME_CHUNKS_MAX) return undefined
  const topics: ResumeTopic[] = []
  let chunks = 0
  let key = 0
  for (let i = 0; i < count; i++) {
    const word = reader.varint()
    const step = Math.floor(word / 2)
    const length = word % 2 === 0 ? 1 : reader.varint()
    key += step
    chunks += length
    const isOrdered = i === 0 || step > 0
    if (!isOrdered || length === 0 || chunks > RESUME_CHUNKS_MAX || key >= 2 ** 34) return undefined
    const ticks: number[] = []
    for (let order = 0; order < length; order++) {
      const ago = reader.varint()
      if (ago > tick) return undefined
      ticks.push(ago === 0 ? 0 : 1 + tick - ago)
    }
    topics.push({ key, ticks })
  }
  return reader.isBroken ? undefined : { tick, isLossless: head % 2 === 1, topics }
}
