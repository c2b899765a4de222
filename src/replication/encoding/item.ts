import { cellKey, type TopicKey, topicKey, topicName } from '../ledger/topic.ts'
import type { PacketReader, PacketWriter } from './packet.ts'
import { varintBytes } from './packet.ts'
import { BASE_TICKS_MAX, type Span } from './prediction.ts'

/** Cells within this many steps of a packet's anchor are named in one byte. */
const NEAR_STEPS = 7
const NEAR_SIDE = 2 * NEAR_STEPS + 1
/**
 * Bytes below this one name a cell near the anchor; an item that begins with one is an advance of that cell [T2].
 */
export const NEAR_END = NEAR_SIDE * NEAR_SIDE

/** The first byte of every other item [T2]. */
export const ITEM = {
  /** An advance of any chunk of any topic. */
  advance: 225,
  /** An advance of another chunk of the topic told of just before. */
  again: 226,
  anchor: 227,
  unfollow: 228,
  gone: 229,
  statics: 230,
  /** From which states of the past predicted state is told from here on. */
  bases: 231,
  /** An advance of the next chunk but so many of the topic told of just before, from here on. */
  further: 232,
} as const
/** How many chunks after the last one are named in one byte. */
export const FURTHER_MAX = 256 - ITEM.further

/** The first byte of a topic's name, above the near cells [T3]. */
const NAME = { cell: 225, entity: 226, group: 227, world: 228 } as const

/** The most bytes that a topic's name takes. */
const NAME_BYTES_MAX = 6
/** The bytes of `writeBases`. */
const BASES_BYTES = 3
/** The most bytes before the bits of an advance: bases, item, name, length, chunk, lag. */
export const ITEM_HEAD_BYTES_MAX = BASES_BYTES + 1 + NAME_BYTES_MAX + 3 + 2 + 5
export const UNFOLLOW_BYTES_MAX = 1 + NAME_BYTES_MAX
export const ANCHOR_BYTES_MAX = 5

/** The cell that near cells are counted from, and its grid. */
export interface Anchor {
  column: number
  row: number
  readonly columns: number
  readonly rows: number
}

/** Returns the byte that names a cell near the anchor; -1 for one that is not near. */
export function nearName(cell: number, anchor: Anchor): number {
  const east = (cell % anchor.columns) - anchor.column + NEAR_STEPS
  const north = Math.floor(cell / anchor.columns) - anchor.row + NEAR_STEPS
  const isNear = east >= 0 && east < NEAR_SIDE && north >= 0 && north < NEAR_SIDE
  return isNear ? east * NEAR_SIDE + north : -1
}

/** Returns the topic of the cell that a byte below `NEAR_END` names; undefined when the map has no such cell. */
export function nearTopic(name: number, anchor: Anchor): TopicKey | undefined {
  const column = anchor.column + Math.floor(name / NEAR_SIDE) - NEAR_STEPS
  const row = anchor.row + (name % NEAR_SIDE) - NEAR_STEPS
  const isOnMap = column >= 0 && column < anchor.columns && row >= 0 && row < anchor.rows
  return isOnMap ? cellKey(column + row * anchor.columns) : undefined
}

export function writeTopic(packet: PacketWriter, key: TopicKey, anchor: Anchor): void {
  const { kind, id } = topicName(key)
  const near = kind === 'cell' ? nearName(id, anchor) : -1
  if (near >= 0) {
    packet.byte(near)
    return
  }
  packet.byte(NAME[kind])
  if (kind !== 'world') packet.varint(id)
}

/** @returns undefined for bytes that name no topic */
export function readTopic(reader: PacketReader, anchor: Anchor): TopicKey | undefined {
  const name = reader.byte()
  if (name < NEAR_END) return nearTopic(name, anchor)
  if (name === NAME.world) return topicKey({ kind: 'world', id: 0 })
  const id = reader.varint()
  if (id > 0xffffffff) return undefined
  if (name === NAME.entity) return topicKey({ kind: 'entity', id })
  if (name === NAME.group) return topicKey({ kind: 'group', id })
  return name === NAME.cell && id < anchor.columns * anchor.rows ? cellKey(id) : undefined
}

/** The head of an advance, before its bits. */
export interface AdvanceHead {
  /** The chunk's place in its topic. */
  readonly order: number
  /**
   * Ticks back to the advance that told who is where, on which this one builds; 0 when the receiver surely has
   * that.
   */
  readonly lag: number
  /** Begins an advance in the general form. */
  readonly length: number
}

/** Reads the head that follows the topic's name. */
export function writeAdvanceHead(
  packet: PacketWriter,
  topic: { readonly key: TopicKey; readonly anchor: Anchor },
  head: AdvanceHead,
): void {
  packet.byte(ITEM.advance)
  writeTopic(packet, topic.key, topic.anchor)
  packet.varint(head.length * 4 + (head.order > 0 ? 2 : 0) + (head.lag > 0 ? 1 : 0))
  if (head.order > 0) packet.varint(head.order)
  if (head.lag > 0) packet.varint(head.lag)
}

/** Returns how many bytes `writeStatics` appends. */
export function readAdvanceHead(reader: PacketReader): AdvanceHead {
  const head = reader.varint()
  const order = head & 2 ? reader.varint() : 0
  const lag = head & 1 ? reader.varint() : 0
  return { order, lag, length: Math.floor(head / 4) }
}

export function writeAnchor(packet: PacketWriter, anchor: Anchor): void {
  packet.byte(ITEM.anchor)
  packet.varint(anchor.column)
  packet.varint(anchor.row)
}

export function writeUnfollow(packet: PacketWriter, key: TopicKey, isGone: boolean, anchor: Anchor): void {
  packet.byte(isGone ? ITEM.gone : ITEM.unfollow)
  writeTopic(packet, key, anchor)
}

export function writeBases(packet: PacketWriter, { age, gap }: Span): void {
  packet.byte(ITEM.bases)
  packet.byte(age)
  packet.byte(gap)
}

/** @returns undefined for ages that are none */
export function readBases(reader: PacketReader): Span | undefined {
  const age = reader.byte()
  const gap = reader.byte()
  return age >= 1 && age <= BASE_TICKS_MAX && gap <= BASE_TICKS_MAX ? { age, gap } : undefined
}

export function writeStatics(
  packet: PacketWriter,
  entity: { readonly id: number; readonly kind: number },
  bytes: Uint8Array,
): void {
  packet.byte(ITEM.statics)
  packet.varint(entity.id)
  packet.byte(entity.kind)
  packet.varint(bytes.length)
  packet.copy(bytes, 0, bytes.length)
}

/** Bytes that `writeStatics` appends. */
export function staticsBytes(id: number, length: number): number {
  return 2 + varintBytes(id) + varintBytes(length) + length
}
