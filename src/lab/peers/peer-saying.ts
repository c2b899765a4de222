import { decode, type Field, integer, list, optional, record, uint64, varint } from '../../wire/index.ts'
import type { TagInput } from './tag-game.ts'

/** What one machine says to the others, each tick. */
export interface PeerSaying {
  /** Whose machine. */
  readonly from: number
  /** The tick of the first of the inputs; those of the ticks before it follow. */
  readonly newest: number
  readonly inputs: readonly TagInput[]
  /** What it made of a tick of which it knows all inputs; only now and then. */
  readonly confirmed?: { readonly tick: number; readonly hash: bigint } | undefined
  /** Up to which tick it has the inputs of each: `player0` and so on. */
  readonly known: Readonly<Record<string, number>>
}

const input: Field<TagInput> = record({
  east: integer({ min: -1, max: 1 }),
  north: integer({ min: -1, max: 1 }),
})

/** Describes what machines say to each other, for so many players and at most so many inputs. */
export function peerSaying(count: number, inputsMax: number): Field<PeerSaying> {
  const known: Record<string, Field<number>> = {}
  for (let player = 0; player < count; player++) known[knownKey(player)] = varint()
  return record('peer', {
    from: integer({ min: 0, max: 255 }),
    newest: varint(),
    inputs: list(input, { lengthMax: inputsMax }),
    confirmed: optional(record({ tick: varint(), hash: uint64() })),
    known: record(known),
  }) as unknown as Field<PeerSaying>
}

/** Returns under which name a message says up to which tick the inputs of a player are known. */
export function knownKey(player: number): string {
  return `player${player}`
}

/** Reads a message; undefined for bytes that are none. */
export function readSaying(message: Field<PeerSaying>, bytes: Uint8Array): PeerSaying | undefined {
  return decode(message, bytes)
}
