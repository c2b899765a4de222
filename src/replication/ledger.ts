import { ShardlessError } from '../core/index.ts'
import type { AnyGame, EntityId, Kind } from '../world/index.ts'
import { Grid } from '../world/index.ts'
import { grown, KindTable } from './kind-table.ts'
import { arrivalBitsMax } from './layout.ts'
import {
  type Departure,
  type Destination,
  type TopicKey,
  type TopicName,
  topicKey,
  topicName,
} from './topic.ts'

/** Bytes: the most that the changing state, or the once-told state, of one entity may take. It has to fit a packet. */
export const ENTITY_BYTES_MAX = 1000
/** Slots of a chunk, at most: 5 bits on the wire. */
export const SLOTS_MAX = 32
/** Departures a chunk remembers. Whoever was told less is told the whole chunk. */
const DEPARTURES_MAX = 64
const NOBODY = -1

/** A named stream of entity state, made of one chunk or more. */
export interface Topic {
  readonly key: TopicKey
  readonly name: TopicName
  readonly index: number
  /** Chunks in wire order. */
  readonly chunks: number[]
  /** Metres: the south-west corner that positions are measured from. */
  readonly east: number
  readonly north: number
  /** Counts up whenever a topic is opened, so that a name used again is told apart. */
  readonly born: number
}

/**
 * The published state of topics: what an author has told, or what a replica has been told. Both answer
 * `changesSince` from it, with the same code.
 *
 *     author --compare and set--> Ledger --changesSince--> bytes --apply--> Ledger --changesSince--> ...
 *
 * Entities are numbered densely (`index`), chunks too (`chunk`); both numbers are reused and never leave this room.
 */
export class Ledger {
  readonly game: AnyGame
  readonly grid: Grid
  readonly tables: readonly KindTable[]
  readonly slotsPerChunk: number
  /** Counts up whenever a topic gains a chunk, is opened or is closed: views look again. */
  version = 0

  // by chunk
  chunkTopic: Int32Array = new Int32Array(64)
  /** The tick of the last change of anything in the chunk, and the tick of the change before that. */
  chunkChanged: Int32Array = new Int32Array(64)
  chunkChangedBefore: Int32Array = new Int32Array(64)
  /** Departures up to and including this tick are forgotten. */
  chunkForgotten: Int32Array = new Int32Array(64)
  chunkCount: Int32Array = new Int32Array(64)
  slots: Int32Array = new Int32Array(64 * SLOTS_MAX).fill(NOBODY)
  readonly departures: Departure[][] = []
  readonly #freeChunks: number[] = []
  #chunks = 0

  // by entity index
  entityId: Float64Array = new Float64Array(256)
  entityKind: Uint8Array = new Uint8Array(256)
  entityRow: Int32Array = new Int32Array(256)
  entityChunk: Int32Array = new Int32Array(256)
  entitySlot: Uint8Array = new Uint8Array(256)
  entityArrived: Int32Array = new Int32Array(256)
  entityChanged: Int32Array = new Int32Array(256)
  readonly #freeEntities: number[] = []
  #entities = 0

  readonly #topics: (Topic | undefined)[] = []
  readonly #freeTopics: number[] = []
  readonly #topicByKey = new Map<TopicKey, Topic>()
  #births = 0

  constructor(game: AnyGame) {
    this.game = game
    this.grid = new Grid(game.map)
    this.tables = game.kinds.map((kind) => new KindTable(kind))
    let bitsMax = 1
    for (const kind of game.kinds) {
      const bits = arrivalBitsMax(game, kind)
      refuseLarge(kind, bits)
      bitsMax = Math.max(bitsMax, bits)
    }
    this.slotsPerChunk = Math.max(1, Math.min(SLOTS_MAX, Math.floor((ENTITY_BYTES_MAX * 8) / bitsMax)))
  }

  topic(index: number): Topic {
    return this.#topics[index] as Topic
  }

