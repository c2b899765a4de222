import { ShardlessError } from '../../core/index.ts'
import { Grid } from '../../geometry/index.ts'
import type { AnyGame, EntityId, Kind } from '../../world/index.ts'
import { arrivalBitsMax } from '../encoding/position-layout.ts'
import { grown } from './columns.ts'
import { Departures } from './departures.ts'
import { Districts } from './districts.ts'
import { KindTable } from './kind-table.ts'
import { cellOf, type Destination, type TopicKey, type TopicName, topicName } from './topic.ts'

/** The most bytes of the changing state, or of the once-told state, of one entity: it has to fit a packet. */
export const ENTITY_BYTES_MAX = 1000
/** The most slots of a chunk: 5 bits on the wire. */
export const SLOTS_MAX = 32
/** Marks a free slot. */
export const NOBODY = -1

/** A named stream of entity state, made of one chunk or more. */
export interface Topic {
  readonly key: TopicKey
  readonly name: TopicName
  readonly index: number
  /** The chunks, in wire order. */
  readonly chunks: number[]
  /** The south-west corner from which positions are measured, in metres. */
  readonly east: number
  readonly north: number
  /** A number that no other topic ever has, so that a name used again is told apart. */
  readonly born: number
  /** Set to a new number whenever the topic gains a chunk. */
  version: number
}

/**
 * The published state of topics: what an author has told, or a replica has been told. Both answer `Changes.since`
 * from it, with the same code.
 *
 *     author --compare and set--> Ledger --since--> bytes --receive--> Ledger --since--> ...
 *
 * Entities are numbered densely (`index`), chunks too (`chunk`); both numbers are reused and never leave this room.
 */
export class Ledger {
  readonly game: AnyGame
  readonly grid: Grid
  readonly tables: readonly KindTable[]
  readonly slotsPerChunk: number
  /** Changes whenever a topic is opened, closed, or gains a chunk: then views look again. */
  version = 0
  /** Where on the map that last happened; and when it last did for a topic without a place. */
  readonly districts: Districts
  placelessVersion = 0
  /** The last tick that followers were told of: what is published afterwards belongs to a later one. */
  begun = 0
  /** By cell: its topic's version; 0 while it has none. */
  readonly cellVersion: Int32Array
  /** By cell: the first chunk of its topic; NOBODY while it has none. */
  readonly cellChunk: Int32Array

  // by chunk
  chunkTopic: Int32Array = new Int32Array(0)
  /** The next chunk of the same topic; NOBODY after the last. */
  chunkNext: Int32Array = new Int32Array(0)
  /** By chunk: the topic's `born`. */
  chunkBorn: Int32Array = new Int32Array(0)
  /** By chunk: the first tick that may tell of it. Earlier ticks told of another. */
  chunkOpened: Int32Array = new Int32Array(0)
  /** By chunk: the tick of its last change, and the tick of the change before. */
  chunkChanged: Int32Array = new Int32Array(0)
  chunkChangedBefore: Int32Array = new Int32Array(0)
  chunkCount: Int32Array = new Int32Array(0)
  /** By chunk: the district that it lies in; NOBODY without a place. */
  chunkDistrict: Int32Array = new Int32Array(0)
  /** The tick of the last change in topics without a place. */
  placelessChanged = 0
  /** By chunk * SLOTS_MAX + slot: the entity there. */
  slots: Int32Array = new Int32Array(0)
  readonly departures = new Departures()
  readonly #freeChunks: number[] = []
  #chunks = 0

  // by entity index
  entityId: Float64Array = new Float64Array(0)
  entityKind: Uint8Array = new Uint8Array(0)
  entityRow: Int32Array = new Int32Array(0)
  entityChunk: Int32Array = new Int32Array(0)
  entitySlot: Uint8Array = new Uint8Array(0)
  entityArrived: Int32Array = new Int32Array(0)
  entityChanged: Int32Array = new Int32Array(0)
  /** By entity: the chunk it was in before this one; NOBODY for a new one. */
  entityFrom: Int32Array = new Int32Array(0)
  readonly #freeEntities: number[] = []
  #entities = 0

  readonly #topics: (Topic | undefined)[] = []
  readonly #freeTopics: number[] = []
  readonly #topicByKey = new Map<TopicKey, Topic>()

