import type { TopicKey } from '../replication/index.ts'
import type { Player } from '../world/index.ts'
import { type Down, PlayerNews } from './message/index.ts'
import { OwnStateFeed } from './own-state-feed.ts'
import type { ServedWorld } from './served-world.ts'

/** Whoever tells the player's gateway. */
export interface GatewayEar {
  tell(message: Down): void
}

/**
 * A player as a gateway's session has them: the world they are told of, what of it, and how far they know their own
 * character.
 */
export class ServedPlayer {
  readonly player: Player
  readonly gateway: GatewayEar
  /** What each tick means for the player: filled anew with each. */
  readonly news: PlayerNews
  world: ServedWorld<ServedPlayer>
  /** The topics without a place that the player follows. */
  readonly extras = new Set<TopicKey>()
  feed: OwnStateFeed
  /** Whether there is a connection that hears of the world. */
  isHere = true
  /** Requests whose handlers wait for something. */
  asking = 0
  readonly #ownWordSeconds: number | undefined

  constructor(
    session: number,
    from: {
      readonly player: Player
      readonly gateway: GatewayEar
      /** Seconds between two words of the character which nothing asks for. */
      readonly ownWordSeconds: number | undefined
    },
    world: ServedWorld<ServedPlayer>,
  ) {
    const { player, gateway, ownWordSeconds } = from
    this.#ownWordSeconds = ownWordSeconds
    this.player = player
    this.gateway = gateway
    this.world = world
    this.news = new PlayerNews(session)
    this.feed = this.#newFeed()
    world.players.add(this)
  }

  /** The player speaks over a new connection: what the last one asked for and was told counts no more. */
  speak(): void {
    this.isHere = true
    this.player.commands.restart()
    this.feed = this.#newFeed()
    this.news.clear()
  }

  /** The player has no connection: nobody is there to hold what was wanted. */
  away(): void {
    this.isHere = false
    this.player.commands.release()
  }

  /** The player is in another world: nothing of it is followed yet. */
  move(world: ServedWorld<ServedPlayer>): void {
    this.world.players.delete(this)
    this.world = world
    world.players.add(this)
    this.extras.clear()
    this.news.hasPlace = false
    this.news.clear()
    this.feed = this.#newFeed()
  }

  /** The player is gone. */
  end(): void {
    this.world.players.delete(this)
  }

  #newFeed(): OwnStateFeed {
    return new OwnStateFeed(this.player, this.#ownWordSeconds)
  }
}
