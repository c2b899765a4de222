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
 * While the client computes what the server computes there is nothing to tell; twice a second a character that moves, or
 * should, is told all the same, so that no difference lasts. A client that gives no commands is told once. Whoever tells the
 * client says what became of each telling: a surprise is told again when what told it is known to be lost.
 *
 * Source: docs/spec/native.md [N17].
 */
export class OwnStateFeed {
  readonly #player: Player
  #margin: number | undefined
  /** From which tick on the client does not know its character; undefined when it does. */
  #owedSince: number | undefined
  #toldAt = 0
  /** Whether the client plays: whoever gives no commands goes ahead of nothing. */
  #isPlaying = false
  /** Whether something new was wanted since the character was last told: its client has moved it. */
  #isCommanded = false
  #told: EntityState | undefined
  #record: ReturnType<typeof exactRecord> | undefined
  #kind: Kind | undefined
  /** The ticks whose state was told, and of which is not known what became of it. */
  readonly #flying = new Set<number>()

  constructor(player: Player) {
    this.#player = player
    player.isSurprised = true
  }

  /** Commands came so many ms before their tick is made, negative for late ones, and said something new or nothing. */
  heard(margin: number, isNews: boolean): void {
    this.#isPlaying = true
    if (isNews) this.#isCommanded = true
    this.#margin = Math.min(this.#margin ?? Number.POSITIVE_INFINITY, margin)
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
    if (!this.#isPlaying && this.#toldAt > 0) return undefined
    const kind = game.kindByName.get(entity.kind) as Kind
    if (this.#kind !== kind) {
      this.#kind = kind
      this.#record = exactRecord(kind)
      this.#told = new EntityState(kind)
    }
    const told = this.#told as EntityState
    const hasReason = this.#isCommanded || !told.fits(entity)
    const seconds = hasReason ? CHECK_SECONDS : QUIET_SECONDS
    const isDue = tick - this.#toldAt >= seconds * game.ticksPerSecond
    if (!(this.#owedSince === undefined ? isDue : !this.#isOnWay(this.#owedSince))) return undefined
    this.#toldAt = tick
    this.#isCommanded = false
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