  /** @throws `replication/entity-too-large`, `replication/too-fast`, `replication/too-fine` */
  constructor(game: AnyGame) {
    this.game = game
    this.grid = new Grid(game.map)
    this.districts = new Districts(this.grid)
    this.cellVersion = new Int32Array(this.grid.cells)
    this.cellChunk = new Int32Array(this.grid.cells).fill(NOBODY)
    this.tables = game.kinds.map((kind) => new KindTable(game, kind))
    let bitsMax = 1
    for (const kind of game.kinds) {
      const bits = arrivalBitsMax(game, kind)
      refuseLarge(kind, bits)
      bitsMax = Math.max(bitsMax, bits)
    }
    this.slotsPerChunk = Math.max(1, Math.min(SLOTS_MAX, Math.floor((ENTITY_BYTES_MAX * 8) / bitsMax)))
    this.#growChunks()
    this.#growEntities()
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

  /** How many topics are open, and of how many chunks they consist. */
  get sizes(): { readonly topics: number; readonly chunks: number } {
    return { topics: this.#topicByKey.size, chunks: this.#chunks - this.#freeChunks.length }
  }

  /** Returns the version of a topic; 0 while there is none of that name. */
  versionOf(key: TopicKey): number {
    return this.#topicByKey.get(key)?.version ?? 0
  }

  /** Returns the topic of this name; opens it if needed. */
  open(key: TopicKey): Topic {
    const known = this.#topicByKey.get(key)
    if (known) return known
    const name = topicName(key)
    const index = this.#freeTopics.pop() ?? this.#topics.length
    const born = this.version + 1
    const topic: Topic = { key, name, index, chunks: [], ...this.#cornerOf(name), born, version: 0 }
    this.#topics[index] = topic
    this.#topicByKey.set(key, topic)
    this.addChunk(topic)
    return topic
  }

  /** Forgets a topic. Its entities must have departed. */
  close(topic: Topic): void {
    for (const chunk of topic.chunks) this.#freeChunks.push(chunk)
    this.#topics[topic.index] = undefined
    this.#freeTopics.push(topic.index)
    this.#topicByKey.delete(topic.key)
    this.version++
    const cell = this.#noteVersion(topic)
    if (cell === undefined) return
    this.cellVersion[cell] = 0
    this.cellChunk[cell] = NOBODY
  }

  /** Returns whether a topic is empty. */
  isEmpty(topic: Topic): boolean {
    for (const chunk of topic.chunks) if (this.chunkCount[chunk] > 0) return false
    return true
  }

  /** Puts a new entity into a topic, in its first free slot. Its values are zero. @returns its index */
  arrive(entity: { id: EntityId; kind: number }, topic: Topic, tick: number): number {
    const chunk = this.#chunkWithRoom(topic)
    return this.arriveAt(entity, { chunk, slot: this.#freeSlot(chunk) }, tick)
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
    this.entityFrom[index] = NOBODY
    this.#occupy(index, at.chunk, at.slot, tick)
    return index
  }

  /** Moves an entity to another topic: a departure here, an arrival there. */
  move(index: number, topic: Topic, destination: Destination, tick: number): void {
    this.entityFrom[index] = this.entityChunk[index]
    this.#vacate(index, destination, tick)
    const chunk = this.#chunkWithRoom(topic)
    this.#occupy(index, chunk, this.#freeSlot(chunk), tick)
  }

  /** Takes an entity out of its slot. */
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

  /** Gives a topic one more chunk. @returns the chunk */
  addChunk(topic: Topic): number {
    const chunk = this.#freeChunks.pop() ?? this.#chunks++
    if (chunk >= this.chunkTopic.length) this.#growChunks()
    this.chunkTopic[chunk] = topic.index
    this.chunkNext[chunk] = NOBODY
    this.chunkBorn[chunk] = topic.born
    this.chunkOpened[chunk] = this.begun + 1
    this.chunkChanged[chunk] = 0
    this.chunkChangedBefore[chunk] = 0
    this.chunkCount[chunk] = 0
    this.slots.fill(NOBODY, chunk * SLOTS_MAX, (chunk + 1) * SLOTS_MAX)
    this.departures.clear(chunk)
    if (topic.chunks.length > 0) this.chunkNext[topic.chunks[topic.chunks.length - 1]] = chunk
    topic.chunks.push(chunk)
    topic.version = ++this.version
    const cell = this.#noteVersion(topic)
    this.chunkDistrict[chunk] = cell === undefined ? NOBODY : this.districts.at(cell)
    if (cell === undefined) return chunk
    this.cellVersion[cell] = topic.version
    this.cellChunk[cell] = topic.chunks[0]
    return chunk
  }

  /** Notes where the version changed. @returns the topic's cell, if it has one */
  #noteVersion(topic: Topic): number | undefined {
    const cell = cellOf(topic.key)
    if (cell === undefined) this.placelessVersion = this.version
    else this.districts.note(cell, this.version)
    return cell
  }

  #touchChunk(chunk: number, tick: number): void {
    const changed = this.chunkChanged[chunk]
    if (changed === tick) return
    this.chunkChangedBefore[chunk] = changed
    this.chunkChanged[chunk] = tick
    const district = this.chunkDistrict[chunk]
    if (district >= 0) this.districts.touch(district, tick)
    else this.placelessChanged = tick
  }

  #occupy(index: number, chunk: number, slot: number, tick: number): void {
    this.slots[chunk * SLOTS_MAX + slot] = index
    this.chunkCount[chunk]++
    this.entityChunk[index] = chunk
    this.entitySlot[index] = slot
    this.entityArrived[index] = tick
    this.entityChanged[index] = tick
    this.#touchChunk(chunk, tick)
  }

  #vacate(index: number, destination: Destination, tick: number): void {
    const chunk = this.entityChunk[index]
    const slot = this.entitySlot[index]
    this.slots[chunk * SLOTS_MAX + slot] = NOBODY
    this.chunkCount[chunk]--
    this.departures.note(chunk, slot, destination, tick)
    this.#touchChunk(chunk, tick)
  }

  #chunkWithRoom(topic: Topic): number {
    const { chunks } = topic
    for (let i = 0; i < chunks.length; i++)
      if (this.chunkCount[chunks[i]] < this.slotsPerChunk) return chunks[i]
    return this.addChunk(topic)
  }