  topicByKey(key: TopicKey): Topic | undefined {
    return this.#topicByKey.get(key)
  }

  get topics(): IterableIterator<Topic> {
    return this.#topicByKey.values()
  }

  /** The topic of this name, opened if it was not. */
  open(name: TopicName): Topic {
    const key = topicKey(name)
    const known = this.#topicByKey.get(key)
    if (known) return known
    const index = this.#freeTopics.pop() ?? this.#topics.length
    const corner = this.cornerOf(name)
    const topic: Topic = { key, name, index, chunks: [], ...corner, born: ++this.#births }
    this.#topics[index] = topic
    this.#topicByKey.set(key, topic)
    this.#addChunk(topic)
    return topic
  }

  /** Metres: what a topic's positions are measured from. */
  cornerOf(name: TopicName): { readonly east: number; readonly north: number } {
    if (name.kind !== 'cell') return { east: 0, north: 0 }
    const { cellSize, columns } = this.grid
    return { east: (name.id % columns) * cellSize, north: Math.floor(name.id / columns) * cellSize }
  }

  /** Forgets a topic. Its entities must have departed. */
  close(topic: Topic): void {
    for (const chunk of topic.chunks) this.#freeChunks.push(chunk)
    this.#topics[topic.index] = undefined
    this.#freeTopics.push(topic.index)
    this.#topicByKey.delete(topic.key)
    this.version++
  }

  /** The chunk at this place of a topic's order, made if it was not (a replica is told of it out of order). */
  chunkAt(topic: Topic, order: number): number {
    while (topic.chunks.length <= order) this.#addChunk(topic)
    return topic.chunks[order]
  }

  /** Puts a new entity into a topic, in its first free slot. Its values are zero. */
  arrive(entity: { id: EntityId; kind: number }, topic: Topic, tick: number): number {
    const chunk = this.#chunkWithRoom(topic)
    let slot = 0
    while (this.slots[chunk * SLOTS_MAX + slot] !== NOBODY) slot++
    return this.arriveAt(entity, { chunk, slot }, tick)
  }

  /** Puts a new entity into a given slot, which must be free. */
  arriveAt(
    entity: { id: EntityId; kind: number },
    at: { chunk: number; slot: number },
    tick: number,
  ): number {
    const index = this.#freeEntities.pop() ?? this.#entities++
    if (index >= this.entityId.length) this.#growEntities()
    this.entityId[index] = entity.id
    this.entityKind[index] = entity.kind
    this.entityRow[index] = this.tables[entity.kind].take()
    this.#occupy(index, at, tick)
    return index
  }

  /** Moves an entity to another topic: a departure here, an arrival there. */
  move(index: number, topic: Topic, destination: Destination, tick: number): void {
    this.#vacate(index, destination, tick)
    const chunk = this.#chunkWithRoom(topic)
    let slot = 0
    while (this.slots[chunk * SLOTS_MAX + slot] !== NOBODY) slot++
    this.#occupy(index, { chunk, slot }, tick)
  }

  /** Takes an entity out. */
  depart(index: number, destination: Destination, tick: number): void {
    this.#vacate(index, destination, tick)
    this.tables[this.entityKind[index]].free(this.entityRow[index])
    this.entityChunk[index] = NOBODY
    this.#freeEntities.push(index)
  }

  /** Notes that something of an entity changed at `tick`. */
  touch(index: number, tick: number): void {
    this.entityChanged[index] = tick
    this.#touchChunk(this.entityChunk[index], tick)
  }

  /** Whether `chunk` is still one of `topic`'s: both numbers are reused. */
  holds(topic: Topic, chunk: number): boolean {
    return this.#topics[topic.index] === topic && this.chunkTopic[chunk] === topic.index
  }

  #touchChunk(chunk: number, tick: number): void {
    const changed = this.chunkChanged[chunk]
    if (changed === tick) return
    this.chunkChangedBefore[chunk] = changed
    this.chunkChanged[chunk] = tick
  }

