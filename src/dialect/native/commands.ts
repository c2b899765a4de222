import { bitsFor } from '../../core/index.ts'
import { BitReader, BitWriter, type Field } from '../../wire/index.ts'
import { WORLDS } from './notes.ts'

/** The most changes in one message: with more than that unanswered for a second, the oldest are given up. */
export const CHANGES_MAX = 32
/** The number of steps per tick in which the view delay travels. */
const VIEW_STEPS = 8
const VIEW_MOST = 255 / VIEW_STEPS
const BYTES_MAX = 2048
const WORLD_BITS = bitsFor(WORLDS)

/** A change of a player's command, from `tick` on. */
export interface Change<Command = unknown> {
  readonly tick: number
  readonly command: Command
}

/** The contents of a client's message of commands. */
export interface NativeCommands<Command = unknown> {
  /** The tick up to which these commands are complete. */
  readonly newest: number
  /** The view delay: ticks between `newest` and the moment at which the player sees others. */
  readonly viewDelay: number
  /** The changes, oldest first. */
  readonly changes: readonly Change<Command>[]
}

/**
 * Writes the body of a message of commands, or of a payload of them on a lane for state [N2], [N22].
 *
 * @param commands  at most 32 changes, each at most 2^21 ticks before `newest`
 * @param world     how many times the player was told of another world, which tells whose ticks these are [N31]
 * @throws          `wire/out-of-range` for an invalid command
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

/** @returns undefined for bytes that `writeCommands` cannot have written */
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
