import type { Realm } from '../world/index.ts'
import { tellEvents } from './audience.ts'
import type { AnyDefinition } from './definition.ts'
import type { Interest } from './interest.ts'
import type { Down, EventNews, PlayerNews, RegionListener, TickNews } from './message/index.ts'
import type { ServedPlayer } from './served-player.ts'
import type { ServedWorld } from './served-world.ts'

/** A gateway that a region serves, and who is in over it. */
export class AttachedGateway {
  /** Times that a player was told how their own character is. */
  ownStates = 0
  /** By the gateway's number of the session. */
  readonly players = new Map<number, ServedPlayer>()
  readonly #listener: RegionListener
  readonly #tick: TickNews & { readonly players: PlayerNews[]; readonly events: EventNews[] } = {
    is: 'tick',
    instance: 0,
    tick: 0,
    players: [],
    events: [],
  }

  constructor(listener: RegionListener) {
    this.#listener = listener
  }

  tell(message: Down): void {
    this.#listener.receive(message)
  }

  /** Tells what the tick of one world brings: where its players look, what concerns each alone, what they hear. */
  tellTick(
    served: ServedWorld<ServedPlayer>,
    by: { readonly definition: AnyDefinition; readonly interest: Interest; readonly realm: Realm },
  ): void {
    const { definition, interest, realm } = by
    const news = this.#tick
    const { world } = served
    news.instance = served.instance.id
    news.tick = world.tick
    news.players.length = 0
    news.events.length = 0
    for (const player of served.players) {
      if (!player.isHere || player.gateway !== this) continue
      player.news.clear()
      interest.point(player)
      player.feed.take(world, player.news)
      if (player.news.ownState) this.ownStates++
      news.players.push(player.news)
    }
    if (world.told.length > 0) {
      const players = [...served.players].filter(({ gateway }) => gateway === this)
      tellEvents(definition, { world, players, realm }, news.events)
    }
    this.tell(news)
  }
}
