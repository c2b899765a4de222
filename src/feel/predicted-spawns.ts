import {
  type AnyEntity,
  type AnyGame,
  type EntityId,
  type Kind,
  type Neighbourhood,
  newEntity,
  settleFields,
} from '../world/index.ts'
import type { Truth } from './truth.ts'

/** The largest number of predicted entities: a step that makes more of them at once is a mistake. */
const SPAWNS_MAX = 64
/** How long a confirmed one is shown while the server's own is not in view yet, in seconds. */
const CONFIRMED_SECONDS = 2
const AXES = ['x', 'y', 'z'] as const

/** Hears what becomes of entities shown ahead of the server. */
export interface SpawnListener {
  /** Called when the player's step spawned it. Its id is negative until the server has sent it. */
  appeared(entity: AnyEntity, kind: Kind): void
  /** Called when it is gone: its own move ended it, or the server came to another result. */
  vanished(entity: AnyEntity, kind: Kind, why: 'removed' | 'withdrawn'): void
}

interface Spawn {
  /** Its state to show. */
  readonly entity: AnyEntity
  /** Its state after its last tick. */
  readonly self: AnyEntity
  readonly kind: Kind
  readonly born: number
  readonly ordinal: number
  /** The last tick in which it moved. */
  movedAt: number
  /** Its place a tick before. */
  readonly before: Record<string, number>
  /** The server's id for it; 0 until known. */
  confirmedAs: EntityId
  confirmedAt: number
  /** Whether the step made it again in the current replay of commands. */
  isMade: boolean
}

/**
 * Predicts the entities that the player's own steps spawn: shows them at once, until the server confirms them or
 * they are withdrawn.
 */
export class PredictedSpawns {
  readonly #game: AnyGame
  readonly #listener: SpawnListener
  readonly #spawns = new Set<Spawn>()
  #tick = 0
  #ordinal = -1
  #near: Neighbourhood | undefined
  #lastId = 0

  constructor(game: AnyGame, listener: SpawnListener) {
    this.#game = game
    this.#listener = listener
  }

  /** Yields those of one kind, as shown. */
  *entities(kind: string): Generator<AnyEntity> {
    for (const spawn of this.#spawns) if (spawn.kind.name === kind) yield spawn.entity
  }

  get count(): number {
    return this.#spawns.size
  }

  /** Begins a tick: what the step spawns belongs to it. */
  begin(tick: number, near: Neighbourhood): void {
    this.#tick = tick
    this.#ordinal = 0
    this.#near = near
  }

  /** Ends a tick after its step: moves what moves by itself. */
  end(): void {
    this.#ordinal = -1
    for (const spawn of this.#spawns) if (spawn.movedAt < this.#tick) this.#move(spawn)
  }

  /** Adds what the step spawns. What it spawns between two ticks, for a frame, is for that frame only. */
  add(kind: Kind, start: Record<string, unknown>): AnyEntity {
    if (this.#ordinal < 0 || this.#spawns.size >= SPAWNS_MAX) return newEntity(kind, 0, start)
    const ordinal = this.#ordinal++
    const known = this.#find(this.#tick, ordinal)
    if (known && known.kind === kind) {
      Object.assign(known.self, newEntity(kind, known.self.id, start))
      known.movedAt = this.#tick - 1
      known.isMade = true
      return known.self
    }
    if (known) this.#withdraw(known)
    const id = --this.#lastId
    const spawn: Spawn = {
      entity: newEntity(kind, id, start),
      self: newEntity(kind, id, start),
      kind,
      born: this.#tick,
      ordinal,
      movedAt: this.#tick - 1,
      before: {},
      confirmedAs: 0,
      confirmedAt: 0,
      isMade: true,
    }
    this.#spawns.add(spawn)
    this.#listener.appeared(spawn.entity, kind)
    return spawn.self
  }

  /** Rewinds to `tick`: every later tick is made again. */
  rewind(tick: number): void {
    for (const spawn of this.#spawns) spawn.isMade = spawn.born <= tick
  }

  /** Ends a replay: withdraws what the steps did not make again. */
  replayed(): void {
    for (const spawn of this.#spawns) if (!spawn.isMade && spawn.confirmedAs === 0) this.#withdraw(spawn)
  }

  /** Takes the server's word on what the player's steps have spawned up to a tick. */
  settle({ tick, spawned }: Truth): void {
    for (const spawn of this.#spawns) {
      if (spawn.confirmedAs !== 0) {
        const age = (tick - spawn.confirmedAt) * this.#game.secondsPerTick
        if (age > CONFIRMED_SECONDS) this.#end(spawn, 'removed')
        continue
      }
      if (spawn.born > tick) continue
      const told = spawned.find(
        ({ back, ordinal }) => tick - back === spawn.born && ordinal === spawn.ordinal,
      )
      if (told === undefined) this.#withdraw(spawn)
      else {
        spawn.confirmedAs = told.id
        spawn.confirmedAt = tick
      }
    }
  }

  /**
   * Replaces a predicted entity by the server's own, which is in view now. @returns what was shown in its place,
   * and is no longer
   */
  replaced(id: EntityId): AnyEntity | undefined {
    for (const spawn of this.#spawns) {
      if (spawn.confirmedAs !== id) continue
      this.#spawns.delete(spawn)
      return spawn.entity
    }
    return undefined
  }

  /** Writes the place of each, `share` of the way from the last tick to the next. */
  show(share: number): void {
    for (const { entity, self, kind, before } of this.#spawns) {
      for (const { name } of kind.fields) entity[name] = self[name]
      const [to, from] = [entity.position, self.position] as unknown as Record<string, number>[]
      if (to === undefined) continue
      for (const axis of AXES)
        if (axis in to) to[axis] = from[axis] + (from[axis] - (before[axis] ?? from[axis])) * share
    }
  }

  /** Removes all of them, as in another session. */
  clear(): void {
    for (const spawn of this.#spawns) this.#end(spawn, 'removed')
  }

  #move(spawn: Spawn): void {
    const { self, kind, before } = spawn
    spawn.movedAt = this.#tick
    if (self.position) Object.assign(before, self.position)
    const move = this.#game.moves?.[kind.name]
    if (!move) return
    const stays = move(self as never, this.#near as Neighbourhood)
    settleFields(kind, self)
    if (stays === false) this.#end(spawn, 'removed')
  }

  #find(born: number, ordinal: number): Spawn | undefined {
    for (const spawn of this.#spawns) if (spawn.born === born && spawn.ordinal === ordinal) return spawn
    return undefined
  }

  #withdraw(spawn: Spawn): void {
    this.#end(spawn, 'withdrawn')
  }

  #end(spawn: Spawn, why: 'removed' | 'withdrawn'): void {
    if (this.#spawns.delete(spawn)) this.#listener.vanished(spawn.entity, spawn.kind, why)
  }
}
