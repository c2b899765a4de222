import { encode } from '../wire/index.ts'
import {
  type AnyEntity,
  EntityState,
  exactRecord,
  type Kind,
  type Player,
  type World,
} from '../world/index.ts'
import type { Fate, OwnState, PlayerNews } from './message/index.ts'

/** The interval between own states of a character that its client predicts correctly, in seconds. */
const CHECK_SECONDS = 0.5
/** The most own states in flight, in ticks; beyond that the earliest counts as lost. */
const FLYING_MAX = 256
/** The same where there is no reason to: what a client made of it all is not known here. */
const QUIET_SECONDS = 10

/** How far a player's client is told of its own character. */
export interface PackedFeed {
  readonly owedSince: number | undefined
  readonly toldAt: number
  readonly isPlaying: boolean
  readonly commandedAt: number | undefined
  /** The ticks whose own state was sent and has no known fate yet. */
  readonly flying: readonly number[]
}

/**
 * Decides what a player's client must know to predict ahead of the server: by how much its commands come before
 * their tick, and, when it cannot have predicted it, its character's state.
 *
 * While the client computes the same as the server, there is nothing to send; twice a second a character that
 * moves, or should, is told all the same, so that no difference lasts. A client that has given no command yet shows
 * its character as those of others, and is told of surprises alone, twice a second at most. Whoever tells the
 * client says what became of each telling: it is told again when what told it is known to be lost.
 *
 * Source: docs/spec/native.md [N17].
 */
export class OwnStateFeed {
  readonly #player: Player
  readonly #quietSeconds: number
  #margin: number | undefined
  /** The tick from which the client does not know its character's state; undefined when it does. */
  #owedSince: number | undefined
  #toldAt = 0
  /** Whether the client plays: one that sends no commands predicts nothing. */
  #isPlaying = false
  /**
   * The tick that the newest command is for, until the character was told as of then or later: its client has moved it.
   */
  #commandedAt: number | undefined
  /** Whether the own state sent last got lost. */
  #isLost = false
  #told: EntityState | undefined
  #record: ReturnType<typeof exactRecord> | undefined
  #kind: Kind | undefined
  /** The ticks whose own state was sent and has no known fate yet. */
  readonly #flying = new Set<number>()

  /** @param quietSeconds  the interval between own states without cause, in seconds; Infinity for none */
  constructor(player: Player, quietSeconds = QUIET_SECONDS) {
    this.#player = player
    this.#quietSeconds = quietSeconds
    player.isSurprised = true
  }

  /**
   * Records that commands came so many ms before their tick is made, negative for late ones; undefined when unknown.
   *
   * @param newest  the tick that the newest of them is for; undefined where they said nothing new
   */
  heard(margin: number | undefined, newest: number | undefined): void {
    this.#isPlaying = true
    if (newest !== undefined) this.#commandedAt = newest
    if (margin !== undefined) this.#margin = Math.min(this.#margin ?? Number.POSITIVE_INFINITY, margin)
  }

  /** Adds what must be sent with the tick just made. Call once a tick, for a player with a connection. */
  take(world: World, news: PlayerNews): void {
    news.margin = this.#margin
    this.#margin = undefined
    try {
      news.ownState = this.#own(world)
    } catch (error) {
      // What the game has done to the character since it was published. It is told when it can be.
      world.code.failed('a field', world.game.player, error, this.#player.id)
    }
  }

  /** Records the fate of the own state of this tick. */
  settled(tick: number, fate: Fate): void {
    if (!this.#flying.delete(tick)) return
    if (fate === 'untold') this.#owedSince ??= tick
    else if (fate === 'lost' && tick === this.#toldAt) this.#isLost = true
    if (fate !== 'acknowledged') return
    if (this.#owedSince !== undefined && this.#owedSince <= tick) this.#owedSince = undefined
    this.#forgetSpawned(tick)
  }

  /** What another region needs to go on telling. */
  pack(): PackedFeed {
    return {
      owedSince: this.#owedSince,
      toldAt: this.#toldAt,
      isPlaying: this.#isPlaying,
      commandedAt: this.#commandedAt,
      flying: [...this.#flying],
    }
  }

  /** Goes on where another region was: its client knows its character as it was told there. */
  unpack({ owedSince, toldAt, isPlaying, commandedAt, flying }: PackedFeed): void {
    this.#owedSince = owedSince
    this.#toldAt = toldAt
    this.#isPlaying = isPlaying
    this.#commandedAt = commandedAt
    for (const tick of flying) this.#fly(tick)
  }

  #own(world: World): OwnState | undefined {
    const player = this.#player
    const entity = player.entity as AnyEntity | undefined
    if (entity === undefined) return undefined
    const { tick, game } = world
    const isSurprised = player.isSurprised || (player.left !== undefined && !player.left.fits(entity))
    // Almost always there is nothing to tell: no more is looked at than that takes.
    const isOpen = this.#toldAt === 0 || tick - this.#toldAt >= this.#checkTicks(game.ticksPerSecond)
    if (!isSurprised && this.#owedSince === undefined && !(this.#isPlaying && isOpen)) return undefined
    if (world.get(entity.id) === undefined) return undefined
    if (isSurprised) this.#owedSince = tick
    player.isSurprised = false
    const kind = game.kindByName.get(entity.kind) as Kind
    if (this.#kind !== kind) {
      this.#kind = kind
      this.#record = exactRecord(kind)
      this.#told = new EntityState(kind)
    }
    const told = this.#told as EntityState
    // What is told of a tick before the command's says nothing of what came of the command.
    const isCommanded = this.#commandedAt !== undefined && tick >= this.#commandedAt
    const hasReason = this.#isLost || isCommanded || !told.fits(entity)
    const seconds = hasReason || !this.#isPlaying ? CHECK_SECONDS : this.#quietSeconds
    const isDue = this.#toldAt === 0 || tick - this.#toldAt >= seconds * game.ticksPerSecond
    const isOwed = this.#owedSince !== undefined && !this.#isOnWay(this.#owedSince)
    if (!(this.#isPlaying ? isOwed || (isDue && this.#owedSince === undefined) : isOwed && isDue))
      return undefined
    this.#toldAt = tick
    if (isCommanded) this.#commandedAt = undefined
    this.#isLost = false
    told.take(entity)
    player.left?.take(entity)
    const spawned = player.spawned.map(({ tick: when, ordinal, id }) => ({ back: tick - when, ordinal, id }))
    this.#fly(tick)
    return { spawned, exact: encode(this.#record as ReturnType<typeof exactRecord>, entity) }
  }

  /** Returns the fewest ticks from one own state to the next where nothing is owed. */
  #checkTicks(ticksPerSecond: number): number {
    return Math.min(CHECK_SECONDS, this.#quietSeconds) * ticksPerSecond
  }

  #fly(tick: number): void {
    if (this.#flying.size >= FLYING_MAX)
      for (const oldest of this.#flying) {
        this.#flying.delete(oldest)
        break
      }
    this.#flying.add(tick)
  }

  /** Returns whether an own state already sent may still arrive and settle what is owed. */
  #isOnWay(owedSince: number): boolean {
    for (const tick of this.#flying) if (tick >= owedSince) return true
    return false
  }

  #forgetSpawned(until: number): void {
    const { spawned } = this.#player
    while (spawned.length > 0 && spawned[0].tick <= until) spawned.shift()
  }
}