  #occupy(index: number, at: { chunk: number; slot: number }, tick: number): void {
    this.slots[at.chunk * SLOTS_MAX + at.slot] = index
    this.chunkCount[at.chunk]++
    this.entityChunk[index] = at.chunk
    this.entitySlot[index] = at.slot
    this.entityArrived[index] = tick
    this.entityChanged[index] = tick
    this.#touchChunk(at.chunk, tick)
  }

  #vacate(index: number, destination: Destination, tick: number): void {
    const chunk = this.entityChunk[index]
    const slot = this.entitySlot[index]
    this.slots[chunk * SLOTS_MAX + slot] = NOBODY
    this.chunkCount[chunk]--
    const log = this.departures[chunk]
    if (log.length === DEPARTURES_MAX) this.chunkForgotten[chunk] = (log.shift() as Departure).tick
    log.push({ slot, tick: tick as Departure['tick'], destination })
    this.#touchChunk(chunk, tick)
  }

  #chunkWithRoom(topic: Topic): number {
    for (const chunk of topic.chunks) if (this.chunkCount[chunk] < this.slotsPerChunk) return chunk
    return this.#addChunk(topic)
  }

  #addChunk(topic: Topic): number {
    const chunk = this.#freeChunks.pop() ?? this.#chunks++
    if (chunk >= this.chunkTopic.length) this.#growChunks()
    this.chunkTopic[chunk] = topic.index
    this.chunkChanged[chunk] = 0
    this.chunkChangedBefore[chunk] = 0
    this.chunkForgotten[chunk] = 0
    this.chunkCount[chunk] = 0
    this.slots.fill(NOBODY, chunk * SLOTS_MAX, (chunk + 1) * SLOTS_MAX)
    this.departures[chunk] = []
    topic.chunks.push(chunk)
    this.version++
    return chunk
  }

  #growChunks(): void {
    const size = this.chunkTopic.length * 2
    this.chunkTopic = grown(this.chunkTopic, new Int32Array(size))
    this.chunkChanged = grown(this.chunkChanged, new Int32Array(size))
    this.chunkChangedBefore = grown(this.chunkChangedBefore, new Int32Array(size))
    this.chunkForgotten = grown(this.chunkForgotten, new Int32Array(size))
    this.chunkCount = grown(this.chunkCount, new Int32Array(size))
    this.slots = grown(this.slots, new Int32Array(size * SLOTS_MAX).fill(NOBODY))
  }

  #growEntities(): void {
    const size = this.entityId.length * 2
    this.entityId = grown(this.entityId, new Float64Array(size))
    this.entityKind = grown(this.entityKind, new Uint8Array(size))
    this.entityRow = grown(this.entityRow, new Int32Array(size))
    this.entityChunk = grown(this.entityChunk, new Int32Array(size))
    this.entitySlot = grown(this.entitySlot, new Uint8Array(size))
    this.entityArrived = grown(this.entityArrived, new Int32Array(size))
    this.entityChanged = grown(this.entityChanged, new Int32Array(size))
  }
}

function refuseLarge(kind: Kind, bits: number): void {
  for (const [what, size] of [
    ['changing', bits],
    ['once-told', kind.statics.bitsMax],
  ] as const)
    if (size > ENTITY_BYTES_MAX * 8)
      throw new ShardlessError(
        'replication/entity-too-large',
        `the ${what} fields of '${kind.name}' can take ${Math.ceil(size / 8)} bytes; ${ENTITY_BYTES_MAX} are the most, so that one packet holds them. Narrow a text or a list, or split the entity in two.`,
      )
}

/** The topic of a key, for a ledger that follows rather than authors. */
export function openByKey(ledger: Ledger, key: TopicKey): Topic {
  return ledger.topicByKey(key) ?? ledger.open(topicName(key))
}
