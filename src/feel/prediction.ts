import type { Vector3 } from '../core/index.ts'
import type { WorldMap } from '../geometry/index.ts'
import { decode, type RecordField } from '../wire/index.ts'
import {
  type AnyEntity,
  type AnyGame,
  type CommandOf,
  type Difference,
  type EntityId,
  EntityState,
  exactRecord,
  GameCode,
  isLater,
  type Kind,
  mendFields,
  type Neighbourhood,
  newEntity,
  settleFields,
} from '../world/index.ts'
import type { PredictedSpawns } from './predicted-spawns.ts'
import { Smoothing } from './smoothing.ts'
import type { Truth } from './truth.ts'

/** The length of the history of commands and states, which the server's states are compared with, in seconds. */
const HISTORY_SECONDS = 4
const CORRECTIONS_KEPT = 32
/** The largest distance of a place from a map's corner, in metres. */
const PLACE_END = 2 ** 31

/** A misprediction: the server came to another result. */
export interface Correction extends Difference {
  readonly tick: number
}

interface Moment {
  tick: number
  command: unknown
  readonly state: EntityState
}

/**
 * Predicts the player's own character ahead of the server: moves it by the same `step` with the same commands, so
 * that it responds in the next frame, whatever the network does.
 *
 *     advance(tick, command) -> state of that tick, remembered
 *     correct(truth)         -> the same as remembered? nothing. Else: rewind to it, replay the commands since
 *     show(share, command)   -> the character between two ticks, what was wrong fading out
 *
 * Without the map it remembers the commands and the server's states, and goes on from there once it has the map.
 */
export class Prediction {
  readonly spawns: PredictedSpawns
  /** How many mispredictions there were since the session began. */
  correctionCount = 0
  /** The last corrections, newest last. */
  readonly corrections: Correction[] = []
  /** How many steps were made to show a tick, replays included, since the session began. */
  steps = 0
  readonly #game: AnyGame
  readonly #code: GameCode
  readonly #kind: Kind
  // biome-ignore lint/suspicious/noExplicitAny: its value type differs by kind
  readonly #record: RecordField<any>
  readonly #near: Neighbourhood & { seconds: number; map: WorldMap }
  readonly #self: AnyEntity
  readonly #shown: AnyEntity
  readonly #truth: EntityState
  readonly #moments: Moment[]
  readonly #smoothing: Smoothing
  #tick = 0
  /** The last tick that the server confirmed, and the last that the player made. */
  #truthTick = -1
  #newest = 0
  #hasMap: boolean
  /** The first tick on the current map: server states of earlier ticks were on another. */
  #since = 0
  #isReady = false
  #isShowing = false
  /** The player's command as of the last frame. */
  #wanted: unknown

