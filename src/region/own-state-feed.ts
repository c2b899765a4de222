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

/** Seconds between two looks at a character whose client has foreseen everything. */
const CHECK_SECONDS = 0.5
/** Ticks whose own state may be on the way, at most; the earliest then counts as lost. */
const FLYING_MAX = 256
/** The same where there is no reason to: what a client made of it all is not known here. */
const QUIET_SECONDS = 10

/**
 * What a player's client has to know to go ahead of the server: by how much its commands come before their tick, and,
 * where it cannot have foreseen that, how its character is.
 *
 * While the client computes what the server computes there is nothing to tell; twice a second a character that
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
  /** From which tick on the client does not know its character; undefined when it does. */
  #owedSince: number | undefined
  #toldAt = 0
  /** Whether the client plays: whoever gives no commands goes ahead of nothing. */
  #isPlaying = false
  /**
   * The tick that the newest command is for, until the character was told as of then or later: its client has moved it.
   */
  #commandedAt: number | undefined
  /** What was told last got lost. */
  #isLost = false
  #told: EntityState | undefined
  #record: ReturnType<typeof exactRecord> | undefined
  #kind: Kind | undefined
  /** The ticks whose state was told, and of which is not known what became of it. */
  readonly #flying = new Set<number>()

  /** @param quietSeconds  between two looks at a character which nothing asks for; Infinity for none */
  constructor(player: Player, quietSeconds = QUIET_SECONDS) {
    this.#player = player
    this.#quietSeconds = quietSeconds
    player.isSurprised = true
  }

  /**
   * Commands came so many ms before their tick is made, negative for late ones; undefined where nobody can say.
   *
   * @param newest  the tick that the newest of them is for; undefined where they said nothing new
   */
  heard(margin: number | undefined, newest: number | undefined): void {
    this.#isPlaying = true
    if (newest !== undefined) this.#commandedAt = newest
    if (margin !== undefined) this.#margin = Math.min(this.#margin ?? Number.POSITIVE_INFINITY, margin)
  }

  /** Notes what is to be told with the tick that was just made. Ask once a tick, of a player who has a connection. */
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

  /** What became of the own state of this tick. */
  settled(tick: number, fate: Fate): void {
    if (!this.#flying.delete(tick)) return
    if (fate === 'untold') this.#owedSince ??= tick
    else if (fate === 'lost' && tick === this.#toldAt) this.#isLost = true
    if (fate !== 'acknowledged') return
    if (this.#owedSince !== undefined && this.#owedSince <= tick) this.#owedSince = undefined
    this.#forgetSpawned(tick)
  }

  #own(world: World): OwnState | undefined {
    const player = this.#player
    const entity = player.entity as AnyEntity | undefined
    if (entity === undefined || world.get(entity.id) === undefined) return undefined
    const { tick, game } = world
    if (player.left && !player.left.fits(entity)) player.isSurprised = true
    if (player.isSurprised) this.#owedSince = tick
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

  #fly(tick: number): void {
    if (this.#flying.size >= FLYING_MAX)
      for (const oldest of this.#flying) {
        this.#flying.delete(oldest)
        break
      }
    this.#flying.add(tick)
  }

  /** Whether a telling of what is owed may still arrive. */
  #isOnWay(owedSince: number): boolean {
    for (const tick of this.#flying) if (tick >= owedSince) return true
    return false
  }

  #forgetSpawned(until: number): void {
    const { spawned } = this.#player
    while (spawned.length > 0 && spawned[0].tick <= until) spawned.shift()
  }
}
