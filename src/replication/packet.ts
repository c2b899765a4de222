import { type TopicKey, topicKey, topicName } from './topic.ts'

/** Cells within this many steps of a packet's anchor are named in one byte. */
const NEAR_STEPS = 7
const NEAR_SIDE = 2 * NEAR_STEPS + 1
const NEAR_END = NEAR_SIDE * NEAR_SIDE

/** The first byte of an item, above the near cells [T12]. */
const CODE = {
  cell: 225,
  entity: 226,
  group: 227,
  world: 228,
  unfollow: 229,
  gone: 230,
  statics: 231,
} as const

/** The cell that a packet's near cells are counted from. */
export interface Anchor {
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
}

/** Bytes being put together for one packet, in fixed memory. Nothing is written past its end: ask `room` first. */
export class PacketWriter {
  readonly bytes: Uint8Array
  length = 0

  constructor(bytesMax: number) {
    this.bytes = new Uint8Array(bytesMax)
  }

  get room(): number {
    return this.bytes.length - this.length
  }

  byte(value: number): void {
    this.bytes[this.length++] = value
  }

  /** A count, 0 <= v < 2^53: seven bits a byte, lowest first, the eighth says that more follow. */
  varint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.length++] = rest
  }

  copy(from: Uint8Array, start: number, end: number): void {
    const { bytes } = this
    let at = this.length
    if (end - start > 48) bytes.set(from.subarray(start, end), at)
    else for (let i = start; i < end; i++) bytes[at++] = from[i]
    this.length += end - start
  }

  /** What was written: a view, good until the next write. */
  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

/** Bytes of a packet being taken apart. Past the end it answers zeros and `isBroken` is true from then on. */
export class PacketReader {
  #bytes: Uint8Array = new Uint8Array(0)
  at = 0
  isBroken = false

  reset(bytes: Uint8Array, at = 0): this {
    this.#bytes = bytes
    this.at = at
    this.isBroken = false
    return this
  }

  get left(): number {
    return this.isBroken ? 0 : this.#bytes.length - this.at
  }

  byte(): number {
    if (this.left < 1) {
      this.isBroken = true
      return 0
    }
    return this.#bytes[this.at++]
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 7; i++) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
    this.isBroken = true
    return 0
  }

  /** A view of the next `length` bytes; none, and broken, if so many are not left. */
  take(length: number): Uint8Array {
    if (!(length <= this.left)) {
      this.isBroken = true
      return new Uint8Array(0)
    }
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }
}

/** The bytes of a varint. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

/** Bytes that the name of any topic takes at most. */
export const NAME_BYTES_MAX = 6

export function writeTopic(packet: PacketWriter, key: TopicKey, anchor: Anchor): void {
  const { kind, id } = topicName(key)
  if (kind === 'cell') {
    const east = (id % anchor.columns) - anchor.column + NEAR_STEPS
    const north = Math.floor(id / anchor.columns) - anchor.row + NEAR_STEPS
    if (east >= 0 && east < NEAR_SIDE && north >= 0 && north < NEAR_SIDE) {
      packet.byte(east * NEAR_SIDE + north)
      return
    }
  }
  packet.byte(CODE[kind])
  if (kind !== 'world') packet.varint(id)
}

/** One thing a packet says. */
export type Item =
  | {
      readonly is: 'advance'
      readonly key: TopicKey
      readonly order: number
      readonly lag: number
      readonly bytes: Uint8Array
    }
  | { readonly is: 'unfollow'; readonly key: TopicKey; readonly isGone: boolean }
  | { readonly is: 'statics'; readonly id: number; readonly kind: number; readonly bytes: Uint8Array }

/** Chunks of one topic, at most. */
const CHUNKS_MAX = 4096

/** `lag`: ticks back to the advance it stands on for who is where; 0 when the receiver is known to have that. */
export function writeAdvanceHead(
  packet: PacketWriter,
  head: { key: TopicKey; order: number; lag: number; length: number },
  anchor: Anchor,
): void {
  writeTopic(packet, head.key, anchor)
  packet.varint(head.length * 4 + (head.order > 0 ? 2 : 0) + (head.lag > 0 ? 1 : 0))
  if (head.order > 0) packet.varint(head.order)
  if (head.lag > 0) packet.varint(head.lag)
}

export function writeUnfollow(packet: PacketWriter, key: TopicKey, isGone: boolean, anchor: Anchor): void {
  packet.byte(isGone ? CODE.gone : CODE.unfollow)
  writeTopic(packet, key, anchor)
}

export function writeStatics(
  packet: PacketWriter,
  entity: { readonly id: number; readonly kind: number },
  bytes: Uint8Array,
): void {
  packet.byte(CODE.statics)
  packet.varint(entity.id)
  packet.byte(entity.kind)
  packet.varint(bytes.length)
  packet.copy(bytes, 0, bytes.length)
}

/** Bytes that `writeStatics` appends. */
export function staticsBytes(id: number, length: number): number {
  return 2 + varintBytes(id) + varintBytes(length) + length
}

/** The next thing a packet says; undefined when it makes no sense, and then the reader is broken. */
export function readItem(reader: PacketReader, anchor: Anchor): Item | undefined {
  const code = reader.byte()
  if (code === CODE.statics) {
    const id = reader.varint()
    const kind = reader.byte()
    const bytes = reader.take(reader.varint())
    return reader.isBroken ? undefined : { is: 'statics', id, kind, bytes }
  }
  const isUnfollow = code === CODE.unfollow || code === CODE.gone
  const key = readTopic(reader, isUnfollow ? reader.byte() : code, anchor)
  if (key === undefined) {
    reader.isBroken = true
    return undefined
  }
  if (isUnfollow) return { is: 'unfollow', key, isGone: code === CODE.gone }
  const head = reader.varint()
  const order = head & 2 ? reader.varint() : 0
  const lag = head & 1 ? reader.varint() : 0
  const bytes = reader.take(Math.floor(head / 4))
  if (order >= CHUNKS_MAX) reader.isBroken = true
  return reader.isBroken ? undefined : { is: 'advance', key, order, lag, bytes }
}

function readTopic(reader: PacketReader, code: number, anchor: Anchor): TopicKey | undefined {
  if (code < NEAR_END) {
    const column = anchor.column + Math.floor(code / NEAR_SIDE) - NEAR_STEPS
    const row = anchor.row + (code % NEAR_SIDE) - NEAR_STEPS
    const isOnMap = column >= 0 && column < anchor.columns && row >= 0 && row < anchor.rows
    return isOnMap ? topicKey({ kind: 'cell', id: column + row * anchor.columns }) : undefined
  }
  if (code === CODE.world) return topicKey({ kind: 'world', id: 0 })
  const id = reader.varint()
  if (id > 0xffffffff) return undefined
  if (code === CODE.entity) return topicKey({ kind: 'entity', id })
  if (code === CODE.group) return topicKey({ kind: 'group', id })
  return code === CODE.cell && id < anchor.columns * anchor.rows ? topicKey({ kind: 'cell', id }) : undefined
}
