import { hypot, type Instant } from '../../core/index.ts'
import type { NativeClient, Notes, Whereabouts } from '../../dialect/native/index.ts'
import { Playback, TickClock } from '../../feel/index.ts'
import type { LeaveReason, Presence } from '../../replication/index.ts'
import type { AnyEntity, GameCode } from '../../world/index.ts'
import type { Listeners } from '../listeners.ts'
import { type FetchPiece, Ground, type MapSource } from './ground.ts'
import { OwnPrediction } from './own-prediction.ts'

/** Metres within which news of others should come in time to be shown: those further off are told of less often. */
const NEARBY_METRES = 20

/** What a client does against the network's delay; each can be switched off, to see what it is for. */
export interface Switches {
  /** The own character answers at once. Off, it is shown as the server tells it. */
  prediction: boolean
  /**
   * Others are shown a little in the past, where they were for certain. Off, they are put wherever the last news
   * has them.
   */
  interpolation: boolean
  /** Aimed actions are measured against what the player saw. Off, against the server's present. */
  lagCompensation: boolean
}

export interface SceneOptions {
  readonly native: NativeClient
  readonly listeners: Listeners
  readonly code: GameCode
  readonly switches: Switches
  readonly map: MapSource | undefined
  readonly fetchPiece: FetchPiece
  readonly now: () => Instant
}

/**
 * What is shown: everybody in view a little in the past, where they were for certain, and the own character ahead
 * of the server. One world at a time: in another, clock, playback and own prediction are new.
 *
 *     what the replica hears -> clock, playback -> frame -> positions of entities
 *     what the player wants  -> own prediction ------------'
 */
export class Scene {
  readonly ground: Ground
  readonly toldPlace = { x: 0, y: 0 }
  readonly #options: SceneOptions
  #clock: TickClock
  #playback: Playback
  #ownPrediction: OwnPrediction
  /** The tick from which on the map is as last told. */
  #mapSince = 0
  #frameAt = 0
  #shown = 0

  constructor(options: SceneOptions) {
    const { native, map, fetchPiece } = options
    this.#options = options
    this.ground = new Ground(map, {
      fetchPiece,
      code: options.code,
      changed: () => this.#grounded(),
    })
    this.#clock = new TickClock(native.game.ticksPerSecond)
    this.#playback = new Playback(native.replica.ledger)
    this.#ownPrediction = this.#newOwnPrediction()
  }

  /** The server's time, as far as it is known here. */
  get clock(): TickClock {
    return this.#clock
  }

  get ownPrediction(): OwnPrediction {
    return this.#ownPrediction
  }

  /** The player's character, where the server has told one. What is of another kind is none, whatever it says. */
  get own(): Presence | undefined {
    const { native } = this.#options
    const own = native.replica.present.get(native.ownId)
    return own?.kind.name === native.game.player ? own : undefined
  }

  /**
   * By how many ticks what the player was shown lies behind the tick at hand: what aimed actions are measured by.
   * Who has been shown nothing has aimed at nothing.
   */
  get viewDelay(): number {
    const isAiming = this.#options.switches.lagCompensation && this.#frameAt > 0
    return isAiming ? this.#ownPrediction.tick - this.#shown : 0
  }

  /** Moves what is shown to the present picture. @param command what the player wants */
  frame(now: Instant, command: unknown): void {
    const { native, switches } = this.#options
    const seconds = this.#frameAt === 0 ? 0 : (now - this.#frameAt) / 1000
    this.#frameAt = now
    this.#shown = switches.interpolation ? this.#clock.shownAt(now) : this.#clock.heard
    for (const presence of native.replica.present.values()) {
      this.#playback.show(presence, this.#shown)
      this.#ownPrediction.blend(presence.entity, now)
    }
    const { own } = this
    if (!own || !switches.prediction) return
    this.#playback.show(own, this.#clock.heard)
    Object.assign(this.toldPlace, own.entity.position)
    this.#playback.show(own, this.#shown)
    // Before the first command the own character is where the server puts it, as everybody else's is.
    if (command !== undefined) this.#ownPrediction.show(own.entity, { now, seconds, command })
  }

  /** The player is in another world: nothing holds that was. */
  arrive(where: Whereabouts, tick: number, rttMs: number): void {
    const { native } = this.#options
    this.#ownPrediction.restart()
    this.#clock = new TickClock(native.game.ticksPerSecond)
    this.#playback = new Playback(native.replica.ledger)
    this.#ownPrediction = this.#newOwnPrediction()
    this.goOn(tick, rttMs)
    this.#mapSince = 0
    this.ground.come(where)
  }

  /** The session goes on where it was; greeting and welcome took `rttMs`. */
  goOn(tick: number, rttMs: number): void {
    const now = this.#options.now()
    this.#clock.hear(tick - 1, now)
    this.#ownPrediction.begin(rttMs, now)
  }

  /** The map has changed where the player is, from `tick` on. */
  remap(where: Whereabouts, tick: number): void {
    this.#mapSince = tick
    this.ground.come(where)
  }

  /** What was shown holds no more: all of it is told anew. */
  clear(): void {
    this.#playback.clear()
  }

  /** The server's state up to `tick` is in. */
  advanced(tick: number, { margin, own: truth, leftOut }: Notes, rttMs: number): void {
    const { native, now } = this.#options
    if (leftOut) this.#ownPrediction.leftOut(this.#clock.leftOut(tick - leftOut.back, leftOut.ms))
    this.#clock.hear(tick, now())
    if (margin !== undefined) this.#ownPrediction.heard(margin, rttMs, now())
    if (truth === undefined) return
    this.#ownPrediction.correct({ tick, ...truth }, native.ownId)
    const { own } = this
    if (own?.isKnown) this.#ownPrediction.introduce(own.entity)
  }

  entered(presence: Presence): void {
    const { native, now, listeners } = this.#options
    const { entity, kind } = presence
    this.#playback.show(presence, native.replica.tick)
    // What the player has seen already under a number of its own goes on under the server's.
    if (this.#ownPrediction.replaced(entity, now()) === undefined)
      listeners.tell(`enter ${kind.name}`, entity)
    if (presence === this.own) this.#ownPrediction.introduce(entity)
  }

  moved(presence: Presence, tick: number, hasJumped: boolean): void {
    const newsOf = this.#playback.moved(presence, tick, hasJumped)
    if (newsOf !== undefined && this.#isNearby(presence.entity))
      this.#clock.hearOf(newsOf, this.#options.now())
  }

  left(presence: Presence, why: LeaveReason): void {
    this.#playback.left(presence.id)
    this.#options.listeners.tell(`leave ${presence.kind.name}`, presence.entity, why)
  }

  #isNearby({ position }: AnyEntity): boolean {
    const own = this.own?.entity.position
    if (own === undefined || position === undefined) return false
    return hypot(own.x - position.x, own.y - position.y) < NEARBY_METRES
  }

  /** The map is another one, or is at hand now. */
  #grounded(): void {
    this.#ownPrediction.changeMap(this.ground.map, this.#mapSince)
    this.#options.listeners.tell('map', this.ground.info)
  }

  #newOwnPrediction(): OwnPrediction {
    const { native, listeners } = this.#options
    return new OwnPrediction(native.game, {
      code: this.#options.code,
      clock: this.#clock,
      isPredicting: this.ground.isWanted,
      appeared: (entity, kind) => listeners.tell(`enter ${kind.name}`, entity),
      vanished: (entity, kind, why) => listeners.tell(`leave ${kind.name}`, entity, why),
    })
  }
}
