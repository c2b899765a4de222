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

/** Ticks made up for after a hitch; a longer one is skipped, as the server skips its own. */
const CATCH_UP_TICKS = 5
/**
 * Milliseconds in which something that the player has seen ahead of the server falls back to where the server tells it.
 */
const BLEND_MS = 300
const AXES = ['x', 'y', 'z'] as const

interface Options extends SpawnListener {
  readonly clock: TickClock
  /** Whether there will be a map: without one nothing is predicted. */
  readonly isPredicting: boolean
  /** Where what the game's rules throw is contained. */
  readonly code: GameCode
}

/** Where something was shown when it became the server's, and since when it is on its way. */
interface Blend {
  readonly offset: Record<string, number>
  readonly since: number
}

/** The player's side of time: ticks ahead of the server, each with its command, and what comes of them. */
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

  /** The last times that the server came to another result than the prediction, newest last. */
  get corrections(): readonly Correction[] {
    return this.#prediction?.corrections ?? []
  }

  /** A session begins or goes on: greeting and welcome took `rttMs`. */
  begin(rttMs: number, now: Instant): void {
    this.#lead.begin(rttMs, now)
    this.#tick = Math.floor(this.#lead.tickAt(now))
    this.#isPaused = false
  }

  /** The connection is lost: the player's time stands still. */
  pause(): void {
    this.#isPaused = true
  }

  /** Another session: nothing holds that was. */
  restart(): void {
    this.#prediction = undefined
    this.#blends.clear()
    this.spawns.clear()
  }

  heard(marginMs: number, rttMs: number, now: Instant): void {
    this.#lead.heard(marginMs, rttMs, now)
  }

  /** The server's clock has gone back by so many ticks. */
  leftOut(ticks: number): void {
    this.#lead.leftOut(ticks)
  }

  /** Makes the ticks that are due, each with the command of its tick. @returns how many began */
  advance<Command>(now: Instant, commandOf: (tick: number) => Command | undefined): number {
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

  /** When the next tick is due. */
  nextAt(now: Instant): Instant {
    const share = this.#lead.tickAt(now) - this.#tick
    // Never later than a tick: where the clock has been set back, it may be set forth again.
    return instant(now + Math.max(1, Math.min(1, 1 - share) * this.#tickMs))
  }

  /** What stands still from tick `since` on; undefined while it is not at hand. */
  changeMap(map: WorldMap | undefined, since: number): void {
    this.#map = map
    this.#mapSince = since
    this.#prediction?.changeMap(map, since)
  }

  /** The server says how the player's character was. */
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

  /** All of the character is known, with what is told once. */
  introduce(entity: AnyEntity): void {
    if (entity.id === this.#prediction?.id) this.#prediction.introduce(entity)
  }

  /** Writes the character as it is to be shown. */
  show(
    entity: AnyEntity,
    { now, seconds, command }: { now: Instant; seconds: number; command: unknown },
  ): void {
    const prediction = this.#prediction
    const share = this.#isPaused ? 0 : Math.max(0, Math.min(1, this.#lead.tickAt(now) - this.#tick))
    this.spawns.show(share)
    if (entity.id === prediction?.id) prediction.show(entity, { share, command, seconds })
  }

  /**
   * An entity of the server's comes into view.
   *
   * @returns what was shown in its stead, which is shown no longer; undefined where there was nothing
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

  /** Where an entity was shown ahead of the server, it falls back to where the server tells it, little by little. */
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
