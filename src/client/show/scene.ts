import { hypot, type Instant } from '../../core/index.ts'
import type { NativeClient, Notes, Whereabouts } from '../../dialect/native/index.ts'
import { Playback, TickClock } from '../../feel/index.ts'
import { CROWD, type LeaveReason, NEAR_METRES, type Presence, type Replica } from '../../replication/index.ts'
import type { AnyEntity, GameCode } from '../../world/index.ts'
import type { Listeners } from '../listeners.ts'
import { type FetchPiece, Ground, type MapSource } from './ground.ts'
import { OwnPrediction } from './own-prediction.ts'

/**
 * The distance within which news of others should come in time to be shown, in metres: those further off are sent
 * less often.
 */
const NEARBY_METRES = 20
/**
 * In a crowd a server tells of those further off some ticks later than of those nearby [T44], and they are shown that
 * much later: by none of it up to the first distance, by all of it from the second on, in metres. Both lie within what
 * the server calls nearby.
 */
const FAR_BEGINS = NEAR_METRES - 6
const FAR_FROM = NEAR_METRES - 2
/** The most ticks by which those are shown later, by how many a second that grows, and how long it lasts, in ms. */
const FAR_TICKS_MOST = 4
const FAR_TICKS_A_SECOND = 1
const FAR_MS = 3000

/** The client's techniques against the network's delay; each can be switched off, to see its effect. */
export interface Switches {
  /** Predicts the own character, so that it responds at once. Off, it is shown as the server sends it. */
  prediction: boolean
  /**
   * Shows others a little in the past, where they were for certain. Off, they are shown at their last received place.
   */
  interpolation: boolean
  /** Measures aimed actions against what the player saw. Off, against the server's present. */
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
 * Shows everybody in view a little in the past, where they were for certain, and the own character ahead of the
 * server. It holds one world at a time: another one gets a new clock, playback and own prediction.
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
  /** The tick from which the current map holds. */
  #mapSince = 0
  #frameAt = 0
  /** How many ticks later those further off are shown, and should be, and when their news asked for that. */
  #farTicks = 0
  #farWanted = 0
  #farAt = 0
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

  /** The estimate of the server's time. */
  get clock(): TickClock {
    return this.#clock
  }

  get ownPrediction(): OwnPrediction {
    return this.#ownPrediction
  }

  /** The player's character, once the server has named one. An entity of another kind is never taken for it. */
  get own(): Presence | undefined {
    const { native } = this.#options
    const own = native.replica.present.get(native.ownId)
    return own?.kind.name === native.game.player ? own : undefined
  }

  /**
   * How many ticks the shown world lies behind the current tick, for lag compensation of aimed actions; 0 before
   * anything was shown.
   */
  get viewDelay(): number {
    const isAiming = this.#options.switches.lagCompensation && this.#frameAt > 0
    return isAiming ? this.#ownPrediction.tick - this.#shown : 0
  }

  /** The tick that others are shown at, with a fraction, as of the last frame; 0 before the first. */
  get shownTick(): number {
    return this.#shown
  }

  /** Moves what is shown to the present. @param command  the player's command */
  frame(now: Instant, command: unknown): void {
    const { native, switches } = this.#options
    const seconds = this.#frameAt === 0 ? 0 : Math.max(0, now - this.#frameAt) / 1000
    this.#frameAt = now
    this.#shown = switches.interpolation ? this.#clock.shownAt(now) : this.#clock.heard
    this.#slewFar(now, seconds)
    this.#clock.isStill = this.#isStill(native.replica)
    for (const presence of native.replica.present.values()) {
      presence.shownTick = this.#shown - this.#laterBy(presence.entity)
      this.#playback.show(presence, presence.shownTick)
      this.#ownPrediction.blend(presence.entity, now)
    }
    const { own } = this
    if (!own || !switches.prediction) return
    this.#playback.show(own, this.#clock.heard)
    Object.assign(this.toldPlace, own.entity.position)
    this.#playback.show(own, this.#shown)
    // Before the first command, show the own character where the server puts it, like everybody else's.
    if (command === undefined) return
    own.shownTick = this.#ownPrediction.show(own.entity, { now, seconds, command }) ?? own.shownTick
  }

