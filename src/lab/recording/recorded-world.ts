import type { Instant } from '../../core/index.ts'
import { Playback } from '../../feel/index.ts'
import { type LeaveReason, type Presence, Replica } from '../../replication/index.ts'
import type { AnyGame, EntitiesOf, EntityId, EntityOf, KindsOf } from '../../world/index.ts'
import { type RecordPlace, readRecords } from './format.ts'

/** How many ticks are read ahead of the one shown: what happens in a tick is told with the next. */
const AHEAD_TICKS = 2
/** The most chunks of a whole world at a time. */
const CHUNKS_MAX = 65_536
const SPEED_MAX = 64
/** How far ahead, in ticks, a keyframe makes it unnecessary to read what lies between. */
const FAR_TICKS = 400

export interface RecordedWorldOptions {
  readonly now: () => Instant
  /** The most chunks held at a time; beyond it a recording counts as damaged. */
  readonly chunksMax?: number
}

/** How far a recording has played, and its extent. */
export interface RecordedStats {
  /** The tick shown, with a fraction, and the first and last that can be shown. */
  readonly tick: number
  readonly firstTick: number
  readonly lastTick: number
  readonly seconds: number
  readonly entities: number
  readonly bytes: number
  readonly records: number
  /** Whether the bytes at the end are no whole record: it was cut short, or is damaged there. */
  readonly isCutShort: boolean
  /** Whether a record made no sense: nothing beyond it is shown. */
  readonly isBroken: boolean
}

type Heard<G extends AnyGame> = (entity: EntitiesOf<G>, why: LeaveReason) => void

/**
 * Plays a recording, with what a game needs of a client to draw it: entities, who comes and goes, a picture at a
 * time. It may be paused, slowed, hurried, and moved to any tick.
 *
 *     const world = new RecordedWorld(town, bytes, { now })
 *     world.play(); for each picture: world.frame(), world.entities('walker')
 */
export class RecordedWorld<G extends AnyGame = AnyGame> {
  readonly game: G
  readonly firstTick: number
  readonly lastTick: number
  readonly #bytes: Uint8Array
  readonly #records: readonly RecordPlace[]
  readonly #isCutShort: boolean
  readonly #now: () => Instant
  readonly #replica: Replica
  readonly #playback: Playback
  readonly #entering = new Set<readonly [string, Heard<G>]>()
  readonly #leaving = new Set<readonly [string, Heard<G>]>()
  /** The next record to read. */
  #next = 0
  #shown: number
  #speed = 1
  #isPlaying = false
  #isBroken = false
  #at: Instant

