import type { TopicKey } from '../replication/index.ts'
import type { Player } from '../world/index.ts'
import { type Down, PlayerNews } from './message/index.ts'
import { OwnStateFeed } from './own-state-feed.ts'
import type { ServedWorld } from './served-world.ts'

/** The receiver of messages for the player's gateway. */
export interface GatewayEar {
  tell(message: Down): void
}

/**
 * Holds a player as served to a gateway's session: the world they see, what they follow in it, and how much they
 * know of their own character.
 */
export class ServedPlayer {
  readonly player: Player
  gateway: GatewayEar
  /** By what another gateway may claim the player; empty for nothing. */
  key = ''
  /** Whether the session had another character, which was not there for too long: this one makes way for it. */
  isStandIn = false
  /** The tick's news for the player: refilled each tick. */
  news: PlayerNews
  world: ServedWorld<ServedPlayer>
  /** The topics without a place that the player follows. */
  readonly extras = new Set<TopicKey>()
  /** The topics that the player followed in the region that had them before, until this one says what is followed. */
  inherited: Set<TopicKey> | undefined
  feed: OwnStateFeed
  /** Whether the player has a connection. */
  isHere = true
  /** The tick from which the player's commands come on one way only. */
  steadyFrom = 0
  /** The number of requests whose handlers are waiting. */
  asking = 0
  readonly #ownWordSeconds: number | undefined

  constructor(
    session: number,
    from: {
      readonly player: Player
      readonly gateway: GatewayEar
      /** The interval between own states sent without cause, in seconds. */
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

  /** Handles a new connection: forgets what the last one asked for and was sent. */
  speak(): void {
    this.isHere = true
    this.player.commands.restart()
    this.feed = this.#newFeed()
    this.news.clear()
  }

  /** Goes on at another gateway, which knows nothing of the player yet. */
  goTo(gateway: GatewayEar, session: number): void {
    this.gateway = gateway
    this.news = new PlayerNews(session)
    this.extras.clear()
    this.speak()
  }

  /** Handles the loss of the connection: the player's intent ends with it. */
  away(): void {
    this.isHere = false
    this.player.commands.release()
  }

  /** Moves the player to another world, of which nothing is followed yet. */
  move(world: ServedWorld<ServedPlayer>): void {
    this.world.players.delete(this)
    this.world = world
    world.players.add(this)
    this.extras.clear()
    this.news.hasPlace = false
    this.news.clear()
    this.feed = this.#newFeed()
  }

  /** Ends the player's presence. */
  end(): void {
    this.world.players.delete(this)
  }

  #newFeed(): OwnStateFeed {
    return new OwnStateFeed(this.player, this.#ownWordSeconds)
  }
}