  /** Enters another world, with none of the old state. */
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

  /** Resumes the session; greeting and welcome took `rttMs`. */
  goOn(tick: number, rttMs: number): void {
    const now = this.#options.now()
    this.#clock.hear(tick - 1, now)
    this.#ownPrediction.begin(rttMs, now)
  }

  /** Changes the map of the current world from `tick` on. */
  remap(where: Whereabouts, tick: number): void {
    this.#mapSince = tick
    this.ground.come(where)
  }

  /** Forgets what was shown: the server sends all of it anew. */
  clear(): void {
    this.#playback.clear()
  }

  /** Takes note that the server's state up to `tick` has arrived. */
  advanced(tick: number, { margin, own: truth, leftOut }: Notes, rttMs: number): void {
    const { native, now } = this.#options
    this.#ownPrediction.keepGoing(now(), () => {
      if (leftOut) this.#clock.leftOut(tick - leftOut.back, { ms: leftOut.ms, heard: tick, now: now() })
      this.#clock.hear(tick, now())
    })
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
    // An entity that was already shown by prediction goes on under the server's id: it does not enter again.
    if (this.#ownPrediction.replaced(entity, now()) === undefined)
      listeners.tell(`enter ${kind.name}`, entity)
    if (presence === this.own) this.#ownPrediction.introduce(entity)
  }

  moved(presence: Presence, tick: number, hasJumped: boolean): void {
    const newsOf = this.#playback.moved(presence, tick, hasJumped)
    if (newsOf === undefined) return
    const now = this.#options.now()
    if (this.#distanceOf(presence.entity) < (this.#isCrowd ? FAR_BEGINS : NEARBY_METRES))
      this.#clock.hearOf(newsOf, now)
    else if (this.#isCrowd && tick > newsOf) {
      if (tick - newsOf >= this.#farWanted || now - this.#farAt > FAR_MS) {
        this.#farWanted = Math.min(FAR_TICKS_MOST, tick - newsOf)
        this.#farAt = now
      }
    }
  }

  left(presence: Presence, why: LeaveReason): void {
    this.#playback.left(presence.id)
    this.#options.listeners.tell(`leave ${presence.kind.name}`, presence.entity, why)
  }

  /** How many metres an entity is from the own character, as shown; Infinity where that is not known. */
  #distanceOf({ position }: AnyEntity): number {
    const own = this.own?.entity.position
    if (own === undefined || position === undefined) return Number.POSITIVE_INFINITY
    return hypot(own.x - position.x, own.y - position.y)
  }

  #isStill({ present, ledger, tick }: Replica): boolean {
    for (const { index, kind } of present.values())
      if (index >= 0 && ledger.tables[kind.index].isMoving(ledger.entityRow[index], tick)) return false
    return true
  }

  /** Whether so many are in view that the server tells of those further off later. */
  get #isCrowd(): boolean {
    return this.#options.native.replica.present.size > CROWD
  }

  /** Moves the time by which those further off are shown later to what their news need, little by little. */
  #slewFar(now: Instant, seconds: number): void {
    const wanted = this.#isCrowd && now - this.#farAt < FAR_MS ? this.#farWanted : 0
    const most = seconds * FAR_TICKS_A_SECOND
    this.#farTicks += Math.max(-most, Math.min(most, wanted - this.#farTicks))
  }

  /** Returns how many ticks later than those nearby an entity is shown. */
  #laterBy(entity: AnyEntity): number {
    if (this.#farTicks === 0) return 0
    const share = (this.#distanceOf(entity) - FAR_BEGINS) / (FAR_FROM - FAR_BEGINS)
    return this.#farTicks * Math.max(0, Math.min(1, share))
  }

  /** Passes a changed map on to the own prediction. */
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
