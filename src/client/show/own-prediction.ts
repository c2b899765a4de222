import type { Vector3 } from '../../core/index.ts'
import { type Instant, instant } from '../../core/index.ts'
import {
  type Correction,
  Lead,
  PredictedSpawns,
  Prediction,
  type SpawnListener,
  type TickClock,
  type Truth,
} from '../../feel/index.ts'
import type { WorldMap } from '../../geometry/index.ts'
import type { AnyEntity, AnyGame, EntityId, GameCode, Kind } from '../../world/index.ts'
import type { ClientStats } from '../client-stats.ts'

/** The longest hitch that is made up for, in ticks; a longer one is skipped, as the server skips its own. */
const CATCH_UP_TICKS = 5
/**
 * After how many milliseconds without news the player's ticks wait for the next: beyond that they would be further
 * ahead than can be taken back soon.
 */
const HOLD_MS = 1000
/**
 * The time in which a confirmed predicted entity moves from its predicted place to the server's, in milliseconds.
 */
const BLEND_MS = 300
const AXES = ['x', 'y', 'z'] as const

interface Options extends SpawnListener {
  readonly clock: TickClock
  /** Whether to predict: without a map nothing is predicted. */
  readonly isPredicting: boolean
  /** Contains what the game's rules throw. */
  readonly code: GameCode
}

/** The offset from the server's place when the entity was taken over, and the start of its fade-out. */
interface Blend {
  readonly offset: Record<string, number>
  readonly since: number
}

/** Runs the player's ticks ahead of the server, each with its command, and predicts the results. */
export class OwnPrediction {
  readonly spawns: PredictedSpawns
  readonly #game: AnyGame
  readonly #options: Options
  readonly #lead: Lead
  readonly #tickMs: number
  readonly #blends = new Map<number, Blend>()
  #prediction: Prediction | undefined
  #map: WorldMap | undefined
  #mapSince = 0
  #tick = 0
  /** When the server's last news came. */
  #newsAt = 0
  #isPaused = true

  constructor(game: AnyGame, options: Options) {
    this.#game = game
    this.#options = options
    this.#lead = new Lead(options.clock, game.ticksPerSecond)
    this.#tickMs = 1000 / game.ticksPerSecond
    this.spawns = new PredictedSpawns(game, options)
  }

  /** The player's last tick. */
  get tick(): number {
    return this.#tick
  }

  get stats(): Pick<ClientStats, 'leadMs' | 'marginMs' | 'isPredicting' | 'corrections' | 'lastCorrection'> {
    const prediction = this.#prediction
    return {
      leadMs: this.#lead.ticks * this.#tickMs,
      marginMs: this.#lead.marginMs,
      isPredicting: prediction?.isReady === true,
      corrections: prediction?.correctionCount ?? 0,
      lastCorrection: prediction?.corrections.at(-1),
    }
  }

  /** The last mispredictions, newest last. */
  get corrections(): readonly Correction[] {
    return this.#prediction?.corrections ?? []
  }

  /** Begins or resumes a session; greeting and welcome took `rttMs`. */
  begin(rttMs: number, now: Instant): void {
    this.#lead.begin(rttMs, now)
    this.#newsAt = now
    // Where this computer's clock was set back meanwhile, that may be before the world began.
    this.#tick = Math.max(0, Math.floor(this.#lead.tickAt(now)))
    this.#isPaused = false
  }

  /** Stops the player's clock while the connection is lost. */
  pause(): void {
    this.#isPaused = true
  }

  /** Resets everything for another session. */
  restart(): void {
    this.#prediction = undefined
    this.#blends.clear()
    this.spawns.clear()
  }

  heard(marginMs: number, rttMs: number, now: Instant): void {
    this.#lead.heard(marginMs, rttMs, now)
  }

