import type { PacketReader, PacketWriter } from '../../replication/index.ts'
import type { LeftOut, Notes, OwnNews } from '../conversation.ts'

/** Bits of the byte that says which notes stand between the tick and the items of a state [N9]. */
const HAS_MARGIN = 1
const HAS_OWN = 2
const HAS_LEFT_OUT = 4
/**
 * The shift to the rest of that byte: how many times the player has been told of another world, to tell which world
 * the state is of [N31].
 */
const WORLD_AT = 3
/** The modulus of the world count: it wraps to 0 here. */
export const WORLDS = 32

/** The margin up to which it travels exactly, in ms; beyond, it travels in coarser steps. */
const MARGIN_FINE = 64
const MARGIN_STEP = 8
const OWN_BYTES_MAX = 1024
const SPAWNED_MAX = 32

/** @param world  how many times the player has been told of another world */
export function writeNotes(packet: PacketWriter, { margin, own, leftOut }: Notes, world: number): void {
  const has =
    (margin === undefined ? 0 : HAS_MARGIN) |
    (own === undefined ? 0 : HAS_OWN) |
    (leftOut === undefined ? 0 : HAS_LEFT_OUT)
  packet.byte(has | ((world % WORLDS) << WORLD_AT))
  if (margin !== undefined) packet.byte(marginByte(margin))
  if (leftOut !== undefined) {
    packet.varint(leftOut.back)
    packet.varint(leftOut.ms)
  }
  if (own === undefined) return
  packet.varint(own.spawned.length)
  for (const { back, ordinal, id } of own.spawned) {
    packet.varint(back)
    packet.varint(ordinal)
    packet.varint(id)
  }
  packet.varint(own.exact.length)
  packet.copy(own.exact, 0, own.exact.length)
}

/**
 * @param world  how many times the player has been told of another world
 * @returns      undefined for bytes that `writeNotes` cannot have written, or for notes of another world
 */
export function readNotes(reader: PacketReader, world: number): Notes | undefined {
  const which = reader.byte()
  if (reader.isBroken || which >> WORLD_AT !== world % WORLDS) return undefined
  const notes: { margin?: number; own?: OwnNews; leftOut?: LeftOut } = {}
  if (which & HAS_MARGIN) notes.margin = marginOf(reader.byte())
  if (which & HAS_LEFT_OUT) notes.leftOut = { back: reader.varint(), ms: reader.varint() }
  if (which & HAS_OWN) {
    const spawned: OwnNews['spawned'][number][] = []
    const count = reader.varint()
    if (count > SPAWNED_MAX) return undefined
    for (let i = 0; i < count && !reader.isBroken; i++)
      spawned.push({ back: reader.varint(), ordinal: reader.varint(), id: reader.varint() })
    const length = reader.varint()
    if (length > OWN_BYTES_MAX) return undefined
    notes.own = { spawned, exact: reader.take(length) }
  }
  return reader.isBroken ? undefined : notes
}

/** Returns a margin in one byte: 128 + ms, and beyond 64 ms either way in steps of 8 ms. */
function marginByte(ms: number): number {
  const size = Math.abs(ms)
  const steps = size <= MARGIN_FINE ? size : MARGIN_FINE + (size - MARGIN_FINE) / MARGIN_STEP
  return Math.min(255, Math.max(0, 128 + Math.round(ms < 0 ? -steps : steps)))
}

function marginOf(byte: number): number {
  const steps = Math.abs(byte - 128)
  const ms = steps <= MARGIN_FINE ? steps : MARGIN_FINE + (steps - MARGIN_FINE) * MARGIN_STEP
  return byte < 128 ? -ms : ms
}
