import { bitsFor } from '../../core/index.ts'
import { BitReader, BitWriter, type Field } from '../../wire/index.ts'
import { WORLDS } from './notes.ts'

/** Changes in one message, at most: more than have been without an answer for a second are given up. */
export const CHANGES_MAX = 32
/** Parts of a tick in which the delay of what a player is shown travels. */
const VIEW_STEPS = 8
const VIEW_MOST = 255 / VIEW_STEPS
const BYTES_MAX = 2048
const WORLD_BITS = bitsFor(WORLDS)

/** What a player wants from `tick` on. */
export interface Change<Command = unknown> {
  readonly tick: number
  readonly command: Command
}

/** What a client says of its player's commands. */
export interface NativeCommands<Command = unknown> {
  /** The tick up to which this is all there is to say. */
  readonly newest: number
  /** Ticks between `newest` and what the player is shown of others. */
  readonly viewDelay: number
  /** Oldest first. */
  readonly changes: readonly Change<Command>[]
}

/**
 * The body of a message of commands, and of a payload of them on a lane for state [N2], [N22].
 *
 * @param commands  at most 32 changes, each at most 2^21 ticks before `newest`
 * @param world     how many times the player was told of another world: of which their ticks are [N31]
 * @throws          `wire/out-of-range` for a command that is not the game's
 */
export function writeCommands<Command>(
  field: Field<Command>,
  commands: NativeCommands<Command>,
  world = 0,
): Uint8Array {
  const writer = new BitWriter(BYTES_MAX)
  const { newest, viewDelay, changes } = commands
  writer.varint(newest)
  writer.bits(Math.round(Math.min(Math.max(0, viewDelay), VIEW_MOST) * VIEW_STEPS), 8)
  writer.bits(world % WORLDS, WORLD_BITS)
  const last = changes.slice(Math.max(0, changes.length - CHANGES_MAX))
  writer.varint(last.length)
  for (const { tick, command } of last) {
    writer.varint(newest - tick)
    field.write(writer, command)
  }
  return writer.finish().slice()
}

/** @returns undefined when the bytes are not what `writeCommands` writes */
export function readCommands<Command>(
  field: Field<Command>,
  body: Uint8Array,
): (NativeCommands<Command> & { readonly world: number }) | undefined {
  const reader = new BitReader().reset(body)
  const newest = reader.varint()
  const viewDelay = reader.bits(8) / VIEW_STEPS
  const world = reader.bits(WORLD_BITS)
  const count = reader.varint()
  if (reader.isBroken || count > CHANGES_MAX) return undefined
  const changes: Change<Command>[] = []
  for (let i = 0; i < count; i++) {
    const back = reader.varint()
    const command = field.read(reader)
    const tick = newest - back
    if (reader.isBroken || tick < 0 || tick <= (changes.at(-1)?.tick ?? -1)) return undefined
    changes.push({ tick, command })
  }
  const left = reader.bitsLeft
  return left > 7 || reader.bits(left) !== 0 ? undefined : { newest, viewDelay, changes, world }
}