  /** @param spawns  hears of the entities that the player's steps spawn */
  constructor(
    game: AnyGame,
    options: {
      map: WorldMap | undefined
      id: EntityId
      kind: Kind
      spawns: PredictedSpawns
      code?: GameCode
    },
  ) {
    const { map, id, kind, spawns, code = new GameCode() } = options
    this.#code = code
    this.#game = game
    this.#kind = kind
    this.spawns = spawns
    this.#record = exactRecord(kind)
    this.#self = newEntity(kind, id, {})
    this.#shown = newEntity(kind, id, {})
    this.#truth = new EntityState(kind)
    const moments = Math.ceil(HISTORY_SECONDS * game.ticksPerSecond)
    this.#moments = Array.from({ length: moments }, () => ({
      tick: -1,
      command: undefined,
      state: new EntityState(kind),
    }))
    this.#smoothing = new Smoothing()
    this.#hasMap = map !== undefined
    this.#near = {
      seconds: game.secondsPerTick,
      map: map as WorldMap,
      spawn: (name, start) => this.#spawn(name, start as Record<string, unknown>) as never,
    }
  }

  /** Whether the server has sent a state to go on from. */
  get isReady(): boolean {
    return this.#isReady
  }

  get id(): EntityId {
    return this.#self.id
  }

  /** The last tick made. */
  get tick(): number {
    return this.#tick
  }

  /**
   * Changes the map from tick `since` on, and goes on from the server's first state on it. Undefined while the
   * right map is not at hand.
   */
  changeMap(map: WorldMap | undefined, since: number): void {
    this.#hasMap = map !== undefined
    this.#near.map = map as WorldMap
    this.#since = since
    this.#isReady = false
    if (map && this.#truthTick >= since) this.#rewind(Math.max(this.#truthTick, this.#oldest))
    else this.#isShowing = false
  }

  /** Takes the character's fields that are sent once: a step may read them. */
  introduce(entity: AnyEntity): void {
    for (const name of this.#kind.staticNames) {
      this.#self[name] = entity[name]
      this.#shown[name] = entity[name]
    }
  }

  /** Makes one tick with the player's command; undefined for a player who has given none yet. */
  advance(tick: number, command: CommandOf<AnyGame> | undefined): void {
    this.#note(tick, command)
    this.#newest = tick
    if (!this.#isReady) return
    if (tick !== this.#tick + 1) this.#tick = tick - 1
    this.#make(tick, command)
  }

  /**
   * Compares the server's state of the character after a tick with the predicted one; where they differ, rewinds
   * and replays.
   *
   * @returns the correction; undefined where nothing was wrong
   */
  correct(truth: Truth): Correction | undefined {
    const { tick } = truth
    const value = decode(this.#record, truth.exact)
    // Ignore states from before the history, and places that no map has: neither can be gone on from.
    if (value === undefined || tick < this.#oldest || !isSomewhere(value.position as Vector3 | undefined))
      return undefined
    this.spawns.settle(truth)
    const before = this.#isReady ? this.#momentOf(tick) : undefined
    const known = before?.tick === tick ? before.state : undefined
    const told = { ...this.#self, ...value } as AnyEntity
    this.#truth.take(told)
    this.#truthTick = tick
    if (!this.#hasMap || tick < this.#since) return undefined
    const difference = known ? known.firstDifference(this.#truth) : undefined
    if (known && difference === undefined) return undefined
    const isFirst = !this.#isReady
    this.#rewind(tick)
    if (isFirst || difference === undefined) return undefined
    this.correctionCount++
    const correction = { tick, ...difference }
    this.corrections.push(correction)
    if (this.corrections.length > CORRECTIONS_KEPT) this.corrections.shift()
    return correction
  }

  /**
   * Writes the character as it is to be shown, `share` of the way from the last tick to the next, into `entity`.
   *
   * @param share  0 <= share <= 1
   * @param command  the player's current command
   * @param seconds  since the last frame; 0 for the first
   */
  show(
    entity: AnyEntity,
    { share, command, seconds }: { share: number; command: unknown; seconds: number },
  ): void {
    if (!this.#isReady) return
    const shown = this.#between(share, command)
    if (command !== this.#wanted && this.#isShowing) {
      // The command changed since the last frame: the place must not jump for it.
      const place = { ...shown.position } as Vector3
      this.#smoothing.moved(between(this.#between(share, this.#wanted).position as Vector3, place))
      this.#between(share, command)
    }
    this.#wanted = command
    const place = entity.position as Vector3
    // It was shown like others until now: it must not jump from there.
    if (!this.#isShowing && seconds > 0) this.#smoothing.begin(between(place, shown.position as Vector3))
    else if (!this.#isShowing) this.#smoothing.cut()
    this.#smoothing.follow(shown.position as never, seconds)
    this.#isShowing = true
    for (const { name } of this.#kind.fields) entity[name] = shown[name]
    this.#smoothing.write(entity.position as never)
  }

  /** The oldest tick remembered. */
  get #oldest(): number {
    return Math.max(this.#tick, this.#newest) - this.#moments.length + 1
  }

  #between(share: number, command: unknown): AnyEntity {
    const shown = this.#shown
    this.#momentOf(this.#tick).state.give(shown)
    if (command !== undefined && share > 0) this.#run(shown, command, share)
    return shown
  }

  #rewind(tick: number): void {
    const newest = Math.max(this.#tick, this.#newest, tick)
    const was = { ...this.#self.position } as Vector3
    this.#truth.give(this.#self)
    const moment = this.#momentOf(tick)
    if (moment.tick !== tick) moment.command = undefined
    moment.tick = tick
    moment.state.take(this.#self)
    this.#isReady = true
    this.#tick = tick
    this.spawns.rewind(tick)
    for (let next = tick + 1; next <= newest; next++) {
      const { tick: noted, command } = this.#momentOf(next)
      this.#make(next, noted === next ? command : this.#momentOf(next - 1).command)
    }
    this.spawns.replayed()
    this.#smoothing.moved(between(was, this.#self.position as Vector3))
  }

  /** Makes one whole tick and remembers it. */
  #make(tick: number, command: unknown): void {
    this.#tick = tick
    this.spawns.begin(tick, this.#near)
    if (command !== undefined) this.#run(this.#self, command, 1)
    this.#settle(this.#self)
    this.spawns.end()
    const moment = this.#momentOf(tick)
    moment.tick = tick
    moment.command = command
    moment.state.take(this.#self)
  }

  #run(self: AnyEntity, command: unknown, share: number): void {
    this.#near.seconds = this.#game.secondsPerTick * share
    try {
      const given: unknown = this.#game.step(self as never, command as never, this.#near)
      if (isLater(given)) this.#code.watch('step', this.#kind.name, given)
    } catch (error) {
      this.#code.failed('step', this.#kind.name, error)
    }
    this.#near.seconds = this.#game.secondsPerTick
    this.steps++
  }

  /** Restores values that a field cannot carry to what they were, as the server does. */
  #settle(self: AnyEntity): void {
    try {
      settleFields(this.#kind, self)
    } catch (error) {
      this.#code.failed('step', this.#kind.name, error)
      const before = this.#momentOf(this.#tick - 1)
      mendFields(this.#kind, self, before.tick === this.#tick - 1 ? before.state : undefined)
    }
  }

  #note(tick: number, command: unknown): void {
    const moment = this.#momentOf(tick)
    moment.tick = tick
    moment.command = command
    if (!this.#isReady) return
    // Ticks that the clock skipped hold the command before them.
    for (let missed = Math.max(this.#tick, tick - this.#moments.length) + 1; missed < tick; missed++) {
      const gap = this.#momentOf(missed)
      gap.tick = missed
      gap.command = this.#momentOf(this.#tick).command
      gap.state.take(this.#self)
    }
  }

  #momentOf(tick: number): Moment {
    return this.#moments[tick % this.#moments.length]
  }

  #spawn(name: string, start: Record<string, unknown>): AnyEntity {
    const kind = this.#game.kindByName.get(name)
    if (kind === undefined) throw new Error(`The game has no kind '${name}'.`)
    return this.spawns.add(kind, start)
  }
}

/** Returns whether a map could have this place. Sums of larger numbers may overflow. */
function isSomewhere(position: Vector3 | undefined): boolean {
  if (position === undefined) return true
  const { x, y, z = 0 } = position
  return Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) < PLACE_END
}

/** Returns the difference from `from` to `to`. */
function between(from: Vector3, to: Vector3): Vector3 {
  return { x: to.x - from.x, y: to.y - from.y, z: (to.z ?? 0) - (from.z ?? 0) }
}