  /** @throws OutsideError when the bytes are no recording, are one of another game, or hold nothing */
  constructor(game: G, bytes: Uint8Array, { now, chunksMax = CHUNKS_MAX }: RecordedWorldOptions) {
    const { records, isCutShort } = readRecords(bytes, game)
    this.game = game
    this.#bytes = bytes
    this.#records = records
    this.#isCutShort = isCutShort
    this.#now = now
    this.#at = now()
    this.#replica = new Replica(
      game,
      {
        entered: (presence) => this.#entered(presence),
        changed() {},
        moved: (presence, tick, hasJumped) => this.#playback.moved(presence, tick, hasJumped),
        left: (presence, why) => this.#left(presence, why),
      },
      { chunksMax },
    )
    this.#playback = new Playback(this.#replica.ledger)
    this.firstTick = records[0]?.tick ?? 0
    this.lastTick = records.at(-1)?.tick ?? 0
    this.#shown = this.firstTick
    this.#read(this.#shown)
  }

  get isPlaying(): boolean {
    return this.#isPlaying
  }

  get speed(): number {
    return this.#speed
  }

  /** The speed: how many times as fast as it was, 0 .. 64. */
  set speed(times: number) {
    this.#pass()
    this.#speed = Math.max(0, Math.min(SPEED_MAX, times))
  }

  /** Plays on; from the beginning if it was at its end. */
  play(): void {
    if (this.#shown >= this.lastTick) this.seek(this.firstTick)
    this.#at = this.#now()
    this.#isPlaying = true
  }

  pause(): void {
    this.#pass()
    this.#isPlaying = false
  }

  /**
   * Shows the tick (with a fraction) nearest to this one. Moving back, or far ahead, begins at the keyframe before
   * it.
   */
  seek(tick: number): void {
    const wanted = Math.max(this.firstTick, Math.min(this.lastTick, tick))
    const keyframe = this.#keyframeBefore(wanted)
    const isFarAhead = wanted - this.#shown > FAR_TICKS && keyframe >= this.#next
    if (wanted < this.#shown || isFarAhead) this.#restart(keyframe)
    this.#shown = wanted
    this.#at = this.#now()
    this.#read(wanted)
  }

  /** Moves what is shown on to the present picture. Call it once for each one drawn. */
  frame(): void {
    this.#pass()
    this.#read(this.#shown)
    for (const presence of this.#replica.present.values()) this.#playback.show(presence, this.#shown)
  }

  /** Iterates over every entity of one kind. Positions are as shown: call `frame` first. */
  *entities<K extends KindsOf<G>>(kind: K): Generator<EntityOf<G, K>> {
    for (const presence of this.#replica.present.values())
      if (presence.isKnown && presence.kind.name === kind) yield presence.entity as EntityOf<G, K>
  }

  get(id: EntityId): EntitiesOf<G> | undefined {
    const presence = this.#replica.present.get(id)
    return presence?.isKnown ? (presence.entity as EntitiesOf<G>) : undefined
  }

  /** Calls back when an entity appears. @returns stops calling */
  onEnter<K extends KindsOf<G>>(kind: K, callback: (entity: EntityOf<G, K>) => void): () => void {
    return added(this.#entering, kind, callback as Heard<G>)
  }

  /** Calls back when an entity is no longer there: also for everyone, when it is moved back. */
  onLeave<K extends KindsOf<G>>(
    kind: K,
    callback: (entity: EntityOf<G, K>, why: LeaveReason) => void,
  ): () => void {
    return added(this.#leaving, kind, callback as unknown as Heard<G>)
  }

  get stats(): RecordedStats {
    const { firstTick, lastTick } = this
    return {
      tick: this.#shown,
      firstTick,
      lastTick,
      seconds: (lastTick - firstTick) * this.game.secondsPerTick,
      entities: this.#replica.present.size,
      bytes: this.#bytes.length,
      records: this.#records.length,
      isCutShort: this.#isCutShort,
      isBroken: this.#isBroken,
    }
  }

  /** Lets the time since the last call pass. */
  #pass(): void {
    const now = this.#now()
    const elapsed = Math.max(0, now - this.#at)
    this.#at = now
    if (!this.#isPlaying) return
    const ticks = (elapsed / 1000) * this.game.ticksPerSecond * this.#speed
    const wanted = Math.min(this.lastTick, this.#shown + ticks)
    // Who looks away for long finds everyone where they are by then, and nothing in between is read.
    if (wanted > this.#shown) this.seek(wanted)
    if (wanted >= this.lastTick) this.#isPlaying = false
  }

  /** Returns the index of the last keyframe that is not after `tick`. The first record is one. */
  #keyframeBefore(tick: number): number {
    let low = 0
    let high = this.#records.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#records[middle].tick <= tick) low = middle
      else high = middle - 1
    }
    while (low > 0 && !this.#records[low].isKeyframe) low--
    return low
  }

  #restart(keyframe: number): void {
    this.#replica.clear()
    this.#playback.clear()
    this.#next = keyframe
    this.#isBroken = false
  }

  /** Reads what showing `tick` needs. */
  #read(tick: number): void {
    const begin = this.#replica.tick === 0
    for (let isBegun = !begin; this.#next < this.#records.length && !this.#isBroken; this.#next++) {
      const { tick: at, isKeyframe, start, end } = this.#records[this.#next]
      if (isBegun && at > tick + AHEAD_TICKS) return
      // Who has followed all along knows what a keyframe says.
      if (isKeyframe && isBegun) continue
      isBegun = true
      this.#isBroken = this.#replica.receive(at, this.#bytes.subarray(0, end), start) !== 'applied'
    }
  }

  #entered(presence: Presence): void {
    this.#playback.show(presence, this.#shown)
    tell(this.#entering, presence, 'removed')
  }

  #left(presence: Presence, why: LeaveReason): void {
    this.#playback.left(presence.id)
    tell(this.#leaving, presence, why)
  }
}

type Listeners<G extends AnyGame> = Set<readonly [string, Heard<G>]>

function added<G extends AnyGame>(listeners: Listeners<G>, kind: string, callback: Heard<G>): () => void {
  const entry = [kind, callback] as const
  listeners.add(entry)
  return () => void listeners.delete(entry)
}

function tell<G extends AnyGame>(listeners: Listeners<G>, presence: Presence, why: LeaveReason): void {
  for (const [kind, callback] of listeners)
    if (kind === presence.kind.name) callback(presence.entity as EntitiesOf<G>, why)
}
