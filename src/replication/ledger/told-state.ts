import type { Vector3 } from '../../core/index.ts'
import { BitReader, decode, encode } from '../../wire/index.ts'
import { type AnyEntity, type AnyGame, exactRecord, type Kind } from '../../world/index.ts'
import type { Source } from './source.ts'

const AXES = ['x', 'y', 'z'] as const
const reader = new BitReader()

/** Writes into `entity` what was told of it: its place at `tick`, and its fields. */
export function readTold(source: Source, index: number, tick: number, entity: AnyEntity): void {
  const { ledger } = source
  const table = ledger.tables[ledger.entityKind[index]]
  const row = ledger.entityRow[index]
  placeTold(source, index, tick, entity)
  const { fields } = table.kind
  for (let f = 0; f < table.stride; f++) {
    const { name, field } = fields[f]
    const at = row * table.stride + f
    const blob = table.blobs[at]
    if (field.scalar) entity[name] = field.scalar.fromUnits(table.units[at])
    else if (blob) entity[name] = field.read(reader.reset(blob.bytes))
  }
}

/** Writes into `entity` where it was told to be at `tick`. */
export function placeTold({ ledger }: Source, index: number, tick: number, entity: AnyEntity): void {
  const table = ledger.tables[ledger.entityKind[index]]
  const { position } = table.kind
  if (!position) return
  const row = ledger.entityRow[index]
  const place = entity.position as unknown as Record<string, number>
  const isMotion = table.layout?.isMotion === true
  for (let axis = 0; axis < table.axes; axis++) {
    const units = isMotion ? table.placeAt(row, axis, tick) : table.place[row * table.axes + axis] + 0.5
    place[AXES[axis]] = units * position.unit
  }
}

/** Returns the tick as of which it was last told how an entity goes on; 0 for one that is not told of by motion. */
export function toldSince({ ledger }: Source, index: number): number {
  const table = ledger.tables[ledger.entityKind[index]]
  return table.layout?.isMotion ? table.start[ledger.entityRow[index]] : 0
}

/** Returns what was told of an entity, as bytes: for whoever takes it over. */
export function toldState(game: AnyGame, source: Source, index: number, tick: number): Uint8Array {
  const kind = game.kinds[source.ledger.entityKind[index]] as Kind
  const entity: AnyEntity = { id: 0, kind: kind.name }
  if (kind.position) entity.position = { ...(kind.position.initial as Vector3) }
  for (const { name, field } of kind.fields) entity[name] = field.initial
  readTold(source, index, tick, entity)
  return encode(exactRecord(kind), entity)
}

/** Gives an entity what was told of it. @returns false for bytes that are none */
export function giveTold(kind: Kind, entity: AnyEntity, bytes: Uint8Array): boolean {
  const told = decode(exactRecord(kind), bytes) as Record<string, unknown> | undefined
  if (!told) return false
  const { position, ...fields } = told
  if (position) Object.assign(entity.position as object, position)
  Object.assign(entity, fields)
  return true
}
