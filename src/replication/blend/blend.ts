import type { AnyGame, EntityId } from '../../world/index.ts'
import { isBlob } from '../encoding/state-reader.ts'
import type { Blob, KindTable } from '../ledger/kind-table.ts'
import { Ledger, type Topic } from '../ledger/ledger.ts'
import type { Source } from '../ledger/source.ts'
import { ELSEWHERE, REMOVED, stepTo, topicKey } from '../ledger/topic.ts'

/**
 * One source made of several: each entity is taken from the one that speaks for it. It can be followed as an author
 * can; followers do not notice when an entity goes on in another source.
 *
 *     sources --take(source, index)--> Blend --Desk--> views
 */
export class Blend implements Source {
  readonly ledger: Ledger
  /** By entity: its index here, and its once-told fields. */
  readonly #entities = new Map<EntityId, { readonly index: number; statics: Uint8Array | undefined }>()

  constructor(game: AnyGame) {
    this.ledger = new Ledger(game)
  }

  staticsOf(index: number): Uint8Array | undefined {
    return this.#entities.get(this.ledger.entityId[index])?.statics
  }

  /** Returns whether an entity is in it. */
  has(id: EntityId): boolean {
    return this.#entities.has(id)
  }

  /** Brings an entity to what a source has of it now. @param hasJumped  whether its last move there was a jump */
  take(source: Source, index: number, hasJumped = false): void {
    const { ledger } = this
    const from = source.ledger
    const id = from.entityId[index]
    const kind = from.entityKind[index]
    const known = this.#entities.get(id)
    if (known && ledger.entityKind[known.index] !== kind) this.remove(id, true)
    const topic = ledger.open(topicKey(from.topic(from.chunkTopic[from.entityChunk[index]]).name))
    const stamp = this.#stamp
    const statics = source.staticsOf(index)
    let entity = this.#entities.get(id)
    const isNew = entity === undefined
    if (entity === undefined) {
      entity = { index: ledger.arrive({ id, kind }, topic, stamp), statics }
      this.#entities.set(id, entity)
    }
    entity.statics = statics
    const here = this.#topicOf(entity.index)
    const isElsewhere = here !== topic
    if (isElsewhere) ledger.move(entity.index, topic, stepTo(ledger.grid, here.name, topic.name), stamp)
    const [table, row] = [ledger.tables[kind], ledger.entityRow[entity.index]]
    const other = { table: from.tables[kind], row: from.entityRow[index] }
    const hasMoved = copyPlace(table, row, other, { stamp, isWhole: isNew || isElsewhere, hasJumped })
    const hasChanged = copyFields(table, row, other, stamp, isNew)
    if (hasMoved || hasChanged) ledger.touch(entity.index, stamp)
    if (hasMoved || hasChanged || isNew) table.remember(row, stamp, stamp)
  }

  /** Has an entity stand where it was told to be at a tick, until it is taken again. */
  stand(id: EntityId, tick: number): void {
    const entity = this.#entities.get(id)
    if (!entity) return
    const { ledger } = this
    const table = ledger.tables[ledger.entityKind[entity.index]]
    const row = ledger.entityRow[entity.index]
    if (table.layout?.isMotion !== true || !table.isMoving(row, tick)) return
    table.move(row, this.#stamp, false)
    for (let axis = 0; axis < table.axes; axis++) {
      const at = row * table.axes + axis
      table.place[at] = table.placeAt(row, axis, Math.max(tick, table.start[row]))
      table.velocity[at] = 0
    }
    table.start[row] = Math.max(tick, table.start[row])
    table.speed[row] = 0
    table.direction[row] = -1
    ledger.touch(entity.index, this.#stamp)
  }

  /** Takes an entity out. @param isGone  whether it is no more in the world */
  remove(id: EntityId, isGone: boolean): void {
    const entity = this.#entities.get(id)
    if (!entity) return
    this.#entities.delete(id)
    this.ledger.depart(entity.index, isGone ? REMOVED : ELSEWHERE, this.#stamp)
  }

  /** The tick as of which news are noted: the next that followers are told of. */
  get #stamp(): number {
    return this.ledger.begun + 1
  }

  #topicOf(index: number): Topic {
    return this.ledger.topic(this.ledger.chunkTopic[this.ledger.entityChunk[index]])
  }
}

interface Row {
  readonly table: KindTable
  readonly row: number
}

/** @returns whether the place is told anew */
function copyPlace(
  table: KindTable,
  row: number,
  from: Row,
  by: { readonly stamp: number; readonly isWhole: boolean; readonly hasJumped: boolean },
): boolean {
  const { axes } = table
  if (axes === 0) return false
  const start = from.table.start[from.row]
  const speed = from.table.speed[from.row]
  let isSame = table.start[row] === start && table.speed[row] === speed
  // A turn is told to whom has the segment before it, and begins before the tick that tells it.
  let isContinuous = !by.isWhole && !by.hasJumped && start < by.stamp && table.moved[row] < by.stamp
  for (let axis = 0; axis < axes; axis++) {
    const [at, there] = [row * axes + axis, from.row * axes + axis]
    isSame &&=
      table.place[at] === from.table.place[there] && table.velocity[at] === from.table.velocity[there]
    isContinuous &&= table.placeAt(row, axis, start) === from.table.place[there]
  }
  if (isSame && !by.isWhole && !by.hasJumped) return false
  const isTurn = isContinuous && table.speed[row] === speed
  table.direction[row] = isTurn ? from.table.direction[from.row] : -1
  table.speed[row] = speed
  table.move(row, by.stamp, isContinuous && table.layout?.isMotion === true)
  table.start[row] = start
  if (by.hasJumped) table.jumped[row] = by.stamp
  for (let axis = 0; axis < axes; axis++) {
    const [at, there] = [row * axes + axis, from.row * axes + axis]
    table.place[at] = from.table.place[there]
    table.velocity[at] = from.table.velocity[there]
  }
  return true
}

/** @returns whether a field is told anew */
function copyFields(table: KindTable, row: number, from: Row, stamp: number, isNew: boolean): boolean {
  const { stride } = table
  let hasChanged = false
  for (let f = 0; f < stride; f++) {
    const [at, there] = [row * stride + f, from.row * stride + f]
    const units = from.table.units[there]
    const blob = from.table.blobs[there]
    const isSame = table.units[at] === units && isSameBlob(table.blobs[at], blob)
    if (isSame && !isNew) continue
    table.units[at] = units
    table.blobs[at] = blob
    table.changed[at] = stamp
    hasChanged = true
  }
  return hasChanged
}

function isSameBlob(one: Blob | undefined, other: Blob | undefined): boolean {
  return one === other || (other !== undefined && isBlob(one, other.bytes, other.bits))
}