  #freeSlot(chunk: number): number {
    let slot = 0
    while (this.slots[chunk * SLOTS_MAX + slot] !== NOBODY) slot++
    return slot
  }

  #cornerOf(name: TopicName): { readonly east: number; readonly north: number } {
    if (name.kind !== 'cell') return { east: 0, north: 0 }
    const { cellSize, columns } = this.grid
    return { east: (name.id % columns) * cellSize, north: Math.floor(name.id / columns) * cellSize }
  }

  #growChunks(): void {
    const size = Math.max(64, this.chunkTopic.length * 2)
    this.chunkTopic = grown(this.chunkTopic, new Int32Array(size))
    this.chunkNext = grown(this.chunkNext, new Int32Array(size))
    this.chunkBorn = grown(this.chunkBorn, new Int32Array(size))
    this.chunkOpened = grown(this.chunkOpened, new Int32Array(size))
    this.chunkChanged = grown(this.chunkChanged, new Int32Array(size))
    this.chunkChangedBefore = grown(this.chunkChangedBefore, new Int32Array(size))
    this.chunkCount = grown(this.chunkCount, new Int32Array(size))
    this.chunkDistrict = grown(this.chunkDistrict, new Int32Array(size))
    this.slots = grown(this.slots, new Int32Array(size * SLOTS_MAX).fill(NOBODY))
    this.departures.grow(size)
  }

  #growEntities(): void {
    const size = Math.max(256, this.entityId.length * 2)
    this.entityId = grown(this.entityId, new Float64Array(size))
    this.entityKind = grown(this.entityKind, new Uint8Array(size))
    this.entityRow = grown(this.entityRow, new Int32Array(size))
    this.entityChunk = grown(this.entityChunk, new Int32Array(size))
    this.entitySlot = grown(this.entitySlot, new Uint8Array(size))
    this.entityArrived = grown(this.entityArrived, new Int32Array(size))
    this.entityChanged = grown(this.entityChanged, new Int32Array(size))
    this.entityFrom = grown(this.entityFrom, new Int32Array(size))
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