  /**
   * Keeps the player's clock going on where `hear`, which takes news of the server in, sets the server's clock: back,
   * after a stop of the server, or forth.
   */
  keepGoing(now: Instant, hear: () => void): void {
    const { clock } = this.#options
    const told = clock.tickAt(now)
    const shown = Math.min(this.#lead.tickAt(now), this.#tick + 1)
    hear()
    this.#newsAt = now
    const back = told - clock.tickAt(now)
    if (Math.abs(back) > 1) this.#lead.clockMoved(back, shown, now)
  }

  /**
   * Makes the ticks that are due, each with the command of its tick; none while no news comes.
   *
   * @returns how many began
   */
  advance<Command>(now: Instant, commandOf: (tick: number) => Command | undefined): number {
    if (now - this.#newsAt > HOLD_MS) return 0
    const due = Math.floor(this.#lead.tickAt(now))
    if (due - this.#tick > CATCH_UP_TICKS) this.#tick = due - 1
    const begun = Math.max(0, due - this.#tick)
    if (begun > 1) this.#lead.hitch(now)
    while (this.#tick < due) {
      this.#tick++
      this.#prediction?.advance(this.#tick, commandOf(this.#tick) as never)
      if (!this.#prediction) commandOf(this.#tick)
    }
    return begun
  }

  /** Returns the time at which the next tick is due. */
  nextAt(now: Instant): Instant {
    const share = this.#lead.tickAt(now) - this.#tick
    // Wait a tick at most: a clock that was moved back may be moved forward again.
    return instant(now + Math.max(1, Math.min(1, 1 - share) * this.#tickMs))
  }

  /** Changes the map from tick `since` on; undefined while it is not at hand. */
  changeMap(map: WorldMap | undefined, since: number): void {
    this.#map = map
    this.#mapSince = since
    this.#prediction?.changeMap(map, since)
  }

  /** Corrects the prediction by the server's state of the player's character. */
  correct(truth: Truth, ownId: EntityId): void {
    if (!this.#options.isPredicting || ownId === 0) return
    if (ownId !== this.#prediction?.id) {
      const kind = this.#game.kindByName.get(this.#game.player) as Kind
      const options = { map: this.#map, id: ownId, kind, spawns: this.spawns, code: this.#options.code }
      this.#prediction = new Prediction(this.#game, options)
      this.#prediction.changeMap(this.#map, this.#mapSince)
    }
    this.#prediction.correct(truth)
  }

  /** Takes the whole character, with the fields that are sent once. */
  introduce(entity: AnyEntity): void {
    if (entity.id === this.#prediction?.id) this.#prediction.introduce(entity)
  }

  /**
   * Writes the character's state to show.
   *
   * @returns the player's tick that it is of, with a fraction; undefined where nothing is predicted
   */
  show(
    entity: AnyEntity,
    { now, seconds, command }: { now: Instant; seconds: number; command: unknown },
  ): number | undefined {
    const prediction = this.#prediction
    const share = this.#isPaused ? 0 : Math.max(0, Math.min(1, this.#lead.tickAt(now) - this.#tick))
    this.spawns.show(share)
    if (entity.id !== prediction?.id || !prediction.isReady) return undefined
    prediction.show(entity, { share, command, seconds })
    return prediction.tick + share
  }

  /**
   * Replaces a predicted entity by the server's, which comes into view.
   *
   * @returns what was shown in its place, and is no longer; undefined where there was nothing
   */
  replaced(entity: AnyEntity, now: Instant): AnyEntity | undefined {
    const shown = this.spawns.replaced(entity.id)
    if (shown?.position && entity.position) {
      const [from, to] = [shown.position, entity.position] as Vector3[]
      const offset = Object.fromEntries(AXES.map((axis) => [axis, (from[axis] ?? 0) - (to[axis] ?? 0)]))
      this.#blends.set(entity.id, { offset, since: now })
    }
    return shown
  }

  /** Moves an entity that was shown ahead of the server to the server's place, little by little. */
  blend(entity: AnyEntity, now: Instant): void {
    const blend = this.#blends.size > 0 ? this.#blends.get(entity.id) : undefined
    if (blend === undefined) return
    const left = 1 - (now - blend.since) / BLEND_MS
    if (left <= 0) this.#blends.delete(entity.id)
    else
      for (const axis of AXES)
        if (axis in (entity.position as object))
          (entity.position as Vector3)[axis] += blend.offset[axis] * left
  }
}
